"""Difference in differences when later departures are like earlier ones: relative magnitudes.

Question  What can be said of the effect if the groups' trends part from one period to the next by at most
          Mbar times the most they parted between any two periods before launch?
Estimand  weights' effects over the periods after launch.
Method    The set of such trends is a union over the change before launch that is the largest, and its
          sign. For each, the hybrid conditional test of Andrews, Roth & Pakes: a least favourable first
          stage at LEVEL / 10, then a test given which moment is the worst. A value is kept when some
          member of the union keeps it.
Identity  The moments that involve the periods after launch are |change| <= Mbar × v. Their dual, which
          others solve as a linear program per value tested, has few vertices, the same for every value:
          weights'(estimates) − value <= Mbar × v × sum|c|, its mirror image, and v >= 0 once per change.
          So a test is a maximum over them, and all values are tested at once. The first stage's critical
          value is an integral over the bivariate normal of weights'(estimates) and v: no draws.
Assumes   Event-study estimates normal with known covariance; the last period before launch is their zero.
Cites     Rambachan & Roth (2023), doi:10.1093/restud/rdad018; Andrews, Roth & Pakes (2023),
          doi:10.1093/restud/rdad004.
Proof     tests/reference/test_reference_honest.py: the authors' Medicaid example; the linear programs
          themselves; moderndid.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from payoff.nouns.arrays import Bools, Floats

FIRST_STAGE = 0.1  # share of the level the least favourable stage uses
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
FARTHEST = 8.5  # standard deviations of v integrated over
HIGHEST = 4.5  # of first-stage critical values: a moment is that far out three times in a million
MOST_SECANTS, CLOSE = 40, 1e-5  # of an error: the secant after it is far closer
NULL = 1e-12  # a variance below this share of the largest is none
GRID = 1_001
REACH = 20.0  # standard errors searched beyond the largest bias


@dataclass(frozen=True, slots=True)
class Moments:
    """C members of the union, K vertices each, n event-study estimates.

    means (C, K): vertex moments at value 0, scaled so that their rows have unit errors. pull (C, K): how
    they fall with the value. covariance (C, K, K). critical (C,): the first stage's critical value.
    """

    means: Floats
    pull: Floats
    covariance: Floats
    critical: Floats


def relative_interval(
    estimates: Floats, covariance: Floats, n_pre: int, weights: Floats, ratio: float, level: float
) -> tuple[float, float]:
    """The values not rejected, from the lowest to the highest; infinite where none of the search is."""
    moments = build_moments(estimates, covariance, n_pre, weights, np.array([ratio]), level)
    centre = float(weights @ estimates[n_pre:])
    error = float(np.sqrt(weights @ covariance[n_pre:, n_pre:] @ weights))
    largest = float(np.abs(np.diff(np.append(estimates[:n_pre], 0.0))).max())
    after = np.abs(np.cumsum(weights[::-1])).sum()
    half = ratio * float(after) * largest + REACH * error
    grid = np.linspace(centre - half, centre + half, GRID)
    kept = _keeps(moments, grid, level)  # (C, GRID)
    inside = np.flatnonzero(kept.any(axis=0))
    if not len(inside):
        return centre, centre
    first, last = int(inside[0]), int(inside[-1])
    low = _edge(moments, kept[:, first], grid[first], grid[first - 1], level) if first else -np.inf
    high = _edge(moments, kept[:, last], grid[last], grid[last + 1], level) if last < GRID - 1 else np.inf
    return float(low), float(high)


def rejected_ratios(
    estimates: Floats,
    covariance: Floats,
    n_pre: int,
    weights: Floats,
    ratios: Floats,
    level: float,
    value: float = 0.0,
) -> Bools:
    """(n_ratios,): the effect `value` is outside the interval at that ratio; all ratios at once."""
    moments = build_moments(estimates, covariance, n_pre, weights, ratios, level)
    kept = _keeps(moments, np.array([value]), level)[:, 0]
    outside: Bools = np.logical_not(kept.reshape(len(ratios), -1).any(axis=1))
    return outside


def build_moments(
    estimates: Floats, covariance: Floats, n_pre: int, weights: Floats, ratios: Floats, level: float
) -> Moments:
    """The vertices of every member of the union at each of `ratios` (R,), C = R × 2 × n_pre."""
    changes = _change_matrix(len(estimates), n_pre)  # (n, n)
    signed = np.concatenate([changes[:n_pre], -changes[:n_pre]])
    largest = np.tile(signed, (len(ratios), 1))  # (C, n): v of each member
    bound = np.repeat(ratios, len(signed))[:, None] * largest  # (C, n)
    after = changes[n_pre:]  # (T, n)
    share = np.cumsum(weights[::-1])[::-1]  # (T,): of each change in the sum asked for
    above, below = (_errors(side * after[None] - bound[:, None], covariance) for side in (1.0, -1.0))
    total = np.abs(share).sum()
    scale_up = np.where(share > 0, above, below) @ np.abs(share)  # (C,)
    scale_down = np.where(share < 0, above, below) @ np.abs(share)
    effect = share @ after
    forms = [(effect - total * bound) / scale_up[:, None], (-effect - total * bound) / scale_down[:, None]]
    pulls = [1 / scale_up, -1 / scale_down]
    pair = 2 / (above + below)  # (C, T): times bound, v >= 0 once per change
    if len(share) > 1:  # with one change its pair is the middle of the other two
        forms += [-pair[:, t, None] * bound for t in range(len(share))]
        pulls += [np.zeros(len(bound))] * len(share)
    form = np.stack(forms, axis=1)  # (C, K, n)
    critical = _least_favourable(
        _Plane.of(effect, bound, covariance),
        total,
        (scale_up, scale_down),
        pair.max(axis=1) if len(share) > 1 else np.zeros(len(bound)),
        level * FIRST_STAGE,
    )
    spread = form @ covariance @ np.swapaxes(form, 1, 2)
    return Moments(form @ estimates, np.stack(pulls, axis=1), spread, critical)


def _change_matrix(n: int, n_pre: int) -> Floats:
    """(n, n): changes from period to period, the omitted zero period in its place."""
    with_zero = np.insert(np.eye(n), n_pre, 0.0, axis=0)
    return np.diff(with_zero, axis=0)


def _errors(forms: Floats, covariance: Floats) -> Floats:
    """(…,) standard errors of linear forms (…, n)."""
    variance = ((forms @ covariance) * forms).sum(axis=-1)
    error: Floats = np.sqrt(np.maximum(variance, 0.0))
    return error


@dataclass(frozen=True, slots=True)
class _Plane:
    """The bivariate normal of the effect and the bound: error of the bound, slope on it and what is left."""

    bound: Floats
    slope: Floats
    rest: Floats

    @staticmethod
    def of(effect: Floats, bound: Floats, covariance: Floats) -> "_Plane":
        error = _errors(bound, covariance)
        across = bound @ covariance @ effect
        slope = np.divide(across, error**2, out=np.zeros_like(error), where=error > 0)
        rest = float(effect @ covariance @ effect) - slope * across
        return _Plane(error, slope, np.sqrt(np.maximum(rest, 1e-300)))


def _least_favourable(
    plane: _Plane, total: float, scales: tuple[Floats, Floats], pair: Floats, level: float
) -> Floats:
    """(C,) 1 − level quantile of the largest vertex moment when all moments are exactly zero.

    Below c lie: effect between −c × scale − total × bound and c × scale + total × bound, and the bound above
    −c / pair. Found on all members at once, by secants on the normal scale, where the chance is almost
    straight in c, kept between bounds.
    """
    low, high = np.zeros(len(pair)), np.full(len(pair), HIGHEST)
    c, before, miss_before = (
        np.full(len(pair), -float(ndtri(level))),
        np.zeros(len(pair)),
        np.zeros(len(pair)),
    )
    for turn in range(MOST_SECANTS):
        miss = np.clip(ndtri(_chance_below(plane, total, scales, pair, c)), -FARTHEST, FARTHEST) + ndtri(
            level
        )
        low, high = np.where(miss < 0, c, low), np.where(miss < 0, high, c)
        if (np.abs(c - before) <= CLOSE).all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            step = miss * (c - before) / (miss - miss_before) if turn else miss
            guess = c - step
        before, miss_before = c, miss
        c = np.where((guess >= low) & (guess <= high), guess, (low + high) / 2)
    return c


def _chance_below(
    plane: _Plane, total: float, scales: tuple[Floats, Floats], pair: Floats, c: Floats
) -> Floats:
    """(C,): chance that no vertex moment exceeds c (C,) when all moments are exactly zero."""
    farthest = FARTHEST * plane.bound
    first = np.maximum(np.divide(-c, pair, out=np.full_like(c, -np.inf), where=pair > 0), -farthest)
    half = (farthest - first) / 2
    bound = first[:, None] + half[:, None] * (NODES + 1)  # (C, nodes)
    top = (c * scales[0])[:, None] + (total - plane.slope[:, None]) * bound
    bottom = -(c * scales[1])[:, None] - (total + plane.slope[:, None]) * bound
    inside = np.maximum(ndtr(top / plane.rest[:, None]) - ndtr(bottom / plane.rest[:, None]), 0.0)
    error = np.where(plane.bound > 0, plane.bound, 1.0)
    density = np.exp(-0.5 * (bound / error[:, None]) ** 2) / (error[:, None] * np.sqrt(2 * np.pi))
    chance: Floats = np.where(plane.bound > 0, half * ((inside * density) @ WEIGHTS), inside[:, 0])
    return chance


def _keeps(moments: Moments, values: Floats, level: float) -> Bools:
    """(C, n_values): the hybrid test does not reject."""
    kappa = level * FIRST_STAGE
    size = (level - kappa) / (1 - kappa)
    y = moments.means[:, None, :] - moments.pull[:, None, :] * values[None, :, None]  # (C, V, K)
    worst = y.argmax(axis=2)  # (C, V)
    top = np.take_along_axis(y, worst[:, :, None], axis=2)[:, :, 0]
    member = np.arange(len(y))[:, None]
    beside = moments.covariance[member, worst]  # (C, V, K)
    variance = np.take_along_axis(beside, worst[:, :, None], axis=2)[:, :, 0]
    none = variance <= NULL * np.einsum("ckk->ck", moments.covariance).max()
    slope = beside / np.where(none, 1.0, variance)[:, :, None]
    rest, room = y - slope * top[:, :, None], 1.0 - slope
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = rest / room
    flat = np.abs(room) < 1e-10
    low = np.where(~flat & (room > 0), bound, -np.inf).max(axis=2)
    high = np.where(~flat & (room < 0), bound, np.inf).min(axis=2)
    high = np.minimum(high, moments.critical[:, None])
    error = np.sqrt(np.where(none, 1.0, variance))
    cut = np.maximum(_truncated_quantile(1 - size, low / error, high / error), 0.0)
    rejected = np.where(none, top > 0, top / error > cut) | (top > moments.critical[:, None])
    kept: Bools = ~rejected
    return kept


def _truncated_quantile(p: float, low: Floats, high: Floats) -> Floats:
    """Quantile of a standard normal kept between `low` and `high`, from the tail that holds more digits."""
    upper = low > 0
    near, far = np.where(upper, -high, low), np.where(upper, -low, high)
    share = np.where(upper, 1 - p, p)
    mass = ndtr(near) + share * (ndtr(far) - ndtr(near))
    found = ndtri(mass)
    quantile: Floats = np.clip(np.where(upper, -found, found), low, np.maximum(high, low))
    return quantile


def _edge(moments: Moments, members: Bools, inside: float, outside: float, level: float) -> float:
    """Where members of the union stop keeping values, between one they keep and one nobody keeps."""
    part = Moments(
        moments.means[members], moments.pull[members], moments.covariance[members], moments.critical[members]
    )
    for _ in range(4):
        steps = np.linspace(inside, outside, 33)
        kept = _keeps(part, steps, level).any(axis=0)
        last = int(np.flatnonzero(kept)[-1]) if kept.any() else 0
        inside, outside = steps[last], steps[min(last + 1, 32)]
    return float((inside + outside) / 2)
