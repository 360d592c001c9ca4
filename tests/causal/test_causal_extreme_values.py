"""An absurd value is found, named and stops the money; long tails, counts and shares are left alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study, rct_world

from payoff.causal import check_design, estimate
from payoff.causal.checks_extreme_values import find_extremes, look
from payoff.causal.outcome import observed_cells
from payoff.lab import Firm, Rollout, World, invent
from payoff.lab.world import Kind, Setup
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study


def checked(study: Study, panel: Panel) -> Check:
    return look(study, panel, estimate(study, panel)[0])


def trial(slip: float = 0.0, better: Any = "higher") -> tuple[Study, Panel]:
    """Sixty reps; one rep of the program sold `slip` in the last month."""
    values, in_program, _ = rct_world(np.random.default_rng(1), n_units=60)
    if slip:
        values[np.flatnonzero(in_program)[3], -1] = slip
    metric = make_metric(better)
    return make_study("rct", metric=metric), make_panel(values, 2, in_program=in_program, metric=metric)


def test_one_absurd_value_is_named_and_stops_the_money() -> None:
    study, panel = trial(slip=1e6)
    found = checked(study, panel)
    assert (found.verdict, found.scope, found.costs, found.stops_money) == (Verdict.FAIL, "data", 1, True)
    unit = panel.unit[np.argwhere(panel.values == 1e6)[0][0]]
    assert f"rep {unit} in {panel.periods[-1].astype('M8[M]')}: 1,000,000" in found.text
    for advice in ("Correct it at the source", "least(value, limit)", "lock it"):
        assert advice in found.text
    assert found in check_design(study, panel, estimate(study, panel)[0])


def test_a_sound_panel_passes_and_too_little_to_tell_is_silence() -> None:
    study, panel = trial()
    assert checked(study, panel).verdict is Verdict.PASS
    few = make_panel(panel.values[:4], 2, in_program=[True, True, False, False])
    answer = estimate(study, panel)[0]
    assert look(study, few, answer).verdict is Verdict.SILENT


def test_a_method_that_declines_because_of_a_slip_says_so() -> None:
    """The comparison's mean may then be zero: no lift, and the reader learns which value did it."""
    study, panel = trial()
    values = panel.values.copy()
    values[np.flatnonzero(~panel.in_program)[0], -1] = 1e6
    slipped = replace(panel, values=values)
    assert isinstance(estimate(study, slipped)[0], Refusal)
    found = checked(study, slipped)
    assert found.verdict is Verdict.FAIL
    assert "1,000,000" in found.text
    untaught = replace(slipped, in_program=np.zeros(60, dtype=bool))
    assert checked(study, untaught).verdict is Verdict.SILENT


def test_the_check_is_blind_to_the_effect() -> None:
    """A huge effect is no extreme value; a slip up and a slip down, in either group, cost the same."""
    study, panel = trial()
    moved = panel.values + 500.0 * panel.in_program[:, None] * panel.post[None, :]
    assert checked(study, replace(panel, values=moved)).verdict is Verdict.PASS
    for program in (True, False):
        for sign in (1.0, -1.0):
            values = panel.values.copy()
            values[np.flatnonzero(panel.in_program == program)[0], -1] = sign * 1e6
            assert checked(study, replace(panel, values=values)).verdict is Verdict.FAIL
    lower = trial(slip=1e6, better="lower")
    assert checked(*lower).verdict is Verdict.FAIL


def test_an_absurd_value_that_changes_nothing_passes_and_is_told() -> None:
    """Before launch, where a plain comparison of follow-up never looks."""
    study, panel = trial()
    values = panel.values.copy()
    values[0, 0] = 1e6
    found = checked(study, replace(panel, values=values))
    assert found.verdict is Verdict.PASS
    assert "1,000,000" in found.text
    assert "stays within its own error" in found.text


def test_a_slip_before_launch_carries_a_comparison_of_changes() -> None:
    values, launch = did_world(np.random.default_rng(0), n_units=60, n_periods=12, n_pre=6, effect=1.0)
    values[0, 1] = 1e6
    assert checked(make_study(), make_panel(values, 6, launch=launch)).verdict is Verdict.FAIL


def test_a_log_metric_is_held_against_its_logs() -> None:
    rng = np.random.default_rng(2)
    metric = make_metric(scale="log")
    values = np.exp(3 + 0.05 * rng.normal(size=(40, 8)))
    values[0, 6] = 2e-4  # a slip to nearly nothing: harmless in levels, not in logs
    program = np.arange(40) % 2 == 0
    panel = make_panel(values, 4, in_program=program, metric=metric)
    assert checked(make_study("rct", metric=metric), panel).verdict is Verdict.FAIL


def lognormal(spread: float) -> Callable[[np.random.Generator, tuple[int, int]], Floats]:
    return lambda rng, size: np.exp(spread * rng.normal(size=size))


HONEST: dict[str, Callable[[np.random.Generator, tuple[int, int]], Floats]] = {
    "deals": lognormal(1.0),
    "large deals": lognormal(2.0),
    "few deals": lambda rng, size: lognormal(1.5)(rng, size) * (rng.random(size) < 0.2),
    "rare events": lambda rng, size: rng.poisson(0.05, size).astype(np.float64),
    "uneven counts": lambda rng, size: rng.poisson(0.2 * rng.gamma(1.0, 1.0, size)).astype(np.float64),
    "near one": lambda rng, size: rng.binomial(200, 0.97, size) / 200,
    "on leave": lambda rng, size: np.where(rng.random(size) < 0.005, 0.0, rng.normal(50, 2, size)),
    "profit and loss": lambda rng, size: rng.normal(size=size) * lognormal(1.0)(rng, size),
}


@pytest.mark.parametrize("kind", HONEST)
def test_honest_skewed_metrics_do_not_trip_it(kind: str) -> None:
    """Under one in a hundred, from a dozen people to hundreds."""
    tripped = 0
    for seed in range(100):
        n = (12, 60, 300)[seed % 3]
        values = HONEST[kind](np.random.default_rng(seed), (n, 12))
        panel = make_panel(values, 6, in_program=np.arange(n) % 2 == 0)
        study = make_study("rct")
        tripped += checked(study, panel).verdict is Verdict.FAIL
    assert tripped <= 1


@pytest.mark.parametrize("setup", get_args(Setup))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_sound_worlds_of_every_kind_stay_silent(kind: Kind, setup: Setup) -> None:
    for seed in range(3):
        firm = invent(World(Firm(kind=kind, n_teams=12), rollout=Rollout(setup)), seed)
        panel = firm.panel
        extreme, usual = find_extremes(panel, observed_cells(panel, panel.pre | panel.post))
        assert not extreme.any()
        assert usual.shape == panel.values.shape


def test_the_answer_without_the_slip_is_what_money_would_rest_on() -> None:
    """Put back to the usual, the study reads as it would have read."""
    study, panel = trial(slip=1e6)
    extreme, usual = find_extremes(panel, observed_cells(panel, panel.pre | panel.post))
    assert extreme.sum() == 1
    mended = estimate(study, replace(panel, values=np.where(extreme, usual, panel.values)))[0]
    sound = estimate(*trial())[0]
    assert isinstance(mended, Effect)
    assert isinstance(sound, Effect)
    assert mended.estimate == pytest.approx(sound.estimate, abs=sound.std_error / 2)
