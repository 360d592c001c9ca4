"""Matched cohorts: brute force, recovered truth, refusals. CAU-01, CAU-14."""

from typing import Any

import numpy as np
import pytest
from causal_worlds import make_panel, make_study
from test_causal_regression_controls import volunteers

from payoff.causal import check_design, estimate
from payoff.causal.matching import mahalanobis_points, match_exact, match_nearest, matched_mean
from payoff.causal.matching_balance import measure_balance
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Matching

METHODS = ("matched_did", "propensity_matching", "exact_matching", "weighting", "regression")


@pytest.mark.parametrize("ratio", [1, 3])
def test_nearest_with_ties_equals_brute_force(ratio: int) -> None:
    rng = np.random.default_rng(0)
    points = np.round(rng.normal(size=(80, 2)), 1)  # many ties
    program = rng.random(80) < 0.3
    matches = match_nearest(points, program, ratio)
    assert matches is not None
    outcome = rng.normal(size=80)
    gaps = []
    for i in np.flatnonzero(program):
        squared = ((points[~program] - points[i]) ** 2).sum(axis=1)
        near = squared <= np.sort(squared)[ratio - 1] + 1e-5
        gaps.append(outcome[i] - outcome[~program][near].mean())
    assert matched_mean(outcome, matches).att == pytest.approx(np.mean(gaps))
    assert matches.weights(np.ones(80))[~program].sum() == pytest.approx(program.sum())


def test_exact_is_nearest_at_distance_zero() -> None:
    rng = np.random.default_rng(1)
    known = rng.integers(0, 3, size=(100, 2)).astype(float)
    program = rng.random(100) < 0.4
    outcome = rng.normal(size=100)
    exact, near = match_exact(known, program), match_nearest(known, program)
    assert exact is not None
    assert near is not None
    assert matched_mean(outcome, exact).att == pytest.approx(matched_mean(outcome, near).att)


def test_mahalanobis_ignores_units_and_a_doubled_column() -> None:
    rng = np.random.default_rng(2)
    known = rng.normal(size=(60, 3))
    points = mahalanobis_points(known)
    scaled = mahalanobis_points(np.column_stack([known * [1, 1e6, 1e-6], known[:, 0]]))
    gaps = [((p[:, None] - p[None, :]) ** 2).sum(axis=2) for p in (points, scaled)]
    covariance = np.linalg.inv(np.cov(known.T))
    apart = known[:, None] - known[None, :]
    np.testing.assert_allclose(gaps[0], np.einsum("ijk,kl,ijl->ij", apart, covariance, apart), atol=1e-8)
    np.testing.assert_allclose(gaps[0], gaps[1], rtol=1e-6, atol=1e-8)


def test_a_caliper_leaves_out_those_without_anybody_near() -> None:
    points = np.array([0.0, 10.0, 0.1, 0.2])[:, None]
    program = np.array([True, True, False, False])
    matches = match_nearest(points, program, 1, 0.5)
    assert matches is not None
    np.testing.assert_array_equal(matches.matched, [True, False, False, False])


@pytest.mark.parametrize("distance", ["propensity", "mahalanobis"])
def test_matched_changes_recover_the_effect(distance: Any) -> None:
    scores = []
    for seed in range(15):
        values, program, known = volunteers(500, pull=0.7, effect=1.0, seed=seed)
        panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
        answer = estimate(make_study("matched", matching=Matching(distance)), panel)[0]
        assert isinstance(answer, Effect), answer
        scores.append((answer.estimate - 1.0) / answer.std_error)
    assert abs(np.mean(scores)) < 0.8
    assert np.abs(scores).max() < 3.5


