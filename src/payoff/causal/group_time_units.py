"""Group-time effects from unit rows, where moments do not reach: gaps in the panel, propensity scores.

Question  What are the effects when units come and go, or are compared with units like them?
Estimand  As `group_time_effects`, given covariates. In a panel with gaps each cell compares the units seen
          both in its period and in its base, a cohort counts by all of its units.
Assumes   Gaps have nothing to do with how outcomes move.
Refuses   Leaves out a cell with a side of fewer than two clusters; returns the cohort whose covariates
          cannot be balanced.
Cites     Callaway & Sant'Anna (2021); Sant'Anna & Zhao (2020); influence functions as in the R package did.
Proof     tests/causal/test_causal_group_time_peers.py; without gaps equal to `group_time_effects`.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.cluster_errors import LEVERAGE_ONE
from payoff.causal.group_time_average import Average
from payoff.causal.group_time_cells import Cells, keep_cells
from payoff.causal.group_time_covariates import Adjustment, compare
from payoff.nouns.arrays import Bools, Floats, Ints, frozen

MIN_CLUSTERS = 2  # a side of one cluster shows nothing of how far it may be off


@dataclass(frozen=True, slots=True)
class Units:
    """n units. values (n, T) with NaN in gaps; cohort (n,) index; weight (n,), mean 1; x (n, P), ones first.

    cluster (n,) codes 0.., each unit its own where there are none.
    """

    values: Floats
    cohort: Ints
    weight: Floats
    cluster: Ints
    x: Floats


@dataclass(frozen=True, slots=True)
class UnitEffects:
    """influence (n, m): covariance is Σ over clusters of summed influence × influence' / n².

    adjusted (n, m): the same, each side's part over √(1 − its cluster's share of the side).
    """

    cells: Cells
    estimates: Floats
    influence: Floats
    adjusted: Floats
    share: Floats
    units: Units

    def covariance(self) -> Floats:
        return self._spread(self.influence)

    def average(self, average: Average) -> tuple[Floats, Floats]:
        """Estimates (q,) and covariance (q, q), with the estimation error of cohort shares."""
        units = self.units
        moved = self.influence @ average.weights + units.weight[:, None] * average.share[units.cohort]
        return average.estimates, self._spread(moved)

    def _spread(self, influence: Floats) -> Floats:
        cluster = self.units.cluster
        size = int(cluster.max()) + 1
        sums = np.stack([np.bincount(cluster, weights=c, minlength=size) for c in influence.T], axis=1)
        spread: Floats = sums.T @ sums / len(cluster) ** 2
        return spread


def unit_effects(units: Units, cells: Cells, n_cohorts: int, adjustment: Adjustment) -> UnitEffects | int:
    """Effects of all cells two clusters a side were seen in, or the cohort that cannot be compared."""
    n = len(units.cohort)
    seen = np.isfinite(units.values)
    estimates = np.full(cells.size, np.nan)
    influence, adjusted = np.zeros((n, cells.size)), np.zeros((n, cells.size))
    for group in _alike(cells, seen):
        k = int(cells.cohort[group[0]])
        both = (seen[:, cells.period[group]] & seen[:, cells.base[group]]).all(axis=1)
        treated = both & (units.cohort == k)
        pool = both & cells.controls[group[0]][units.cohort]
        if min(_clusters(units, treated), _clusters(units, pool)) < MIN_CLUSTERS:
            continue
        rows = np.flatnonzero(treated | pool)
        change = units.values[np.ix_(rows, cells.period[group])]
        change = change - units.values[np.ix_(rows, cells.base[group])]
        found = compare(change, treated[rows], units.weight[rows], units.x[rows], adjustment)
        if found is None:
            return k
        moved = found.influence * (n / len(rows))
        estimates[group] = found.effect
        influence[np.ix_(rows, group)] = moved
        factor = _leverage(units, rows, treated[rows])
        adjusted[np.ix_(rows, group)] = moved * factor[:, None]
    kept = np.isfinite(estimates)
    mass = np.bincount(units.cohort, weights=units.weight, minlength=n_cohorts)
    return UnitEffects(
        keep_cells(cells, kept),
        frozen(estimates[kept]),
        frozen(influence[:, kept]),
        frozen(adjusted[:, kept]),
        frozen(mass / mass.sum()),
        units,
    )


def _alike(cells: Cells, seen: Bools) -> list[Ints]:
    """Cells that compare the same rows: one propensity score serves them all."""
    gaps = not seen.all()
    groups: dict[tuple[object, ...], list[int]] = {}
    for j in range(cells.size):
        key = (int(cells.cohort[j]), cells.controls[j].tobytes(), j if gaps else -1)
        groups.setdefault(key, []).append(j)
    return [np.array(group, dtype=np.int64) for group in groups.values()]


def _clusters(units: Units, side: Bools) -> int:
    return len(np.unique(units.cluster[side]))


def _leverage(units: Units, rows: Ints, treated: Bools) -> Floats:
    """(r,): 1/√(1 − share), the share of the row's cluster in the weight of its side."""
    factor = np.ones(len(rows))
    for side in (treated, ~treated):
        weight = units.weight[rows[side]]
        sums = np.bincount(units.cluster[rows[side]], weights=weight)
        rest = 1.0 - sums[units.cluster[rows[side]]] / weight.sum()
        factor[side] = 1.0 / np.sqrt(np.where(rest < LEVERAGE_ONE, 1.0, rest))
    return factor
