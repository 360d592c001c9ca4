"""Unit and period fixed effects, one coefficient per declared term of event time.

Question  What did the program change for the units that took part, period by period since launch?
Estimand  Effect on the treated by term, in the metric's own unit or log points.
Assumes   Parallel trends; no anticipation; no spill-over; with several launch dates, effects alike from
          wave to wave (the check `one launch date` says so and costs a step).
Refuses   What `event_time` refuses, terms that pool periods over several launch dates among it;
          collinear terms; nothing left to state an error from.
Cites     Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 10;
          Bell & McCaffrey (2002) for the trusted errors (`cluster_errors`).
Proof     tests/reference/test_reference_causal.py (Michigan grants); linearmodels PanelOLS and
          dense matrices in tests/causal.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference, cr0, ordinary, trusted, usual
from payoff.causal.event_time import (
    EventCells,
    comparison_refusal,
    event_cells,
    fewest_clusters,
    pooled_refusal,
)
from payoff.causal.floors import cluster_noun
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, Pattern, fit_patterns, fit_stacked, group_units, stacks
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import named, plural, raised

METHOD = "fixed_effects"
ESTIMAND = "effect on all in the program's group, takers or not, by period since launch"
UNSOUND = "; shown because articles print it, and no effect here: the method refuses"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The trusted row (CR2 errors by cluster), then the same estimate with errors as articles print them.

    Where the row cannot be trusted (terms that pool waves, too few clusters) it is a refusal, and the rows
    articles print stand beside it all the same, marked as no effect.
    """
    refusal = pooled_refusal(study, panel, METHOD)
    cells = refusal or event_cells(study, panel, METHOD)
    if isinstance(cells, Refusal):
        return (cells, *references(study, panel))
    fit = fit_within(cells, cells.terms)
    refusal = _fit_refusal(panel, cells, fit)
    if refusal is not None:
        return (refusal,)
    locked = _row(study, panel, cells, fit, METHOD, role, trusted(fit, len(cells.term_names)))
    return (locked, *_printed(study, panel, cells, fit, sound=True))


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """What two-way fixed effects say, with errors as articles print them; nothing where they say nothing."""
    cells = event_cells(study, panel, METHOD, any_size=True)
    if isinstance(cells, Refusal) or cells.n_clusters < 2:
        return ()
    fit = fit_within(cells, cells.terms)
    if _fit_refusal(panel, cells, fit) is not None:
        return ()
    sound = pooled_refusal(study, panel, METHOD) is None
    sound = sound and comparison_refusal(study, panel, cells.index, METHOD) is None
    return _printed(study, panel, cells, fit, sound=sound)


