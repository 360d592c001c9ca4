"""The course of an effect over time: when it sets in, whether and how fast it fades.

Question  From which period on is there an effect, and what is left of it later?
Model     Nothing before period k; from k on a size that stays, or halves every h periods (exponential),
          or falls as (1 + periods since)^−p (power). Generalised least squares on the effects by period
          with their joint covariance; every k and shape is tried, AIC weighs them.
Assumes   One onset; the effects by period and their covariance are right.
Refuses   No effect in any period, allowing for the choice among periods; for `find_fading`, effects in
          which fading cannot be told from staying within the periods seen: nothing is extrapolated.
Cites     Burnham & Anderson (2002), Model Selection, ch. 2: AIC weights; Rubin & Wenzel (1996),
          doi:10.1037/0033-295X.103.4.734: exponential and power forgetting.
Proof     tests/causal/test_causal_explore.py: seeded onset within one period (CAU-11), seeded half-life.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import number

LEVEL = 0.05
CHI_SQUARE_95 = 3.841458820694124
POWERS = np.exp(np.linspace(np.log(0.05), np.log(4.0), 60))

Shape = Literal["stays", "exponential", "power"]


@dataclass(frozen=True, slots=True)
class Onset:
    """first: the period since launch (0 the first) from which the effect is there; low, high: 95 % set."""

    first: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Fading:
    """half_life in periods with its 95 % interval (`high` inf: it may not fade at all).

    weight_exponential, weight_power: AIC weights of the two shapes against each other.
    """

    half_life: float
    low: float
    high: float
    shape: Shape
    weight_exponential: float
    weight_power: float


def find_onset(since: Ints, estimates: Floats, covariance: Floats, df: float = math.inf) -> Onset | Refusal:
    """since (T,) periods since launch in order; estimates (T,), covariance (T, T).

    df: degrees of freedom the covariance was estimated with.
    """
    fits = _fit_all(since, estimates, covariance, df)
    if isinstance(fits, Refusal):
        return fits
    best = np.array([min(shape.min() for shape in by_onset.values()) for by_onset in fits])
    weights = np.exp(-(best - best.min()) / 2)
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    inside = order[: int(np.searchsorted(np.cumsum(weights[order]), 0.95) + 1)]
    return Onset(int(since[order[0]]), int(since[inside].min()), int(since[inside].max()))


def find_fading(since: Ints, estimates: Floats, covariance: Floats, df: float = math.inf) -> Fading | Refusal:
    """Half-life of the effect once it has set in, in periods."""
    fits = _fit_all(since, estimates, covariance, df)
    if isinstance(fits, Refusal):
        return fits
    stays, exponential, power = (
        min(float(by_onset[shape].min()) for by_onset in fits) for shape in ("stays", "exponential", "power")
    )
    if stays - min(exponential, power) < CHI_SQUARE_95 - 2.0:  # better by less than chance allows
        n = int(since[-1] - since[0]) + 1
        reason = f"In {n} periods the effect does not visibly fade; later ones were not seen."
        return Refusal("fading", reason)
    odds = np.exp(-(np.array([exponential, power]) - min(exponential, power)) / 2)
    odds /= odds.sum()
    grid = _half_lives(since)
    curve = np.min([by_onset["exponential"] for by_onset in fits], axis=0)
    inside = grid[curve <= curve.min() + CHI_SQUARE_95]
    edge = bool(stays - 2.0 <= curve.min() - 2.0 + CHI_SQUARE_95)  # staying is a half-life without end
    shape: Shape = "exponential" if odds[0] >= odds[1] else "power"
    return Fading(
        float(grid[curve.argmin()]),
        float(inside.min()),
        float("inf") if edge else float(inside.max()),
        shape,
        float(odds[0]),
        float(odds[1]),
    )


def describe_course(since: Ints, estimates: Floats, covariance: Floats, df: float, period: str) -> str:
    """For a label: onset and fading in words, with their doubt."""
    onset = find_onset(since, estimates, covariance, df)
    if isinstance(onset, Refusal):
        return f"; {onset.reason[0].lower()}{onset.reason[1:].rstrip('.')}"
    text = f"; sets in with {period} {onset.first + 1} ({onset.low + 1} to {onset.high + 1})"
    fading = find_fading(since, estimates, covariance, df)
    if isinstance(fading, Refusal):
        return f"{text}; {fading.reason[0].lower()}{fading.reason[1:].rstrip('.')}"
    high = "no end" if np.isinf(fading.high) else number(fading.high, 2)
    return f"{text}, halves in {number(fading.half_life, 2)} {period}s ({number(fading.low, 2)} to {high})"


def _fit_all(
    since: Ints, estimates: Floats, covariance: Floats, df: float
) -> list[dict[str, Floats]] | Refusal:
    """AIC for each onset, by shape, over the shape's grid; a Refusal where no effect shows at all."""
    precision: Floats = np.asarray(np.linalg.pinv(_steady(covariance), hermitian=True), dtype=np.float64)
    if math.isfinite(df):  # the inverse of an estimated covariance is too large on average
        precision = precision * max(df - len(since) - 1.0, 1.0) / df
    nothing = float(estimates @ precision @ estimates)
    fits: list[dict[str, Floats]] = []
    for k in range(len(since)):
        age = (since - since[k]).astype(np.float64)
        on = age >= 0
        halved = np.where(on, 0.5 ** (np.maximum(age, 0) / _half_lives(since)[:, None]), 0.0)
        fallen = np.where(on, (1 + np.maximum(age, 0)) ** -POWERS[:, None], 0.0)
        fits.append(
            {
                "stays": _misfit(on.astype(np.float64)[None, :], estimates, precision, nothing) + 4,
                "exponential": _misfit(halved, estimates, precision, nothing) + 6,
                "power": _misfit(fallen, estimates, precision, nothing) + 6,
            }
        )
    best = min(float(by_onset["stays"].min()) for by_onset in fits) - 4
    best = min(best, min(float(by_onset["exponential"].min()) for by_onset in fits) - 6)
    if nothing - best < float(chdtri(2, LEVEL / len(since))):
        return Refusal("onset", "No effect shows in any period, allowing for the choice among them.")
    return fits


def _misfit(shapes: Floats, estimates: Floats, precision: Floats, nothing: float) -> Floats:
    """χ² left by the best multiple of each shape; shapes (m, T)."""
    along = shapes @ precision @ estimates
    length = np.einsum("mt,ts,ms->m", shapes, precision, shapes)
    left: Floats = nothing - np.divide(along**2, length, out=np.zeros_like(along), where=length > 0)
    return left


def _half_lives(since: Ints) -> Floats:
    span = float(since[-1] - since[0]) + 1.0
    grid: Floats = np.exp(np.linspace(np.log(0.3), np.log(10.0 * span), 120))
    return grid


def _steady(covariance: Floats) -> Floats:
    """The covariance with correlations drawn a tenth towards their mean: few clusters make them wild."""
    errors = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(errors, errors)
    n = len(errors)
    mean = (correlation.sum() - n) / max(n * (n - 1), 1)
    target = np.full((n, n), mean)
    np.fill_diagonal(target, 1.0)
    steady: Floats = (0.9 * correlation + 0.1 * target) * np.outer(errors, errors)
    return steady
