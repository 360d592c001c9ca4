"""How far may the groups' trends part before a difference in differences says nothing any more?

Question  Equal trends are never proved. Which effects remain possible when they part a little, and how much
          parting makes the answer zero?
Limits    relative_magnitudes: from one period to the next by at most Mbar times the most they parted before
          launch. smoothness: the difference in trends bends by at most M a period (0: a straight line).
Estimand  The average effect over the periods after launch, unless weights or "first" say otherwise.
Refuses   (ValueError) no period before launch besides the reference; a covariance that is none.
Cites     Rambachan & Roth (2023), doi:10.1093/restud/rdad018
Proof     tests/reference/test_reference_honest.py
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from payoff.causal.honest_did_relative import rejected_ratios, relative_interval
from payoff.causal.honest_did_smoothness import smoothness_path
from payoff.nouns.arrays import Floats

Limit = Literal["relative_magnitudes", "smoothness"]
Target = Literal["average", "first"] | Sequence[float]
LEVEL = 0.05
MOST_RATIO = 20.0  # a breakdown beyond is infinite for any purpose
HALVINGS = 16  # of a step: finer than any covariance is known
DOUBLINGS = 2.0 ** np.arange(8)
CLOSER, FINENESS = 2, 17  # times a bracket is cut into 16; within the last the clearance is a straight line


@dataclass(frozen=True, slots=True)
class HonestInterval:
    """The effects that remain possible at one `limit` (Mbar or M)."""

    limit: float
    low: float
    high: float


def honest_intervals(
    estimates: ArrayLike,
    covariance: ArrayLike,
    n_pre: int,
    limits: Sequence[float],
    *,
    kind: Limit = "relative_magnitudes",
    target: Target = "average",
    level: float = LEVEL,
) -> tuple[HonestInterval, ...]:
    """Intervals of 1 − level, one per limit.

    estimates (n_pre + n_post,): event-study gaps in time order, the reference period just before launch left
    out; covariance of the same. target: the effect asked for, or weights (n_post,) of the periods after.
    """
    beta, sigma, weights = _checked(estimates, covariance, n_pre, target)
    if kind == "smoothness":
        path = smoothness_path(beta, sigma, n_pre, weights)
        ends = [
            (float(low), float(high))
            for low, high in path.intervals(np.array(limits, dtype=np.float64), level)
        ]
    else:
        ends = [relative_interval(beta, sigma, n_pre, weights, limit, level) for limit in limits]
    return tuple(HonestInterval(limit, *end) for limit, end in zip(limits, ends, strict=True))


def honest_breakdown(
    estimates: ArrayLike,
    covariance: ArrayLike,
    n_pre: int,
    *,
    kind: Limit = "relative_magnitudes",
    target: Target = "average",
    level: float = LEVEL,
) -> float:
    """The smallest limit at which no effect is possible again: 0 when it is without any parting, or inf."""
    beta, sigma, weights = _checked(estimates, covariance, n_pre, target)
    if kind == "relative_magnitudes":

        def stands(limit: float) -> bool:
            return bool(rejected_ratios(beta, sigma, n_pre, weights, np.array([limit]), level)[0])

        return _largest(stands, 1.0, MOST_RATIO)
    path = smoothness_path(beta, sigma, n_pre, weights)

    def clearance(limits: Floats) -> Floats:
        low, high = path.intervals(limits, level).T
        clear: Floats = np.maximum(low, -high)
        return clear

    return _root(clearance, abs(float(weights @ beta[n_pre:])) / 8)


def _root(clearance: Callable[[Floats], Floats], step: float) -> float:
    """Where a falling `clearance`, asked of many limits at once, reaches zero; 0 when it starts below."""
    limits = step * np.append(0.0, DOUBLINGS)
    found = clearance(limits)
    if found[0] <= 0:
        return 0.0
    while found[-1] > 0:
        limits = limits[-1] * np.append(1.0, 2 * DOUBLINGS)
        found = clearance(limits)
    for _ in range(CLOSER):
        after = int((found <= 0).argmax())
        limits = np.linspace(limits[after - 1], limits[after], FINENESS)
        found = clearance(limits)
    after = max(int((found <= 0).argmax()), 1)
    share = found[after - 1] / (found[after - 1] - found[after])
    return float(limits[after - 1] + share * (limits[after] - limits[after - 1]))


def _largest(stands: Callable[[float], bool], step: float, most: float) -> float:
    """Where `stands` turns from true to false as its argument grows from 0; inf when not up to `most`."""
    if not stands(0.0):
        return 0.0
    low, high = 0.0, step
    while stands(high):
        low, high = high, 2 * high
        if low >= most:
            return math.inf
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if stands(middle) else (low, middle)
    return (low + high) / 2


def _checked(
    estimates: ArrayLike, covariance: ArrayLike, n_pre: int, target: Target
) -> tuple[Floats, Floats, Floats]:
    beta, sigma = np.asarray(estimates, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    n_post = len(beta) - n_pre
    if n_pre < 1 or n_post < 1 or sigma.shape != (len(beta), len(beta)):
        raise ValueError("one period before and one after launch, and their covariance, are needed at least")
    if not (np.isfinite(beta).all() and np.isfinite(sigma).all() and (np.diag(sigma) > 0).all()):
        raise ValueError("the estimates and their covariance must be finite, with positive variances")
    weights = np.full(n_post, 1 / n_post)
    if target == "first":
        weights = np.eye(n_post)[0]
    elif not isinstance(target, str):
        weights = np.asarray(target, dtype=np.float64)
    if weights.shape != (n_post,) or (weights < 0).any() or not weights.any():
        raise ValueError("one weight per period after launch, none negative, not all zero")
    return beta, (sigma + sigma.T) / 2, weights
