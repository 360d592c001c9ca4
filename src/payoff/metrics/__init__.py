"""Demand → query → panel."""

from payoff.metrics.codes import CODES
from payoff.metrics.counting import count_units
from payoff.metrics.health import describe_health, list_short_baselines
from payoff.metrics.measured import read_measured
from payoff.metrics.panel import build_panel, seat_everybody
from payoff.metrics.plan import plan_queries, plan_table
from payoff.metrics.pooled import pool_counts, pool_each

__all__ = [
    "CODES",
    "build_panel",
    "count_units",
    "describe_health",
    "list_short_baselines",
    "plan_queries",
    "plan_table",
    "pool_counts",
    "pool_each",
    "read_measured",
    "seat_everybody",
]
