"""The randomised difference, adjusted for what was known before launch.

Question  What did offering the program change, once chance differences at the start are taken out?
Estimand  As `randomised`: intention to treat.
Assumes   As `randomised`; covariates were measured before assignment.
Refuses   What `randomised` refuses; nothing known before launch; more than a fifth of the units
          without it. The others are left out and counted in the label: nothing is imputed.
Cites     Lin (2013), doi:10.1214/12-AOAS583: covariates centred and fully interacted with the arm;
          HC2 or CR2 errors.
Proof     tests/causal/test_causal_randomised.py: dense interacted regression; less error than the
          plain difference by the factor theory gives.
"""

import numpy as np

from payoff.causal.arms import find_contrasts
from payoff.causal.floors import cluster_noun, floor_refusal
from payoff.causal.outcome import MAX_SHARE_DROPPED, analysed_values, observed_cells, unit_means
from payoff.causal.protocol import Answer
from payoff.causal.randomised import TrialFit, compose_trial
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.unit_sample import UnitSample, trial_sample
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
    trial, n_lost = prepared
    short = "As assigned, adjusted for the value before launch"
    label = f"{short}, errors by {cluster_noun(study)}{lost_note(study, n_lost)}"
    return compose_trial(study, panel, role, trial, label, short)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the verdict's contrast first."""
    prepared = _prepare(study, panel)
    return prepared if isinstance(prepared, Refusal) else prepared[0].fit


def _prepare(study: Study, panel: Panel) -> tuple[TrialFit, int] | Refusal:
    known = known_before(study, panel, panel.pre)
    found = complete_sample(study, panel, known, METHOD)
    if isinstance(found, Refusal):
        return found
    sample, known, n_lost = found
    contrasts = find_contrasts(study, panel, sample, METHOD)
    if isinstance(contrasts, Refusal):
        return contrasts
    fit = fit_interacted(sample, known, contrasts.columns)
    return TrialFit(METHOD, sample, contrasts, fit), n_lost


def complete_sample(
    study: Study, panel: Panel, known: Floats, method: str
) -> tuple[UnitSample, Floats, int] | Refusal:
    """The units of which everything before launch is known, what it is, and how many others there are."""
    sample = trial_sample(study, panel, panel.post, method)
    if isinstance(sample, Refusal):
        return sample
    known = known[sample.index]
    complete = np.asarray(np.isfinite(known).all(axis=1))
    refusal = _coverage_refusal(study, known, complete, method)
    refusal = refusal or floor_refusal(study, sample.cluster[complete], sample.arm[complete], method)
    return refusal or (sample.only(complete), known[complete], int((~complete).sum()))


def known_before(study: Study, panel: Panel, window: Bools) -> Floats:
    """(n_units, k): mean outcome over `window` (where there is one), then the panel's covariates."""
    columns = [mean_before(study, panel, window)]
    if panel.covariates is not None:
        columns.append(panel.covariates.astype(np.float64))
    return np.concatenate(columns, axis=1)


def covariate_names(study: Study, n_columns: int) -> tuple[str, ...]:
    """What the panel's covariates are called: as declared, or numbered where the columns are others."""
    declared = study.design.covariates
    return declared if len(declared) == n_columns else tuple(f"covariate {j + 1}" for j in range(n_columns))


def mean_before(study: Study, panel: Panel, window: Bools) -> Floats:
    """(n_units, 1): mean outcome over `window`; (n_units, 0) where nothing was measured in it."""
    values = analysed_values(study, panel, window, METHOD)
    if isinstance(values, Refusal):
        return np.empty((panel.n_units, 0))
    return unit_means(values, panel.weights, observed_cells(panel, window))[0][:, None]


def fit_interacted(sample: UnitSample, known: Floats, columns: Floats | None = None) -> ClusterFit:
    """Outcome on (contrasts, 1, centred, contrasts × centred); `known` is (n, k), finite.

    columns (n, c): the contrasts; None: the arm.
    """
    centred = known - np.average(known, axis=0, weights=sample.weight)
    asked = sample.arm.astype(np.float64)[:, None] if columns is None else columns
    crossed = (asked[:, :, None] * centred[:, None, :]).reshape(len(asked), -1)
    rows = np.column_stack([asked, np.ones(len(asked)), centred, crossed])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def lost_note(study: Study, n_lost: int) -> str:
    """For a label: how many units were left out, if any."""
    return f"; {counted(n_lost, study.design.unit_label)} without one left out" if n_lost else ""


def _coverage_refusal(study: Study, known: Floats, complete: Bools, method: str) -> Refusal | None:
    if known.shape[1] == 0:
        return Refusal(method, "Nothing was measured before launch: there is nothing to adjust for.")
    lost = int((~complete).sum())
    if lost > MAX_SHARE_DROPPED * len(complete):
        who = f"{count(lost)} of {counted(len(complete), study.design.unit_label)}"
        return Refusal(method, f"{who} have no value from before launch: too many to leave out.")
    return None
