"""Group-time effects of a staggered rollout, averaged over the declared terms.

Question  What did the program change for those who took part, whoever started when?
Estimand  Effect on the treated by term: the mean of ATT(g, t) over the term's periods since launch, weighted
          by cohort size. With one launch date: the plain difference in differences from the last period
          before launch.
Assumes   Parallel trends (given the declared covariates: then doubly robust); no effect before launch less
          the declared anticipation; no spill-over. Effects may differ by cohort and grow or fade.
Refuses   What `group_time_rollout` and `group_time_floors` refuse; a term without a comparison.
Cites     Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001. Locked errors: CR2 with
          Satterthwaite degrees of freedom (`group_time_trusted`); those of the R package did beside it.
Proof     tests/reference/test_reference_group_time.py (minimum wages); coverage with 10, 30, 100 teams in
          tests/causal/test_causal_group_time_study.py.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.floors import cluster_noun
from payoff.causal.group_time_average import Average, average_cells
from payoff.causal.group_time_fit import RolloutFit, fit_rollout
from payoff.causal.group_time_floors import thin_refusal
from payoff.causal.group_time_references import reference_rows
from payoff.causal.group_time_rollout import Rollout, read_rollout
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Bools
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import named, plural

METHOD = "group_time"
ESTIMAND = "effect on all in the program's group, takers or not, by period since launch"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The trusted row (CR2 errors by cluster), then the published kind of errors and the other averages."""
    rollout = read_rollout(study, panel, METHOD)
    if isinstance(rollout, Refusal):
        return (rollout,)
    refusal = baseline_refusal(panel, rollout.baseline, METHOD)
    fit = refusal or fit_rollout(rollout, "universal", METHOD)
    if isinstance(fit, Refusal):
        return (fit,)
    average = _average_terms(study, panel, fit)
    if isinstance(average, Refusal):
        return (average,)
    rollout = fit.rollout
    trusted = _row(study, panel, rollout, average, METHOD, role, fit.trusted(average))
    if isinstance(trusted, Refusal):
        return (trusted,)
    method = f"{METHOD}, plain errors"
    plain = _row(study, panel, rollout, average, method, "reference", fit.plain(average))
    if role != "locked":
        return trusted, plain
    printed = fit_rollout(rollout, "varying", METHOD)
    beside = () if isinstance(printed, Refusal) else reference_rows(study, panel, printed, METHOD)
    return (trusted, plain, *beside)


def _average_terms(study: Study, panel: Panel, fit: RolloutFit) -> Average | Refusal:
    """The declared terms, or why one cannot be told."""
    cells, names = fit.cells, [term.name for term in study.design.terms]
    masks: list[Bools] = [
        (cells.event >= term.first) & (cells.event <= (cells.event.max() if term.last is None else term.last))
        if cells.size
        else np.zeros(0, dtype=np.bool_)
        for term in study.design.terms
    ]
    unseen = [name for name, mask in zip(names, masks, strict=True) if not mask.any()]
    if unseen:
        who = {"never": "never treated", "not_yet": "not yet treated"}[fit.rollout.control]
        reason = (
            f"The term {named(unseen)} has no {study.design.period} in which a {study.design.unit_label} "
            f"{who} was left to compare with: keep a group that starts later, or shorten the term."
        )
        return Refusal(METHOD, reason)
    refusal = thin_refusal(study, panel, fit.rollout, cells, np.any(masks, axis=0), METHOD)
    return refusal or average_cells(cells, fit.effects.estimates, fit.effects.share, masks, names)


def _row(
    study: Study,
    panel: Panel,
    rollout: Rollout,
    average: Average,
    method: str,
    role: Role,
    inference: Inference,
) -> Answer:
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=average.names,
        estimates=average.estimates,
        inference=inference,
        estimand=ESTIMAND,
        label=_label(study, rollout, inference.kind) + rollout.note,
        short=_short(inference.kind),
        baseline=rollout.baseline,
        n_units=rollout.n_units,
        n_clusters=rollout.n_clusters,
        n_observations=rollout.n_observations,
    )


def _label(study: Study, rollout: Rollout, kind: str) -> str:
    """Which row is trusted and why, in plain words."""
    noun = cluster_noun(study)
    if kind == "plain":
        return (
            f"The same estimate with plain errors by {noun}, as articles print them: not trusted, because "
            f"they carry no correction for the number of {plural(noun)}"
        )
    compared = "never treated" if rollout.control == "never" else "not yet treated"
    adjusted = ", adjusted for covariates (doubly robust)" if rollout.x.shape[1] > 1 else ""
    return (
        f"Each launch date against {plural(study.design.unit_label)} {compared}{adjusted}, errors by {noun} "
        f"({kind}): trusted, because those who started earlier never stand in a comparison"
    )


def _short(kind: str) -> str:
    return "The same estimate, plain errors" if kind == "plain" else "Each launch date against the untreated"
