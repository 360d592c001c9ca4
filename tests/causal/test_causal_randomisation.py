"""Drawing anew: brute force, size, strata and clusters, inversion, and where no p can be small enough."""

from itertools import combinations

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study, rct_world

from payoff.causal import estimate
from payoff.causal.randomisation_test import RandomisationTest, draw_labels, randomisation_test
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study


def run(outcome: Floats, treated: Bools, **more: object) -> RandomisationTest:
    found = randomisation_test(outcome, treated, **more)  # type: ignore[arg-type]
    assert isinstance(found, RandomisationTest), found
    return found


def row(study: Study, panel: object) -> Effect | Refusal | None:
    rows = estimate(study, panel)  # type: ignore[arg-type]
    return next((r for r in rows if r.method == "randomisation_test"), None)


def test_every_drawing_is_looked_at_where_they_are_few() -> None:
    generator = np.random.default_rng(1)
    outcome, treated = generator.normal(size=9), np.arange(9) < 4
    gaps = [outcome[list(c)].mean() - np.delete(outcome, list(c)).mean() for c in combinations(range(9), 4)]
    observed = outcome[:4].mean() - outcome[4:].mean()
    found = run(outcome, treated)
    assert (found.n_drawings, found.exact) == (126, True)
    assert found.estimate == pytest.approx(observed)
    assert found.p_value == pytest.approx(np.mean(np.abs(gaps) >= abs(observed) - 1e-12))


def test_strata_and_whole_clusters_are_kept() -> None:
    """Two strata of five clusters of three, two of each treated: 10 × 10 drawings."""
    cluster = np.repeat(np.arange(10), 3)
    strata, treated = cluster // 5, np.isin(cluster, [0, 1, 5, 6])
    found = run(np.random.default_rng(2).normal(size=30), treated, strata=strata, cluster=cluster)
    assert (found.n_drawings, found.exact) == (100, True)
    drawn = draw_labels(treated[::3].astype(np.int64), strata[::3], 1)
    assert not isinstance(drawn, Refusal)
    assert (drawn[0][:, :5].sum(axis=1) == 2).all()
    assert len(np.unique(drawn[0], axis=0)) == 100


def test_persons_drawn_within_teams_stay_in_them() -> None:
    team = np.repeat(np.arange(4), 4)
    found = run(np.random.default_rng(3).normal(size=16), np.arange(16) % 2 == 0, cluster=team)
    assert found.n_drawings == 6**4


def test_many_drawings_are_sampled_by_seed() -> None:
    generator = np.random.default_rng(4)
    outcome, treated = generator.normal(size=40), np.arange(40) < 20
    one, two, other = (run(outcome + treated, treated, seed=seed) for seed in (1, 1, 2))
    assert not one.exact
    assert one == two
    assert one != other
    assert one.p_value == pytest.approx(other.p_value, abs=0.02)


def test_the_interval_holds_what_is_not_rejected() -> None:
    """Every effect inside gives p above 5 %, every one outside does not."""
    generator = np.random.default_rng(5)
    treated = np.arange(12) < 5
    outcome = generator.normal(size=12) + treated
    found = run(outcome, treated)
    low, high = found.interval
    for effect, rejected in (
        (low - 1e-3, True),
        (low + 1e-3, False),
        (high - 1e-3, False),
        (high + 1e-3, True),
    ):
        assert (run(outcome - effect * treated, treated).p_value <= 0.05) is rejected


@pytest.mark.parametrize(("n", "n_treated"), [(6, 3), (10, 1), (19, 1)])
def test_where_no_p_can_reach_five_percent_it_says_so(n: int, n_treated: int) -> None:
    found = randomisation_test(np.random.default_rng(6).normal(size=n), np.arange(n) < n_treated)
    assert isinstance(found, Refusal)
    assert "no p below" in found.reason


@pytest.mark.parametrize("n_clusters", [8, 10, 30])
def test_no_more_than_one_in_twenty_are_false_alarms(n_clusters: int) -> None:
    """CAU-14."""
    generator, alarms = np.random.default_rng(7), 0
    treated = np.arange(n_clusters) < n_clusters // 2
    for seed in range(150):
        outcome = generator.standard_t(2, size=n_clusters)
        alarms += run(outcome, treated, seed=seed).p_value <= 0.05
    assert alarms <= 15


def test_a_trial_with_few_teams_is_drawn_anew_beside_its_answer() -> None:
    values, program, cluster = rct_world(np.random.default_rng(8), n_units=50, clusters=10, effect=2.0)
    panel = make_panel(values, 2, in_program=program, cluster=cluster)
    found = row(make_study("rct", cluster="team"), panel)
    assert isinstance(found, Effect)
    assert found.role == "reference"
    assert "Teams drawn anew, in every one of 252 ways: p" in found.label
    values, program, cluster = rct_world(np.random.default_rng(8), n_units=80)
    assert row(make_study("rct"), make_panel(values, 2, in_program=program)) is None


def test_a_drawn_launch_order_is_drawn_anew_and_a_chosen_one_is_not() -> None:
    values, launch = did_world(np.random.default_rng(9), n_units=14, n_periods=8, staggered=True, effect=3.0)
    panel = make_panel(values, 3, launch=launch)
    found = row(make_study(method="group_time", randomised=True), panel)
    assert isinstance(found, Effect)
    assert found.interval[0] > 0
    assert row(make_study(method="group_time"), panel) is None


def test_one_treated_team_gets_a_placebo_test_and_no_locked_answer() -> None:
    """No clustered error holds for one team; how remarkable it is among the others can be said."""
    values, _ = did_world(np.random.default_rng(10), n_units=24, n_periods=8)
    launch = np.where(np.arange(24) == 3, 4, -1)
    values[3, 4:] += 8.0
    study = make_study()
    panel = make_panel(values, 4, launch=launch)
    assert isinstance(estimate(study, panel)[0], Refusal)
    found = row(study, panel)
    assert isinstance(found, Effect)
    assert "as if other reps had been the ones to start" in found.label.lower()
    assert "nobody drew" in found.label
    assert found.interval[0] > 0
    few = row(study, make_panel(values[:12], 4, launch=launch[:12]))
    assert isinstance(few, Refusal)
    assert "only 12 ways" in few.reason
