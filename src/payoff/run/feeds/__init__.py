"""Statements between record stores, and from a store to the analytic tables."""
