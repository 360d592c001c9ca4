"""Who is who across systems: identifiers, when they hold, who matches whom, what is ambiguous."""
