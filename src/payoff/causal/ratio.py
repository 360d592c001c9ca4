"""A metric that is one total over another: minutes per call, revenue per hour.

Question  What did the program change in the total of the arm over the arm's total exposure?
Estimand  Σ value × weight ÷ Σ weight over follow-up, program arm less comparison: every call (hour,
          session) counts once, so that a unit with twice the calls counts twice. `difference_in_means`
          counts a unit by its exposure per period instead; without weights, every unit once.
          With CUPED (`ratio_of_totals_cuped`): less θ × the same difference before launch.
Identity  A ratio of totals N/D moves like (N_i − R D_i)/D̄ (delta method): these are the scores of a
          regression of value on arm weighed by D_i, so its CR2 errors are right by unit or by cluster,
          and a unit that holds much of the exposure counts as the leverage it is.
Assumes   As `randomised`; the program does not move the exposure itself (calls taken), or the ratio is
          what is asked all the same. Exposure before launch may be none: nothing is then adjusted.
Refuses   What `randomised` refuses; a metric analysed in logs; CUPED without exposure before launch in
          every arm.
Cites     Cochran (1977), Sampling Techniques, ch. 6; Deng, Knoblich & Lu (2018),
          doi:10.1145/3219819.3219819; Deng et al. (2013) for θ.
Proof     tests/causal/test_causal_ratio.py: jackknife, clusters; tests/reference/test_reference_trials.py.
"""

from dataclasses import replace

import numpy as np

from payoff.causal.arms import find_contrasts
from payoff.causal.cluster_errors import Inference, t_inference, trusted
from payoff.causal.cuped import plug_in_row
from payoff.causal.floors import cluster_noun
from payoff.causal.outcome import observed_cells
from payoff.causal.protocol import Answer
from payoff.causal.randomised import TrialFit, compose_trial, fit_contrasts
from payoff.causal.regression import ClusterFit
from payoff.causal.unit_sample import trial_sample
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "ratio_of_totals"
WITH_CUPED = "ratio_of_totals_cuped"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The ratio of totals, arm against arm."""
    return _answer(study, panel, role, METHOD)


def answer_cuped(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The same, less θ × the difference of the ratios before launch."""
    return _answer(study, panel, role, WITH_CUPED)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind `ratio_of_totals`: the verdict's contrast first."""
    prepared = _prepare(study, panel, METHOD)
    return prepared if isinstance(prepared, Refusal) else prepared[0].fit


def regression_cuped(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind `ratio_of_totals_cuped`."""
    prepared = _prepare(study, panel, WITH_CUPED)
    return prepared if isinstance(prepared, Refusal) else prepared[0].fit


def _answer(study: Study, panel: Panel, role: Role, method: str) -> tuple[Answer, ...]:
    prepared = _prepare(study, panel, method)
    if isinstance(prepared, Refusal):
        return (prepared,)
    trial, columns = prepared
    cuped = method == WITH_CUPED
    short = "Total over total, as assigned" + (", adjusted for the same before launch" if cuped else "")
    label = f"{short}: every unit of exposure counts once, errors by {cluster_noun(study)}"
    k = len(trial.contrasts.names)
    inference = trusted(trial.fit, k + 1)
    if cuped:  # θ was estimated too
        inference = _widen(inference, trial.fit, 1)
    rows = compose_trial(study, panel, role, trial, label, short, inference)
    if role != "locked" or trial.contrasts.what or isinstance(rows[0], Refusal):
        return rows
    return (*rows, plug_in_row(study, panel, trial.sample, columns, f"{method}, plug-in formula", ratio=True))


def _prepare(study: Study, panel: Panel, method: str) -> tuple[TrialFit, Floats] | Refusal:
    """The weighted regression, and (n, 2 or 4) totals: numerator, denominator, and those before launch."""
    if panel.metric.scale == "log":
        return Refusal(method, f"{panel.metric.label} is analysed in logs; a ratio of totals has no logs.")
    sample = trial_sample(study, panel, panel.post, method)
    if isinstance(sample, Refusal):
        return sample
    contrasts = find_contrasts(study, panel, sample, method)
    if isinstance(contrasts, Refusal):
        return contrasts
    after = _window_totals(panel, panel.post)[sample.index]
    sample = replace(sample, outcome=after[:, 0] / after[:, 1], weight=after[:, 1] / after[:, 1].mean())
    if method == METHOD:
        return TrialFit(method, sample, contrasts, fit_contrasts(sample, contrasts)), after
    before = _window_totals(panel, panel.pre)[sample.index]
    group = np.unique(contrasts.columns, axis=0, return_inverse=True)[1].ravel()
    if not np.isfinite(before).all() or (np.bincount(group, weights=before[:, 1]) <= 0).any():
        return Refusal(
            method, "Nothing was measured before launch in one of the groups: nothing to adjust for."
        )
    adjusted = replace(sample, outcome=_adjust_ratio(after, before, group))
    fit = fit_contrasts(adjusted, contrasts)
    return TrialFit(method, adjusted, contrasts, fit), np.column_stack([after, before])


def _window_totals(panel: Panel, window: Bools) -> Floats:
    """(n_units, 2): Σ value × weight and Σ weight over the observed cells of `window`; zeros without any."""
    cells = observed_cells(panel, window)
    weight = np.where(cells, panel.weights, 0.0)
    return np.column_stack([(weight * np.where(cells, panel.values, 0.0)).sum(axis=1), weight.sum(axis=1)])


def _adjust_ratio(after: Floats, before: Floats, group: Ints) -> Floats:
    """(n,) each unit's ratio less θ × what its totals before launch foretell; group (n,) codes of arms.

    after, before (n, 2): numerators and denominators. Weighed by the denominators, an arm's mean of the
    result is R − θ (R before − R before of all), and its residuals are those of the delta method.
    """
    outcome, size = _linear(after, group)
    earlier, _ = _linear(before, group)
    inside, past = _within(outcome, group), _within(earlier, group)
    slope = float(inside @ past / (past @ past)) if past @ past > 0 else 0.0
    arm_mean = earlier - past
    share = past * size / after[:, 1]  # brought to the scale of the unit's own ratio
    adjusted: Floats = after[:, 0] / after[:, 1] - slope * (share + arm_mean - earlier.mean())
    return adjusted


def _linear(totals: Floats, group: Ints) -> tuple[Floats, Floats]:
    """Each unit's linear form R + (N_i − R D_i)/D̄, and D̄, by group; both (n,)."""
    sums = np.column_stack([np.bincount(group, weights=column) for column in totals.T])
    ratio, mean = (sums[:, 0] / sums[:, 1])[group], (sums[:, 1] / np.bincount(group))[group]
    return ratio + (totals[:, 0] - ratio * totals[:, 1]) / mean, mean


def _within(column: Floats, group: Ints) -> Floats:
    return column - (np.bincount(group, weights=column) / np.bincount(group))[group]


def _widen(inference: Inference, fit: ClusterFit, n_slopes: int) -> Inference:
    """Errors as if `n_slopes` more coefficients had been in the regression."""
    spare = fit.n_rows - len(fit.coefficients)
    factor = spare / max(spare - n_slopes, 1)
    covariance = inference.covariance * factor
    return t_inference(inference.kind, fit.coefficients[: len(inference.df)], covariance, inference.df)
