"""How many people a comparison needs, or what a given number of them can see: textbook statistics.

Question  Before anything is measured: how large must the arms be, or how large the effect?
Estimand  Power of a two-sided (or one-sided) test of two means, two proportions or several means.
Identity  Means: noncentral t with n₁ + n₂ − 2 degrees of freedom, exactly. Proportions: normal, by
          Cohen's arcsine or by the difference itself. Several means: noncentral F.
Assumes   Equal variances; units independent (`design_factors` says what it takes when they are not).
Cites     Cohen (1988), Statistical Power Analysis, ch. 2, 6 and 8; Fleiss, Levin & Paik (2003), ch. 4.
Proof     tests/reference/test_reference_power.py: Cohen's tables, statsmodels, brute force.

Effect sizes d are differences in standard deviations; n is always per arm (the first arm's, where
`ratio` = n₂ ÷ n₁ differs from 1) and need not be whole: `math.ceil` it before hiring anybody.
"""

import math
from collections.abc import Callable
from typing import Literal

from scipy.special import fdtri, ncfdtr, nctdtr, ndtr, ndtri, stdtrit

from payoff.nouns.refusal import Refusal

ALPHA, POWER = 0.05, 0.80
LARGEST = 1e9  # a study of more people than this is no advice
_BISECTIONS = 200

Sides = Literal[1, 2]


def power_of_t(shift: float, df: float, alpha: float = ALPHA, sides: Sides = 2) -> float:
    """Chance that a t test rejects: `shift` is the true effect in standard errors, df those of the error."""
    if not df > 0 or math.isnan(shift):
        return math.nan
    if math.isinf(shift):
        return 1.0 if shift > 0 or sides == 2 else 0.0
    if not math.isfinite(df):
        return float(
            ndtr(shift + ndtri(alpha / sides)) + (ndtr(ndtri(alpha / 2) - shift) if sides == 2 else 0)
        )
    critical = float(stdtrit(df, 1 - alpha / sides))
    shift = abs(shift) if sides == 2 else shift
    above = 1.0 - float(nctdtr(df, shift, critical))
    below = float(nctdtr(df, shift, -critical)) if sides == 2 else 0.0
    below = below if math.isfinite(below) else 0.0  # far in the tail there is nothing left to add
    return min(max(above + below, 0.0), 1.0) if math.isfinite(above) else 1.0


def visible_shift(df: float, power: float = POWER, alpha: float = ALPHA, sides: Sides = 2) -> float:
    """The smallest effect, in standard errors, that a t test sees with the given power."""
    return _rising_root(lambda shift: power_of_t(shift, df, alpha, sides), power, 0.0, 1.0)


def power_two_means(
    d: float, n_per_arm: float, *, ratio: float = 1.0, alpha: float = ALPHA, sides: Sides = 2
) -> float:
    """Power of the two-sample t test for a difference of `d` standard deviations."""
    return power_of_t(d * _root_n(n_per_arm, ratio), n_per_arm * (1 + ratio) - 2, alpha, sides)


def size_two_means(
    d: float, *, power: float = POWER, ratio: float = 1.0, alpha: float = ALPHA, sides: Sides = 2
) -> float | Refusal:
    """People per arm that see a difference of `d` standard deviations; not rounded."""
    return _smallest_n(lambda n: power_two_means(abs(d), n, ratio=ratio, alpha=alpha, sides=sides), power)


def smallest_difference(
    n_per_arm: float, *, power: float = POWER, ratio: float = 1.0, alpha: float = ALPHA, sides: Sides = 2
) -> float | Refusal:
    """The smallest d that `n_per_arm` people an arm can see: 0.7356 at 30, 0.5659 at 50."""
    df = n_per_arm * (1 + ratio) - 2
    if not df > 0:
        return Refusal("smallest visible difference", "Two arms need more than two people between them.")
    return visible_shift(df, power, alpha, sides) / _root_n(n_per_arm, ratio)


def power_paired(d: float, n_pairs: float, *, alpha: float = ALPHA, sides: Sides = 2) -> float:
    """Power of the one-sample or paired t test; d in standard deviations of the change."""
    return power_of_t(d * math.sqrt(n_pairs), n_pairs - 1, alpha, sides)


