"""Does the learning score carry the effect on the business metric?

Question  Do gains in the score explain the gain in the metric?
Estimand  Total effect first, then the part through the score (mediated) and the rest (direct).
Assumes   As `mediation_fit`: nothing unseen moves both score and metric. The lot does not make that so,
          hence the label tells how strong such a thing would have to be.
Refuses   Score and metric on too few of the same people; fewer clusters in an arm than the floor; a
          score without spread, or with a stated reliability that leaves only error.
          An assumption named `<score>_reliability` corrects for the score's measurement error.
Cites     Imai, Keele & Tingley (2010), doi:10.1037/a0020761.
Proof     tests/causal/test_causal_mediation.py: a seeded share of 40 % (CAU-05).
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.covariate_adjusted import complete_sample, known_before, lost_note, mean_before
from payoff.causal.mediation_fit import Mediation, fit_mediation
from payoff.causal.outcome import analysed_values, baseline_refusal, observed_cells, unit_means
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number, percent

METHOD = "mediation"
TERMS = ("total", "through the score", "direct")


def explore_mediation(study: Study, panel: Panel, scores: Panel) -> tuple[Answer, ...]:
    """panel: the business metric; scores: the mediator's, of the same or of other units."""
    values = analysed_values(study, scores, scores.post, METHOD)
    if isinstance(values, Refusal):
        return (values,)
    score = unit_means(values, scores.weights, observed_cells(scores, scores.post))[0]
    at = {unit: row for row, unit in enumerate(scores.unit)}
    rows = np.array([at.get(unit, -1) for unit in panel.unit])

    def brought(column: Floats) -> Floats:
        return np.where((rows < 0)[:, None], np.nan, column[rows])

    known = np.column_stack(
        [
            brought(score[:, None]),
            known_before(study, panel, panel.pre),
            brought(mean_before(study, scores, scores.pre)),
        ]
    )
    found = complete_sample(study, panel, known, METHOD)
    if isinstance(found, Refusal):
        return (found,)
    sample, known, n_lost = found
    refusal = baseline_refusal(panel, sample.level, METHOD)
    if refusal is not None:
        return (refusal,)
    reliability = study.assumption(f"{scores.metric.name}_reliability")
    trusted_share = 1.0 if reliability is None else reliability.mid
    fit = fit_mediation(
        sample.outcome,
        known[:, 0],
        sample.arm.astype(np.float64),
        known[:, 1:],
        weights=sample.weight,
        cluster=sample.cluster,
        reliability=trusted_share,
    )
    if fit is None:
        reason = f"{scores.metric.label} has no spread left that the program does not explain."
        return (Refusal(METHOD, reason),)
    short = f"How much goes through {scores.metric.label}"
    corrected = f", its reliability of {number(trusted_share, 2)} allowed for" if trusted_share < 1 else ""
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=TERMS,
        estimates=fit.estimates,
        inference=Inference("mediation", fit.covariance, fit.df, fit.intervals),
        estimand="effect of being assigned, and its part through the score",
        label=f"{short}{corrected}: {_story(fit)}{lost_note(study, n_lost)}",
        short=short,
        shows="exploration",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
    )
    return (effect,)


def _story(fit: Mediation) -> str:
    """The share where there is a total to share, and what would explain it away."""
    doubt = (
        f"it rests on nothing unseen moving both; a correlation of {number(fit.rho, 2)} in what is left "
        "unexplained of both would account for all of it"
    )
    total = fit.intervals[0]
    if fit.share_interval is None or total[0] <= 0 <= total[1]:
        return f"the total effect may be zero, so no share of it is stated; {doubt}"
    low, high = fit.share_interval
    return f"{percent(fit.share)} of the total ({percent(low)} to {percent(high)}); {doubt}"
