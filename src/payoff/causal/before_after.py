"""The same units before and after launch, with nobody to compare with.

Question  Did the metric move?
Estimand  Before-after change: the program, the market and chance together.
Season    Each period of follow-up is held against the same time of year before, where the baseline holds all
          of them; else whole windows are compared, the season is in the change, and the check "time of year"
          says which months are lacking.
Assumes   That nothing else would have changed it, which nothing here can show. Graded weakest.
Refuses   Units chosen because they did worst or best: what was chance in the choice comes back by itself
          (regression to the mean), and nobody here shows how much. No units seen both before and
          after; fewer clusters than the floor.
Cites     Galton (1886); Barnett, van der Pols & Dobson (2005), doi:10.1093/ije/dyh299.
Proof     tests/causal/test_causal_before_after.py: equals the paired t test.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun, compact
from payoff.causal.outcome import analysed_values, baseline_refusal, observed_cells, unit_means
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.causal.time_of_year import pair_with_year_before
from payoff.nouns.arrays import Bools, Floats, Ints
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
    sides = _sides(study, panel, values)
    index = np.flatnonzero(~np.isnan(sides.before) & ~np.isnan(sides.after))
    cluster = compact(panel.cluster[index])
    n_clusters = len(np.unique(cluster))
    if n_clusters < MIN_CLUSTERS_PER_ARM:
        return (_few_refusal(study, n_clusters),)
    weight = sides.weight[index]
    baseline = float(np.average(sides.raw[index], weights=weight))
    refusal = baseline_refusal(panel, baseline, METHOD)
    if refusal is not None:
        return (refusal,)
    change = sides.after[index] - sides.before[index]
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
        label=f"The same people before and after launch{sides.season}, compared with nobody: the change "
        "cannot be credited to the program",
        short="The same people before and after launch",
        baseline=baseline,
        n_units=len(index),
        n_clusters=fit.n_clusters,
        n_observations=int(sides.n_cells[index].sum()),
    )
    return (effect,)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Each unit's mean before and after launch, (n_units,), NaN where it was not seen.

    raw: before, in the metric's own unit. season: what a label says of the time of year.
    """

    before: Floats
    after: Floats
    weight: Floats
    raw: Floats
    n_cells: Ints
    season: str


def _sides(study: Study, panel: Panel, values: Floats) -> _Sides:
    """By the same time of year where the baseline holds all of it, else the whole windows."""
    before, after = program_cells(panel)
    seen = np.asarray(before.any(axis=0)), np.asarray(after.any(axis=0))
    paired = pair_with_year_before(study, panel.periods, *seen)
    if paired is None:
        return _windows(panel, values, before, after)
    late, early = paired
    return _pairs(study, panel, values, before[:, early] & after[:, late], late, early)


def _windows(panel: Panel, values: Floats, before: Bools, after: Bools) -> _Sides:
    mean_before, w0 = unit_means(values, panel.weights, before)
    mean_after, w1 = unit_means(values, panel.weights, after)
    raw = unit_means(panel.values, panel.weights, before)[0]
    return _Sides(mean_before, mean_after, _harmonic(w0, w1), raw, (before | after).sum(axis=1), "")


def _pairs(study: Study, panel: Panel, values: Floats, cells: Bools, late: Ints, early: Ints) -> _Sides:
    """Both means over the same times of year with the same weights, so that no season is left between them.

    cells (n_units, n_pairs): seen in both periods of the pair. late, early (n_pairs,): its periods.
    """
    pair_weight = _harmonic(panel.weights[:, early], panel.weights[:, late])
    mean_before, weight = unit_means(values[:, early], pair_weight, cells)
    mean_after, _ = unit_means(values[:, late], pair_weight, cells)
    raw = unit_means(panel.values[:, early], pair_weight, cells)[0]
    season = f", each {study.design.period} against the same one a year before"
    return _Sides(mean_before, mean_after, weight, raw, 2 * cells.sum(axis=1), season)


def _harmonic(first: Floats, second: Floats) -> Floats:
    """The weight of a difference of two means, of like weights that weight; 0 where either is 0."""
    total = first + second
    mean: Floats = np.divide(2 * first * second, total, out=np.zeros_like(total), where=total > 0)
    return mean


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


def program_cells(panel: Panel) -> tuple[Bools, Bools]:
    """Cells before and after each program unit's own launch (n_units, n_periods)."""
    since = np.arange(panel.n_periods)[None, :] >= np.maximum(panel.launch, 0)[:, None]
    until = ~since | (panel.launch < 0)[:, None]
    program = panel.in_program[:, None]
    return observed_cells(panel, panel.pre) & program & until, observed_cells(
        panel, panel.post
    ) & program & since
