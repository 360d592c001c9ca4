"""The randomised difference, adjusted for what was known before launch.

Question  What did offering the program change, once chance differences at the start are taken out?
Estimand  As `randomised`: intention to treat.
Assumes   As `randomised`; covariates were measured before assignment.
Refuses   What `unit_sample` refuses; nothing known before launch; more than a fifth of the units
          without it. The others are left out and counted in the label: nothing is imputed.
Cites     Lin (2013), doi:10.1214/12-AOAS583: covariates centred and fully interacted with the arm;
          HC2 or CR2 errors.
Proof     tests/causal/test_causal_randomised.py: dense interacted regression; less error than the
          plain difference by the factor theory gives.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.fixed_effects import collinear_refusal
from payoff.causal.floors import cluster_noun, floor_refusal
from payoff.causal.outcome import (
    MAX_SHARE_DROPPED,
    analysed_values,
    baseline_refusal,
    observed_cells,
    unit_means,
)
from payoff.causal.protocol import Answer
from payoff.causal.randomised import ESTIMAND
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.unit_sample import UnitSample, program_sample
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted

METHOD = "covariate_adjusted"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or prepare, fit and name the numbers."""
    prepared = _prepare(study, panel)
    if isinstance(prepared, Refusal):
        return (prepared,)
    sample, known, n_lost = prepared
    fit = fit_interacted(sample, known)
    refusal = baseline_refusal(panel, sample.level, METHOD)
    refusal = refusal or collinear_refusal(fit, (study.design.verdict_term,), METHOD)
    if refusal is not None:
        return (refusal,)
    note = f"; {counted(n_lost, study.design.unit_label)} without one left out" if n_lost else ""
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role=role,
        terms=(study.design.verdict_term,),
        estimates=fit.coefficients[:1],
        inference=trusted(fit, 1),
        estimand=ESTIMAND,
        label=f"As assigned, adjusted for the value before launch, errors by {cluster_noun(study)}{note}",
        short="As assigned, adjusted for the value before launch",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=fit.n_clusters,
        n_observations=sample.n_observations,
    )
    return (effect,)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the arm first."""
    prepared = _prepare(study, panel)
    return prepared if isinstance(prepared, Refusal) else fit_interacted(*prepared[:2])


def _prepare(study: Study, panel: Panel) -> tuple[UnitSample, Floats, int] | Refusal:
    """The units of which everything before launch is known, what it is, and how many others there are."""
    sample = program_sample(study, panel, panel.post, METHOD)
    if isinstance(sample, Refusal):
        return sample
    known = known_before(study, panel, panel.pre)[sample.index]
    complete = np.asarray(np.isfinite(known).all(axis=1))
    refusal = _coverage_refusal(study, known, complete)
    refusal = refusal or floor_refusal(study, sample.cluster[complete], sample.arm[complete], METHOD)
    return refusal or (sample.only(complete), known[complete], int((~complete).sum()))


def known_before(study: Study, panel: Panel, window: Bools) -> Floats:
    """(n_units, k): mean outcome over `window` (where there is one), then the panel's covariates."""
    columns: list[Floats] = []
    values = analysed_values(study, panel, window, METHOD)
    if not isinstance(values, Refusal):
        cells = observed_cells(panel, window)
        columns.append(unit_means(values, panel.weights, cells)[0][:, None])
    if panel.covariates is not None:
        columns.append(panel.covariates.astype(np.float64))
    return np.concatenate(columns, axis=1) if columns else np.empty((panel.n_units, 0))


def fit_interacted(sample: UnitSample, known: Floats) -> ClusterFit:
    """Outcome on (arm, 1, centred, arm × centred); `known` is (n, k), finite."""
    centred = known - np.average(known, axis=0, weights=sample.weight)
    arm = sample.arm.astype(np.float64)
    rows = np.column_stack([arm, np.ones_like(arm), centred, arm[:, None] * centred])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def _coverage_refusal(study: Study, known: Floats, complete: Bools) -> Refusal | None:
    if known.shape[1] == 0:
        return Refusal(METHOD, "Nothing was measured before launch: there is nothing to adjust for.")
    lost = int((~complete).sum())
    if lost > MAX_SHARE_DROPPED * len(complete):
        who = f"{count(lost)} of {counted(len(complete), study.design.unit_label)}"
        return Refusal(METHOD, f"{who} have no value from before launch: too many to leave out.")
    return None
