"""The counts behind a rate, summed over units and periods.

Question  How much over how much was it, of the cohort, in the baseline?
Identity  A rate of all is the sum of numerators over the sum of denominators, never a mean of rates.
Unknown   A query that does not say both (SQL of a study's own) has no counts: None.
"""

import numpy as np
import pyarrow as pa

from payoff.metrics.columns import encode_keys, read_dates, read_numbers
from payoff.nouns.arrays import Bools, Dates

_PERIODS = ("period", "day", "week", "month", "quarter", "year")


def pool_counts(
    table: pa.Table, unit: str, units: tuple[str, ...], periods: Dates
) -> tuple[float, float] | None:
    """(numerator, denominator) of a metric's table over `units` and `periods`."""
    there = {name.lower(): name for name in table.column_names}
    period = next((there[name] for name in _PERIODS if name in there), None)
    if period is None or not {"numerator", "denominator", unit.lower()} <= there.keys():
        return None
    keys = encode_keys(table[there[unit.lower()]], pa.array(units, pa.string()))
    dates, _ = read_dates(table[period])
    inside = (keys >= 0) & np.isin(dates, periods)
    above, below = (_sum(table, there[name], inside) for name in ("numerator", "denominator"))
    return None if above is None or below is None or below == 0 else (above, below)


def _sum(table: pa.Table, column: str, inside: Bools) -> float | None:
    numbers = read_numbers(table[column])
    return None if numbers is None else float(np.nansum(numbers[inside]))
