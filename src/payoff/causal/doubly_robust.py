"""Changes compared at equal covariates, by weights and by regression at once.

Question  What did the program change, where the groups differed in what was known before launch?
Estimand  Effect on the treated by term: mean over the term's periods against the mean before launch.
Assumes   Units alike in the declared covariates would have changed alike; no anticipation beyond the
          declared; one of two models holds (`doubly_robust_fit`). One launch date.
Refuses   What `event_time` refuses; no covariates; several launch dates; no comparison units like the
          program's; too few clusters for the covariates; more than a fifth without covariates.
Cites     Sant'Anna & Zhao (2020), doi:10.1016/j.jeconom.2020.06.003. The trusted row is the improved
          estimator with leverage-corrected errors and Welch's degrees of freedom, the comparison counted
          at its effective size; the article's two, with their large-sample errors, stand beside it.
Proof     tests/reference/test_reference_did.py (DRDID help page); tests/causal/test_causal_doubly_robust.py:
          bias and coverage where one of the models is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference, t_inference
from payoff.causal.doubly_robust_fit import ImprovedFit, fit_improved
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.fixed_effects import ESTIMAND
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun, compact, floor_refusal
from payoff.causal.group_time_covariates import compare
from payoff.causal.outcome import MAX_SHARE_DROPPED, baseline_refusal, unit_means
from payoff.causal.propensity import effective_number
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, plural

METHOD = "doubly_robust"


@dataclass(frozen=True, slots=True)
class _Changes:
    """One term's units: change, weight (n,); program, cluster (n,); x (n, p), ones first."""

    change: Floats
    weight: Floats
    program: Bools
    x: Floats
    cluster: Ints


@dataclass(frozen=True, slots=True)
class _Sample:
    """terms: one per declared term. note: units left out, in words."""

    cells: EventCells
    terms: tuple[_Changes, ...]
    note: str


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The trusted row, then both of the article's estimators with its errors."""
    sample = _prepare(study, panel)
    if isinstance(sample, Refusal):
        return (sample,)
    tried = [fit_improved(t.change, t.program, t.weight, t.x) for t in sample.terms]
    fits = [fit for fit in tried if fit is not None]
    if len(fits) < len(tried):
        return (_nobody_alike(study),)
    noun, short = cluster_noun(study), "Changes at equal covariates, doubly robust"
    label = f"{short}, errors by {noun} corrected for leverage: trusted with few {plural(noun)} too"
    rows = [_row(study, panel, sample, METHOD, role, _trusted(sample, fits), label, short)]
    effects, influence = [fit.effect for fit in fits], [fit.influence for fit in fits]
    label = "The same estimate with the article's errors, made for many units: not trusted where they are few"
    short = "The same estimate, large-sample errors"
    plain = _large_sample(sample, effects, influence)
    rows.append(_row(study, panel, sample, f"{METHOD}, improved", "reference", plain, label, short))
    usual = [compare(t.change[:, None], t.program, t.weight, t.x, "dr") for t in sample.terms]
    found = [fit for fit in usual if fit is not None]
    if len(found) == len(usual):
        effects, influence = [float(f.effect[0]) for f in found], [f.influence[:, 0] for f in found]
        label = "Odds by maximum likelihood, regression unweighted: the article's traditional estimator"
        plain = _large_sample(sample, effects, influence)
        name = f"{METHOD}, traditional"
        rows.append(_row(study, panel, sample, name, "reference", plain, label, "Traditional doubly robust"))
    return tuple(rows)


def _prepare(study: Study, panel: Panel) -> _Sample | Refusal:
    cells = event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return cells
    refusal = _dates_refusal(panel)
    refusal = refusal or baseline_refusal(panel, cells.baseline(panel.metric.scale == "log"), METHOD)
    if refusal is not None:
        return refusal
    known = None if panel.covariates is None else panel.covariates[cells.index].astype(np.float64)
    if known is None or not known.shape[1]:
        reason = "No covariates are declared: there is nothing by which to make the groups alike; "
        return Refusal(METHOD, reason + "name them under design.covariates, or choose another method.")
    complete: Bools = np.asarray(np.isfinite(known).all(axis=1))
    lost, label = int((~complete).sum()), study.design.unit_label
    if lost > MAX_SHARE_DROPPED * len(complete):
        who = f"{count(lost)} of {counted(len(complete), label)}"
        return Refusal(METHOD, f"{who} have no value of a covariate: too many to leave out.")
    note = f"; {counted(lost, label)} without a covariate left out" if lost else ""
    terms = tuple(_changes(study, cells, known, complete, j) for j in range(len(cells.term_names)))
    refusal = next((why for term in terms if (why := _size_refusal(study, term))), None)
    return refusal or _Sample(cells, terms, cells.note + note)


