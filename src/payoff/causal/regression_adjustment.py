"""Each group's own regression, both used to predict everybody.

Question  How would everybody have fared with the program and without it, given what is known of them?
Estimand  Locked: average effect over both groups (Wooldridge's unrestricted regression adjustment; Lin
          2013): the outcome on the program, centred covariates and their products. For reference the
          effect on those in the program: covariates centred at their means.
Assumes   No unmeasured sorting; each group's line right where the other group is.
Errors    CR2 by cluster with Satterthwaite degrees of freedom; the centre is taken as known.
Refuses   What `matching_sample` refuses; too few units for two regressions.
Cites     Lin (2013), doi:10.1214/12-AOAS583; Wooldridge, Introductory Econometrics (7e), section 7-6a;
          Negi & Wooldridge (2021), doi:10.1080/07474938.2020.1824732.
Proof     tests/reference/test_reference_regression.py (job training 1998: 3.106, error 0.532).
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import ordinary, trusted
from payoff.causal.covariate_adjusted import fit_interacted
from payoff.causal.fixed_effects import collinear_refusal
from payoff.causal.floors import cluster_noun
from payoff.causal.matching_answer import Row, printed_row
from payoff.causal.matching_sample import KnownSample, known_sample
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted

METHOD = "regression_adjustment"
ESTIMAND = "average effect over both groups, if everything that sorted them is known"
TREATED = "effect on those in the program, if everything that sorted them is known"
SPARE = 2  # units beyond the columns of its regression that each group must have


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or fit and name the numbers."""
    known = _prepare(study, panel)
    if isinstance(known, Refusal):
        return (known,)
    fit = fit_interacted(known.sample, known.known)
    effect = _effect(study, panel, role, known, fit, METHOD, ESTIMAND)
    if isinstance(effect, Refusal) or role != "locked":
        return (effect,)
    treated = _effect(
        study, panel, "reference", known, _fit_treated(known), f"{METHOD}, those in the program", TREATED
    )
    plain = ordinary(fit, 1)
    why = "Ordinary errors, as articles print them: every unit takes the same chance; not trusted"
    row = Row(f"{METHOD}, ordinary errors", why, "The same, ordinary errors", ESTIMAND)
    error, df = float(np.sqrt(plain.covariance[0, 0])), float(plain.df[0])
    return (effect, treated, printed_row(study, panel, row, effect, effect.estimate, error, df))


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the program first."""
    known = _prepare(study, panel)
    return known if isinstance(known, Refusal) else fit_interacted(known.sample, known.known)


def _prepare(study: Study, panel: Panel) -> KnownSample | Refusal:
    known = known_sample(study, panel, METHOD, halves=False)
    if isinstance(known, Refusal):
        return known
    n_program = int(known.sample.arm.sum())
    smaller, needed = min(n_program, known.sample.n_units - n_program), known.known.shape[1] + 1 + SPARE
    if smaller < needed:
        noun = study.design.unit_label
        reason = f"The smaller group has {counted(smaller, noun)}; a regression of its own needs {needed}."
        return Refusal(METHOD, reason)
    return known


def _fit_treated(known: KnownSample) -> ClusterFit:
    """As `fit_interacted`, covariates centred where the program's units are."""
    sample, arm = known.sample, known.sample.arm.astype(np.float64)
    centre = np.average(known.known[sample.arm], axis=0, weights=sample.weight[sample.arm])
    centred = known.known - centre
    rows = np.column_stack([arm, np.ones_like(arm), centred, arm[:, None] * centred])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def _effect(
    study: Study, panel: Panel, role: Role, known: KnownSample, fit: ClusterFit, method: str, estimand: str
) -> Effect | Refusal:
    sample = known.sample
    refusal = baseline_refusal(panel, sample.level, method)
    refusal = refusal or collinear_refusal(fit, (study.design.verdict_term,), method)
    if refusal is not None:
        return refusal
    whom = "everybody" if estimand == ESTIMAND else "those in the program"
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=(study.design.verdict_term,),
        estimates=fit.coefficients[:1],
        inference=trusted(fit, 1),
        estimand=estimand,
        label=f"Follow-up predicted for {whom} by each group's own regression, errors by "
        f"{cluster_noun(study)}{known.note(study)}",
        short=f"Each group's own regression, for {whom}",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=fit.n_clusters,
        n_observations=sample.n_observations,
    )
