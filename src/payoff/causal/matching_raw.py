"""The gap before anything is held constant, beside every matched answer.

Question  How far apart are the groups as they stand?
Estimand  Mean of the program's units minus mean of the others over follow-up: people sorted themselves,
          so it is no effect of anything, and `causal` is False.
Errors    Ordinary, as articles print them.
Proof     tests/reference/test_reference_regression.py (NSW against CPS: −8,498 (712)).
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import ordinary
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.randomised import fit_means
from payoff.causal.unit_sample import program_sample
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "unadjusted_difference"


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One row, or nothing where the groups cannot even be set side by side."""
    sample = program_sample(study, panel, panel.post, METHOD)
    if isinstance(sample, Refusal) or baseline_refusal(panel, sample.level, METHOD):
        return ()
    fit = fit_means(sample)
    row = compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=(study.design.verdict_term,),
        estimates=np.array(fit.coefficients[:1]),
        inference=ordinary(fit, 1),
        estimand="gap between the program's units and the others",
        label="The groups as they stand: they were not alike to begin with, so the gap is no effect",
        short="The groups as they stand",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
        causal=False,
    )
    return () if isinstance(row, Refusal) else (row,)