def _changes(study: Study, cells: EventCells, known: Floats, complete: Bools, term: int) -> _Changes:
    """Mean over the term's periods minus the mean before launch, for everybody seen in both."""
    used, since = cells.weights > 0, cells.event[np.argmax(cells.program)]  # one launch date
    inside = np.asarray(cells.terms[:, :, term].any(axis=0))
    quiet = (since < -study.design.anticipation) & ~cells.terms.any(axis=(0, 2))
    after, weight = unit_means(cells.values, cells.weights, used & inside)
    before = unit_means(cells.values, cells.weights, used & quiet)[0]
    rows = np.flatnonzero(complete & np.isfinite(after) & np.isfinite(before))
    x = np.column_stack([np.ones(len(rows)), known[rows]])
    return _Changes(after[rows] - before[rows], weight[rows], cells.program[rows], x, cells.cluster[rows])


def _trusted(sample: _Sample, fits: Sequence[ImprovedFit]) -> Inference:
    """Influence over √(1 − leverage) summed by cluster; Welch's degrees of freedom over the two groups."""
    pairs = list(zip(sample.terms, fits, strict=True))
    moved = [fit.influence * _stretch(term, fit) / len(fit.influence) for term, fit in pairs]
    scores = np.column_stack(
        [_by_cluster(sample, term, score) for (term, _), score in zip(pairs, moved, strict=True)]
    )
    df = np.array([_welch(term, fit, score) for (term, fit), score in zip(pairs, moved, strict=True)])
    return t_inference("CR2", np.array([fit.effect for fit in fits]), scores.T @ scores, df)


def _stretch(term: _Changes, fit: ImprovedFit) -> Floats:
    """(n,): what a residual has to be multiplied by for the share its own group's fit takes of it."""
    n_program = len(np.unique(term.cluster[term.program]))
    kept = np.where(term.program, 1.0 - 1.0 / n_program, np.maximum(1.0 - fit.leverage, 0.05))
    return np.asarray(1.0 / np.sqrt(kept))


def _welch(term: _Changes, fit: ImprovedFit, scores: Floats) -> float:
    """Degrees of freedom; the comparison has its effective number of clusters less the columns it fits."""
    groups = [_sums(term.cluster[side], scores[side]) for side in (term.program, ~term.program)]
    variance = np.array([float(group @ group) for group in groups])
    others = _sums(term.cluster[~term.program], (term.weight * fit.odds)[~term.program])
    free = np.array([len(groups[0]) - 1.0, max(effective_number(others) - term.x.shape[1], 1.0)])
    spread = float((variance**2 / free).sum())
    return float(variance.sum()) ** 2 / spread if spread > 0 else float("nan")


def _large_sample(sample: _Sample, effects: Sequence[float], influence: Sequence[Floats]) -> Inference:
    """The article's errors: sums of influence by cluster, normal quantiles."""
    pairs = zip(sample.terms, influence, strict=True)
    scores = np.column_stack([_by_cluster(sample, term, part / len(part)) for term, part in pairs])
    everywhere = np.full(len(effects), np.inf)
    return t_inference("influence", np.array(effects), scores.T @ scores, everywhere)


def _by_cluster(sample: _Sample, term: _Changes, scores: Floats) -> Floats:
    return np.bincount(term.cluster, weights=scores, minlength=sample.cells.n_clusters).astype(np.float64)


def _sums(code: Ints, values: Floats) -> Floats:
    """One sum of `values` per code that occurs."""
    return np.bincount(compact(code), weights=values).astype(np.float64)


def _dates_refusal(panel: Panel) -> Refusal | None:
    dates = len(np.unique(panel.launch[panel.launch >= 0]))
    if dates < 2:
        return None
    reason = f"The program was launched at {counted(dates, 'date')}: there is no one before and after. "
    return Refusal(METHOD, reason + "Choose group_time, which takes covariates too.")


def _size_refusal(study: Study, term: _Changes) -> Refusal | None:
    """Enough clusters in each group, and more comparison clusters than covariates to fit to them."""
    refusal = floor_refusal(study, term.cluster, term.program, METHOD)
    others, needed = len(np.unique(term.cluster[~term.program])), term.x.shape[1] + MIN_CLUSTERS_PER_ARM
    if refusal is not None or others >= needed:
        return refusal
    have = f"Only {counted(others, cluster_noun(study))} to compare with for {term.x.shape[1] - 1} covariates"
    return Refusal(
        METHOD, f"{have}; at least {needed} are needed: {needed - others} more, or fewer covariates."
    )


def _nobody_alike(study: Study) -> Refusal:
    people = plural(study.design.unit_label)
    reason = f"No weights make the comparison {people} like the program's in the declared covariates: "
    return Refusal(METHOD, reason + "the groups hardly overlap, or too few are left to compare with.")


def _row(
    study: Study,
    panel: Panel,
    sample: _Sample,
    method: str,
    role: Role,
    inference: Inference,
    label: str,
    short: str,
) -> Answer:
    cells, n_units = sample.cells, max(len(term.change) for term in sample.terms)
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=cells.term_names,
        estimates=inference.intervals.mean(axis=1),
        inference=inference,
        estimand=ESTIMAND,
        label=label + sample.note,
        short=short,
        baseline=cells.baseline(panel.metric.scale == "log"),
        n_units=n_units,
        n_clusters=max(len(np.unique(term.cluster)) for term in sample.terms),
        n_observations=cells.n_observations,
    )
