"""Analytic tables: land load packages, fetch queries (DuckDB or Spark over Parquet).

`payoff.warehouse.moments` and `payoff.warehouse.trial` are asked for by name: they load the estimators.
"""

from payoff.warehouse.codes import CODES
from payoff.warehouse.engine import Engine, find_engine
from payoff.warehouse.fetching import fetch
from payoff.warehouse.landing import find_landed, keep_last_good, land, last_good
from payoff.warehouse.rows import read_rows
from payoff.warehouse.tracing import Lineage, trace_rows

__all__ = [
    "CODES",
    "Engine",
    "Lineage",
    "fetch",
    "find_engine",
    "find_landed",
    "keep_last_good",
    "land",
    "last_good",
    "read_rows",
    "trace_rows",
]
