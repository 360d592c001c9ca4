"""Invented firms with known truth."""
