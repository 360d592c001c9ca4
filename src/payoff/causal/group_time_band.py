"""A band that holds all estimates at once, from their covariance alone.

Question  Between which lines does the whole path lie, not each point by itself?
Identity  The multiplier bootstrap with Gaussian multipliers draws Σ ξᵢ·influenceᵢ / n, which is Gaussian with
          exactly the analytic covariance: so draws come from that covariance, whatever the row count.
Assumes   Estimates are about jointly normal; with few clusters each keeps its own degrees of freedom:
          draws give the level at which single intervals must stand for all to hold in 95 % of draws.
Refuses   Nothing: an estimate without variance takes no part and keeps its own point as band.
Cites     Callaway & Sant'Anna (2021), section 4.1; Montiel Olea & Plagborg-Møller (2019),
          doi:10.1002/jae.2656: sup-t bands.
Proof     tests/causal/test_causal_group_time.py: coverage; Šidák for independent estimates.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from payoff.nouns.arrays import Floats

COVERED = 0.95
N_DRAWS = 1_999


@dataclass(frozen=True, slots=True)
class Band:
    """level: two-sided level of each single interval. critical (q,): standard errors either side.

    ends (q, 2).
    """

    level: float
    critical: Floats
    ends: Floats


def draw_influence(covariance: Floats, n_draws: int, rng: np.random.Generator) -> Floats:
    """(n_draws, q) deviations: the multiplier bootstrap with Gaussian multipliers."""
    spread, axes = np.linalg.eigh(covariance)
    root = axes * np.sqrt(np.clip(spread, 0.0, None))
    draws: Floats = rng.standard_normal((n_draws, len(spread))) @ root.T
    return draws


def find_band(
    estimates: Floats,
    covariance: Floats,
    df: Floats,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> Band:
    """Simultaneous 95 % band; estimates, df (q,), covariance (q, q)."""
    errors = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    moving = errors > 0
    level = 1.0 - COVERED
    if moving.any():
        scale = errors[moving]
        correlation = covariance[np.ix_(moving, moving)] / np.outer(scale, scale)
        farthest = np.abs(draw_influence(correlation, n_draws, rng)).max(axis=1)
        level = 2.0 * float(ndtr(-np.quantile(farthest, COVERED)))
    critical = stdtrit(df, 1.0 - level / 2.0)
    half = np.where(moving, critical * errors, 0.0)
    return Band(level, critical, np.column_stack([estimates - half, estimates + half]))
