"""Are there clusters enough for the t interval, and if few, does the wild bootstrap agree?

Scope     inference.
Few       Under FEW_CLUSTERS clusters in all, or under FEW_IN_ARM in the smaller group: with five treated
          teams of a hundred the error rests on five.
Fails     Where they are few, when the CR2 t interval and the wild cluster bootstrap differ about zero, and
          not by a hair: then the answer hangs on the method. A warning: it reads the result, so it costs no
          grade. A chance within a factor HAIR of the level is a hair: it is told, and passes,
          for two sound methods often part there.
Silent    Under 6 clusters (too few patterns of signs), above MOST_RESAMPLED (too costly to resample), or
          where the method is no regression.
"""

import numpy as np

from payoff.causal.floors import FEW_CLUSTERS, FEW_IN_ARM, cluster_noun, smaller_arm
from payoff.causal.protocol import Answer
from payoff.causal.registry import ESTIMATORS
from payoff.causal.regression import ClusterFit
from payoff.causal.wild_bootstrap import LEVEL, MIN_CLUSTERS, wild_bootstrap
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, number, plural

NAME = "few clusters"
MOST_RESAMPLED = 1_000
HAIR = 1.5


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Compare the answer's interval with the bootstrap's, where clusters are few."""
    if isinstance(answer, Refusal):
        return _silent("There is no estimate whose error could be checked.")
    noun = cluster_noun(study)
    in_arm = _in_smaller_arm(study, panel)
    groups = counted(answer.n_clusters, noun)
    if answer.n_clusters >= FEW_CLUSTERS and in_arm >= FEW_IN_ARM:
        text = f"{groups}: enough for the usual interval ({FEW_CLUSTERS} or more"
        text += f", {FEW_IN_ARM} in each group)." if study.design.type != "before_after" else ")."
        return Check(NAME, "inference", Verdict.PASS, text)
    if answer.n_clusters >= FEW_CLUSTERS:
        groups = f"{counted(in_arm, noun)} in the smaller group"
    estimator = ESTIMATORS.get(answer.method)
    fit = estimator.regression(study, panel) if estimator and estimator.regression else None
    correction = "the interval rests on its small-sample correction alone"
    if fit is None or isinstance(fit, Refusal) or fit.cross is None:
        return _silent(f"Only {groups}, and the method leaves nothing to resample: {correction}.")
    if fit.n_clusters < MIN_CLUSTERS:
        return _silent(
            f"Only {groups}: resampling needs at least {MIN_CLUSTERS} {plural(noun)}; {correction}."
        )
    if fit.n_clusters > MOST_RESAMPLED:
        everyone = counted(fit.n_clusters, noun)
        return _silent(f"Only {groups}, of {everyone} in all, too many to resample: {correction}.")
    return _compare(study, answer, fit, groups)


def _compare(study: Study, answer: Effect, fit: ClusterFit, groups: str) -> Check:
    """Do the t interval and resampling whole clusters agree about zero?"""
    boot = wild_bootstrap(fit, answer.headline, study.seed)
    low, high = answer.interval
    by_t, by_boot = low > 0 or high < 0, boot.p_value < LEVEL
    ends = " to ".join(number(end) for end in boot.interval)
    found = (
        f"Only {groups}: the interval is {number(low)} to {number(high)} {answer.unit}, and resampling "
        f"whole {plural(cluster_noun(study))} gives {ends} (p {_probability(boot.p_value)})"
    )
    if by_t != by_boot and not LEVEL / HAIR < boot.p_value < LEVEL * HAIR:
        text = f"{found}; they disagree about whether there is any effect."
        return Check(NAME, "inference", Verdict.FAIL, text)
    end = "both exclude no effect" if by_t else "neither excludes no effect"
    if by_t != by_boot:
        end = "one excludes no effect by a hair and the other does not: a result at the edge"
    return Check(NAME, "inference", Verdict.PASS, f"{found}; {end}.")


def _in_smaller_arm(study: Study, panel: Panel) -> int:
    """Clusters in the smaller group; where everyone launches in the end, of the first wave and the rest."""
    arm = panel.in_program
    if study.design.type == "before_after":
        return panel.n_clusters
    if study.design.type == "did" and arm.all():
        arm = panel.launch == panel.launch.min()
    seen = np.asarray((panel.weights > 0).any(axis=1))
    return smaller_arm(panel.cluster[seen], arm[seen])


def _silent(text: str) -> Check:
    return Check(NAME, "inference", Verdict.SILENT, text)


def _probability(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"= {p:.3f}"
