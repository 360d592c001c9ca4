"""Follow-up compared at equal values before launch: a second opinion on difference in differences.

Question  Do groups that started from the same level end at different ones?
Estimand  As `fixed_effects`: effect on all in the program's group, by term.
Assumes   Units with the same mean before launch would have had the same follow-up; differences in
          differences assumes the same change instead. If one of the two holds, the two estimates
          bracket the effect under Ding & Li's conditions (deviations fade; the groups differ one way
          before launch), so that it is the second worth having.
Refuses   What `event_time` refuses; several launch dates; an arm below the floor of clusters with values
          both before launch and in a term; terms or groups that cannot be told apart.
Cites     Ding & Li (2019), doi:10.1017/pan.2019.25; Bell & McCaffrey (2002) for the errors.
Proof     tests/causal/test_causal_lagged_outcome.py: dense regression; no harm from regression to the
          mean, where difference in differences is off; brackets.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.fixed_effects import ESTIMAND, collinear_refusal
from payoff.causal.floors import cluster_noun, compact, floor_refusal, smaller_arm
from payoff.causal.outcome import baseline_refusal, unit_means
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted

METHOD = "lagged_outcome"


@dataclass(frozen=True, slots=True)
class _Means:
    """Rows are unit × term, (n,): mean over the term's periods, mean before launch, and whose they are."""

    outcome: Floats
    before: Floats
    weight: Floats
    term: Ints
    unit: Ints
    cells: EventCells
    n_observations: int

    @property
    def n_units(self) -> int:
        return len(np.unique(self.unit))


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or prepare, fit and name the numbers."""
    means = _prepare(study, panel)
    if isinstance(means, Refusal):
        return (means,)
    names = means.cells.term_names
    baseline = means.cells.baseline(panel.metric.scale == "log")
    fit = _fit(means)
    refusal = baseline_refusal(panel, baseline, METHOD) or collinear_refusal(fit, names, METHOD)
    if refusal is not None:
        return (refusal,)
    inference = trusted(fit, len(names))
    lost = panel.n_units - means.n_units
    who = counted(lost, study.design.unit_label)
    note = f"; {who} without values both before and after left out" if lost else ""
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role=role,
        terms=names,
        estimates=fit.coefficients[: len(names)],
        inference=inference,
        estimand=ESTIMAND,
        label=f"Follow-up, adjusted for the value before launch, errors by {cluster_noun(study)} "
        f"({inference.kind}){note}",
        short="Follow-up, adjusted for the value before launch",
        baseline=baseline,
        n_units=means.n_units,
        n_clusters=fit.n_clusters,
        n_observations=means.n_observations,
    )
    return (effect,)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: declared terms first."""
    means = _prepare(study, panel)
    return means if isinstance(means, Refusal) else _fit(means)


def _prepare(study: Study, panel: Panel) -> _Means | Refusal:
    dates = np.unique(panel.launch[panel.launch >= 0])
    if len(dates) > 1:
        reason = (
            f"The program was launched at {counted(len(dates), 'date')}: there is no one before and after."
        )
        return Refusal(METHOD, reason)
    cells = event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return cells
    starts = int(dates[0]) + min(0, *(term.first for term in study.design.terms))
    means = _means(cells, (cells.weights > 0) & (cells.period < starts)[None, :])
    for j in range(len(cells.term_names)):
        units = means.unit[means.term == j]
        refusal = floor_refusal(study, cells.cluster[units], cells.program[units], METHOD)
        if refusal is not None:
            return refusal
    return means


def _means(cells: EventCells, before: Bools) -> _Means:
    """before (n_units, T): cells before launch, and before any term declared to begin earlier."""
    lagged = unit_means(cells.values, cells.weights, before)[0]
    parts: list[tuple[Floats, Floats, Ints, Ints]] = []
    used = np.zeros_like(before)
    for j in range(len(cells.term_names)):
        periods = np.asarray(cells.terms[:, :, j].any(axis=0))
        after = (cells.weights > 0) & periods[None, :]
        mean, weight = unit_means(cells.values, cells.weights, after)
        units = np.flatnonzero(np.isfinite(mean) & np.isfinite(lagged))
        parts.append((mean[units], weight[units], np.full(len(units), j), units))
        used[units] |= before[units] | after[units]
    outcome, weight, term, unit = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Means(outcome, lagged[unit], weight, term, unit, cells, int(used.sum()))


def _fit(means: _Means) -> ClusterFit:
    """Outcome on program, constant and value before launch, each by term; clusters hold all their terms."""
    by_term = np.eye(len(means.cells.term_names))[means.term]
    program = means.cells.program[means.unit]
    centred = means.before - np.average(means.before, weights=means.weight)
    rows = np.concatenate([by_term * program[:, None], by_term, by_term * centred[:, None]], axis=1)
    cluster = compact(means.cells.cluster[means.unit])
    fewest = min(
        smaller_arm(cluster[inside], program[inside])
        for inside in (means.term == j for j in range(by_term.shape[1]))
    )
    return fit_rows(rows, means.outcome, means.weight, cluster, fewest)
