"""Rater agreement, retention curves, time to an event: what behaviour and memory show."""
