"""One comparison of a staggered rollout adjusted for covariates: regression, weighting, or both.

Question  How did a cohort's change differ from that of comparison units like it?
Estimand  ATT(g, t) under parallel trends given covariates known before launch.
Assumes   reg: changes of the comparison are linear in the covariates; ipw: membership is logistic in them;
          dr: one of the two. Comparison units like every program unit exist.
Refuses   Returns None where membership can be told from the covariates (no overlap), or they are collinear.
Cites     Sant'Anna & Zhao (2020), doi:10.1016/j.jeconom.2020.06.003, the traditional estimators of the R
          package DRDID (drdid_panel, reg_did_panel, std_ipw_did_panel) with its trimming at 0.995.
Proof     tests/causal/test_causal_group_time_peers.py: csdid, diff-diff, moderndid.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from payoff.nouns.arrays import Bools, Floats

Adjustment = Literal["reg", "ipw", "dr"]
TRIM = 0.995  # comparison units this likely to be program units carry no weight
ALMOST_ONE = 1.0 - 1e-6
MAX_STEPS = 50
TOLERANCE = 1e-12
CONDITION = 1e-12  # reciprocal condition number below which covariates count as collinear


@dataclass(frozen=True, slots=True)
class Compared:
    """c changes of r units. effect (c,); influence (r, c): variance of an effect is Σ influence² / r²."""

    effect: Floats
    influence: Floats


@dataclass(frozen=True, slots=True)
class _Regression:
    """fitted, error (r, c): predicted changes, and what is left. scaled (r, p): w(1 − D)x (X'WX/r)^-1."""

    fitted: Floats
    error: Floats
    scaled: Floats

    def lean(self, towards: Floats) -> Floats:
        """(r, c): influence of the coefficients along `towards` (p,) or (p, c)."""
        along = self.scaled @ towards
        moved: Floats = self.error * (along[:, None] if along.ndim == 1 else along)
        return moved


@dataclass(frozen=True, slots=True)
class _Propensity:
    """odds (r,): weight of comparison units, 0 for the program. scores (r, p): influence of the fit."""

    odds: Floats
    scores: Floats


def compare(
    change: Floats, treated: Bools, weight: Floats, x: Floats, adjustment: Adjustment
) -> Compared | None:
    """change (r, c); treated, weight (r,); x (r, p) with a column of ones."""
    regression = None if adjustment == "ipw" else _regress(change, treated, weight, x)
    propensity = None if adjustment == "reg" else _weigh(treated, weight, x)
    if (adjustment != "ipw" and regression is None) or (adjustment != "reg" and propensity is None):
        return None
    outcome = change if regression is None else change - regression.fitted
    program = weight * treated
    side = program if propensity is None else weight * propensity.odds
    gain, own = _mean_of(outcome, program)
    influence = own
    if regression is not None:
        influence = influence - regression.lean(program @ x / program.sum())
    if propensity is None:
        return Compared(gain, influence)
    other, drawn = _mean_of(outcome, side)
    n = len(weight)
    pull = (side[:, None] * x).T @ (outcome - other) / n  # (p, c)
    drawn = drawn + propensity.scores @ pull / side.mean()
    if regression is not None:
        drawn = drawn - regression.lean(side @ x / side.sum())
    return Compared(gain - other, influence - drawn)


def _mean_of(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Weighted means (c,) and their influence (r, c)."""
    mean = weight @ values / weight.sum()
    return mean, (values - mean) * (weight / weight.mean())[:, None]


def _regress(change: Floats, treated: Bools, weight: Floats, x: Floats) -> _Regression | None:
    """Least squares of the comparison's changes on x."""
    side = weight * ~treated
    gram = (side[:, None] * x).T @ x
    inverse = invert(gram)
    if inverse is None:
        return None
    fitted = x @ (inverse @ ((side[:, None] * x).T @ change))
    return _Regression(fitted, change - fitted, side[:, None] * x @ inverse * len(x))


def _weigh(treated: Bools, weight: Floats, x: Floats) -> _Propensity | None:
    """Logistic regression of being in the program on x, by Newton's steps."""
    beta = np.zeros(x.shape[1])
    target = treated.astype(np.float64)
    for _ in range(MAX_STEPS):
        chance = expit(x @ beta)
        inverse = invert((x * (weight * chance * (1.0 - chance))[:, None]).T @ x)
        if inverse is None:
            return None
        step = inverse @ (x.T @ (weight * (target - chance)))
        beta = beta + step
        if np.abs(step).max() <= TOLERANCE * max(float(np.abs(beta).max()), 1.0):
            break
    else:
        return None
    chance = np.minimum(expit(x @ beta), ALMOST_ONE)
    inverse = invert((x * (weight * chance * (1.0 - chance))[:, None]).T @ x)
    if inverse is None:
        return None
    odds = np.where(treated | (chance >= TRIM), 0.0, chance / (1.0 - chance))
    if not (odds > 0).any():
        return None
    scores = (weight * (target - chance))[:, None] * x @ inverse * len(x)
    return _Propensity(odds, scores)


def invert(gram: Floats) -> Floats | None:
    """Inverse of a symmetric matrix, None where it has none to speak of; scaled by its diagonal first."""
    scale = np.sqrt(np.diag(gram))
    if not (np.isfinite(gram).all() and (scale > 0).all()):
        return None
    spread, axes = np.linalg.eigh(gram / np.outer(scale, scale))
    if spread[0] <= CONDITION * spread[-1]:
        return None
    inverse: Floats = (axes / spread) @ axes.T / np.outer(scale, scale)
    return inverse
