"""Matched and weighted levels where teams hold several units: the error counts teams, and matching too."""

import numpy as np
import pytest
from scipy.special import stdtrit

from payoff.causal.matching import clustered_error, match_nearest, matched_mean, score_points
from payoff.causal.propensity import fit_propensity, odds_weights
from payoff.causal.weighting import clustered_error as weighted_error
from payoff.causal.weighting import influences
from payoff.nouns.arrays import Bools, Floats, Ints


def firm(seed: int, *, by_team: bool) -> tuple[Floats, Bools, Floats, Ints]:
    """(outcome, program, known, team): 40 teams of 10; the known part makes up most of the outcome."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(40), 10)
    known = rng.normal(size=(400, 1))
    chance = 1 / (1 + np.exp(1 - 0.5 * known[:, 0]))
    program: Bools = (rng.permutation(40) < 14)[team] if by_team else rng.random(400) < chance
    outcome = 20 + 3 * known[:, 0] + 0.7 * rng.normal(size=40)[team] + rng.normal(size=400)
    return outcome, program, known, team


@pytest.mark.parametrize("by_team", [False, True])
def test_errors_are_as_large_as_the_estimates_spread(by_team: bool) -> None:
    """CR2 on the weighted levels was about twice the spread: what is matched on it took for chance."""
    matched, weighed = [], []
    for seed in range(200):
        outcome, program, known, team = firm(seed, by_team=by_team)
        score = fit_propensity(known, program)
        assert score is not None
        matches = match_nearest(score_points(score), program)
        assert matches is not None
        matched.append((matched_mean(outcome, matches).att, clustered_error(outcome, matches, team)))
        weight = odds_weights(score, program)
        part = influences(outcome, program, score, known, weight)
        gap = outcome[program].mean() - np.average(outcome[~program], weights=weight[~program])
        weighed.append((gap, weighted_error(part, team, 3)))
    for found in (np.array(matched), np.array(weighed)):
        spread, error = found[:, 0].std(), np.sqrt((found[:, 1] ** 2).mean())
        assert 0.8 * spread < error < 1.35 * spread
        few = 13 if by_team else 30  # teams of the smaller group, less one
        assert (np.abs(found[:, 0]) <= stdtrit(few, 0.975) * found[:, 1]).mean() >= 0.91


def test_errors_of_pairs_equal_brute_force() -> None:
    outcome, program, known, team = firm(3, by_team=True)
    score = fit_propensity(known, program)
    assert score is not None
    matches = match_nearest(score_points(score), program, ratio=2)
    assert matches is not None
    att = matched_mean(outcome, matches).att
    pair = (outcome[matches.own] - outcome[matches.other] - att) * matches.share / program.sum()
    ours, theirs = team[matches.own], team[matches.other]
    shared = (
        (ours[:, None] == ours)
        | (theirs[:, None] == theirs)
        | (ours[:, None] == theirs)
        | (theirs[:, None] == ours)
    )
    fewest = len(np.unique(ours))  # the program's teams are fewer
    variance = float(pair @ shared @ pair) * fewest / (fewest - 1)
    assert clustered_error(outcome, matches, team) == pytest.approx(np.sqrt(variance))


def test_one_unit_a_team_keeps_the_published_error() -> None:
    outcome, program, known, _ = firm(4, by_team=False)
    score = fit_propensity(known, program)
    assert score is not None
    matches = match_nearest(score_points(score), program)
    assert matches is not None
    alone = clustered_error(outcome, matches, np.arange(400))
    assert alone == matched_mean(outcome, matches).error_population
    part = influences(outcome, program, score, known, odds_weights(score, program))
    assert weighted_error(part, np.arange(400), 3) == pytest.approx(np.sqrt((part**2).sum() * 400 / 397))
