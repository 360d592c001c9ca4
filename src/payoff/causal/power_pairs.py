"""The error of designs without a lot or a launch date of their own, from the baseline.

before_after  The same units before and after: the spread of their changes, each period of follow-up held
              against the one the method will hold it against (`time_of_year`).
synthetic     Changes of the program's mean against a weighted mean of the others, taken as a difference
              in differences on the same units, which the weights usually improve on. Judged by placebos:
              with fewer than 19 others no pattern is rare enough to count at 5 %.
Assumes   Everybody is measured in every planned period; deviations as `noise` has them.
Cites     Abadie (2021), doi:10.1257/jel.20191450.
Proof     tests/causal/test_causal_power_designs.py.
"""

import numpy as np

from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun
from payoff.causal.noise import find_noise
from payoff.causal.outcome import analysed_values, mean_level
from payoff.causal.power_error import (
    METHOD,
    PlannedError,
    Stretch,
    before_after_contrast,
    planned_dates,
    planned_periods,
    pooled_df,
    quiet_cells,
)
from payoff.causal.time_of_year import pair_with_year_before
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural

MIN_DONORS = 19  # with the program's own, 20 placebos: the rarest is one in twenty


def plan_before_after(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """One group, its own baseline: nobody to compare with."""
    return plan_change(study, panel, stretch, panel.in_program, None)


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
    return plan_change(study, panel, stretch, panel.in_program & everyone, weight, few_treated=True)


def plan_change(
    study: Study,
    panel: Panel,
    stretch: Stretch,
    program: Bools,
    comparison: Floats | None,
    few_treated: bool = False,
    explained_by_before: bool = False,
) -> PlannedError | Refusal:
    """Mean change of `program` (n_units,) less that of the comparison, weighted (n_units,); None: nobody.

    explained_by_before: not the change since the baseline, but what the baseline leaves unexplained.
    """
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
    contrast = before_after_contrast(is_post)
    if study.design.type == "before_after":
        contrast = _year_before_contrast(study, panel, period, is_post)
    variance = noise.of_contrast(contrast, period)
    if explained_by_before:
        variance = noise.of_mean(period[is_post], period[~is_post])
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


def _year_before_contrast(study: Study, panel: Panel, period: Ints, is_post: Bools) -> Floats:
    """(T,): each period of follow-up less the same time of year before, as `before_after` pairs them."""
    paired = pair_with_year_before(study, planned_dates(study, panel, period), ~is_post, is_post)
    if paired is None:
        return before_after_contrast(is_post)
    late, early = paired
    contrast = np.zeros(len(period))
    np.add.at(contrast, late, 1.0 / len(late))
    np.add.at(contrast, early, -1.0 / len(late))
    return contrast


def _floor(study: Study, panel: Panel, treated: Bools, few_treated: bool) -> Refusal | None:
    seen = len(np.unique(panel.cluster[treated]))
    if seen >= (1 if few_treated else MIN_CLUSTERS_PER_ARM):
        return None
    noun = cluster_noun(study)
    have = f"Only {counted(seen, noun)} of the program measured before launch; "
    return Refusal(METHOD, have + f"at least {MIN_CLUSTERS_PER_ARM} {plural(noun)} are needed.")
