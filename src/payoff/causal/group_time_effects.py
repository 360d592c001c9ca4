"""Every group-time effect and the covariance of all of them, from moments alone.

Question  By how much did each cohort's outcome move, in each period, beyond its comparison's?
Estimand  ATT(g, t): effect on the cohort launched at g, in period t, in the analysed unit.
Assumes   Parallel trends between a cohort and its comparison (given the covariates, `regression_effects`).
Refuses   Raises ValueError where moments hold no covariates and they are asked for.
Cites     Callaway & Sant'Anna (2021); influence functions of Sant'Anna & Zhao (2020),
          doi:10.1016/j.jeconom.2020.06.003, outcome regression; n denominators as in the R package did.
Proof     tests/reference/test_reference_group_time.py (mpdta); peers in tests/causal.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.group_time_average import Average
from payoff.causal.group_time_cells import Cells
from payoff.causal.moments import Moments
from payoff.nouns.arrays import Floats, frozen


@dataclass(frozen=True, slots=True)
class GroupTime:
    """m effects. influence (K, D+1, m): a unit's influence is w·(slopes'd + shift), d its centred path."""

    cells: Cells
    estimates: Floats
    influence: Floats
    moments: Moments

    @property
    def share(self) -> Floats:
        """(K,) share of each cohort among all units."""
        share: Floats = self.moments.mass / self.moments.mass.sum()
        return share

    def covariance(self) -> Floats:
        """(m, m) covariance of the effects."""
        return self.moments.quadratic(self.influence) / self.moments.n_units**2

    def average(self, average: Average) -> tuple[Floats, Floats]:
        """Estimates (q,) and covariance (q, q), with the estimation error of cohort shares."""
        influence = self.influence @ average.weights
        influence[:, -1, :] += average.share
        return average.estimates, self.moments.quadratic(influence) / self.moments.n_units**2


def plain_effects(moments: Moments, cells: Cells) -> GroupTime:
    """Without covariates: the cohort's change less its comparison's."""
    treated, controls = _sides(moments, cells)
    side = treated - controls  # (m, K)
    n_periods = len(moments.times)
    step = _steps(cells, n_periods)  # (m, T)
    change = moments.mean[:, :n_periods] @ step.T  # (K, m)
    estimates = ((side * moments.mass) * change.T).sum(axis=1) / moments.n_units
    pooled = (controls * moments.mass * change.T).sum(axis=1) / moments.n_units  # (m,)
    influence = np.zeros((len(moments.cohorts), moments.width + 1, cells.size))
    influence[:, :n_periods, :] = side.T[:, None, :] * step.T[None, :, :]
    influence[:, -1, :] = -controls.T * (change - pooled[None, :])
    return GroupTime(cells, frozen(estimates), frozen(influence), moments)


def _sides(moments: Moments, cells: Cells) -> tuple[Floats, Floats]:
    """(m, K) n over the mass of the cohort, and of the pooled comparison, where each stands; else 0."""
    n = float(moments.n_units)
    treated = np.zeros(cells.controls.shape)
    treated[np.arange(cells.size), cells.cohort] = n / moments.mass[cells.cohort]
    pool: Floats = cells.controls @ moments.mass
    controls = cells.controls * (n / pool)[:, None]
    return treated, controls


def _steps(cells: Cells, n_periods: int) -> Floats:
    """(m, T): +1 at the cell's period, −1 at its base."""
    step = np.zeros((cells.size, n_periods))
    rows = np.arange(cells.size)
    step[rows, cells.period] = 1.0
    step[rows, cells.base] = -1.0
    return step
