"""Who is who across systems, kept apart from everything that is analysed."""
