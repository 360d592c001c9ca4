"""The error of designs without a lot or a launch date of their own, from the baseline.

before_after  The same units before and after: the spread of their changes.
matched       Changes of program units against those of the comparison units nearest to them in the
              baseline, each counted as often as it is matched (Kish's effective number).
synthetic     Changes of the program's mean against a weighted mean of the others, taken as a difference
              in differences on the same units, which the weights usually improve on. Judged by placebos:
              with fewer than 19 others no pattern is rare enough to count at 5 %.
Assumes   Everybody is measured in every planned period; deviations as `noise` has them.
Cites     Kish (1965), Survey Sampling, section 11.7; Abadie (2021), doi:10.1257/jel.20191450.
Proof     tests/causal/test_causal_power_designs.py.
"""

import numpy as np

from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun
from payoff.causal.noise import find_noise
from payoff.causal.outcome import analysed_values, mean_level, unit_means
from payoff.causal.power_error import (
    METHOD,
    PlannedError,
    Stretch,
    before_after_contrast,
    planned_periods,
    pooled_df,
    quiet_cells,
)
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural

MIN_DONORS = 19  # with the program's own, 20 placebos: the rarest is one in twenty
BLOCK = 500  # program units whose distances are laid out at once


def plan_before_after(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """One group, its own baseline: nobody to compare with."""
    return _plan(study, panel, stretch, panel.in_program, None)


def plan_matched(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """Program units against their nearest in the baseline."""
    quiet = quiet_cells(panel, np.ones(panel.n_units, dtype=np.bool_))
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    known = unit_means(values, panel.weights, quiet)[0][:, None]
    if panel.covariates is not None:
        known = np.concatenate([known, panel.covariates], axis=1)
    used = np.isfinite(known).all(axis=1)
    if not (used & panel.in_program).any() or not (used & ~panel.in_program).any():
        return Refusal(METHOD, "Nobody measured in the baseline is left to match with.")
    ratio = study.design.matching.ratio if study.design.matching is not None else 1
    weight = np.zeros(panel.n_units)
    weight[used & ~panel.in_program] = _times_matched(
        known[used & panel.in_program], known[used & ~panel.in_program], ratio
    )
    return _plan(study, panel, stretch, used & panel.in_program, weight)


def plan_synthetic(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """Few program units against a weighted mean of the others."""
    quiet = quiet_cells(panel, ~panel.in_program)
    donors: Bools = np.asarray(quiet.any(axis=1))
    if donors.sum() < MIN_DONORS:
        have = counted(int(donors.sum()), study.design.unit_label)
        why = f"Only {have} to compare with: a change must be the rarest of 20 to count at 5 %, "
        return Refusal(METHOD, why + f"which takes {MIN_DONORS} others.")
    everyone = quiet_cells(panel, np.ones(panel.n_units, dtype=np.bool_)).any(axis=1)
    weight: Floats = donors.astype(np.float64)
    return _plan(study, panel, stretch, panel.in_program & everyone, weight, few_treated=True)


def _plan(
    study: Study,
    panel: Panel,
    stretch: Stretch,
    program: Bools,
    comparison: Floats | None,
    few_treated: bool = False,
) -> PlannedError | Refusal:
    """Mean change of `program` (n_units,) less that of the comparison, weighted (n_units,); None: nobody."""
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    compared = program if comparison is None else program | (comparison > 0)
    quiet = quiet_cells(panel, compared)
    measured = quiet.any(axis=1)
    treated = program & measured
    refusal = _floor(study, panel, treated, few_treated)
    if refusal is not None or not panel.post.any():
        return refusal or Refusal(METHOD, "The plan has no period after launch.")
    noise = find_noise(values, quiet, program, panel.cluster)
    period, is_post = planned_periods(panel, quiet, stretch)
    variance = noise.of_contrast(before_after_contrast(is_post), period)
    parts = [(variance / treated.sum(), len(np.unique(panel.cluster[treated])) - 1.0)]
    if comparison is not None:
        others = measured & ~program
        weight = comparison[others]
        effective = float(weight.sum() ** 2 / (weight**2).sum())
        parts.append((variance / effective, len(np.unique(panel.cluster[others])) - 1.0))
    variances, df = np.array(parts).T
    total = float(df[1]) if few_treated else pooled_df(variances, df)
    level = mean_level(panel, quiet & program[:, None])
    return PlannedError(float(np.sqrt(variances.sum())), total, level, noise.assumed)


def _floor(study: Study, panel: Panel, treated: Bools, few_treated: bool) -> Refusal | None:
    seen = len(np.unique(panel.cluster[treated]))
    if seen >= (1 if few_treated else MIN_CLUSTERS_PER_ARM):
        return None
    noun = cluster_noun(study)
    have = f"Only {counted(seen, noun)} of the program measured before launch; "
    return Refusal(METHOD, have + f"at least {MIN_CLUSTERS_PER_ARM} {plural(noun)} are needed.")


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
