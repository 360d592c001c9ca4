"""The same units before and after launch, with nobody to compare with.

Question  Did the metric move?
Estimand  Before-after change: the program, the season, the market and chance together.
Assumes   That nothing else would have changed it, which nothing here can show. Graded weakest.
Refuses   Units chosen because they did worst or best: what was chance in the choice comes back by itself
          (regression to the mean), and nobody here shows how much. No units seen both before and
          after; fewer clusters than the floor.
Cites     Galton (1886); Barnett, van der Pols & Dobson (2005), doi:10.1093/ije/dyh299.
Proof     tests/causal/test_causal_before_after.py: equals the paired t test.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun, compact
from payoff.causal.outcome import analysed_values, baseline_refusal, observed_cells, unit_means
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural

METHOD = "before_after"
ESTIMAND = "before-after change"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Paired change of the program's units: mean over follow-up minus mean over baseline."""
    if study.design.chosen in ("worst", "best"):
        return (_chosen_refusal(study),)
    values = analysed_values(study, panel, panel.pre | panel.post, METHOD)
    if isinstance(values, Refusal):
        return (values,)
    before, after = _cells(panel)
    mean_before, weight_before = unit_means(values, panel.weights, before)
    mean_after, weight_after = unit_means(values, panel.weights, after)
    index = np.flatnonzero(~np.isnan(mean_before) & ~np.isnan(mean_after))
    cluster = compact(panel.cluster[index])
    n_clusters = len(np.unique(cluster))
    if n_clusters < MIN_CLUSTERS_PER_ARM:
        return (_few_refusal(study, n_clusters),)
    w0, w1 = weight_before[index], weight_after[index]
    weight = 2 * w0 * w1 / (w0 + w1)
    raw = unit_means(panel.values, panel.weights, before)[0][index]
    baseline = float(np.average(raw, weights=weight))
    refusal = baseline_refusal(panel, baseline, METHOD)
    if refusal is not None:
        return (refusal,)
    change = mean_after[index] - mean_before[index]
    fit = fit_rows(np.ones((len(index), 1)), change, weight, cluster)
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role=role,
        terms=(study.design.verdict_term,),
        estimates=fit.coefficients,
        inference=trusted(fit, 1),
        estimand=ESTIMAND,
        label="The same people before and after launch, compared with nobody: the change cannot be "
        "credited to the program",
        short="The same people before and after launch",
        baseline=baseline,
        n_units=len(index),
        n_clusters=fit.n_clusters,
        n_observations=int((before | after)[index].sum()),
    )
    return (effect,)


def _few_refusal(study: Study, n_clusters: int) -> Refusal:
    noun = cluster_noun(study)
    have = f"Only {counted(n_clusters, noun)} seen both before and after launch; "
    return Refusal(METHOD, have + f"at least {MIN_CLUSTERS_PER_ARM} {plural(noun)} are needed.")


def _chosen_refusal(study: Study) -> Refusal:
    """Those picked at an extreme drift back from it without any program."""
    nouns = plural(study.design.unit_label)
    end, way = ("worst", "up") if study.design.chosen == "worst" else ("best", "down")
    reason = (
        f"The {end} {nouns} were chosen, and such {nouns} come {way} again by themselves: part of their "
        f"being there was chance. Compare them with {nouns} chosen by the same rule and left out."
    )
    return Refusal(METHOD, reason)


def _cells(panel: Panel) -> tuple[Bools, Bools]:
    """Cells before and after each program unit's own launch (n_units, n_periods)."""
    since = np.arange(panel.n_periods)[None, :] >= np.maximum(panel.launch, 0)[:, None]
    until = ~since | (panel.launch < 0)[:, None]
    program = panel.in_program[:, None]
    return observed_cells(panel, panel.pre) & program & until, observed_cells(
        panel, panel.post
    ) & program & since
