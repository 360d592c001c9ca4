"""The test by drawing anew, beside the answer of a study with few clusters.

Question  Does the answer stand when nothing is asked of sample sizes?
Estimand  rct: difference in follow-up means. did at one date: difference in changes, mean over the verdict
          term against mean before launch, clusters counted once. Several dates: the verdict term's mean gap
          against those not yet treated.
Applies   Under FEW clusters in all or FEW_IN_GROUP in the smaller group, where the groups or the launch order
          were drawn by lot; and where the program has too few clusters for any error (`placebo`): then
          nobody drew, and the test asks whether any other cluster would have looked as remarkable.
Refuses   Too few ways to draw (`randomisation_test`); what `team_paths` refuses.
Cites     Conley & Taber (2011), doi:10.1162/REST_a_00049, for one treated group.
Proof     tests/reference/test_reference_did.py: one treated state of 27.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.efficient_staggered_fit import find_contrasts
from payoff.causal.floors import (
    FEW_CLUSTERS,
    FEW_IN_ARM,
    MIN_CLUSTERS_PER_ARM,
    cluster_noun,
    compact,
    smaller_arm,
)
from payoff.causal.outcome import analysed_values, mean_level, observed_cells, unit_means
from payoff.causal.protocol import Answer
from payoff.causal.randomisation_test import (
    METHOD,
    RandomisationTest,
    compare_drawings,
    draw_labels,
    randomisation_test,
)
from payoff.causal.team_paths import TeamPaths, read_team_paths
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, plural


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One row, or nothing where clusters are many or nobody drew."""
    design = study.design
    several_arms = bool(design.arms or design.factors)
    seen = np.flatnonzero(observed_cells(panel, panel.pre | panel.post).any(axis=1))
    if several_arms or not len(seen):
        return ()
    cluster, program = compact(panel.cluster[seen]), panel.in_program[seen]
    fewest = smaller_arm(cluster, program)
    few = int(cluster.max()) + 1 < FEW_CLUSTERS or fewest < FEW_IN_ARM
    placebo = not design.randomised
    if not few or (placebo and not 0 < fewest < MIN_CLUSTERS_PER_ARM):
        return ()
    if design.type == "rct":
        return (_trial(study, panel),)
    return (_rollout(study, panel, placebo=placebo),)


def _trial(study: Study, panel: Panel) -> Answer:
    """Follow-up means, compared by arm."""
    values = analysed_values(study, panel, panel.post, METHOD)
    if isinstance(values, Refusal):
        return values
    cells = observed_cells(panel, panel.post)
    means, weight = unit_means(values, panel.weights, cells)
    rows = np.flatnonzero(np.isfinite(means))
    test = randomisation_test(
        means[rows],
        panel.in_program[rows],
        weight=weight[rows],
        strata=None if panel.strata is None else panel.strata[rows],
        cluster=panel.cluster[rows],
        seed=study.seed,
    )
    level = mean_level(panel, cells & ~panel.in_program[:, None])
    sizes = (len(rows), len(np.unique(panel.cluster[rows])), int(cells.sum()))
    return test if isinstance(test, Refusal) else _row(study, panel, test, level, sizes, placebo=False)


def _rollout(study: Study, panel: Panel, *, placebo: bool) -> Answer:
    """Changes at one date, or gaps over several, by whole clusters."""
    teams = read_team_paths(study, panel, METHOD, any_size=True)
    if isinstance(teams, Refusal):
        return teams
    never = teams.cohorts[-1] > teams.times[-1]
    one_date = len(teams.cohorts) == 2 and never
    test = _test_changes(study, teams) if one_date else _test_waves(study, teams)
    sizes = (teams.n_units, len(teams.paths), teams.n_observations)
    if isinstance(test, Refusal):
        return test
    return _row(study, panel, test, teams.baseline, sizes, placebo=placebo)


def _test_changes(study: Study, teams: TeamPaths) -> RandomisationTest | Refusal:
    design, since = study.design, teams.times - teams.cohorts[0]
    term = next(t for t in design.terms if t.name == design.verdict_term)
    inside = (since >= term.first) & (since <= (since.max() if term.last is None else term.last))
    before = since < min(-design.anticipation, 0)
    if not inside.any():
        return Refusal(METHOD, f"The term {term.name} was never observed: follow-up is too short for it.")
    change = teams.paths[:, inside].mean(axis=1) - teams.paths[:, before].mean(axis=1)
    return randomisation_test(change, teams.cohort == 0, strata=teams.strata, seed=study.seed)


def _test_waves(study: Study, teams: TeamPaths) -> RandomisationTest | Refusal:
    design = study.design
    term = next(t for t in design.terms if t.name == design.verdict_term)
    sizes = np.bincount(teams.cohort)
    contrasts = find_contrasts(
        teams.times, teams.cohorts, sizes, [(term.first, term.last)], design.anticipation
    )
    if not contrasts.used[0]:
        return Refusal(METHOD, f"The term {term.name} has no period in which anyone was left untreated.")
    drawn = draw_labels(teams.cohort, teams.strata, study.seed)
    if isinstance(drawn, Refusal):
        return drawn
    labels, n_drawings = drawn
    gap = contrasts.after[0] - contrasts.before[0]  # (K, T)
    treated = (teams.times[None, :] >= teams.cohorts[teams.cohort][:, None]).astype(np.float64)
    each = np.arange(len(teams.cohort))
    (
        seen,
        made,
    ) = (  # a drawing keeps the cohorts' sizes, so a team adds its own score in whichever it is drawn
        (paths @ (gap / sizes[:, None]).T)[each, labels].sum(axis=1) for paths in (teams.paths, treated)
    )
    return compare_drawings(seen, made, n_drawings)


def _row(
    study: Study,
    panel: Panel,
    test: RandomisationTest,
    baseline: float,
    sizes: tuple[int, int, int],
    *,
    placebo: bool,
) -> Answer:
    """sizes: units, clusters, observations."""
    noun = cluster_noun(study)
    every = f"every one of {count(test.n_drawings)} ways" if test.exact else "2,000 of the ways"
    p = "below 0.001" if test.p_value < 0.001 else f"= {test.p_value:.3f}"
    drawn = (
        f"as if other {plural(noun)} had been the ones to start" if placebo else f"{plural(noun)} drawn anew"
    )
    label = (
        f"{drawn}, in {every}: p {p}. The interval holds every effect, alike for all, that such drawings do "
        f"not reject{'; nobody drew, so it tells how remarkable the gap is, no more' if placebo else ''}"
    )
    interval = np.array([test.interval])
    inference = Inference("drawings", np.array([[test.spread**2]]), np.array([np.inf]), interval)
    return compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=(study.design.verdict_term,),
        estimates=np.array([test.estimate]),
        inference=inference,
        estimand="effect of the program, alike for all who had it",
        label=label[0].upper() + label[1:],
        short=f"By drawing the {plural(noun)} anew (p {p})",
        baseline=baseline,
        n_units=sizes[0],
        n_clusters=sizes[1],
        n_observations=sizes[2],
    )
