"""A study's panel as a staggered rollout: who started when, who is the comparison, what is left out.

Question  Can group-time effects be asked of this study at all?
Assumes   Launch dates are as planned; weights are constant over time (a unit's mean weight).
Refuses   Nobody treated; everybody at once; treatment before the data; no comparison of the declared kind;
          a cohort or a comparison with too few clusters; covariates missing for more than a fifth.
Cites     Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001.
Proof     tests/causal/test_causal_group_time_study.py.

Gaps: a unit never seen, treated before the data or without a covariate is left out and counted. A unit
with some periods missing stays, in the comparisons whose two periods it was seen in.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.event_time import timing_refusal
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, compact
from payoff.causal.group_time_cells import Control
from payoff.causal.never import NEVER_LAUNCHED
from payoff.causal.outcome import MAX_SHARE_DROPPED, analysed_values, mean_level, observed_cells
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, named, plural

MIN_SHARE_NEVER = 0.05


@dataclass(frozen=True, slots=True)
class Rollout:
    """n units × T periods in use. values (n, T) analysed, NaN in gaps; launch (n,) NEVER_LAUNCHED when never.

    times (T,), launch: indices into the panel's calendar. cohorts (K,) and code (n,) into it; cluster
    (n,) codes; weight (n,) mean 1; equal: all weights are. x (n, P), ones first. index (n,) into the panel.
    baseline: mean of the raw metric over program units before launch, less anticipation.
    """

    values: Floats
    times: Ints
    launch: Ints
    cohorts: Ints
    code: Ints
    cluster: Ints
    weight: Floats
    x: Floats
    index: Ints
    control: Control
    anticipation: int
    baseline: float
    n_observations: int
    note: str

    @property
    def n_units(self) -> int:
        return len(self.launch)

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1

    @property
    def whole(self) -> bool:
        """Every unit was seen in every period."""
        return bool(np.isfinite(self.values).all())

    @property
    def clustered(self) -> bool:
        return self.n_clusters < self.n_units


def read_rollout(study: Study, panel: Panel, method: str) -> Rollout | Refusal:
    """Prepare, or say why nothing can be compared."""
    periods = panel.pre | panel.post
    refusal = timing_refusal(study, panel, method)
    if refusal is not None:
        return refusal
    values = analysed_values(study, panel, periods, method)
    if isinstance(values, Refusal):
        return values
    seen = observed_cells(panel, periods)
    used = np.flatnonzero(seen.any(axis=0))
    if len(used) < 2:
        return Refusal(method, "Only one period was observed: there is no change to compare.")
    anticipation = max(study.design.anticipation, -min(term.first for term in study.design.terms), 0)
    launch = np.where(panel.launch >= 0, panel.launch, NEVER_LAUNCHED)
    early = launch <= used[0] + anticipation
    known: Bools = np.ones(panel.n_units, dtype=np.bool_)
    if panel.covariates is not None:
        known = np.asarray(np.isfinite(panel.covariates).all(axis=1))
    kept = (seen.sum(axis=1) >= 2) & ~early & known
    refusal = _lost_refusal(study, panel, kept, early, known, method)
    if refusal is not None:
        return refusal
    index = np.flatnonzero(kept)
    launch = np.where(launch[index] > used[-1] + anticipation, NEVER_LAUNCHED, launch[index])
    if not (launch != NEVER_LAUNCHED).any():
        return Refusal(method, "Nobody started the program within the periods observed.")
    return _assemble(study, panel, values[np.ix_(index, used)], seen, used, index, launch, anticipation)


def _assemble(
    study: Study,
    panel: Panel,
    values: Floats,
    seen: Bools,
    used: Ints,
    index: Ints,
    launch: Ints,
    anticipation: int,
) -> Rollout:
    cohorts, code = np.unique(launch, return_inverse=True)
    cells = seen[np.ix_(index, used)]
    sums = np.where(cells, panel.weights[np.ix_(index, used)], 0.0).sum(axis=1)
    weight = sums / cells.sum(axis=1)
    before = np.zeros(seen.shape, dtype=np.bool_)
    quiet = used[None, :] < (launch - anticipation)[:, None]
    before[np.ix_(index, used)] = cells & quiet & (launch != NEVER_LAUNCHED)[:, None]
    x = np.ones((len(index), 1))
    if panel.covariates is not None:
        x = np.column_stack([x, panel.covariates[index]])
    cluster = compact(panel.cluster[index])
    return Rollout(
        values=values,
        times=used.astype(np.int64),
        launch=launch.astype(np.int64),
        cohorts=cohorts.astype(np.int64),
        code=code.astype(np.int64),
        cluster=cluster,
        weight=weight / weight.mean(),
        x=x,
        index=index,
        control=_choose_control(study, launch, cluster),
        anticipation=anticipation,
        baseline=mean_level(panel, before),
        n_observations=int(cells.sum()),
        note=_left_out(study, panel.n_units - len(index), bool(cells.all())),
    )


def _choose_control(study: Study, launch: Ints, cluster: Ints) -> Control:
    """auto: never treated if they are at least 5 % of units and enough clusters to state an error."""
    if study.design.control != "auto":
        return study.design.control
    never = launch == NEVER_LAUNCHED
    enough = len(np.unique(cluster[never])) >= MIN_CLUSTERS_PER_ARM
    return "never" if enough and never.mean() >= MIN_SHARE_NEVER else "not_yet"


def _lost_refusal(
    study: Study, panel: Panel, kept: Bools, early: Bools, known: Bools, method: str
) -> Refusal | None:
    """More program units than a fifth left out, or more of all units for want of a covariate."""
    label, program = study.design.unit_label, panel.launch >= 0
    lost = program & ~kept
    if lost.sum() > MAX_SHARE_DROPPED * program.sum():
        who = named([panel.unit[i] for i in np.flatnonzero(lost)])
        why = "have no value before launch, or only one at all: treatment began before the data did."
        if not (lost & early).any():
            why = "have no known covariate, or fewer than two values."
        return Refusal(method, f"{counted(int(lost.sum()), label)} in the program ({who}) {why}")
    unknown = int((~known).sum())
    if unknown > MAX_SHARE_DROPPED * panel.n_units:
        reason = f"A covariate is unknown for {counted(unknown, label)} of {panel.n_units}: "
        return Refusal(method, reason + "adjusting for it would answer for other people.")
    return None


def _left_out(study: Study, lost: int, whole: bool) -> str:
    label = study.design.unit_label
    note = f"; {counted(lost, label)} without values both before and after left out" if lost else ""
    if not whole:
        note += f"; each comparison uses the {plural(label)} seen in both of its periods"
    return note
