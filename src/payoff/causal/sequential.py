"""Looking before the end without fooling oneself.

Question  How far out must a result lie when it is looked at several times, planned or not?
Planned   Boundaries that spend the error chance as information comes in (Lan & DeMets), by exact
          recursive integration; or of Wang & Tsiatis's family (classical O'Brien-Fleming, Pocock).
Unplanned A confidence sequence: an interval that may be looked at as often as one likes, by mixing over
          effects with a normal weight, sharpest at the planned end.
Assumes   Estimates whose successive differences are independent and normal, as means of independent people
          are. The confidence sequence is asymptotic; under few clusters it takes t tails of the same chance.
Cites     Lan & DeMets (1983), doi:10.1093/biomet/70.3.659; Wang & Tsiatis (1987), doi:10.2307/2531959;
          Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), doi:10.1214/24-AOS2408.
Proof     tests/reference/test_reference_statistics.py; simulated error in tests/causal.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from payoff.nouns.arrays import Floats

Spending = Literal["obrien_fleming", "pocock"]
LEVEL = 0.05
FURTHEST = 12.0  # no boundary is sought beyond: its chance is below any number a double holds


def _spent_error(information: float, spending: Spending, level: float = LEVEL) -> float:
    """Error chance used up by the time a share `information` (0 to 1) is in."""
    if spending == "pocock":
        return level * math.log(1 + (math.e - 1) * information)
    # each of the two sides spends half of the level
    return float(4 * ndtr(ndtri(level / 4) / math.sqrt(information)))


def sequential_boundaries(
    information: Sequence[float] | int, spending: Spending = "obrien_fleming", level: float = LEVEL
) -> Floats:
    """(n_looks,) two-sided z boundaries at rising shares of information, or at that many even looks."""
    shares = np.arange(1, information + 1) / information if isinstance(information, int) else information
    times = np.asarray(shares, dtype=np.float64)
    if not (len(times) and times[0] > 0 and (np.diff(times) > 0).all() and times[-1] <= 1 + 1e-12):
        raise ValueError("information is a rising list of shares, above 0 and up to 1")
    spent = np.array([_spent_error(min(float(t), 1.0), spending, level) for t in times])
    walk, boundaries = _Walk(), np.empty(len(times))
    for k, (time, chance) in enumerate(zip(times, np.diff(spent, prepend=0.0), strict=True)):
        boundaries[k] = walk.boundary(float(time), float(chance))
        walk.go_on(float(time), float(boundaries[k]))
    return boundaries


def group_sequential_boundaries(n_looks: int, shape: float = 0.0, level: float = LEVEL) -> Floats:
    """(n_looks,) boundaries c × (k/K)^(shape − 1/2) at even looks: 0 O'Brien-Fleming, 1/2 Pocock."""
    times = np.arange(1, n_looks + 1) / n_looks

    def excess(constant: float) -> float:
        return crossing_chance(times, constant * times ** (shape - 0.5)) - level

    constant = _root(excess, float(ndtri(1 - level / 2)) - 1e-9, FURTHEST)
    boundaries: Floats = constant * times ** (shape - 0.5)
    return boundaries


def crossing_chance(information: Sequence[float] | Floats, boundaries: Sequence[float] | Floats) -> float:
    """Chance that a program without effect crosses a two-sided boundary at some look."""
    walk, crossed = _Walk(), 0.0
    for time, boundary in zip(information, boundaries, strict=True):
        crossed += walk.beyond(float(time), float(boundary))
        walk.go_on(float(time), float(boundary))
    return crossed


def anytime_interval(
    estimate: float,
    std_error: float,
    information: float = 1.0,
    *,
    df: float = math.inf,
    level: float = LEVEL,
) -> tuple[float, float]:
    """Interval that holds at every look at once, however often one looks.

    information: share of the planned information that is in (above 1: past the planned end). df: of the
    estimate's t distribution.
    """
    reach = anytime_boundary(information, level)
    if math.isfinite(df):
        reach = -float(stdtrit(df, ndtr(-reach)))
    return estimate - reach * std_error, estimate + reach * std_error


def anytime_p_value(t_statistic: float, information: float = 1.0, df: float = math.inf) -> float:
    """Smallest level whose anytime interval leaves out zero: valid whenever one stops to look."""
    z = abs(t_statistic) if math.isinf(df) else -float(ndtri(stdtr(df, -abs(t_statistic))))
    ratio = _weight(LEVEL) * information
    return min(1.0, math.sqrt(1 + ratio) * math.exp(-(z**2) / 2 * ratio / (1 + ratio)))


def anytime_boundary(information: float, level: float = LEVEL) -> float:
    """|z| of no effect that is crossed at any time with chance `level` at most."""
    ratio = _weight(level) * information
    return math.sqrt((1 + ratio) / ratio * math.log((1 + ratio) / level**2))


def _weight(level: float) -> float:
    """Variance of the mixed-over effect in squared errors at the planned end: sharpest there, nearly."""
    penalty = -2 * math.log(level)
    return penalty + math.log(penalty) + 1


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq  # slow to import, and few runs look twice

    return float(brentq(excess, low, high, xtol=1e-11))


class _Walk:
    """The score z × sqrt(information) of those who have crossed no boundary: density on Gauss points."""

    def __init__(self) -> None:
        self._time = 0.0
        self._points, self._mass = np.zeros(1), np.ones(1)

    def beyond(self, time: float, boundary: float) -> float:
        """Chance to stand beyond ±boundary (in z) at `time` and nowhere before."""
        edge, step = boundary * math.sqrt(time), math.sqrt(time - self._time)
        outside = ndtr((-edge - self._points) / step) + ndtr((self._points - edge) / step)
        return float(self._mass @ outside)

    def boundary(self, time: float, chance: float) -> float:
        """The z beyond which exactly `chance` lies."""
        if self.beyond(time, FURTHEST) >= chance:
            return FURTHEST

        def excess(z: float) -> float:
            return math.log(max(self.beyond(time, z), 1e-300) / chance)

        return _root(excess, 0.0, FURTHEST)

    def go_on(self, time: float, boundary: float) -> None:
        """Keep those within ±boundary at `time`."""
        edge, step = boundary * math.sqrt(time), math.sqrt(time - self._time)
        nodes, weights = np.polynomial.legendre.leggauss(max(64, math.ceil(12 * edge / step)))
        points = edge * nodes
        kernel = np.exp(-0.5 * ((points[:, None] - self._points) / step) ** 2) / (
            step * math.sqrt(2 * math.pi)
        )
        self._mass = edge * weights * (kernel @ self._mass)
        self._time, self._points = time, points
