"""Thin shells."""
