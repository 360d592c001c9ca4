"""What the program changed for those who took part because they were offered it.

Question  Not everyone offered took part: what about those who did?
Estimand  Complier average causal effect.
Assumes   The offer acts only through taking part; nobody takes part because they were not offered.
          Comparison units with unknown take-up count as not having taken part.
Refuses   An offer that moved take-up too little (first-stage t² below 10); take-up unknown for more
          than a fifth of the program arm; what `unit_sample` refuses.
Cites     Angrist, Imbens & Rubin (1996), doi:10.1080/01621459.1996.10476902; Staiger & Stock (1997)
          for the bound. Errors: sandwich by cluster, times G/(G − 1).
Proof     tests/reference/test_reference_causal.py (Illinois: +17.7, 79.0).
"""

import numpy as np
from scipy.special import stdtrit

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.outcome import MAX_SHARE_DROPPED, baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.causal.unit_sample import UnitSample, unit_sample
from payoff.nouns.arrays import Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted

METHOD = "complier_effect"
ESTIMAND = "complier average causal effect"
WEAK_FIRST_STAGE = 10.0


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One row where take-up is known, none where the study names no take-up field."""
    return () if panel.take_up is None else (_row(study, panel, panel.take_up),)


def _row(study: Study, panel: Panel, recorded: Floats) -> Answer:
    took_part = np.where(panel.in_program, recorded, np.where(np.isnan(recorded), 0.0, recorded))
    known = ~np.isnan(took_part)
    unknown = int((~known).sum())
    if unknown > MAX_SHARE_DROPPED * panel.in_program.sum():
        who = counted(unknown, study.design.unit_label)
        return Refusal(METHOD, f"It is not known whether {who} in the program group took part.")
    sample = unit_sample(study, panel, panel.post, panel.in_program, known, METHOD)
    if isinstance(sample, Refusal):
        return sample
    refusal = baseline_refusal(panel, sample.level, METHOD)
    dose = took_part[sample.index]
    refusal = refusal or _weak_refusal(sample, dose)
    if refusal is not None:
        return refusal
    estimate, error, df = fit_instrument(sample, dose)
    half_width = float(stdtrit(df, 0.975)) * error
    interval = np.array([[estimate - half_width, estimate + half_width]])
    return compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=("took_part",),
        estimates=np.array([estimate]),
        inference=Inference("IV", np.array([[error**2]]), np.array([df]), interval),
        estimand=ESTIMAND,
        label="Those who took part because they were offered it, by using the lot as instrument",
        short="Those who took part because they were offered it",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
    )


def fit_instrument(sample: UnitSample, dose: Floats) -> tuple[float, float, float]:
    """Estimate, standard error and degrees of freedom of `dose` (n,) instrumented by the arm."""
    ones = np.ones_like(dose)
    weighted = np.column_stack([sample.arm, ones]) * sample.weight[:, None]
    rows = np.column_stack([dose, ones])
    bread = np.linalg.inv(weighted.T @ rows)
    coefficients = bread @ (weighted.T @ sample.outcome)
    scores = np.zeros((sample.n_clusters, 2))
    np.add.at(scores, sample.cluster, weighted * (sample.outcome - rows @ coefficients)[:, None])
    groups = sample.n_clusters
    covariance = bread @ (scores.T @ scores) @ bread.T * groups / (groups - 1)
    return float(coefficients[0]), float(np.sqrt(covariance[0, 0])), groups - 1.0


def _weak_refusal(sample: UnitSample, dose: Floats) -> Refusal | None:
    """The first stage: take-up on the arm."""
    rows = np.column_stack([sample.arm.astype(np.float64), np.ones(sample.n_units)])
    fit = fit_rows(rows, dose, sample.weight, sample.cluster)
    moved = float(fit.coefficients[0])
    variance = float((fit.bread @ (fit.scores.T @ fit.scores) @ fit.bread)[0, 0])
    if moved**2 <= WEAK_FIRST_STAGE * variance or abs(moved) < 1e-9:
        return Refusal(METHOD, "The offer hardly changed who took part: it says nothing about taking part.")
    return None
