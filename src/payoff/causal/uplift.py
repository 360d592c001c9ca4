"""Where is the gain largest? Only where it can be foretold honestly.

Question  Do some people gain more than others, and can one tell beforehand whom to start with?
Estimand  Mean effect among those foretold to gain least, middling and most, by thirds.
Assumes   As `randomised`, individuals or teams; see `uplift_fit`.
Refuses   Fewer than 500 units an arm; nothing known before launch; an average effect that is not shown
          to be a gain; a forecast no better than chance ("no usable heterogeneity").
Proof     tests/causal/test_causal_explore.py (CAU-07).
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.covariate_adjusted import complete_sample, known_before, lost_note
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.uplift_fit import UpliftFit, fit_uplift
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, number

METHOD = "uplift"
MIN_PER_ARM = 500
LEVEL = 0.05
TERMS = ("gain least", "gain middling", "gain most")


def explore_uplift(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """The effect by thirds of foretold gain, or why nobody should be picked."""
    found = complete_sample(study, panel, known_before(study, panel, panel.pre), METHOD)
    if isinstance(found, Refusal):
        return (found,)
    sample, known, n_lost = found
    refusal = baseline_refusal(panel, sample.level, METHOD)
    fewest = min(int(sample.arm.sum()), int((~sample.arm).sum()))
    if fewest < MIN_PER_ARM:
        noun = study.design.unit_label
        need = f"{count(MIN_PER_ARM)} are needed before people can be told apart"
        refusal = refusal or Refusal(METHOD, f"Only {counted(fewest, noun)} in the smaller group; {need}.")
    if not (np.ptp(known, axis=0) > 0).any():
        refusal = refusal or Refusal(METHOD, "Everybody was alike before launch in all that is known.")
    if refusal is not None:
        return (refusal,)
    sign = -1.0 if panel.metric.better == "lower" else 1.0
    fit = fit_uplift(sign * sample.outcome, sample.arm, known, sample.cluster, study.seed)
    refusal = _unusable(fit)
    if refusal is not None:
        return (refusal,)
    qini, low, high = (number(value, 3) for value in fit.qini)
    short = "Effect by how much people were foretold to gain"
    intervals = np.sort(sign * fit.inference.intervals, axis=1)
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=TERMS,
        estimates=sign * fit.groups,
        inference=Inference("CR2", fit.inference.covariance, fit.inference.df, intervals),
        estimand="mean effect of being assigned, by thirds of foretold gain",
        label=f"{short}: each person foretold by models that never saw them; Qini {qini} ({low} to {high})"
        f"{lost_note(study, n_lost)}",
        short=short,
        shows="exploration",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
    )
    return (effect,)


def _unusable(fit: UpliftFit) -> Refusal | None:
    if not fit.average[1] > 0:
        return Refusal(
            METHOD, "The average effect is not shown to be a gain: picking winners would be picking noise."
        )
    if fit.p_value > LEVEL or not fit.qini[1] > 0:
        chance = "below 0.001" if fit.p_value < 0.001 else f"{fit.p_value:.2f}"
        return Refusal(
            METHOD,
            "No usable heterogeneity: what was known before launch does not foretell who gains more any "
            f"better than chance (calibration p {chance}).",
        )
    return None
