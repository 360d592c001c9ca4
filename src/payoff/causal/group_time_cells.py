"""Which cohort is compared with whom, from which period to which: the cells of a staggered rollout.

Question  Which group-time effects can be asked of these cohorts and periods at all?
Assumes   No effect before launch less the declared anticipation.
Refuses   Nothing: a cohort without a period before launch, or a period without a comparison, has no cell.
Cites     Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001. Conventions are those of the R
          package did: pre-launch cells change from the period before (varying base) or from the last
          period before launch (universal base); not-yet-treated units of the cohort itself are no
          comparison; where everybody is treated in the end, the last cohort is comparison only and
          periods stop at its launch less anticipation.
Proof     tests/causal/test_causal_group_time_peers.py against csdid, diff-diff and moderndid.
"""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from payoff.causal.never import NEVER_LAUNCHED
from payoff.nouns.arrays import Bools, Ints, frozen

Control = Literal["never", "not_yet"]
Base = Literal["varying", "universal"]


@dataclass(frozen=True, slots=True)
class Cells:
    """m cells by cohort, then period. cohort, period, base (m,): indices into cohorts and times.

    controls (m, K): cohorts compared with. event (m,): periods since launch. launch, at (m,): the same
    as `cohort` and `period` in calendar units.
    """

    cohort: Ints
    period: Ints
    base: Ints
    controls: Bools
    event: Ints
    launch: Ints
    at: Ints

    @property
    def size(self) -> int:
        return len(self.cohort)


def find_cells(times: Ints, cohorts: Ints, control: Control, base: Base, anticipation: int = 0) -> Cells:
    """times (T,), cohorts (K,) increasing, NEVER_LAUNCHED last where there is one."""
    last_use = int(times[-1])
    asked = cohorts[cohorts != NEVER_LAUNCHED]
    if control == "not_yet" and len(asked) == len(cohorts):  # everybody is treated in the end
        last_use = int(asked[-1]) - anticipation - 1
        asked = asked[:-1]
    found: list[tuple[int, int, int]] = []
    for k, launch in enumerate(asked.tolist()):
        before = np.flatnonzero(times + anticipation < launch)
        if not len(before):
            continue
        quiet = int(before[-1])
        for t, at in enumerate(times.tolist()):
            start = quiet if base == "universal" or at >= launch else t - 1
            if start >= 0 and start != t and at <= last_use and times[start] <= last_use:
                found.append((k, t, start))
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    cohort, period, start_at = table.T
    until = np.maximum(times[period], times[start_at]) + anticipation
    controls = np.repeat((cohorts == NEVER_LAUNCHED)[None, :], len(table), axis=0)
    if control == "not_yet":
        controls = (cohorts[None, :] > until[:, None]) & (np.arange(len(cohorts)) != cohort[:, None])
    kept = controls.any(axis=1)
    cohort, period, start_at = cohort[kept], period[kept], start_at[kept]
    launched = cohorts[cohort]
    return Cells(
        cohort=frozen(cohort.copy()),
        period=frozen(period.copy()),
        base=frozen(start_at.copy()),
        controls=frozen(controls[kept]),
        event=frozen(times[period] - launched),
        launch=frozen(launched),
        at=frozen(times[period]),
    )


def keep_cells(cells: Cells, kept: Bools) -> Cells:
    """The cells where `kept` (m,) is true."""
    return Cells(*(frozen(getattr(cells, field.name)[kept]) for field in fields(cells)))
