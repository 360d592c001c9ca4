"""One path per cluster, and when it started: what a drawing of launch dates moves about.

Question  Which clusters could have been drawn into which wave?
Refuses   What `event_time` refuses about timing; a cluster with several launch dates, or without a value in
          a period others have one in; an outcome that is none; too few clusters in a group, unless asked.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.event_time import comparison_refusal, timing_refusal
from payoff.causal.floors import cluster_noun, compact
from payoff.causal.never import NEVER_LAUNCHED
from payoff.causal.outcome import analysed_values, mean_level, observed_cells
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted


@dataclass(frozen=True, slots=True)
class TeamPaths:
    """n clusters × T periods in use. paths (n, T): weighted means of their units on the analysed scale.

    times (T,): indices into the panel's calendar. cohorts (K,): launch, NEVER_LAUNCHED when never; cohort
    (n,) codes into it. strata (n,). baseline: raw mean of program units before launch, less anticipation.
    """

    paths: Floats
    times: Ints
    cohorts: Ints
    cohort: Ints
    strata: Ints
    baseline: float
    n_units: int
    n_observations: int


def read_team_paths(
    study: Study, panel: Panel, method: str, *, any_size: bool = False
) -> TeamPaths | Refusal:
    """any_size: with too few clusters for an error too."""
    periods = panel.pre | panel.post
    refusal = timing_refusal(study, panel, method)
    if refusal is not None:
        return refusal
    values = analysed_values(study, panel, periods, method)
    if isinstance(values, Refusal):
        return values
    cells = observed_cells(panel, periods)
    kept, times = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    refusal = None if any_size else comparison_refusal(study, panel, kept, method)
    if refusal is not None:
        return refusal
    cluster, launch = compact(panel.cluster[kept]), panel.launch[kept]
    strata = np.zeros(len(kept), dtype=np.int64) if panel.strata is None else panel.strata[kept]
    n_clusters = int(cluster.max()) + 1
    first = np.unique(cluster, return_index=True)[1]
    if (launch != launch[first][cluster]).any() or (strata != strata[first][cluster]).any():
        noun = cluster_noun(study)
        reason = f"A {noun} has several launch dates or strata: whole {noun}s were not drawn; "
        return Refusal(method, reason + "name as design.cluster what the lot moved.")
    use = np.ix_(kept, times)
    weights = np.where(cells[use], panel.weights[use], 0.0)
    sums, mass = np.zeros((n_clusters, len(times))), np.zeros((n_clusters, len(times)))
    np.add.at(sums, cluster, weights * np.where(cells[use], values[use], 0.0))
    np.add.at(mass, cluster, weights)
    gaps = int((mass <= 0).any(axis=1).sum())
    if gaps:
        who = counted(gaps, cluster_noun(study))
        return Refusal(
            method, f"{who} without a value in some {study.design.period}: paths cannot be compared."
        )
    if len(times) < 2:
        return Refusal(method, "Only one period was observed: there is no change to compare.")
    cohorts, cohort = np.unique(
        np.where(launch[first] < 0, NEVER_LAUNCHED, launch[first]), return_inverse=True
    )
    if cohorts[0] - study.design.anticipation <= times[0]:
        reason = "Some started before anything was observed: treatment began before the data did."
        return Refusal(method, reason)
    quiet = np.arange(panel.n_periods)[None, :] < (panel.launch - study.design.anticipation)[:, None]
    return TeamPaths(
        paths=sums / mass,
        times=times.astype(np.int64),
        cohorts=cohorts.astype(np.int64),
        cohort=cohort.astype(np.int64),
        strata=strata[first].astype(np.int64),
        baseline=mean_level(panel, cells & quiet & (panel.launch >= 0)[:, None]),
        n_units=len(kept),
        n_observations=int(cells.sum()),
    )
