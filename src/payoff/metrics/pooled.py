"""The counts behind a rate, summed over units and periods.

Question  How much over how much was it, of the cohort or of each unit, in the baseline or in follow-up?
Identity  A rate of all is the sum of numerators over the sum of denominators, never a mean of rates.
Unknown   A query that does not say both (SQL of a study's own) has no counts: None. A row of which one is
          unknown counts in neither.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from payoff.metrics.columns import encode_keys, read_dates, read_numbers
from payoff.nouns.arrays import Dates, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

Pooled = Mapping[tuple[str, str], tuple[Floats, Floats]]
_PERIODS = ("period", "day", "week", "month", "quarter", "year")


def pool_counts(
    table: pa.Table, unit: str, units: tuple[str, ...], periods: Dates
) -> tuple[float, float] | None:
    """(numerator, denominator) of a metric's table over `units` and `periods`."""
    each = pool_each(table, unit, units, periods)
    if each is None:
        return None
    above, below = float(each[0].sum()), float(each[1].sum())
    return None if below == 0 else (above, below)


def pool_windows(study: Study, panels: Sequence[Panel], tables: Mapping[str, pa.Table]) -> Pooled:
    """(metric, window) → as `pool_each`, of the panel's units; no entry where a query says no counts."""
    found = {}
    for panel in panels:
        for window, inside in (("follow_up", panel.post), ("baseline", panel.pre)):
            table = tables[f"metric:{panel.metric.name}"]
            each = pool_each(table, study.design.unit, panel.unit, panel.periods[inside])
            if each is not None:
                found[panel.metric.name, window] = each
    return found


def pool_each(
    table: pa.Table, unit: str, units: tuple[str, ...], periods: Dates
) -> tuple[Floats, Floats] | None:
    """(numerators, denominators) of each unit over `periods`, (n_units,) each; 0 where it has no row."""
    there = {name.lower(): name for name in table.column_names}
    period = next((there[name] for name in _PERIODS if name in there), None)
    if period is None or not {"numerator", "denominator", unit.lower()} <= there.keys():
        return None
    keys = encode_keys(table[there[unit.lower()]], pa.array(units, pa.string()))
    dates, _ = read_dates(table[period])
    above, below = (read_numbers(table[there[name]]) for name in ("numerator", "denominator"))
    if above is None or below is None:
        return None
    inside = (keys >= 0) & np.isin(dates, periods) & np.isfinite(above) & np.isfinite(below)
    n, at = len(units), keys[inside]
    sums: list[Floats] = [np.bincount(at, x[inside], n).astype(np.float64) for x in (above, below)]
    return sums[0], sums[1]
