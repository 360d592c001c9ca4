"""Analytic tables: land load packages, fetch queries (DuckDB over Parquet)."""

from payoff.warehouse.codes import CODES
from payoff.warehouse.fetching import fetch
from payoff.warehouse.landing import find_landed, keep_last_good, land, last_good
from payoff.warehouse.moments import count_moments, fetch_rollout
from payoff.warehouse.rows import read_rows
from payoff.warehouse.tracing import Lineage, trace_rows
from payoff.warehouse.trial import fetch_moments

__all__ = [
    "CODES",
    "Lineage",
    "count_moments",
    "fetch",
    "fetch_moments",
    "fetch_rollout",
    "find_landed",
    "keep_last_good",
    "land",
    "last_good",
    "read_rows",
    "trace_rows",
]