def size_paired(d: float, *, power: float = POWER, alpha: float = ALPHA, sides: Sides = 2) -> float | Refusal:
    """Pairs that see a mean change of `d` standard deviations of the change; not rounded."""
    return _smallest_n(lambda n: power_paired(abs(d), n, alpha=alpha, sides=sides), power)


def cohens_h(share_a: float, share_b: float) -> float:
    """Cohen's effect size of two proportions: the difference of their arcsines."""
    return 2 * math.asin(math.sqrt(share_a)) - 2 * math.asin(math.sqrt(share_b))


def power_two_shares(
    share_a: float,
    share_b: float,
    n_per_arm: float,
    *,
    by: Literal["arcsine", "difference"] = "arcsine",
    alpha: float = ALPHA,
    sides: Sides = 2,
) -> float:
    """Power to tell two proportions apart, n each. "difference": Fleiss's pooled z without correction."""
    critical = -float(ndtri(alpha / sides))
    if by == "arcsine":
        shift = abs(cohens_h(share_a, share_b)) * math.sqrt(n_per_arm / 2)
        other = float(ndtr(-critical - shift)) if sides == 2 else 0.0
        return float(ndtr(shift - critical)) + other
    pooled, apart = _spreads(share_a, share_b)
    if apart == 0:
        return 1.0 if share_a != share_b else alpha
    shift = (abs(share_a - share_b) * math.sqrt(n_per_arm) - critical * pooled) / apart
    return float(ndtr(shift))


def size_two_shares(
    share_a: float,
    share_b: float,
    *,
    power: float = POWER,
    by: Literal["arcsine", "difference"] = "arcsine",
    alpha: float = ALPHA,
    sides: Sides = 2,
) -> float | Refusal:
    """People per arm that tell two proportions apart; not rounded."""
    if not (0 <= share_a <= 1 and 0 <= share_b <= 1):
        return Refusal("sample size", "A proportion lies between 0 and 1.")
    return _smallest_n(
        lambda n: power_two_shares(share_a, share_b, n, by=by, alpha=alpha, sides=sides), power
    )


def power_several_means(f: float, n_arms: int, n_per_arm: float, *, alpha: float = ALPHA) -> float:
    """Power of one-way analysis of variance; f is Cohen's: spread of the arms' means in deviations."""
    between, within = n_arms - 1.0, n_arms * (n_per_arm - 1)
    if not (between > 0 and within > 0):
        return math.nan
    critical = float(fdtri(between, within, 1 - alpha))
    return 1.0 - float(ncfdtr(between, within, f * f * n_arms * n_per_arm, critical))


def size_several_means(
    f: float, n_arms: int, *, power: float = POWER, alpha: float = ALPHA
) -> float | Refusal:
    """People per arm at which analysis of variance sees a spread of f; not rounded."""
    return _smallest_n(lambda n: power_several_means(abs(f), n_arms, n, alpha=alpha), power)


def _root_n(n_per_arm: float, ratio: float) -> float:
    """√ of half the harmonic mean of the arms: standard errors in one standard deviation."""
    return math.sqrt(n_per_arm * ratio / (1 + ratio))


def _spreads(share_a: float, share_b: float) -> tuple[float, float]:
    """√ of twice the pooled variance, and of the sum of the two variances."""
    middle = (share_a + share_b) / 2
    return (
        math.sqrt(2 * middle * (1 - middle)),
        math.sqrt(share_a * (1 - share_a) + share_b * (1 - share_b)),
    )


def _smallest_n(power_at: Callable[[float], float], power: float) -> float | Refusal:
    if not 0 < power < 1:
        return Refusal("sample size", "Power is a chance between 0 and 1.")
    if not power_at(LARGEST) >= power:
        return Refusal("sample size", "No number of people within reason sees an effect this small.")
    return _rising_root(power_at, power, 1.0, 2.0)


def _rising_root(height: Callable[[float], float], level: float, low: float, high: float) -> float:
    """Where a rising function reaches `level`; NaN below the first `low` counts as not reached."""
    while not height(high) >= level:
        low, high = high, 2 * high
        if high > 4 * LARGEST:
            return math.inf
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if height(middle) >= level else (middle, high)
    return high
