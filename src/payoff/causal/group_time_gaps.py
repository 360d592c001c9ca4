"""Group-time effects in a panel with gaps and without covariates: differences of means, all cells together.

Question  What are the effects when units come and go?
Identity  Without covariates a cell's regression is two weighted means of changes, so a cell's influences,
          clusters and leverages are column sums: no loop over cells.
Assumes   As `group_time_units`.
Refuses   Leaves out a cell with a side of fewer than two clusters.
Proof     tests/causal/test_causal_group_time_gaps.py: equal to `unit_effects`, cell by cell.
"""

import numpy as np

from payoff.causal.cluster_errors import LEVERAGE_ONE
from payoff.causal.group_time_cells import Cells, keep_cells
from payoff.causal.group_time_units import MIN_CLUSTERS, UnitEffects, Units
from payoff.nouns.arrays import Bools, Floats, Ints, frozen

MOST_ENTRIES = 4_000_000  # units × cells laid out at once: 32 MB an array


def mean_effects(units: Units, cells: Cells, n_cohorts: int) -> UnitEffects:
    """Effects of all cells two clusters a side were seen in."""
    n = len(units.cohort)
    seen = np.isfinite(units.values)
    values = np.where(seen, units.values, 0.0)
    estimates, enough = np.zeros(cells.size), np.ones(cells.size, dtype=np.bool_)
    influence, adjusted = np.empty((n, cells.size)), np.empty((n, cells.size))
    width = max(MOST_ENTRIES // n, 1)
    for start in range(0, cells.size, width):
        part = slice(start, start + width)
        period, base = cells.period[part], cells.base[part]
        both = seen[:, period] & seen[:, base]
        change = np.where(both, values[:, period] - values[:, base], 0.0)
        treated = both & (units.cohort[:, None] == cells.cohort[part])
        pool = both & cells.controls[part].T[units.cohort]
        gain, own, own_adjusted, held = _side(units, change, treated)
        other, drawn, drawn_adjusted, held_beside = _side(units, change, pool)
        estimates[part] = gain - other
        influence[:, part], adjusted[:, part] = own - drawn, own_adjusted - drawn_adjusted
        enough[part] = np.minimum(held, held_beside) >= MIN_CLUSTERS
    mass = np.bincount(units.cohort, weights=units.weight, minlength=n_cohorts)
    return UnitEffects(
        keep_cells(cells, enough),
        frozen(estimates[enough]),
        frozen(influence[:, enough]),
        frozen(adjusted[:, enough]),
        frozen(mass / mass.sum()),
        units,
    )


def _side(units: Units, change: Floats, side: Bools) -> tuple[Floats, Floats, Floats, Ints]:
    """Mean changes (c,) of one side (n, c), its influence and that with leverage (n, c), clusters (c,)."""
    weight = np.where(side, units.weight[:, None], 0.0)
    by_cluster = np.zeros((int(units.cluster.max()) + 1, side.shape[1]))
    order = np.argsort(units.cluster, kind="stable")
    codes, starts = np.unique(units.cluster[order], return_index=True)
    by_cluster[codes] = np.add.reduceat(weight[order], starts, axis=0)
    mass = by_cluster.sum(axis=0)
    share = weight / np.where(mass > 0, mass, 1.0)
    mean = (share * change).sum(axis=0)
    influence = share * (change - mean) * len(weight)
    rest = 1.0 - by_cluster / np.where(mass > 0, mass, 1.0)
    factor = 1.0 / np.sqrt(np.where(rest < LEVERAGE_ONE, 1.0, rest))
    return mean, influence, influence * factor[units.cluster], np.count_nonzero(by_cluster, axis=0)
