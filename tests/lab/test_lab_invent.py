"""The invented firm is what its world says: truth, variance, flaws, and nothing by accident."""

from dataclasses import replace

import numpy as np
import pytest

from payoff.lab import Firm, Flaws, Program, Rollout, World, invent
from payoff.lab.world import DESIGNS, Kind, Setup

CALM = Firm(n_teams=40, hired=0, left=0)
TOLERANCE = {"level": 1e-6, "log": 1e-6, "ratio": 0.01, "count": 0.05}  # a mean below zero is cut off; luck
STEADY = Program(lift=0.1, build_months=0, differs=0)


def worlds(setup: Setup, **flaws: float) -> World:
    return World(CALM, STEADY, Rollout(setup), Flaws(**flaws))  # type: ignore[arg-type]


def without(world: World) -> World:
    return replace(world, program=replace(world.program, lift=0.0, second_lift=0.0))


@pytest.mark.parametrize("setup", DESIGNS)
def test_same_world_and_seed_give_the_same_firm(setup: Setup) -> None:
    one, two = invent(worlds(setup), 3), invent(worlds(setup), 3)
    assert one.panel.fingerprint == two.panel.fingerprint
    assert one.truth == two.truth
    assert invent(worlds(setup), 4).panel.fingerprint != one.panel.fingerprint


@pytest.mark.parametrize("setup", DESIGNS)
@pytest.mark.parametrize("kind", ["level", "count", "log", "ratio"])
def test_truth_is_what_the_program_added(setup: Setup, kind: Kind) -> None:
    """Same luck with and without the program: the difference is the effect, cell by cell."""
    firm = replace(CALM, kind=kind)
    world = replace(worlds(setup), firm=firm, program=replace(STEADY, second_lift=0.1))
    with_it, bare = invent(world, 5), invent(without(world), 5)
    values, quiet = with_it.values, bare.values
    if kind == "log":
        values, quiet = np.log(values), np.log(quiet)
    treated = (with_it.given.launch[:, None] >= 0) & (
        np.arange(world.n_periods) >= with_it.given.launch[:, None]
    )
    assert np.array_equal(values[~treated], quiet[~treated])
    if setup != "factorial":  # there, some are given both
        gain = float((values - quiet)[treated].mean())
        for truth in with_it.truth.terms.values():
            assert gain == pytest.approx(truth, rel=TOLERANCE[kind])
    assert set(bare.truth.terms.values()) == {0.0}


def test_two_factors_add_up() -> None:
    world = replace(worlds("factorial"), program=replace(STEADY, second_lift=0.05))
    firm, bare = invent(world, 5), invent(without(world), 5)
    factors = firm.panel.factors
    assert factors is not None
    gain = (firm.values - bare.values)[:, -1]
    for pair, expected in (((True, True), 3.0), ((True, False), 2.0), ((False, True), 1.0)):
        assert gain[(factors == pair).all(axis=1)] == pytest.approx(expected)
    assert firm.truth.terms == pytest.approx({"content": 2.0, "nudges": 1.0})


def test_effect_builds_up_and_fades() -> None:
    program = Program(lift=0.1, build_months=2.0, half_life_months=3.0, differs=0)
    by_event = invent(World(CALM, program, Rollout("one_launch", n_after=24)), 1).truth.by_event
    best = max(by_event, key=lambda k: by_event[k])
    assert 0 < best < 6
    assert by_event[23] < 0.1 * by_event[best]


def test_those_who_differ_average_out_in_the_truth() -> None:
    firm = invent(
        World(replace(CALM, n_teams=200), replace(STEADY, differs=0.5), Rollout("team_randomised")), 1
    )
    assert firm.truth.terms["post"] == pytest.approx(2.0, rel=0.1)
    assert firm.truth.terms["post"] != 2.0


def test_take_up_dilutes_the_assigned_effect_and_not_the_compliers() -> None:
    world = replace(worlds("person_randomised"), program=replace(STEADY, take_up=0.7))
    firm = invent(world, 1)
    assert firm.truth.compliers == pytest.approx(2.0)
    assert firm.truth.terms["post"] == pytest.approx(1.4, rel=0.1)
    assert firm.panel.take_up is not None
    assert firm.panel.take_up[~firm.panel.in_program].sum() == 0
    assert firm.panel.take_up.mean() == pytest.approx(0.35, abs=0.05)


def test_spread_icc_and_memory_are_as_stated() -> None:
    """Variance between people in one month, its share between teams, correlation of neighbouring months."""
    firm = Firm(n_teams=600, season=0, december=0, shock=0, growth=0, tenure=0, hired=0, left=0, icc=0.2)
    world = World(firm, Program(lift=0.0), Rollout("team_randomised"))
    found = invent(world, 1)
    month = found.values[:, 3] / firm.level - 1
    assert month.std() == pytest.approx(0.3, rel=0.03)
    team = found.people.team
    pairs = np.bincount(team, month) ** 2 - np.bincount(team, month**2)
    sizes = np.bincount(team)
    assert pairs.sum() / (sizes * (sizes - 1)).sum() / month.var() == pytest.approx(0.2, abs=0.03)
    following = np.corrcoef(found.values[:, 3], found.values[:, 4])[0, 1]
    assert following == pytest.approx(0.5 + 0.5 * 0.4, abs=0.03)


