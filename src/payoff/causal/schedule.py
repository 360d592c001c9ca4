"""When each wave starts: a staggered rollout in which everybody crosses once.

Question  On which days do the waves launch, and who is exposed in which period?
Rule      Wave k starts k steps after the first. Nobody leaves the program: exposure never goes back.
          The last wave is the comparison for all before it, so it should start after the outcomes that
          decide were measured.
Refuses   Fewer than two waves; steps that are none.
Cites     Hussey & Hughes (2007), doi:10.1016/j.cct.2006.05.007: the stepped wedge.
Proof     tests/causal/test_causal_schedule.py.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from payoff.nouns.arrays import Bools, Dates
from payoff.nouns.refusal import Refusal

METHOD = "staggered schedule"
MAX_WAVES = 26
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}

Grain = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """waves: names in order of launch. launch_on: their first days."""

    waves: tuple[str, ...]
    launch_on: tuple[dt.date, ...]

    @property
    def pairs(self) -> tuple[tuple[str, dt.date], ...]:
        return tuple(zip(self.waves, self.launch_on, strict=True))


def plan_waves(first_on: dt.date, n_waves: int, every: int, grain: Grain) -> Schedule | Refusal:
    """`n_waves` waves A, B, …, the first on `first_on`, one every `every` periods."""
    if not 2 <= n_waves <= MAX_WAVES or every < 1:
        return Refusal(METHOD, f"A staggered rollout has 2 to {MAX_WAVES} waves, one period apart or more.")
    days = tuple(add_periods(first_on, k * every, grain) for k in range(n_waves))
    return Schedule(tuple(chr(ord("A") + k) for k in range(n_waves)), days)


def add_periods(day: dt.date, n_periods: int, grain: Grain) -> dt.date:
    """The day `n_periods` later: the same day of the month, or the last there is."""
    if grain in _DAYS:
        return day + dt.timedelta(days=n_periods * _DAYS[grain])
    months = day.year * 12 + day.month - 1 + n_periods * _MONTHS[grain]
    first = dt.date(months // 12, months % 12 + 1, 1)
    following = dt.date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def tabulate_exposure(launch_on: Sequence[dt.date], periods: Dates) -> Bools:
    """(n_waves, n_periods): the wave has started by the period's last day.

    periods (n_periods + 1,): first days, and the day after the plan ends.
    """
    starts = np.array(launch_on, dtype="datetime64[D]")
    exposed: Bools = starts[:, None] < periods[None, 1:]
    return exposed


def crosses_once(exposed: Bools) -> bool:
    """No row (unit or wave) ever goes back from exposed to not exposed."""
    return bool((np.diff(exposed.astype(np.int8), axis=1) >= 0).all())
