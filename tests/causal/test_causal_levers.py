"""Every lever is recomputed, ranked, and does what the textbook says."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study, rct_world

from payoff.causal.levers import by_cluster, double_units, pull_levers, see_per_arm, units_needed
from payoff.causal.power import chance_to_see, plan_error, visible_lift
from payoff.causal.power_error import PlannedError
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal


def trial(n_units: int = 80, clusters: int | None = None, n_pre: int = 6) -> Panel:
    values, program, cluster = rct_world(np.random.default_rng(1), n_units, n_pre, 3, clusters=clusters)
    launch = np.where(program, n_pre, -1)
    return make_panel(values, n_pre, in_program=program, launch=launch, cluster=cluster)


def planned(panel: Panel) -> PlannedError:
    answer = plan_error(make_study("rct"), panel)
    assert isinstance(answer, PlannedError)
    return answer


def test_levers_are_ranked_by_what_they_let_be_seen() -> None:
    levers = pull_levers(make_study("rct"), trial(), 0.05)
    assert {lever.name for lever in levers} == {"people", "weeks", "adjust"}
    assert [lever.visible for lever in levers] == sorted(lever.visible for lever in levers)
    assert levers[0].name == "adjust"  # lasting differences dominate in this world
    assert all(lever.visible < visible_lift(trial(), planned(trial())) for lever in levers)


def test_twice_the_people_see_by_the_root_of_two() -> None:
    panel = trial()
    ratio = planned(double_units(panel)).std_error / planned(panel).std_error
    assert ratio == pytest.approx(np.sqrt(0.5), rel=0.02)
    assert len(set(double_units(panel).unit)) == 160


@pytest.mark.parametrize("lift", [0.02, 0.04, 0.08])
def test_units_needed_see_it_eight_times_in_ten(lift: float) -> None:
    panel = trial()
    plan = planned(panel)
    needed = units_needed(panel, plan, lift)
    assert isinstance(needed, int)
    times = needed / panel.n_units
    there = replace(plan, std_error=plan.std_error / np.sqrt(times), df=plan.df * times)
    assert chance_to_see(panel, there, lift) == pytest.approx(0.8, abs=0.02)


def test_impossible_needs_are_refused() -> None:
    panel = trial()
    assert isinstance(units_needed(panel, planned(panel), 0.0), Refusal)
    assert isinstance(units_needed(panel, planned(panel), -0.1), Refusal)
    assert isinstance(units_needed(panel, planned(panel), 1e-6), Refusal)


def test_groups_as_wholes_and_longer_windows() -> None:  # EXP-15
    panel = trial(60, clusters=12)
    whole = by_cluster(panel)
    assert isinstance(whole, Panel)
    assert (whole.n_units, whole.n_clusters) == (12, 12)
    np.testing.assert_allclose(whole.values[0], panel.values[panel.cluster == 0].mean(axis=0))
    levers = {lever.name: lever for lever in pull_levers(make_study("rct"), panel, 0.05)}
    assert "weeks" in levers
    assert levers["weeks"].chance > chance_to_see(panel, planned(panel), 0.05)


def test_a_group_with_members_in_both_arms_is_no_whole() -> None:
    panel = trial(60)
    mixed = replace(panel, cluster=np.arange(60) // 2)
    assert isinstance(by_cluster(mixed), Refusal)


def test_a_quieter_metric_is_a_lever() -> None:
    panel = trial()
    calmer = replace(
        panel,
        metric=replace(make_metric(), name="score", label="Practice score"),
        values=20 + (panel.values - 20) / 4,
    )
    names = [lever.name for lever in pull_levers(make_study("rct"), panel, 0.05, [calmer])]
    assert "metric" in names


def test_longer_baselines_help_changes() -> None:
    values, launch = did_world(np.random.default_rng(5), n_periods=6, n_pre=3)
    names = {lever.name for lever in pull_levers(make_study(), make_panel(values, 3, launch=launch), 0.05)}
    assert {"people", "weeks", "baseline"} <= names


@pytest.mark.parametrize(("n", "alone"), [(30, 0.7356), (50, 0.5659)])
def test_thirty_to_fifty_an_arm(n: int, alone: float) -> None:  # EXP-14
    found = see_per_arm(n)
    assert found[0] == pytest.approx(alone, abs=5e-4)
    assert found[1] == pytest.approx(found[0] * 0.8)


def test_whole_groups_take_part_by_the_share_of_their_members() -> None:
    """Not as their first member did; who is not known of does not count."""
    values, program, cluster = rct_world(np.random.default_rng(2), n_units=40, clusters=8)
    took = np.where(program, np.arange(40) < 24, 0.0).astype(float)
    took[program & (np.arange(40) >= 32)] = np.nan
    panel = make_panel(values, 2, in_program=program, cluster=cluster, take_up=took)
    merged = by_cluster(panel)
    assert isinstance(merged, Panel)
    assert merged.take_up is not None
    np.testing.assert_allclose(merged.take_up[merged.in_program], 0.75)
    np.testing.assert_allclose(merged.take_up[~merged.in_program], 0.0)
