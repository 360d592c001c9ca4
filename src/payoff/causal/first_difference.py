"""Changes from one period to the next on changes of the terms: a second opinion on fixed effects.

Question  Do the period-to-period changes tell the same story as the levels?
Estimand  As `fixed_effects`: effect on the treated by term.
Assumes   As `fixed_effects`; where outcomes follow a random walk this is the better of the two.
Refuses   What `event_time` refuses; no unit observed in two neighbouring periods; collinear terms.
Cites     Wooldridge (2010), ch. 10.6; Bell & McCaffrey (2002) for the errors.
Proof     tests/causal/test_causal_did.py: equals fixed effects with two periods; linearmodels.
"""

from collections.abc import Iterator

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.fixed_effects import CELLS_PER_BLOCK, ESTIMAND, collinear_refusal
from payoff.causal.floors import cluster_noun, compact
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import Block, ClusterFit, fit_blocks
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "first_difference"


def answer(study: Study, panel: Panel, role: Role) -> Answer:
    """Refuse, or prepare, fit and name the numbers."""
    cells = event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return cells
    baseline = cells.baseline(panel.metric.scale == "log")
    refusal = baseline_refusal(panel, baseline, METHOD)
    if refusal is not None:
        return refusal
    weights = _change_weights(cells)
    if not (weights > 0).any():
        return Refusal(METHOD, "No unit was observed in two neighbouring periods: there are no changes.")
    fit = fit_changes(cells)
    refusal = collinear_refusal(fit, cells.term_names, METHOD)
    if refusal is not None:
        return refusal
    inference = trusted(fit, len(cells.term_names))
    noun = cluster_noun(study)
    return compose_effect(
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
        baseline=baseline,
        n_units=int((weights > 0).any(axis=1).sum()),
        n_clusters=fit.n_clusters,
        n_observations=int((weights > 0).sum()),
    )


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: declared terms first, then a dummy per pair of periods."""
    cells = event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return cells
    if not (_change_weights(cells) > 0).any():
        return Refusal(METHOD, "No unit was observed in two neighbouring periods: there are no changes.")
    return fit_changes(cells)


def fit_changes(cells: EventCells) -> ClusterFit:
    """Regress changes of the outcome on changes of the terms and a dummy per pair of periods.

    Columns: the k terms, then T − 1 dummies.
    """
    n_terms, n_pairs = cells.terms.shape[2], cells.n_periods - 1
    n_columns = n_terms + n_pairs
    step = max(CELLS_PER_BLOCK // (n_pairs * (n_columns + 1)), 1)
    all_weights = _change_weights(cells)
    kept = (all_weights > 0).any(axis=1)
    cluster = np.full(cells.n_units, -1, dtype=np.int64)
    cluster[kept] = compact(cells.cluster[kept])

    def blocks() -> Iterator[Block]:
        for start in range(0, cells.n_units, step):
            part = slice(start, start + step)
            weights = all_weights[part]
            calendar = np.broadcast_to(np.eye(n_pairs), (*weights.shape, n_pairs))
            moves = np.diff(cells.terms[part].astype(np.float64), axis=1)
            change = np.diff(cells.values[part], axis=1)[:, :, None]
            scaled = np.concatenate([change, moves, calendar], axis=2) * np.sqrt(weights)[:, :, None]
            used = weights > 0
            code = np.broadcast_to(cluster[part, None], weights.shape)[used]
            yield Block(scaled[used][:, 1:], scaled[used][:, 0], code)

    return fit_blocks(blocks, n_columns, int(cluster.max()) + 1)


def _change_weights(cells: EventCells) -> Floats:
    """(n, T − 1): precision of a change, w₁w₂/(w₁ + w₂), doubled so that unit weights stay 1."""
    before, after = cells.weights[:, :-1], cells.weights[:, 1:]
    total = before + after
    precision: Floats = np.divide(2 * before * after, total, out=np.zeros_like(total), where=total > 0)
    return precision
