"""Time to an event that leaving can prevent: who got there, who left before, who is still on the way.

Question  After how long had half of them got there, and how many left before they could?
Estimand  Kaplan–Meier of the time to the event, leavers censored: what it takes those who stay.
          Aalen–Johansen cumulative incidence: the share of all who get there, a leaver never does.
Assumes   Kaplan–Meier: whoever left was like those who stayed. Aalen–Johansen does not.
Refuses   As `survival_curve`.
Cites     Aalen & Johansen (1978); Putter, Fiocco & Geskus (2007), doi:10.1002/sim.2712.
Proof     tests/signals/test_signals_competing.py: by hand, and lifelines.
"""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.refusal import Refusal
from payoff.signals.survival import SurvivalCurve, survival_curve


@dataclass(frozen=True, slots=True)
class TimeTo:
    """curve: leavers censored. median_of_all: when half of all were there; inf when they never are.

    share_of_all: got there by the last time seen, leavers counted as never. n_left, n_open: left before, and
    still on the way.
    """

    curve: SurvivalCurve
    median_of_all: float
    share_of_all: float
    n_left: int
    n_open: int


def time_to_event(durations: Floats, reached: Bools, left: Bools) -> TimeTo | Refusal:
    """Of (n,) durations; reached and left exclude each other, neither: still on the way."""
    curve = survival_curve(durations, reached)
    if isinstance(curve, Refusal):
        return curve
    times, shares = cumulative_incidence(durations, reached, left)
    there = np.flatnonzero(shares >= 0.5 - 1e-12)
    median = float(times[there[0]]) if there.size else float("inf")
    open_ = int((~reached & ~left).sum())
    return TimeTo(curve, median, float(shares[-1]), int(left.sum()), open_)


def cumulative_incidence(durations: Floats, reached: Bools, left: Bools) -> tuple[Floats, Floats]:
    """(times, share that got there by then) at every time of either kind."""
    times = np.unique(durations[reached | left])
    ordered = np.sort(durations)
    at_risk = durations.size - np.searchsorted(ordered, times, side="left")
    got, gone = (np.array([(durations[kind] == t).sum() for t in times]) for kind in (reached, left))
    staying = np.cumprod(1 - (got + gone) / at_risk)
    before = np.concatenate([[1.0], staying[:-1]])
    return times, np.asarray(np.cumsum(before * got / at_risk), dtype=np.float64)