def references_beside(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """`references`, where neither the locked method nor the second opinion brings them."""
    asked = (study.design.method, study.design.second)
    return () if METHOD in asked else references(study, panel)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: declared terms first, then period dummies."""
    cells = pooled_refusal(study, panel, METHOD) or event_cells(study, panel, METHOD)
    return cells if isinstance(cells, Refusal) else fit_within(cells, cells.terms)


def fit_within(cells: EventCells, terms: Bools, mixing: Floats | None = None) -> ClusterFit:
    """Regress on `terms` (n, T, k) and period dummies (first period left out), unit means swept out.

    Columns: the k terms, or mixing (k, c) of them, then T − 1 period dummies. Weighted means where weights
    differ.
    """
    mixing = np.eye(terms.shape[2]) if mixing is None else mixing
    n_columns = mixing.shape[1] + cells.n_periods - 1
    groups = group_units(terms, cells.weights)
    dummies = np.eye(cells.n_periods)[:, 1:]
    smaller_arm = fewest_clusters(cells, terms)
    if stacks(len(groups), cells.n_periods, n_columns, cells.n_clusters):
        return _fit_stacked(cells, groups, terms, mixing, smaller_arm)

    def patterns() -> Iterator[Pattern]:
        for units in groups:
            used = cells.weights[units[0]] > 0
            weights = cells.weights[units[0], used]
            rows = np.concatenate([terms[units[0], used] @ mixing, dummies[used]], axis=1)
            values = cells.values[np.ix_(units, used)]
            share, scale = weights / weights.sum(), np.sqrt(weights)
            rows = (rows - share @ rows) * scale[:, None]
            values = (values - (values @ share)[:, None]) * scale
            yield Pattern(rows, values, cells.cluster[units])

    return fit_patterns(patterns, n_columns, cells.n_clusters, cells.n_units, smaller_arm=smaller_arm)


def _fit_stacked(
    cells: EventCells, groups: Sequence[Ints], terms: Bools, mixing: Floats, smaller_arm: int
) -> ClusterFit:
    """`fit_within` for all groups of units at once: cells that are not used weigh nothing."""
    first = np.array([units[0] for units in groups])
    of = np.empty(cells.n_units, dtype=np.int64)
    of[np.concatenate(groups)] = np.repeat(np.arange(len(groups)), [len(units) for units in groups])
    weights = cells.weights[first]
    share, scale = weights / weights.sum(axis=1, keepdims=True), np.sqrt(weights)
    dummies = np.tile(np.eye(cells.n_periods)[:, 1:], (len(groups), 1, 1))
    rows = np.concatenate([terms[first] @ mixing, dummies], axis=2)
    rows = (rows - share[:, None, :] @ rows) * scale[:, :, None]
    means = (share[of] * cells.values).sum(axis=1, keepdims=True)
    responses = (cells.values - means) * scale[of]
    return fit_stacked(
        rows, responses, of, cells.cluster, cells.n_observations, cells.n_units, smaller_arm=smaller_arm
    )


def _printed(
    study: Study, panel: Panel, cells: EventCells, fit: ClusterFit, *, sound: bool
) -> tuple[Answer, ...]:
    """One estimate with three errors of articles. sound: the estimate is one of an effect."""
    n_terms = len(cells.term_names)
    rows = (("ordinary errors", ordinary), ("plain clustered errors", cr0), ("usual clustered errors", usual))
    answers = (
        _row(study, panel, cells, fit, f"{METHOD}, {name}", "reference", infer(fit, n_terms), sound)
        for name, infer in rows
    )
    return tuple(answer for answer in answers if isinstance(answer, Effect))


def _fit_refusal(panel: Panel, cells: EventCells, fit: ClusterFit) -> Refusal | None:
    refusal = baseline_refusal(panel, cells.baseline(panel.metric.scale == "log"), METHOD)
    return refusal or collinear_refusal(fit, cells.term_names, METHOD)


def find_contrasts(cells: EventCells, column: Floats) -> Iterator[tuple[Ints, Floats]]:
    """Units that share a contrast, and the contrast (T,): the estimate is the sum of contrast × outcome.

    cells: every weight 0 or 1. column (p,): the coefficient's column of the fit's bread, terms as in `cells`.
    """
    dummies = np.eye(cells.n_periods)[:, 1:]
    for units in group_units(cells.terms, cells.weights):
        used = cells.weights[units[0]] > 0
        rows = np.concatenate([cells.terms[units[0]], dummies], axis=1)
        centred = np.where(used[:, None], rows - rows[used].mean(axis=0), 0.0)
        yield units, centred @ column


def _row(
    study: Study,
    panel: Panel,
    cells: EventCells,
    fit: ClusterFit,
    method: str,
    role: Role,
    inference: Inference,
    sound: bool = True,
) -> Answer:
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=cells.term_names,
        estimates=fit.coefficients[: len(cells.term_names)],
        inference=inference,
        estimand=ESTIMAND,
        label=_label(study, inference.kind) + ("" if sound else UNSOUND) + cells.note,
        short=_short(study, inference.kind),
        baseline=cells.baseline(panel.metric.scale == "log"),
        n_units=cells.n_units,
        n_clusters=cells.n_clusters,
        n_observations=cells.n_observations,
        causal=sound,
        shows="answer" if sound else "detail",
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


def _label(study: Study, kind: str) -> str:
    """Which row is trusted and why, in plain words."""
    noun, period = cluster_noun(study), plural(study.design.period)
    if kind == "ordinary":
        return (
            "The same estimate with ordinary errors, as many articles print them: not trusted, because they "
            f"take the {period} of one {noun} for independent"
        )
    if kind == "CR1S":
        return (
            f"The same estimate with errors by {noun} and the usual factor for few of them: not trusted, "
            "because it is the same factor however unequal the groups are"
        )
    if kind == "CR0":
        return (
            f"The same estimate with plain errors by {noun}: not trusted, because they carry no correction "
            f"for the number of {plural(noun)}"
        )
    return (
        f"{_short(study, kind)}, errors by {noun} ({kind}): trusted, because {period} of one {noun} "
        "are not independent"
    )


def _short(study: Study, kind: str) -> str:
    errors = {
        "ordinary": ", ordinary errors",
        "CR0": ", plain clustered errors",
        "CR1S": ", usual clustered errors",
    }
    return f"{raised(study.design.unit_label)} and {study.design.period} fixed effects{errors.get(kind, '')}"
