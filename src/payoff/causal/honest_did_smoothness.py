"""Difference in differences when a trend may bend: the shortest interval of fixed length.

Question  What can be said of the effect if the difference in trends changes by at most M from one period to
          the next (M = 0: a straight line)?
Estimand  weights' effects over the periods after launch; weights are never negative.
Identity  Among estimators v'beta whose worst bias over such trends is bounded, the one with the shortest
          interval; its half-length is se × cv(M × bias / se), cv the 95 % quantile of |N(b, 1)|.
          Bias per unit of M is an L1 norm of the weights on the periods before launch, so the estimators
          that trade bias against variance best are one lasso path, found once for every M.
Assumes   Event-study estimates normal with known covariance; the last period before launch is their zero.
Cites     Rambachan & Roth (2023), doi:10.1093/restud/rdad018, section 4.1; Armstrong & Kolesár (2018),
          doi:10.3982/ECTA14434.
Proof     tests/reference/test_reference_honest.py: the authors' Medicaid example; moderndid.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from payoff.nouns.arrays import Bools, Floats, Ints

FINENESS = 17  # places on the path looked at together
ZOOMS = 6  # each closer by the step of the last; the length is flat at its shortest
NEWTON_STEPS = 4


@dataclass(frozen=True, slots=True)
class SmoothnessPath:
    """Best trade-offs of bias and variance, from least biased to least variable.

    Between two of the k corners of the path estimators move on a straight line.
    bias (k,): worst bias per unit of M. centres (k,): what the estimators give. products (k, k): their
    covariances.
    """

    bias: Floats
    centres: Floats
    products: Floats

    def intervals(self, bends: Floats, level: float) -> Floats:
        """(b, 2): the shortest intervals of fixed length when the trend bends by `bends` a period at most."""
        last, each = len(self.bias) - 1.0, np.arange(len(bends))
        near, far = np.zeros(len(bends)), np.full(len(bends), last)
        grid = np.linspace(0.0, 1.0, FINENESS) if last else np.zeros(1)
        for _ in range(ZOOMS if last else 1):
            places = near[:, None] + (far - near)[:, None] * grid  # (b, FINENESS)
            halves = self._half_lengths(places, bends[:, None], level)
            best = halves.argmin(axis=1)
            found, half = places[each, best], halves[each, best]
            step = (far - near) / (FINENESS - 1)
            near, far = np.maximum(found - step, 0.0), np.minimum(found + step, last)
        centres = np.interp(found, np.arange(len(self.bias)), self.centres)
        return np.column_stack([centres - half, centres + half])

    def _piece(self, places: Floats) -> tuple[Ints, Floats]:
        """(corner before, share of the way to the next): 1.5 lies half way from the second to the third."""
        k = np.minimum(places.astype(np.int64), max(len(self.bias) - 2, 0))
        return k, places - k

    def _half_lengths(self, places: Floats, bends: Floats, level: float) -> Floats:
        """(b, m) half-lengths of the intervals around the estimators at `places` (b, m); bends (b, 1)."""
        k, share = self._piece(places)
        after, rest = np.minimum(k + 1, len(self.bias) - 1), 1 - share
        variance = (
            rest**2 * self.products[k, k]
            + 2 * rest * share * self.products[k, after]
            + share**2 * self.products[after, after]
        )
        bias = bends * (rest * self.bias[k] + share * self.bias[after])
        error = np.sqrt(np.maximum(variance, 1e-300))
        return error * _folded_quantile(bias / error, level)


def smoothness_path(estimates: Floats, covariance: Floats, n_pre: int, weights: Floats) -> SmoothnessPath:
    """estimates (n_pre + n_post,) in time order without the zero period; weights (n_post,), none negative."""
    n_post = len(weights)
    slope = float(np.arange(1, n_post + 1) @ weights)  # what one unit of straight drift adds
    tails = [float(np.arange(1, s + 1) @ weights[n_post - s :]) for s in range(1, n_post + 1)]
    # u (n_pre,): running sums of the weights on changes before launch; the last must undo the straight drift
    change = np.eye(n_pre) - np.eye(n_pre, k=-1)
    to_level = change @ change  # u → weights on the levels before launch
    pre, across = covariance[:n_pre, :n_pre], covariance[:n_pre, n_pre:] @ weights
    quadratic = to_level.T @ pre @ to_level
    linear = to_level.T @ across + quadratic[:, -1] * slope
    free = _lasso_path(quadratic[:-1, :-1], linear[:-1])
    sums = np.column_stack([free, np.full(len(free), slope)])
    levels = np.column_stack([sums @ to_level.T, np.tile(weights, (len(free), 1))])
    bias = sum(tails) + np.abs(free).sum(axis=1)
    return SmoothnessPath(bias, levels @ estimates, levels @ covariance @ levels.T)


def _lasso_path(quadratic: Floats, linear: Floats) -> Floats:
    """(k, p) corners of argmin x'Qx/2 + c'x + penalty × |x|₁ as the penalty falls from its largest to 0."""
    p = len(linear)
    corners = [np.zeros(p)]
    if p == 0:
        return np.zeros((1, 0))
    x, gradient = np.zeros(p), linear.copy()
    penalty = float(np.abs(linear).max())
    active = np.zeros(p, dtype=np.bool_)
    active[int(np.abs(linear).argmax())] = True
    tiny = 1e-12 * max(penalty, 1e-300)
    for _ in range(20 * p):
        if penalty <= tiny:
            break
        signs = np.where(x != 0, np.sign(x), -np.sign(gradient)) * active
        direction = np.zeros(p)  # of x as the penalty falls by one
        direction[active] = np.linalg.solve(quadratic[np.ix_(active, active)], signs[active])
        slope = quadratic @ direction
        step, event = _next_corner(x, gradient, direction, slope, active, penalty)
        x, gradient, penalty = x + step * direction, gradient + step * slope, penalty - step
        if event is not None:
            active[event] = not active[event]
            x[event] = 0.0
        corners.append(x.copy())
    return np.array(corners)


def _next_corner(
    x: Floats, gradient: Floats, direction: Floats, slope: Floats, active: Bools, penalty: float
) -> tuple[float, int | None]:
    """(how far the penalty falls until the set of non-zero entries changes, which entry): None at its end."""
    step, event = penalty, None
    for j in range(len(x)):
        if active[j]:
            ahead = -x[j] / direction[j] if direction[j] * x[j] < 0 else math.inf
            meets = (ahead,)
        else:  # |gradient| reaches the penalty on one side or the other
            meets = tuple(
                (penalty - side * gradient[j]) / (1 + side * slope[j])
                for side in (1.0, -1.0)
                if 1 + side * slope[j] > 0
            )
        for ahead in meets:
            if 1e-13 * penalty < ahead < step:
                step, event = float(ahead), j
    return step, event


def _folded_quantile(shift: Floats, level: float) -> Floats:
    """The 1 − level quantile of |N(shift, 1)|, (m,), by Newton's steps from its tail."""
    x = np.maximum(shift - ndtri(level), -ndtri(level / 2))
    with np.errstate(over="ignore"):  # a bias without any error beside it
        for _ in range(NEWTON_STEPS):
            value = ndtr(x - shift) - ndtr(-x - shift) - (1 - level)
            density = (np.exp(-((x - shift) ** 2) / 2) + np.exp(-((x + shift) ** 2) / 2)) / math.sqrt(
                2 * math.pi
            )
            x = x - value / density
    quantile: Floats = x
    return quantile
