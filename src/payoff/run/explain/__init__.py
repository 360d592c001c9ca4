"""From a figure down to source rows."""
