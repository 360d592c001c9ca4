"""A comparison of changes that is right when the weights or the regression are: the improved estimator.

Question  How did the program's units change, against comparison units made like them?
Estimand  Effect on the treated under parallel trends given what was known before launch.
Assumes   The odds of being in the program are log-linear in the columns, or changes of the comparison are
          linear in them; comparison units like every program unit exist.
Identity  Odds are tilted so that the weighted comparison has the program's column means exactly; then
          neither fit adds to the estimate's first-order error.
Refuses   Returns None where no odds balance the columns.
Cites     Sant'Anna & Zhao (2020), doi:10.1016/j.jeconom.2020.06.003, section 3.1 (R DRDID, drdid_imp_panel);
          Graham, Pinto & Egel (2012), doi:10.1093/restud/rdr047.
Proof     tests/reference/test_reference_did.py: the DRDID help page.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.group_time_covariates import TRIM
from payoff.nouns.arrays import Bools, Floats

MOST_STEPS = 100
TOLERANCE = 1e-10  # of the program's column means, in standard deviations
LEAST_STEP = 1e-8
MOST_INDEX = 30.0  # log odds beyond which a comparison unit stands for ten million million
CONDITION = 1e-12


@dataclass(frozen=True, slots=True)
class ImprovedFit:
    """effect; influence (n,): its sum of squares over n² is the variance; odds (n,), 0 for the program.

    leverage (n,): share of a comparison unit's residual that its own fit takes, 0 for the program.
    """

    effect: float
    influence: Floats
    odds: Floats
    leverage: Floats


def fit_improved(change: Floats, treated: Bools, weight: Floats, x: Floats) -> ImprovedFit | None:
    """change, treated, weight (n,); x (n, p) with a column of ones first."""
    odds = tilt_odds(treated, weight, x)
    if odds is None:
        return None
    side = weight * odds
    inverse = np.linalg.pinv((side[:, None] * x).T @ x, rcond=CONDITION, hermitian=True)
    error = change - x @ (inverse @ (x.T @ (side * change)))
    mass = float(weight[treated].sum())
    effect = float((weight * treated) @ error - side @ error) / mass
    influence = weight * np.where(treated, error - effect, -odds * error) * len(change) / mass
    return ImprovedFit(effect, influence, odds, side * np.einsum("np,pq,nq->n", x, inverse, x))


def tilt_odds(treated: Bools, weight: Floats, x: Floats) -> Floats | None:
    """(n,) odds e^(x·γ) that give the comparison the program's sums of x; Newton's steps, halved."""
    spread = x.std(axis=0)
    varying = spread > 1e-12 * np.maximum(np.abs(x).max(axis=0), 1e-300)
    scaled = np.column_stack(
        [np.ones(len(x)), (x[:, varying] - x[:, varying].mean(axis=0)) / spread[varying]]
    )
    target = (weight * treated) @ scaled
    mass, others = float(target[0]), weight * ~treated
    if not (mass > 0 and others.sum() > 0):
        return None
    gamma = np.zeros(scaled.shape[1])
    gamma[0] = np.log(mass / others.sum())
    loss = _loss(gamma, scaled, others, target)
    for _ in range(MOST_STEPS):
        index = np.where(treated, 0.0, scaled @ gamma)
        side = others * np.exp(index)
        gap = target - side @ scaled
        if np.abs(gap).max() <= TOLERANCE * mass:
            odds = np.where(treated, 0.0, np.exp(index))
            return np.where(odds >= TRIM / (1.0 - TRIM), 0.0, odds)
        step = np.linalg.lstsq((side[:, None] * scaled).T @ scaled, gap, rcond=CONDITION)[0]
        size = 1.0
        while (new := _loss(gamma + size * step, scaled, others, target)) > loss + 1e-12 * abs(loss):
            size /= 2
            if size < LEAST_STEP:
                return None
        gamma, loss = gamma + size * step, new
    return None


def _loss(gamma: Floats, x: Floats, others: Floats, target: Floats) -> float:
    """Convex in gamma; its minimum balances the columns."""
    index = np.where(others > 0, x @ gamma, 0.0)
    if index.max() > MOST_INDEX:
        return float("inf")
    return float(others @ np.exp(index) - target @ gamma)
