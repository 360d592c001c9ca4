"""The outcome on the scale it is analysed on, or why it cannot be.

Question  Which numbers does every method see?
Refuses   Infinite values; weights that are no weights; values without a logarithm on a log metric;
          an outcome that never varies.
"""

import numpy as np

from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, named, number

MAX_SHARE_DROPPED = 0.20  # a method that must leave out more units than this answers another question


def observed_cells(panel: Panel, periods: Bools) -> Bools:
    """(n_units, n_periods): a value and a positive weight, in one of the `periods` (n_periods,)."""
    cells: Bools = ~np.isnan(panel.values) & (panel.weights > 0) & periods[None, :]
    return cells


def analysed_values(study: Study, panel: Panel, periods: Bools, method: str) -> Floats | Refusal:
    """(n_units, n_periods) values, in logs where the metric says so; NaN outside observed cells."""
    cells = observed_cells(panel, periods)
    label = panel.metric.label
    if not cells.any():
        return Refusal(method, f"{label} was never observed in the periods this method compares.")
    infinite = (np.isinf(panel.values) | ~np.isfinite(panel.weights)) & periods[None, :]
    if infinite.any():
        return Refusal(method, f"{label} or its weight is infinite for {_who(study, panel, infinite)}.")
    values = np.where(cells, panel.values, np.nan)
    if panel.metric.scale == "log":
        unfit = cells & ~(panel.values > 0)
        if unfit.any():
            who = _who(study, panel, unfit)
            return Refusal(method, f"{label} is zero or negative for {who}: a proportion cannot be taken.")
        values = np.log(values, where=cells, out=np.full_like(values, np.nan))
    seen = values[cells]
    if np.ptp(seen) <= 1e-12 * max(abs(float(seen[0])), 1e-300):
        return Refusal(method, f"{label} is the same in every row: there is nothing to explain.")
    return values


def unit_means(values: Floats, weights: Floats, cells: Bools) -> tuple[Floats, Floats]:
    """Each unit's weighted mean over its `cells`, and its weight in a comparison of units.

    values, weights, cells (n_units, n_periods) → (n_units,) means, NaN without cells, and (n_units,)
    weights: the mean weight of the unit's cells, 0 without. So units count equally wherever weights are
    equal, whatever their size and however many periods a unit was seen in; a metric that brings
    weights counts each unit by its mean exposure per period.
    """
    used = np.where(cells, weights, 0.0)
    total = used.sum(axis=1)
    seen = total > 0
    sums = (used * np.where(cells, values, 0.0)).sum(axis=1)
    means = np.divide(sums, total, out=np.full_like(total, np.nan), where=seen)
    return means, np.divide(total, cells.sum(axis=1), out=np.zeros_like(total), where=seen)


def mean_level(panel: Panel, cells: Bools) -> float:
    """Weighted mean of the raw metric over `cells` (n_units, n_periods); NaN when there are none."""
    if not cells.any():
        return float("nan")
    return float(np.average(panel.values[cells], weights=panel.weights[cells]))


def baseline_refusal(panel: Panel, baseline: float, method: str) -> Refusal | None:
    """A level metric needs a positive mean without the program to turn a change into a lift."""
    if baseline > 0:
        return None
    reason = f"{panel.metric.label} without the program averages {number(baseline, 3)}, or was not observed: "
    return Refusal(method, reason + "a change cannot be stated as a share of it.")


def _who(study: Study, panel: Panel, cells: Bools) -> str:
    units = [panel.unit[i] for i in np.flatnonzero(cells.any(axis=1))]
    return f"{counted(len(units), study.design.unit_label)} ({named(units)})"
