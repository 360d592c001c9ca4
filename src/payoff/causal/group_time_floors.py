"""Do enough clusters stand behind each launch date and its comparison?

Question  Can an error be stated for these cells, and where not, what would mend it?
Refuses   A cohort that carries weight, or serves as comparison, with fewer than two clusters: its own luck
          and its effect are one. Fewer than three clusters treated in all, or in the comparison of a cell.
Cites     Bell & McCaffrey (2002): the error of a mean needs two clusters; three as elsewhere (`floors`).
Proof     tests/causal/test_causal_group_time_study.py: ten teams over six cohorts.
"""

from collections.abc import Sequence

import numpy as np

from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, MIN_CLUSTERS_PER_LAUNCH, cluster_noun
from payoff.causal.group_time_cells import Cells
from payoff.causal.group_time_rollout import Rollout
from payoff.causal.never import NEVER_LAUNCHED
from payoff.nouns.arrays import Bools
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, listed, named, plural

SHOWN = 3  # dates that are named


def thin_refusal(
    study: Study, panel: Panel, rollout: Rollout, cells: Cells, used: Bools, method: str
) -> Refusal | None:
    """used (m,): cells that carry weight in the answer."""
    noun, size = cluster_noun(study), len(rollout.cohorts)
    inside = np.zeros((rollout.n_clusters, size), dtype=np.bool_)
    inside[rollout.cluster, rollout.code] = True
    held = inside.sum(axis=0)
    treated = np.isin(np.arange(size), cells.cohort[used])
    serving = treated | cells.controls[used].any(axis=0)
    lone = np.flatnonzero(serving & (held < MIN_CLUSTERS_PER_LAUNCH))
    if len(lone):
        dates = [_date(panel, int(rollout.cohorts[k])) for k in lone]
        reason = (
            f"Only one {noun} started on {_each_of(dates)}: its own luck cannot be told from what the "
            f"program did; start at least {MIN_CLUSTERS_PER_LAUNCH} {plural(noun)} together, or merge launch "
            "dates."
        )
        if rollout.cohorts[lone[-1]] == NEVER_LAUNCHED:
            reason = (
                f"Only one {noun} never starts, and its own luck cannot be told from the course of others: "
                f"leave it out, or keep at least {MIN_CLUSTERS_PER_ARM}."
            )
        return Refusal(method, reason)
    least = int(inside[:, treated].any(axis=1).sum())
    if least < MIN_CLUSTERS_PER_ARM:
        return _too_few(noun, least, "started", method)
    pools = np.unique(cells.controls[used], axis=0)
    least = min(int(inside[:, pool].any(axis=1).sum()) for pool in pools)
    if least < MIN_CLUSTERS_PER_ARM:
        return _too_few(noun, least, "left untreated to compare with at one time", method)
    return None


def _too_few(noun: str, seen: int, where: str, method: str) -> Refusal:
    need = f"at least {MIN_CLUSTERS_PER_ARM} are needed to state an error"
    return Refusal(method, f"Only {counted(seen, noun)} {where}; {need}: {MIN_CLUSTERS_PER_ARM - seen} more.")


def _each_of(dates: Sequence[str]) -> str:
    """'2026-05-01', 'each of 2026-05-01 and 2026-06-01', 'each of 2026-05-01, … and 4 more'"""
    if len(dates) == 1:
        return dates[0]
    return f"each of {listed(dates) if len(dates) <= SHOWN else named(dates, SHOWN)}"


def _date(panel: Panel, period: int) -> str:
    return "another date" if period == NEVER_LAUNCHED else str(panel.periods[period])
