"""Unit and period fixed effects, one coefficient per declared term of event time.

Question  What did the program change for the units that took part, period by period since launch?
Estimand  Effect on the treated by term, in the metric's own unit or log points.
Assumes   Parallel trends; no anticipation; no spill-over; effects alike across launch dates (with
          several dates and effects that grow, earlier waves serve as comparisons for later ones).
Refuses   What `event_time` refuses; collinear terms; nothing left to state an error from.
Cites     Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 10;
          Bell & McCaffrey (2002) for the trusted errors (`cluster_errors`).
Proof     tests/reference/test_reference_causal.py (Michigan grants); linearmodels PanelOLS and
          dense matrices in tests/causal.
"""

from collections.abc import Callable, Iterator

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference, cr0, ordinary, trusted
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.floors import cluster_noun
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import Block, ClusterFit, fit_blocks
from payoff.causal.words import named, plural
from payoff.nouns.arrays import Bools
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "fixed_effects"
ESTIMAND = "effect on those who took part, by period since launch"
CELLS_PER_BLOCK = 2_000_000  # rows × columns held at once


def answer(study: Study, panel: Panel, role: Role) -> Answer:
    """The trusted row: CR2 errors with Satterthwaite degrees of freedom, by cluster."""
    noun = cluster_noun(study)
    return _row(study, panel, role, METHOD, trusted, lambda kind: _trusted_label(study, noun, kind))


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """The same regression with errors as articles print them: shown, not trusted."""
    if METHOD not in (study.design.method, study.design.second):
        return ()
    noun = cluster_noun(study)
    periods, same = plural(study.design.period), "The same estimate with"
    printed = (
        f"{same} ordinary errors, as the article printed it: not trusted, because they take the {periods} "
        f"of one {noun} for independent"
    )
    clustered = (
        f"{same} plain errors by {noun}: not trusted, because they carry no correction for the number of "
        f"{plural(noun)}"
    )
    return (
        _row(study, panel, "reference", f"{METHOD}, ordinary errors", ordinary, lambda _: printed),
        _row(study, panel, "reference", f"{METHOD}, plain clustered errors", cr0, lambda _: clustered),
    )


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: declared terms first, then period dummies."""
    cells = event_cells(study, panel, METHOD)
    return cells if isinstance(cells, Refusal) else fit_within(cells, cells.terms)


def fit_within(cells: EventCells, terms: Bools) -> ClusterFit:
    """Regress on `terms` (n, T, k) and period dummies (first period left out), unit means swept out.

    Columns: the k terms, then T − 1 period dummies. Weighted means where weights differ.
    """
    n_terms, n_periods = terms.shape[2], cells.n_periods
    n_columns = n_terms + n_periods - 1
    step = max(CELLS_PER_BLOCK // (n_periods * (n_columns + 1)), 1)
    dummies = np.eye(n_periods)[:, 1:]

    def blocks() -> Iterator[Block]:
        for start in range(0, cells.n_units, step):
            part = slice(start, start + step)
            weights = cells.weights[part]
            calendar = np.broadcast_to(dummies, (*weights.shape, n_periods - 1))
            stacked = np.concatenate([cells.values[part, :, None], terms[part], calendar], axis=2)
            total = weights.sum(axis=1)[:, None, None]
            means = (weights[:, None, :] @ stacked) / total
            centred = (stacked - means) * np.sqrt(weights)[:, :, None]
            used = weights > 0
            cluster = np.broadcast_to(cells.cluster[part, None], weights.shape)[used]
            yield Block(centred[used][:, 1:], centred[used][:, 0], cluster)

    return fit_blocks(blocks, n_columns, cells.n_clusters, n_absorbed=cells.n_units)


def _row(
    study: Study,
    panel: Panel,
    role: Role,
    method: str,
    errors: Callable[[ClusterFit, int], Inference],
    label: Callable[[str], str],
) -> Effect | Refusal:
    cells = event_cells(study, panel, method)
    if isinstance(cells, Refusal):
        return cells
    baseline = cells.baseline(panel.metric.scale == "log")
    refusal = baseline_refusal(panel, baseline, method)
    if refusal is not None:
        return refusal
    fit = fit_within(cells, cells.terms)
    n_terms = len(cells.term_names)
    refusal = collinear_refusal(fit, cells.term_names, method)
    if refusal is not None:
        return refusal
    inference = errors(fit, n_terms)
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=cells.term_names,
        estimates=fit.coefficients[:n_terms],
        inference=inference,
        estimand=ESTIMAND,
        label=label(inference.kind) + cells.note,
        baseline=baseline,
        n_units=cells.n_units,
        n_clusters=cells.n_clusters,
        n_observations=cells.n_observations,
    )


def collinear_refusal(fit: ClusterFit, terms: tuple[str, ...], method: str) -> Refusal | None:
    """Terms the other columns already explain, or no rows to spare for an error."""
    tied = [term for term, free in zip(terms, fit.identified, strict=False) if not free]
    if tied:
        reason = f"The term {named(tied)} cannot be told apart from the other terms and periods (collinear): "
        return Refusal(method, reason + "merge terms, or add a group that never starts.")
    if fit.df_residual <= 0 or fit.residual_ss <= 1e-20 * fit.response_ss:
        return Refusal(
            method, "As many coefficients as observations: nothing is left to state an error from."
        )
    return None


def _trusted_label(study: Study, noun: str, kind: str) -> str:
    unit, period = study.design.unit_label, study.design.period
    why = f"{plural(period)} of one {noun} are not independent"
    return (
        f"{unit.capitalize()} and {period} fixed effects, errors by {noun} ({kind}): trusted, because {why}"
    )
