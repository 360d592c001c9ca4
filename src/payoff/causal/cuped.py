"""The randomised difference, adjusted for the same metric before launch: CUPED.

Question  What did offering the program change, once where each unit stood before is taken into account?
Estimand  As `randomised`: intention to treat.
Assumes   As `randomised`. The metric before launch cannot have been moved by the program.
Refuses   As `covariate_adjusted`.
Cites     Deng et al. (2013), doi:10.1145/2433396.2433413; as an analysis of covariance with one slope
          (Yang & Tsiatis 2001, doi:10.1198/000313001753272466), whose errors (HC2 or CR2, t) keep their
          promise in arms of thirty, where the plug-in formula's do not.
Proof     tests/causal/test_causal_cuped.py: error × √(1 − correlation²) (BAS-08), size in small arms;
          tests/reference/test_reference_trials.py: the plug-in row, to tea-tasting's digits.
"""

import numpy as np
from scipy.special import stdtrit

from payoff.causal.answer import compose_effect
from payoff.causal.arms import find_contrasts
from payoff.causal.cluster_errors import Inference
from payoff.causal.covariate_adjusted import complete_sample, lost_note, mean_before
from payoff.causal.cuped_moments import MomentFit, find_moments, fit_moments
from payoff.causal.floors import cluster_noun
from payoff.causal.protocol import Answer
from payoff.causal.randomised import ESTIMAND, TrialFit, compose_trial
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.unit_sample import UnitSample
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "cuped"
PLUG_IN = f"{METHOD}, plug-in formula"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or prepare, fit and name the numbers; the plug-in formula stands beside a locked answer."""
    prepared = _prepare(study, panel)
    if isinstance(prepared, Refusal):
        return (prepared,)
    trial, before, n_lost = prepared
    short = "As assigned, adjusted for the same metric before launch"
    label = f"{short} (CUPED), errors by {cluster_noun(study)}{lost_note(study, n_lost)}"
    rows = compose_trial(study, panel, role, trial, label, short)
    if role == "locked" and not trial.contrasts.what and not isinstance(rows[0], Refusal):
        columns = np.column_stack([trial.sample.outcome, before])
        rows = (*rows, plug_in_row(study, panel, trial.sample, columns, PLUG_IN, ratio=False))
    return rows


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the verdict's contrast first."""
    prepared = _prepare(study, panel)
    return prepared if isinstance(prepared, Refusal) else prepared[0].fit


def _prepare(study: Study, panel: Panel) -> tuple[TrialFit, Floats, int] | Refusal:
    found = complete_sample(study, panel, mean_before(study, panel, panel.pre), METHOD)
    if isinstance(found, Refusal):
        return found
    sample, before, n_lost = found
    contrasts = find_contrasts(study, panel, sample, METHOD)
    if isinstance(contrasts, Refusal):
        return contrasts
    return TrialFit(METHOD, sample, contrasts, fit_ancova(sample, before, contrasts.columns)), before, n_lost


def fit_ancova(sample: UnitSample, before: Floats, columns: Floats) -> ClusterFit:
    """Outcome on (contrasts, 1, centred): one slope for all; before (n, k), columns (n, c)."""
    centred = before - np.average(before, axis=0, weights=sample.weight)
    rows = np.column_stack([columns, np.ones(len(columns)), centred])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def plug_in_row(
    study: Study, panel: Panel, sample: UnitSample, columns: Floats, method: str, *, ratio: bool
) -> Answer:
    """The formula that experimentation platforms print, for comparison with them."""
    fit = fit_moments(*find_moments(columns, sample.arm), ratio=ratio, cuped=columns.shape[1] > 1 + ratio)
    short = "As assigned, by the formula experimentation platforms use"
    return _compose(study, panel, sample, fit, method, short)


def _compose(
    study: Study, panel: Panel, sample: UnitSample, fit: MomentFit, method: str, short: str
) -> Answer:
    reach = fit.std_error * float(stdtrit(fit.df, 0.975))
    lower = panel.metric.better == "lower"
    low, high = fit.lift_interval
    carried = np.array([[-high, -low] if lower else [low, high]])
    level = panel.metric.scale == "level"
    return compose_effect(
        study,
        panel,
        method=method,
        role="reference",
        terms=(study.design.verdict_term,),
        estimates=np.array([fit.estimate]),
        inference=Inference(
            "Welch",
            np.array([[fit.std_error**2]]),
            np.array([fit.df]),
            np.array([[fit.estimate - reach, fit.estimate + reach]]),
        ),
        estimand=ESTIMAND,
        label=f"{short}: every unit counts once and stands for itself, no correction for small groups",
        short=short,
        baseline=fit.level if level else sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_units,
        n_observations=sample.n_observations,
        shows="detail",
        lift_intervals=carried if level and np.isfinite(carried).all() else None,
    )
