"""Compose the brief's claims and sentences; charts; render to bytes."""
