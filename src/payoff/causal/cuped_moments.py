"""A trial from counts, means and covariances alone: CUPED for means and for ratios of totals.

Question  What do the arms' first and second moments say, however many million rows they came from?
Estimand  Difference of (ratios of) means between two arms, less θ × the same difference before launch.
Identity  A ratio of means a/b moves like a/b̄ − (ā/b̄²) b (delta method), so its variance and its
          covariance with the ratio before launch follow from second moments. θ is their covariance over
          the earlier variance in both arms together. Each arm's variance is that of y − θx; Welch's t.
Assumes   Rows are independent units: no clusters. Many of them: the errors carry no small-sample
          correction for θ, which the locked method (`cuped`) does.
Refuses   Nothing: callers look whether `std_error` is positive.
Cites     Deng et al. (2013), doi:10.1145/2433396.2433413; Deng, Knoblich & Lu (2018),
          doi:10.1145/3219819.3219919: the delta method for ratios; Welch (1947).
Proof     tests/reference/test_reference_trials.py: the numbers of tea-tasting's guide.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from payoff.nouns.arrays import Bools, Floats


@dataclass(frozen=True, slots=True)
class ArmMoments:
    """n units; means (m,) and covariance (m, m; divisor n − 1) of outcome columns, then earlier ones.

    Columns: y; or numerator, denominator; each alone or followed by the same measured before launch.
    """

    n: float
    means: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class MomentFit:
    """The difference and its doubt; `level` is the comparison arm's adjusted mean (or ratio).

    lift_interval: 95 %, of program ÷ comparison − 1, on the logarithm's scale (delta method).
    """

    estimate: float
    std_error: float
    df: float
    level: float
    slope: float
    p_value: float
    lift: float
    lift_interval: tuple[float, float]


def find_moments(columns: Floats, arm: Bools) -> tuple[ArmMoments, ArmMoments]:
    """(comparison, program) moments of columns (n, m) by arm (n,)."""
    comparison, program = (
        ArmMoments(
            float(inside.sum()),
            columns[inside].mean(axis=0),
            np.atleast_2d(np.cov(columns[inside], rowvar=False)),
        )
        for inside in (~arm, arm)
    )
    return comparison, program


def fit_moments(comparison: ArmMoments, program: ArmMoments, *, ratio: bool, cuped: bool) -> MomentFit:
    """Fit two arms. ratio: columns are numerator and denominator; cuped: earlier ones follow."""
    width = 2 if ratio else 1
    slope, earlier = 0.0, 0.0
    if cuped:
        total = _together(comparison, program)
        spread = _spread(total, width)
        slope = float(spread[0, 1] / spread[1, 1]) if spread[1, 1] > 0 else 0.0
        earlier = _mean(total, width, width)
    levels, variances = [], []
    for arm in (comparison, program):
        past = slope * (_mean(arm, width, width) - earlier) if cuped else 0.0
        levels.append(_mean(arm, width, 0) - past)
        mix = np.array([1.0, -slope]) if cuped else np.array([1.0])
        variances.append(float(mix @ _spread(arm, width) @ mix) / arm.n)
    ends = (comparison.n, program.n)
    estimate, error = levels[1] - levels[0], math.sqrt(sum(variances))
    df = _welch(variances, ends)
    p_value = 2 * float(stdtr(df, -abs(estimate / error))) if error > 0 else math.nan
    return MomentFit(estimate, error, df, levels[0], slope, p_value, *_relative(levels, variances, ends))


def _relative(
    levels: list[float], variances: list[float], sizes: tuple[float, float]
) -> tuple[float, tuple[float, float]]:
    if not (levels[0] > 0 and levels[1] > 0):
        return math.nan, (math.nan, math.nan)
    shares = [v / level**2 for v, level in zip(variances, levels, strict=True)]
    reach = math.exp(float(stdtrit(_welch(shares, sizes), 0.975)) * math.sqrt(sum(shares)))
    times = levels[1] / levels[0]
    return times - 1.0, (times / reach - 1.0, times * reach - 1.0)


def _welch(variances: list[float], sizes: tuple[float, float]) -> float:
    """Degrees of freedom of the sum of two variances of means."""
    below = sum(v**2 / (n - 1) for v, n in zip(variances, sizes, strict=True))
    return sum(variances) ** 2 / below if below > 0 else math.nan


def _mean(arm: ArmMoments, width: int, start: int) -> float:
    part = arm.means[start : start + width]
    return float(part[0] / part[1]) if width == 2 else float(part[0])


def _spread(arm: ArmMoments, width: int) -> Floats:
    """Covariance (1 or 2, same) of the outcome's (ratio's) linear form and of the earlier one's."""
    forms = []
    for start in range(0, len(arm.means), width):
        form = np.zeros(len(arm.means))
        form[start] = 1.0
        if width == 2:
            top, bottom = arm.means[start : start + 2]
            form[start : start + 2] = 1.0 / bottom, -top / bottom**2
        forms.append(form)
    turn = np.array(forms)
    spread: Floats = turn @ arm.covariance @ turn.T
    return spread


def _together(one: ArmMoments, other: ArmMoments) -> ArmMoments:
    n = one.n + other.n
    gap = other.means - one.means
    squares = one.covariance * (one.n - 1) + other.covariance * (other.n - 1)
    squares = squares + np.outer(gap, gap) * one.n * other.n / n
    return ArmMoments(n, (one.means * one.n + other.means * other.n) / n, squares / (n - 1))
