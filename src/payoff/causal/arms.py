"""What a trial asks of its units: one program arm, several, or factors drawn independently.

Question  Which columns of the design carry the effects, and what is a unit without any program?
Estimand  One or several arms: each program arm against the comparison. Factors: see `factorial`.
Assumes   The lot decided the arm.
Refuses   Arms not recorded, or fewer clusters in an arm than the floor.
Proof     tests/causal/test_causal_arms.py: pairwise differences, their joint covariance, the band's level.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from payoff.causal.factorial import factor_columns, factor_refusal
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun
from payoff.causal.unit_sample import UnitSample
from payoff.nouns.arrays import Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural

BAND_DRAWS = 4_000


@dataclass(frozen=True, slots=True)
class Contrasts:
    """k effects: their names, and columns (n, k) whose coefficients they are. The verdict's comes first.

    idle (k,): what a unit without any program has in these columns.
    order (k,): positions that put the effects back as the design declares them.
    """

    names: tuple[str, ...]
    columns: Floats
    idle: Floats
    order: tuple[int, ...]
    what: str  # "arm", "factor" or "" where there is only one effect

    @property
    def declared(self) -> tuple[str, ...]:
        return tuple(self.names[n] for n in self.order)


def find_contrasts(study: Study, panel: Panel, sample: UnitSample, method: str) -> Contrasts | Refusal:
    """The effects of the study's design over the units of `sample`, or why they cannot be told."""
    design = study.design
    if design.factors:
        if panel.factors is None:
            return Refusal(method, "Which factors each unit was given is not recorded.")
        factors = panel.factors[sample.index]
        names = tuple(factor.name for factor in design.factors)
        refusal = factor_refusal(study, names, factors, sample.cluster, method)
        return refusal or _verdict_first(study, "factor", *factor_columns(names, factors))
    if len(design.arms) > 2 or (design.arms and panel.arm is not None):
        return _arm_contrasts(study, panel, sample, method)
    column = sample.arm.astype(np.float64)[:, None]
    return Contrasts((design.verdict_term,), column, np.zeros(1), (0,), "")


def _arm_contrasts(study: Study, panel: Panel, sample: UnitSample, method: str) -> Contrasts | Refusal:
    names = study.design.arms
    if panel.arm is None:
        return Refusal(method, "Which of the arms each unit was drawn into is not recorded.")
    arm = panel.arm[sample.index]
    noun = cluster_noun(study)
    for code, name in enumerate(names):
        seen = len(np.unique(sample.cluster[arm == code]))
        if seen < MIN_CLUSTERS_PER_ARM:
            need = f"at least {MIN_CLUSTERS_PER_ARM} {plural(noun)} in each arm are needed to state an error."
            return Refusal(method, f"Only {counted(seen, noun)} in the arm {name}; {need}")
    columns = (arm[:, None] == np.arange(1, len(names))).astype(np.float64)
    return _verdict_first(study, "arm", names[1:], columns, np.zeros(len(names) - 1))


def _verdict_first(
    study: Study, what: str, names: tuple[str, ...], columns: Floats, idle: Floats
) -> Contrasts:
    term = study.design.verdict_term
    first = names.index(term) if term in names else 0
    order = [first, *(n for n in range(len(names)) if n != first)]
    back = tuple(int(n) for n in np.argsort(order))
    return Contrasts(tuple(names[n] for n in order), columns[:, order], idle[order], back, what)


def simultaneous_band(estimates: Floats, covariance: Floats, df: Floats, seed: int) -> Floats:
    """(k, 2) band that holds all k effects at once in 95 % of studies: sup-t, from the joint covariance.

    The least degrees of freedom count for all, so the band errs on the wide side.
    """
    errors = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(errors, errors)
    values, vectors = np.linalg.eigh((correlation + correlation.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    rng = np.random.default_rng(seed)
    normal = rng.normal(size=(BAND_DRAWS, len(errors))) @ root.T
    spread = np.sqrt(rng.chisquare(float(df.min()), BAND_DRAWS) / float(df.min()))
    drawn = float(np.quantile(np.abs(normal).max(axis=1) / spread, 0.95))
    critical = np.maximum(drawn, stdtrit(df, 0.975))  # draws err; never narrower than one effect's own
    return np.column_stack([estimates - critical * errors, estimates + critical * errors])