def test_the_locked_error_counts_few_units_and_teams() -> None:
    values, program, known = volunteers(500, pull=0.7, effect=1.0)
    launch = np.where(program, 2, -1)
    study = make_study("matched")
    answers = estimate(study, make_panel(values, 2, launch=launch, covariates=known))
    by_method = {a.method: a for a in answers if isinstance(a, Effect)}
    printed = by_method["matched_did, Abadie-Imbens errors"]
    assert printed.estimate == pytest.approx(by_method["matched_did"].estimate)
    assert by_method["matched_did"].std_error == pytest.approx(printed.std_error)
    assert by_method["matched_did"].interval[0] < printed.interval[0]  # t with few degrees, not normal
    teams = make_panel(values, 2, launch=launch, covariates=known, cluster=np.arange(500) // 20)
    clustered = estimate(study, teams)[0]
    assert isinstance(clustered, Effect)
    assert clustered.n_clusters == 25
    assert clustered.df[0] < by_method["matched_did"].df[0]


def test_order_of_units_does_not_matter() -> None:
    values, program, known = volunteers(300, effect=1.0)
    known = np.round(known, 1)  # ties
    order = np.random.default_rng(0).permutation(300)
    for method in METHODS[:2]:
        study = make_study("matched", method=method)
        one, other = (
            estimate(
                study, make_panel(values[o], 2, launch=np.where(program[o], 2, -1), covariates=known[o])
            )[0]
            for o in (np.arange(300), order)
        )
        assert isinstance(one, Effect)
        assert isinstance(other, Effect)
        assert one.estimate == pytest.approx(other.estimate, rel=1e-9)
        assert one.std_error == pytest.approx(other.std_error, rel=1e-9)


def test_balance_before_and_after() -> None:
    known = np.array([[0.0], [1], [2], [0], [1], [9]])
    program = np.array([True, True, True, False, False, False])
    weight = np.array([1.0, 1, 1, 1, 2, 0])
    found = measure_balance(known, ("age",), program, weight)
    spread = np.sqrt((1.0 + known[3:].var(ddof=1)) / 2)
    np.testing.assert_allclose(found.before, (1 - 10 / 3) / spread)
    np.testing.assert_allclose(found.after, (1 - 2 / 3) / spread)
    assert found.worst[0] == "age"


def test_groups_still_apart_after_matching_are_refused() -> None:
    rng = np.random.default_rng(3)
    ability = np.r_[rng.normal(2.5, 0.5, 60), rng.normal(0, 0.6, 200)]
    values = 20 + ability[:, None] + rng.normal(size=(260, 4))
    panel = make_panel(values, 2, launch=np.where(np.arange(260) < 60, 2, -1), covariates=ability[:, None])
    declined, *beside = estimate(make_study("matched", matching=Matching("mahalanobis"), second=None), panel)
    assert isinstance(declined, Refusal)
    assert all(isinstance(a, Refusal) or not a.causal for a in beside)


def test_changes_need_a_baseline_and_levels_do_not() -> None:
    values, program, known = volunteers(300, effect=1.0)
    panel = make_panel(values[:, 2:], 0, launch=np.where(program, 0, -1), covariates=known)
    declined = estimate(make_study("matched"), panel)[0]
    assert isinstance(declined, Refusal)
    assert "Nothing was measured before launch" in declined.reason
    for method in ("propensity_matching", "weighting", "regression", "regression_adjustment"):
        answer = estimate(make_study("matched", method=method), panel)[0]
        assert isinstance(answer, Effect), (method, answer)


def hostile() -> dict[str, Any]:
    values, program, known = volunteers(120)
    launch = np.where(program, 2, -1)
    nan, inf = values.copy(), values.copy()
    nan[:], inf[3, 3] = np.nan, np.inf
    no_covariate = np.full_like(known, np.nan)
    return {
        "all missing": make_panel(nan, 2, launch=launch, covariates=known),
        "infinite": make_panel(inf, 2, launch=launch, covariates=known),
        "constant": make_panel(np.ones((120, 4)), 2, launch=launch, covariates=known),
        "one unit": make_panel(values[:1], 2, launch=[2], covariates=known[:1]),
        "all treated": make_panel(values, 2, launch=np.full(120, 2), covariates=known),
        "none treated": make_panel(values, 2, launch=np.full(120, -1), covariates=known),
        "two treated": make_panel(values, 2, launch=np.where(np.arange(120) < 2, 2, -1), covariates=known),
        "covariates unknown": make_panel(values, 2, launch=launch, covariates=no_covariate),
        "infinite covariate": make_panel(
            values, 2, launch=launch, covariates=np.where(known > -9, np.inf, 0.0)
        ),
        "no follow-up": make_panel(values, 4, launch=launch, covariates=known),
    }


@pytest.mark.parametrize("method", [*METHODS, "regression_adjustment"])
@pytest.mark.parametrize("world", sorted(hostile()))
def test_hostile_panels_are_refused_in_a_sentence(method: str, world: str) -> None:
    study, panel = make_study("matched", method=method, second=None), hostile()[world]
    answers = estimate(study, panel)
    assert isinstance(answers[0], Refusal), answers[0]
    assert answers[0].reason.endswith(".")
    check_design(study, panel, answers[0])
