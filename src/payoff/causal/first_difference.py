"""Changes from one period to the next on changes of the terms: a second opinion on fixed effects.

Question  Do the period-to-period changes tell the same story as the levels?
Estimand  How far the treated jump as each term begins, taken to last over the term: from one period to the
          next only a term's first period moves it. Where an effect builds up this is less than the term's
          mean, which `fixed_effects` gives; where it sets in at once and stays, the two are the same.
Assumes   As `fixed_effects`; where outcomes follow a random walk this is the better of the two.
Refuses   What `fixed_effects` refuses; no unit observed in two neighbouring periods; a term nobody moved
          into or out of between neighbouring periods (a change across a gap in the calendar is none).
Cites     Wooldridge (2010), ch. 10.6; Bell & McCaffrey (2002) for the errors.
Proof     tests/causal/test_causal_did.py: equals fixed effects with two periods; linearmodels.
"""

from collections.abc import Iterator

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.event_time import EventCells, event_cells, fewest_clusters, pooled_refusal
from payoff.causal.fixed_effects import collinear_refusal
from payoff.causal.floors import cluster_noun, compact
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, Pattern, fit_patterns, group_units
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import named

METHOD = "first_difference"
ESTIMAND = "effect on all in the program's group, takers or not, as each term begins, taken to last"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or prepare, fit and name the numbers."""
    cells = pooled_refusal(study, panel, METHOD) or event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return (cells,)
    baseline = cells.baseline(panel.metric.scale == "log")
    refusal = baseline_refusal(panel, baseline, METHOD)
    if refusal is not None:
        return (refusal,)
    weights = _change_weights(cells)
    if not (weights > 0).any():
        return (Refusal(METHOD, "No unit was observed in two neighbouring periods: there are no changes."),)
    fit = fit_changes(cells)
    refusal = _still_refusal(study, cells, weights) or collinear_refusal(fit, cells.term_names, METHOD)
    if refusal is not None:
        return (refusal,)
    inference = trusted(fit, len(cells.term_names))
    noun = cluster_noun(study)
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role=role,
        terms=cells.term_names,
        estimates=fit.coefficients[: len(cells.term_names)],
        inference=inference,
        estimand=ESTIMAND,
        label=f"Changes from {study.design.period} to {study.design.period}, errors by {noun} "
        f"({inference.kind}){cells.note}",
        short=f"Changes from {study.design.period} to {study.design.period}",
        baseline=baseline,
        n_units=int((weights > 0).any(axis=1).sum()),
        n_clusters=fit.n_clusters,
        n_observations=int((weights > 0).sum()),
    )
    return (effect,)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: declared terms first, then a dummy per pair of periods."""
    cells = pooled_refusal(study, panel, METHOD) or event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return cells
    if not (_change_weights(cells) > 0).any():
        return Refusal(METHOD, "No unit was observed in two neighbouring periods: there are no changes.")
    return fit_changes(cells)


def fit_changes(cells: EventCells) -> ClusterFit:
    """Regress changes of the outcome on changes of the terms and a dummy per pair of periods.

    Columns: the k terms, then T − 1 dummies.
    """
    n_pairs = cells.n_periods - 1
    all_weights = _change_weights(cells)
    kept = np.flatnonzero((all_weights > 0).any(axis=1))
    cluster = compact(cells.cluster[kept])
    weights, terms = all_weights[kept], cells.terms[kept]
    groups = group_units(terms, weights)
    changes = np.diff(cells.values[kept], axis=1)

    def patterns() -> Iterator[Pattern]:
        for units in groups:
            used = weights[units[0]] > 0
            scale = np.sqrt(weights[units[0], used])
            moves = np.diff(terms[units[0]].astype(np.float64), axis=0)[used]
            rows = np.concatenate([moves, np.eye(n_pairs)[used]], axis=1) * scale[:, None]
            yield Pattern(rows, changes[np.ix_(units, used)] * scale, cluster[units])

    n_columns, smaller = terms.shape[2] + n_pairs, fewest_clusters(cells, cells.terms)
    return fit_patterns(patterns, n_columns, int(cluster.max()) + 1, 0, smaller_arm=smaller)


def find_contrasts(cells: EventCells, column: Floats) -> Iterator[tuple[Ints, Floats]]:
    """Units that share a contrast, and the contrast (T,): the estimate is the sum of contrast × outcome.

    cells: every weight 0 or 1. column (p,): the coefficient's column of the fit's bread.
    """
    weights, steps = _change_weights(cells), np.diff(np.eye(cells.n_periods), axis=0)  # (T − 1, T)
    dummies = np.eye(cells.n_periods - 1)
    for units in group_units(cells.terms, weights):
        moves = np.diff(cells.terms[units[0]].astype(np.float64), axis=0)
        rows = np.concatenate([moves, dummies], axis=1) * weights[units[0]][:, None]
        yield units, (rows @ column) @ steps


def _still_refusal(study: Study, cells: EventCells, weights: Floats) -> Refusal | None:
    """A term that no observed change moves into or out of."""
    moves = np.diff(cells.terms, axis=1) & (weights > 0)[:, :, None]
    still = [name for j, name in enumerate(cells.term_names) if not moves[:, :, j].any()]
    if not still:
        return None
    seen = f"no {study.design.unit_label} was observed in the {study.design.period} before it and in it"
    return Refusal(METHOD, f"The term {named(still)} has no change to show: {seen}.")


def _change_weights(cells: EventCells) -> Floats:
    """(n, T − 1): precision of a change, w₁w₂/(w₁ + w₂), doubled so that unit weights stay 1.

    0 between periods that do not follow each other on the calendar.
    """
    before, after = cells.weights[:, :-1], cells.weights[:, 1:]
    total = before + after
    next_door = (np.diff(cells.period) == 1)[None, :]
    precision: Floats = np.divide(
        2 * before * after, total, out=np.zeros_like(total), where=(total > 0) & next_door
    )
    return precision
