"""From weights to an answer: one way to state a matched or weighted comparison.

Question  What did the program change for those in it, against the weighted comparison?
Errors    The method's own (Abadie-Imbens, teams counted by pairs that share one; or an influence function
          that counts the estimated score, summed by team), with the degrees of freedom that Satterthwaite
          gives the weighted sample: few units that carry much weight count as few. Where a method has
          none (unequal weights), CR2 on the weighted sample: it takes no credit for matched units being
          alike, so that levels are judged too wide rather than too narrow.
Refuses   What `matching_balance.sample_refusal` refuses. The number is then shown for reference, marked as
          no effect of anything, so that a reader sees what was declined.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference, trusted
from payoff.causal.floors import cluster_noun, compact, floor_refusal
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.unit_sample import UnitSample
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

ESTIMAND = "effect on those in the program, if everything that sorted them is known"


@dataclass(frozen=True, slots=True)
class Row:
    """How a row is named. label: why it is or is not trusted; short: for a chart."""

    method: str
    label: str
    short: str
    estimand: str = ESTIMAND


def weighted_answer(
    study: Study,
    panel: Panel,
    role: Role,
    row: Row,
    sample: UnitSample,
    weight: Floats,
    baseline: float,
    refusal: Refusal | None,
    own_error: float | None = None,
) -> tuple[Answer, ...]:
    """Weighted difference of sample.outcome; with a `refusal`, it and the number for reference only.

    own_error: the method's own standard error, counting the sample's clusters.
    """
    used = np.asarray(weight > 0)
    kept, cluster = sample.only(used), compact(sample.cluster[used])
    floor = floor_refusal(study, cluster, kept.arm, row.method) or baseline_refusal(
        panel, baseline, row.method
    )
    if floor is not None:
        return (refusal or floor,)
    rows = np.column_stack([kept.arm.astype(np.float64), np.ones(kept.n_units)])
    fit = fit_rows(rows, kept.outcome, weight[used], cluster, kept.smaller_arm)
    inference = trusted(fit, 1) if own_error is None else _own_inference(fit, kept, own_error)
    why = f"{row.label}, errors by {cluster_noun(study)}"
    effect = compose_effect(
        study,
        panel,
        method=row.method,
        role=role if refusal is None else "reference",
        terms=(study.design.verdict_term,),
        estimates=fit.coefficients[:1],
        inference=inference,
        estimand=row.estimand,
        label=why if refusal is None else f"Declined, shown only so that it can be seen: {why}",
        short=row.short,
        baseline=baseline,
        n_units=kept.n_units,
        n_clusters=fit.n_clusters,
        n_observations=kept.n_observations,
        causal=refusal is None,
    )
    return (effect,) if refusal is None else (refusal, effect)


def _own_inference(fit: ClusterFit, kept: UnitSample, error: float) -> Inference:
    """A method's own error, with the degrees of freedom of the weighted sample."""
    df = float(trusted(fit, 1).df[0])
    if fit.n_clusters < kept.n_units:  # what is matched on steadies units, not the teams that are few
        df = min(df, kept.smaller_arm - 1.0)
    return stated_error(float(fit.coefficients[0]), error, df)


def printed_row(
    study: Study, panel: Panel, row: Row, like: Effect, estimate: float, error: float, df: float = np.inf
) -> Answer:
    """A reference row with an error as articles print it, beside the answer `like`."""
    return compose_effect(
        study,
        panel,
        method=row.method,
        role="reference",
        terms=like.terms,
        estimates=np.array([estimate]),
        inference=stated_error(estimate, error, df),
        estimand=row.estimand,
        label=row.label,
        short=row.short,
        baseline=like.baseline,
        n_units=like.n_units,
        n_clusters=like.n_clusters,
        n_observations=like.n_observations or like.n_units,
        causal=like.causal,
    )


def stated_error(estimate: float, error: float, df: float) -> Inference:
    """The 95 % interval of an error stated by itself; df infinite: normal."""
    half = error * float(stdtrit(df, 0.975) if np.isfinite(df) else ndtri(0.975))
    ends = np.array([[estimate - half, estimate + half]])
    return Inference("stated", np.array([[error**2]]), np.array([df]), ends)
