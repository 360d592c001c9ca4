"""Are there clusters enough for the t interval, and if few, does the wild bootstrap agree?

Scope     inference.
Fails     Under FEW_CLUSTERS clusters, when the CR2 t interval and the wild cluster bootstrap differ
          about zero: then the answer hangs on the method, and one step of grade is lost.
Silent    Under 6 clusters (too few patterns of signs), or where the method is no regression.
"""

from payoff.causal.floors import cluster_noun
from payoff.causal.protocol import Answer
from payoff.causal.registry import ESTIMATORS
from payoff.causal.wild_bootstrap import LEVEL, MIN_CLUSTERS, wild_bootstrap
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, number, plural

NAME = "few clusters"
FEW_CLUSTERS = 20


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Compare the answer's interval with the bootstrap's, where clusters are few."""
    if isinstance(answer, Refusal):
        return _silent("There is no estimate whose error could be checked.")
    groups = counted(answer.n_clusters, cluster_noun(study))
    if answer.n_clusters >= FEW_CLUSTERS:
        text = f"{groups}: enough for the usual interval ({FEW_CLUSTERS} or more)."
        return Check(NAME, "inference", Verdict.PASS, text, costs=1)
    estimator = ESTIMATORS.get(answer.method)
    fit = estimator.regression(study, panel) if estimator and estimator.regression else None
    if fit is None or isinstance(fit, Refusal) or fit.cross is None:
        return _silent(f"Only {groups}, and {answer.method} has no regression to resample.")
    if fit.n_clusters < MIN_CLUSTERS:
        need = f"resampling needs at least {MIN_CLUSTERS} {plural(cluster_noun(study))}"
        return _silent(f"Only {groups}: {need}; the interval rests on its small-sample correction alone.")
    boot = wild_bootstrap(fit, answer.headline, study.seed)
    low, high = answer.interval
    by_t, by_boot = low > 0 or high < 0, boot.p_value < LEVEL
    ends = " to ".join(number(end) for end in boot.interval)
    unit = answer.unit
    found = (
        f"Only {groups}: the interval is {number(low)} to {number(high)} {unit}, and resampling "
        f"whole {plural(cluster_noun(study))} gives {ends} (p {_probability(boot.p_value)})"
    )
    agree = by_t == by_boot
    end = "both exclude no effect" if by_t else "neither excludes no effect"
    end = end if agree else "they disagree about whether there is any effect"
    return Check(NAME, "inference", Verdict.PASS if agree else Verdict.FAIL, f"{found}; {end}.", costs=1)


def _silent(text: str) -> Check:
    return Check(NAME, "inference", Verdict.SILENT, text, costs=1)


def _probability(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"= {p:.3f}"
