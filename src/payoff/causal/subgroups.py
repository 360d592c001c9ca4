"""The effect in each declared subgroup: tenure, region, role.

Question  Did the program work alike in the groups named before launch?
Estimand  Intention to treat within each level of a declared subgroup.
Assumes   As `randomised`. Only splits declared in the plan are here; any other is a search.
Refuses   A subgroup without two levels that hold the floor of clusters in both arms; smaller levels are
          left out and named.
          Every level is read together with the band, which holds all of them at once.
Cites     Wang et al. (2007), doi:10.1056/NEJMsr077003.
Proof     tests/causal/test_causal_explore.py: each level is the difference in means of its units.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.arms import simultaneous_band
from payoff.causal.cluster_errors import trusted
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun, smaller_arm
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.causal.unit_sample import UnitSample, program_sample
from payoff.nouns.arrays import Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import named

METHOD = "subgroups"


def explore_subgroups(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One row for each declared subgroup, one term for each of its levels."""
    if panel.subgroups is None:
        return (Refusal(METHOD, "Which subgroup each unit belongs to is not recorded."),)
    sample = program_sample(study, panel, panel.post, METHOD)
    if isinstance(sample, Refusal):
        return (sample,)
    refusal = baseline_refusal(panel, sample.level, METHOD)
    if refusal is not None:
        return (refusal,)
    codes = panel.subgroups[sample.index]
    return tuple(
        _row(study, panel, sample, f"{METHOD}, {group.name}", codes[:, n], panel.subgroup_levels[n])
        for n, group in enumerate(study.design.subgroups)
    )


def _row(
    study: Study, panel: Panel, sample: UnitSample, method: str, codes: Ints, levels: tuple[str, ...]
) -> Answer:
    held = [
        code
        for code in range(len(levels))
        if (inside := codes == code).any()
        and smaller_arm(sample.cluster[inside], sample.arm[inside]) >= MIN_CLUSTERS_PER_ARM
    ]
    noun = cluster_noun(study)
    if len(held) < 2:
        need = f"{MIN_CLUSTERS_PER_ARM} {noun}s in each arm"
        return Refusal(method, f"Fewer than two levels hold {need}: there is nothing to compare.")
    left = sample.only(np.isin(codes, held))
    member = codes[np.isin(codes, held)][:, None] == np.array(held)
    rows = np.column_stack([member * left.arm[:, None], member]).astype(np.float64)
    fit = fit_rows(rows, left.outcome, left.weight, left.cluster)
    inference = trusted(fit, len(held))
    estimates = fit.coefficients[: len(held)]
    sound = bool((np.diag(inference.covariance) > 0).all() and (inference.df > 0).all())
    small = [level for code, level in enumerate(levels) if code not in held]
    short = f"Effect by {method.removeprefix(METHOD + ', ')}"
    return compose_effect(
        study,
        panel,
        method=method,
        role="reference",
        terms=tuple(levels[code] for code in held),
        estimates=estimates,
        inference=inference,
        estimand="effect of being assigned, in each level of a subgroup declared in the plan",
        label=f"{short}, declared in the plan, errors by {noun}: read with the band that holds all at once"
        + (f"; too small to tell: {named(small)}" if small else ""),
        short=short,
        shows="group",
        baseline=left.level,
        n_units=left.n_units,
        n_clusters=left.n_clusters,
        n_observations=left.n_observations,
        bands=simultaneous_band(estimates, inference.covariance, inference.df, study.seed) if sound else None,
    )
