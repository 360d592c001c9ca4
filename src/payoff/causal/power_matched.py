"""The error of a comparison with groups that nobody drew, from the baseline.

matched_did and its kin   Changes of program units against those of the comparison units nearest to them in
              the baseline, each counted as often as it is matched (Kish's effective number).
weighting     The comparison weighted by the method's own odds, Kish's effective number again. What was known
              before launch is taken out of the follow-up, as the estimated score takes it out.
regression and regression_adjustment   The method's own regression, run on the later half of the baseline with
              the earlier half among what is known, so that teams count as they will; time by `noise`.
Assumes   Everybody is measured in every planned period; deviations as `noise` has them.
Cites     Kish (1965), Survey Sampling, section 11.7; Hirano, Imbens & Ridder (2003).
Proof     tests/causal/test_causal_power_designs.py, test_causal_power_reported.py.
"""

from collections.abc import Sequence

import numpy as np

from payoff.causal import regression_adjustment, regression_controls, weighting
from payoff.causal.cluster_errors import trusted
from payoff.causal.floors import compact, floor_refusal, smaller_arm
from payoff.causal.noise import find_noise
from payoff.causal.outcome import analysed_values, mean_level, unit_means
from payoff.causal.power_error import METHOD, PlannedError, Stretch, planned_periods, quiet_cells
from payoff.causal.power_pairs import plan_change
from payoff.causal.propensity import fit_propensity, odds_weights, stand_alone
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

BLOCK = 500  # program units whose distances are laid out at once
EVERYBODY = (regression_controls.METHOD, regression_adjustment.METHOD)


def plan_matched(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """Program units against those like them in the baseline, as the method makes them alike."""
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    if study.design.method in EVERYBODY:
        return _plan_controls(study, panel, stretch, values)
    seen = np.flatnonzero(quiet_cells(panel, np.ones(panel.n_units, dtype=np.bool_)).any(axis=0))
    weighs = study.design.method == weighting.METHOD
    known = _known(panel, values, np.array_split(seen, 2) if weighs and len(seen) > 1 else [seen])
    used = np.isfinite(known).all(axis=1)
    program, others = used & panel.in_program, used & ~panel.in_program
    if not program.any() or not others.any():
        return Refusal(METHOD, "Nobody measured in the baseline is left to match with.")
    weight = np.zeros(panel.n_units)
    if not weighs:
        ratio = study.design.matching.ratio if study.design.matching is not None else 1
        weight[others] = _times_matched(known[program], known[others], ratio)
        return plan_change(study, panel, stretch, program, weight)
    score = fit_propensity(known[used], panel.in_program[used])
    if score is None:
        return Refusal(METHOD, "What is known tells the two groups apart completely.")
    alone = stand_alone(score, panel.in_program[used])
    weight[used] = np.where(alone, 0.0, odds_weights(score, panel.in_program[used]))
    kept = weight > 0
    return plan_change(
        study, panel, stretch, program & kept, np.where(others, weight, 0.0), explained_by_before=True
    )


def _known(panel: Panel, values: Floats, windows: Sequence[Ints]) -> Floats:
    """(n_units, k): means of the baseline over each of `windows` (period indices), and the covariates."""
    quiet = quiet_cells(panel, np.ones(panel.n_units, dtype=np.bool_))
    columns = [unit_means(values, panel.weights, quiet & _in(panel, window))[0] for window in windows]
    covariates = np.empty((panel.n_units, 0)) if panel.covariates is None else panel.covariates
    return np.column_stack([*columns, covariates])


def _in(panel: Panel, window: Ints) -> Bools:
    """(n_periods,): the period is in the window."""
    return np.isin(np.arange(panel.n_periods), window)


def _plan_controls(study: Study, panel: Panel, stretch: Stretch, values: Floats) -> PlannedError | Refusal:
    """The program beside what is known: the regression, on the later half of the baseline."""
    everyone = np.ones(panel.n_units, dtype=np.bool_)
    quiet = quiet_cells(panel, everyone)
    period, is_post = planned_periods(panel, quiet, stretch)
    if not is_post.any():
        return Refusal(METHOD, "The plan has no period after launch.")
    seen = np.flatnonzero(quiet.any(axis=0))
    n_later = max(min(int(is_post.sum()), len(seen) // 2), 1)
    earlier, later = seen[:-n_later], seen[-n_later:]
    known = _known(panel, values, [earlier] if len(earlier) else [])
    outcome, weight = unit_means(values, panel.weights, quiet & _in(panel, later))
    used = np.isfinite(np.column_stack([known, outcome])).all(axis=1)
    arm = panel.in_program[used]
    refusal = floor_refusal(study, panel.cluster[used], arm, METHOD)
    if refusal is not None:
        return refusal
    centred = known[used] - np.average(known[used], axis=0, weights=weight[used])
    own = study.design.method == regression_adjustment.METHOD  # each group has a line of its own
    crossed = [arm[:, None] * centred] if own else []
    rows = np.column_stack([arm.astype(np.float64), np.ones(len(arm)), centred, *crossed])
    cluster = compact(panel.cluster[used])
    fit = fit_rows(rows, outcome[used], weight[used], cluster, smaller_arm(cluster, arm))
    errors, noise = trusted(fit, 1), find_noise(values, quiet, panel.in_program, panel.cluster)
    spread = noise.of_mean(later, earlier if len(earlier) else None)
    as_planned = noise.of_mean(period[is_post], period[~is_post]) / spread if spread > 0 else 1.0
    level = mean_level(panel, quiet & panel.in_program[:, None])
    error = float(np.sqrt(errors.covariance[0, 0] * as_planned))
    return PlannedError(error, float(errors.df[0]), level, noise.assumed)


def _times_matched(program: Floats, others: Floats, ratio: int) -> Floats:
    """(n_others,): how often each is among the `ratio` nearest of a program unit; rows are (n, k) known."""
    spread = np.concatenate([program, others]).std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    near, far = program / scale, others / scale
    times = np.zeros(len(others))
    nearest = min(ratio, len(others))
    for start in range(0, len(near), BLOCK):
        distance = ((near[start : start + BLOCK, None, :] - far[None, :, :]) ** 2).sum(axis=2)
        chosen = np.argpartition(distance, nearest - 1, axis=1)[:, :nearest]
        np.add.at(times, chosen.ravel(), 1.0 / nearest)
    return times
