"""Analytic tables: land load packages, fetch queries (DuckDB over Parquet)."""
