"""Untreated outcomes imputed from unit and period effects, and held against what happened.

Question  What did the program change for the units that took part, whoever started when?
Estimand  Effect on the treated by term: the mean over treated cells of outcome minus imputed outcome.
Assumes   Parallel trends; no anticipation beyond the declared; no spill-over. Effects may differ by wave and
          grow or fade: treated cells never stand in a comparison.
Refuses   What `event_time` refuses; a term none of whose cells has an untreated counterpart; fewer than two
          clusters a launch date; nothing left to state an error from.
Cites     Borusyak, Jaravel & Spiess (2024), doi:10.1093/restud/rdae007; Gardner (2022), arXiv:2207.05943.
          Errors: `imputation_fit`.
Proof     tests/reference/test_reference_did.py (castle doctrine; simulated panel of did2s);
          tests/causal/test_causal_imputation.py: dense matrices, equal to fixed effects at one launch date,
          coverage with 10, 30 and 100 teams.
"""

from dataclasses import dataclass, replace

import numpy as np

from payoff.causal import fixed_effects
from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.floors import cluster_noun, waves_refusal
from payoff.causal.imputation_fit import (
    ImputationFit,
    adjusted,
    answerable,
    fit_imputation,
    gardner,
    pool_waves,
)
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, named, plural, raised

METHOD = "imputation"


@dataclass(frozen=True, slots=True)
class _Cells:
    """event: cells whose untreated counterpart exists. untreated (n, T). wave (n,), −1 never."""

    event: EventCells
    untreated: Bools
    wave: Ints
    baseline: float


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The trusted row, the same with the article's errors, and one with effects by cluster."""
    cells = _prepare(study, panel)
    if isinstance(cells, Refusal):
        return (cells,)
    units = np.arange(cells.event.n_units)
    fit = _fit(cells, units)
    noun, period = cluster_noun(study), study.design.period
    short = f"Imputed from {study.design.unit_label} and {period} effects"
    trusted = (
        f"{short}, errors by {noun} (CR2): trusted, because started {plural(study.design.unit_label)} "
        "never stand in a comparison"
    )
    plain = (
        f"The same estimate with the article's errors by {noun} (Gardner's two stages): not trusted, because "
        f"they carry no correction for the number of {plural(noun)}"
    )
    rows = [
        _row(study, panel, cells, fit, METHOD, role, adjusted(fit), trusted, short),
        _row(
            study,
            panel,
            cells,
            fit,
            f"{METHOD}, two-stage errors",
            "reference",
            gardner(fit),
            plain,
            "The same estimate, two-stage errors",
        ),
    ]
    if cells.event.n_clusters < cells.event.n_units:
        by_cluster = _fit(cells, cells.event.cluster)
        short = f"Imputed from {noun} and {period} effects"
        label = f"{short}, two-stage errors: for {plural(study.design.unit_label)} who come and go"
        method = f"{METHOD}, {noun} effects"
        rows.append(
            _row(study, panel, cells, by_cluster, method, "reference", gardner(by_cluster), label, short)
        )
    return tuple(rows)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """At one launch date the regression with the same estimate, for guards that refit it; else none."""
    dates = np.unique(panel.launch[panel.launch >= 0])
    if len(dates) > 1:
        return Refusal(METHOD, "Over several launch dates imputation is no one regression.")
    return fixed_effects.regression(study, panel)


def _prepare(study: Study, panel: Panel) -> _Cells | Refusal:
    """Cells with an untreated counterpart, or why a term has none."""
    cells = event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return cells
    baseline = cells.baseline(panel.metric.scale == "log")
    refusal = waves_refusal(study, panel.launch[cells.index], cells.cluster, METHOD)
    refusal = refusal or baseline_refusal(panel, baseline, METHOD)
    if refusal is not None:
        return refusal
    treated: Bools = np.asarray(cells.terms.any(axis=2))
    untreated = ~treated & (cells.weights > 0)
    usable = answerable(cells.weights, treated, untreated)
    terms = cells.terms & usable[:, :, None]
    lost = [name for j, name in enumerate(cells.term_names) if not terms[:, :, j].any()]
    if lost:
        reason = f"The term {named(lost)} has no {study.design.period} in which anyone was still untreated: "
        return Refusal(
            METHOD, reason + "keep a group that starts later, or end follow-up before the last wave."
        )
    n_lost = int((treated & (cells.weights > 0) & ~usable).sum())
    label, period = study.design.unit_label, study.design.period
    note = (
        f"; {counted(n_lost, f'{label}-{period}')} with nobody left untreated not counted" if n_lost else ""
    )
    weights = np.where(untreated | usable, cells.weights, 0.0)
    kept = replace(cells, weights=weights, terms=terms, note=cells.note + note)
    return _Cells(kept, untreated, pool_waves(panel.launch[cells.index], cells.cluster), baseline)


def _fit(cells: _Cells, holder: Ints) -> ImputationFit:
    event = cells.event
    return fit_imputation(
        event.values, event.weights, event.terms, cells.untreated, holder, event.cluster, cells.wave
    )


def _row(
    study: Study,
    panel: Panel,
    cells: _Cells,
    fit: ImputationFit,
    method: str,
    role: Role,
    inference: Inference,
    label: str,
    short: str,
) -> Answer:
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=cells.event.term_names,
        estimates=fit.estimates,
        inference=inference,
        estimand=fixed_effects.ESTIMAND,
        label=raised(label) + cells.event.note,
        short=short,
        baseline=cells.baseline,
        n_units=cells.event.n_units,
        n_clusters=cells.event.n_clusters,
        n_observations=cells.event.n_observations,
    )