def test_people_come_and_go() -> None:
    found = invent(World(Firm(n_teams=100, hired=0.02, left=0.02), Program(), Rollout("one_launch")), 1)
    seen = np.isfinite(found.panel.values)
    assert seen[:, 11].all()  # everybody was there when the program began
    assert 0.7 < seen[:, 0].mean() < 0.9
    assert 0.8 < seen[:, -1].mean() < 0.95
    assert (np.diff(seen[:, :12].astype(int), axis=1) >= 0).all()
    assert (np.diff(seen[:, 11:].astype(int), axis=1) <= 0).all()
    assert np.array_equal(found.panel.weights > 0, seen)


def test_waves_are_equal_and_a_group_is_left_without() -> None:
    launch = invent(worlds("staggered"), 1).panel.launch
    teams = {
        int(k): len(np.unique(invent(worlds("staggered"), 1).people.team[launch == k])) for k in set(launch)
    }
    assert teams == {12: 10, 14: 10, 16: 10, -1: 10}


def test_departure_is_the_stated_size_and_no_part_of_the_truth() -> None:
    straight, bare = invent(worlds("one_launch", departure=0.04), 2), invent(worlds("one_launch"), 2)
    away = (straight.values - bare.values)[straight.panel.in_program].mean(axis=0)
    assert away[11] == pytest.approx(0)
    assert away[12:].mean() == pytest.approx(0.04 * 20)
    assert away[0] < -0.04 * 20
    assert straight.truth == bare.truth
    whole = World(CALM, STEADY, Rollout("one_launch"), Flaws(departure=0.04, departs_from="baseline"))
    slower = (invent(whole, 2).values - bare.values)[straight.panel.in_program].mean(axis=0)
    assert slower[12:].mean() - slower[:12].mean() == pytest.approx(0.04 * 20)
    hidden = World(CALM, STEADY, Rollout("one_launch"), Flaws(departure=0.04, departs_at_launch=True))
    assert np.array_equal(invent(hidden, 2).values[:, :12], bare.values[:, :12])


def test_the_worst_are_chosen_and_recover_by_themselves() -> None:
    world = World(CALM, Program(lift=0.0), Rollout("one_launch", share=0.25), Flaws(worst=True))
    found = invent(world, 1)
    chosen, values = found.panel.in_program, found.panel.values
    assert chosen.mean() == pytest.approx(0.25, abs=0.01)
    gap = values[chosen].mean(axis=0) - values[~chosen].mean(axis=0)
    assert gap[9:12].mean() < gap[12:].mean() - 1.0  # regression to the mean
    assert found.truth.terms["post"] == 0


def test_volunteers_are_ahead_by_the_stated_gap() -> None:
    world = World(replace(CALM, n_teams=400), STEADY, Rollout("one_launch"), Flaws(ability_gap=0.5))
    found = invent(world, 1)
    ability, chosen = found.people.ability, found.panel.in_program
    gap = (ability[chosen].mean() - ability[~chosen].mean()) / ability.std()
    assert gap == pytest.approx(0.5, abs=0.05)


def test_one_in_five_of_the_comparison_meets_the_program() -> None:
    found = invent(worlds("person_randomised", exposed=0.2), 1)
    bare = invent(without(worlds("person_randomised", exposed=0.2)), 1)
    exposed = found.panel.exposed
    assert exposed is not None
    assert exposed[found.panel.in_program].sum() == 0
    assert exposed[~found.panel.in_program].mean() == pytest.approx(0.2, abs=0.06)
    gain = (found.values - bare.values)[:, -1]
    assert (gain[exposed == 1] > 1).all()
    hidden = World(CALM, STEADY, Rollout(), Flaws(exposed=0.2, exposure_logged=False))
    assert invent(hidden, 1).panel.exposed is None


def test_weak_people_leave_the_program_group() -> None:
    found = invent(worlds("team_randomised", leavers=0.05), 1)
    lost = ~np.isfinite(found.panel.values[:, -1])
    assert lost[found.panel.in_program].mean() > 0.08
    assert lost[~found.panel.in_program].mean() == 0


def test_early_effects_show_before_launch() -> None:
    found, bare = invent(worlds("one_launch", early=0.5), 1), invent(worlds("one_launch"), 1)
    moved = (found.values - bare.values)[found.panel.in_program].mean(axis=0)
    assert moved[[10, 11]] == pytest.approx(1.0)
    assert np.abs(moved[:10]).max() < 1e-9
    assert found.truth == bare.truth


def test_twenty_people_in_two_arms() -> None:
    found = invent(World(CALM, STEADY, Rollout(n_people=20)), 1)
    assert found.panel.n_assigned == (10, 10)


def test_lower_is_better_turns_the_gain() -> None:
    world = replace(worlds("team_randomised"), firm=replace(CALM, better="lower"))
    assert invent(world, 1).truth.terms["post"] == pytest.approx(-2.0)


def test_arrays_are_read_only() -> None:
    panel = invent(worlds("staggered"), 1).panel
    for array in (panel.values, panel.weights, panel.launch, panel.cluster, panel.in_program):
        assert not array.flags.writeable
