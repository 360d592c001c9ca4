"""Demand → query → panel."""
