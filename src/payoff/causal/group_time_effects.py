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
from payoff.causal.group_time_covariates import invert
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


def regression_effects(moments: Moments, cells: Cells) -> GroupTime | None:
    """Adjusted by regressing the comparison's changes on x; None where covariates are collinear.

    All of it is linear in x ⊗ path: the treated in (1 ⊗ path), the comparison's residual times x'α, α the
    comparison's (Σ xx')⁻¹ times the cohort's mean x, in (x ⊗ path).
    """
    n_x, n_periods, n = moments.n_covariates, len(moments.times), float(moments.n_units)
    if not n_x:
        raise ValueError("these moments hold no covariates")
    block = n_periods + n_x
    treated, _ = _sides(moments, cells)
    step = _steps(cells, n_periods)
    sums = (moments.mean * moments.mass[:, None]).reshape(-1, n_x, block)  # Σ w x ⊗ (changes, x)
    influence = np.zeros((len(moments.cohorts), n_x, block, cells.size))
    estimates = np.empty(cells.size)
    pools, pool_of = np.unique(cells.controls, axis=0, return_inverse=True)
    for number, pool in enumerate(pools):
        total = sums[pool].sum(axis=0)  # (n_x, block)
        inverse = invert(total[:, n_periods:])
        if inverse is None:
            return None
        mine = np.flatnonzero(pool_of.ravel() == number)
        slope = inverse @ total[:, :n_periods] @ step[mine].T  # (n_x, cells)
        own = moments.mean.reshape(-1, n_x, block)[cells.cohort[mine], 0]  # (cells, block)
        change = (own[:, :n_periods] * step[mine]).sum(axis=1)
        estimates[mine] = change - (own[:, n_periods:] * slope.T).sum(axis=1)
        residual = np.concatenate([step[mine].T, -slope])  # (block, cells)
        pull = n * inverse @ own[:, n_periods:].T  # (n_x, cells)
        for j, cell in enumerate(mine):
            k = cells.cohort[cell]
            influence[k, 0, :, cell] = treated[cell, k] * residual[:, j]
            influence[pool, :, :, cell] -= np.outer(pull[:, j], residual[:, j])
    flat = influence.reshape(len(moments.cohorts), moments.width, cells.size)
    shift = np.einsum("kd,kdm->km", moments.mean, flat)
    shift[cells.cohort, np.arange(cells.size)] = 0.0  # a cohort's own mean is its effect's
    return GroupTime(
        cells, frozen(estimates), frozen(np.concatenate([flat, shift[:, None, :]], axis=1)), moments
    )


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
