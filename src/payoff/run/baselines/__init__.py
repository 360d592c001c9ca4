"""Baselines: measured before anybody is assigned, saved, compared and told."""
