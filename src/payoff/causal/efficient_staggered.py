"""The efficient answer of a staggered rollout whose order was drawn by lot.

Question  What did the program change for those who took part, and how sharply can the lot say it?
Estimand  Mean effect by term over teams (clusters count once each), weighted by cohort size.
Assumes   The launch order was drawn by lot among clusters; no anticipation beyond the declared.
Refuses   An order that was not drawn; what `event_time` refuses; a cluster with several launch dates or a
          period without a value; a cohort of one cluster; a term without a comparison.
Cites     Roth & Sant'Anna (2023), doi:10.1086/726581 (`efficient_staggered_fit`).
Proof     tests/causal/test_causal_efficient.py.

A test over other orders of the same lot stands beside it where teams are few (`randomisation_rows`).
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.efficient_staggered_fit import find_contrasts, fit_staggered
from payoff.causal.fixed_effects import ESTIMAND
from payoff.causal.floors import MIN_CLUSTERS_PER_LAUNCH, cluster_noun
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.team_paths import TeamPaths, read_team_paths
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import named, plural

METHOD = "efficient_staggered"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The efficient row, then the same data with all of the gap before launch subtracted (β = 1)."""
    noun, period = cluster_noun(study), study.design.period
    if not study.design.randomised:
        reason = "The order of launch was not drawn by lot, and this method rests on the lot: "
        return (Refusal(METHOD, reason + "choose group_time."),)
    teams = read_team_paths(study, panel, METHOD)
    if isinstance(teams, Refusal):
        return (teams,)
    spans = [(term.first, term.last) for term in study.design.terms]
    sizes = np.bincount(teams.cohort)
    contrasts = find_contrasts(teams.times, teams.cohorts, sizes, spans, study.design.anticipation)
    unseen = [t.name for t, used in zip(study.design.terms, contrasts.used, strict=True) if not used]
    if unseen:
        reason = f"The term {named(unseen)} has no {period} in which a {noun} not yet treated was left: "
        return (Refusal(METHOD, reason + "keep one that starts later, or shorten the term."),)
    if (sizes[contrasts.serving] < MIN_CLUSTERS_PER_LAUNCH).any():
        reason = (
            f"Only one {noun} started at some date: its own luck cannot be told from the program's effect; "
        )
        return (
            Refusal(METHOD, reason + f"start at least {MIN_CLUSTERS_PER_LAUNCH} {plural(noun)} together."),
        )
    refusal = baseline_refusal(panel, teams.baseline, METHOD)
    if refusal is not None:
        return (refusal,)
    best, plain = (fit_staggered(teams.paths, teams.cohort, contrasts, slope) for slope in (None, 1.0))
    shares = named([f"{slope:.2f}" for slope in best.slopes])
    return (
        _row(
            study,
            panel,
            teams,
            METHOD,
            role,
            best.inference(),
            f"Launch order drawn by lot, {shares} of the gap before launch subtracted, errors by {noun}: "
            "trusted, because the lot makes any share right and this one is the least noisy",
            "Launch order drawn by lot, efficient",
        ),
        _row(
            study,
            panel,
            teams,
            f"{METHOD}, whole gap subtracted",
            "reference",
            plain.inference(),
            "The same with the whole gap before launch subtracted, as difference in differences does",
            "Launch order drawn by lot, difference in differences",
        ),
    )


def _row(
    study: Study,
    panel: Panel,
    teams: TeamPaths,
    method: str,
    role: Role,
    inference: Inference,
    label: str,
    short: str,
) -> Answer:
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=tuple(term.name for term in study.design.terms),
        estimates=inference.intervals.mean(axis=1),
        inference=inference,
        estimand=ESTIMAND,
        label=label,
        short=short,
        baseline=teams.baseline,
        n_units=teams.n_units,
        n_clusters=len(teams.paths),
        n_observations=teams.n_observations,
    )
