"""Difference in means between the arms of a randomised design, as assigned.

Question  What did offering the program change?
Estimand  Intention to treat: the mean outcome over follow-up if all were assigned, minus if none were.
Assumes   Assignment by lot; no spill-over between units (or clusters); outcomes missing alike.
Refuses   What `unit_sample` refuses; an error of zero.
Cites     Neyman (1923); MacKinnon & White (1985), doi:10.1016/0304-4076(85)90158-7: HC2;
          Bell & McCaffrey (2002): degrees of freedom, Welch-Satterthwaite's at equal variances.
Proof     tests/reference/test_reference_causal.py (Illinois wellness); scipy's Welch test in tests/causal.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.floors import cluster_noun
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.unit_sample import UnitSample, program_sample
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "difference_in_means"
ESTIMAND = "effect of being assigned to the program (intention to treat)"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or prepare, fit and name the numbers."""
    sample = program_sample(study, panel, panel.post, METHOD)
    if isinstance(sample, Refusal):
        return (sample,)
    refusal = baseline_refusal(panel, sample.level, METHOD)
    if refusal is not None:
        return (refusal,)
    fit = fit_means(sample)
    noun = cluster_noun(study)
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role=role,
        terms=(study.design.verdict_term,),
        estimates=fit.coefficients[:1],
        inference=trusted(fit, 1),
        estimand=ESTIMAND,
        label=f"Everyone assigned against everyone not assigned, errors by {noun}: trusted, because the lot "
        f"decided and no {noun} was sorted afterwards",
        short="Everyone assigned against everyone not assigned",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
    )
    return (effect,)


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the arm first, then the constant."""
    sample = program_sample(study, panel, panel.post, METHOD)
    return sample if isinstance(sample, Refusal) else fit_means(sample)


def fit_means(sample: UnitSample) -> ClusterFit:
    """Outcome on (arm, 1); the errors are HC2 where each unit is its own cluster, CR2 otherwise."""
    rows = np.column_stack([sample.arm.astype(np.float64), np.ones(sample.n_units)])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)
