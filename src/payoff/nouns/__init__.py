"""The nouns: frozen, typed, knowing nothing of files, stores or screens."""
