"""Loads: what comes again and again, from many files or pulls, as one table."""
