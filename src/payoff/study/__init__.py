"""YAML bytes → Study; check, lock, amend. Pure: bytes in, nouns and problems out."""
