"""Before and after: the paired t test, and never more than that."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world
from scipy import stats

from payoff.causal import check_design, estimate, grade
from payoff.lab import Firm, Program, Rollout, World, invent
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power


def test_before_after_is_the_paired_t_test_and_says_what_it_is() -> None:
    values, _, _ = rct_world(np.random.default_rng(1), n_units=25)
    study = make_study("before_after")
    panel = make_panel(values, 2, in_program=np.ones(25, dtype=bool))
    (effect,) = estimate(study, panel)
    assert isinstance(effect, Effect)
    test = stats.ttest_rel(values[:, 2:].mean(axis=1), values[:, :2].mean(axis=1))
    assert effect.estimate / effect.std_error == pytest.approx(test.statistic)
    assert effect.df[0] == pytest.approx(24)
    assert effect.estimand == "before-after change"
    assert "compared with nobody" in effect.label
    assert effect.baseline == pytest.approx(values[:, :2].mean())
    power = Power(0.01, 0.05, 0.10, Refusal("break-even", "no costs"))
    verdict = grade(study, check_design(study, panel, effect), power)
    assert (verdict.start, verdict.locks) == (1, 0)  # half a year cannot show the other half's season


def test_each_units_own_launch_decides_what_is_before() -> None:
    values = (
        np.tile(np.array([10.0, 10, 12, 12]), (10, 1)) + np.random.default_rng(0).normal(size=(10, 4)) * 1e-3
    )
    launch = np.array([2] * 5 + [3] * 5)
    values[5:, 2] = 99.0  # in follow-up, but not launched yet: neither before nor after
    (effect,) = estimate(make_study("before_after"), make_panel(values, 2, launch=launch))
    assert isinstance(effect, Effect)
    assert effect.estimate == pytest.approx(2.0, abs=0.01)


def test_too_few_or_never_seen_before_is_refused() -> None:
    values, _, _ = rct_world(np.random.default_rng(1), n_units=25)
    everyone = np.ones(25, dtype=bool)
    values[2:, :2] = np.nan
    (answer,) = estimate(make_study("before_after"), make_panel(values, 2, in_program=everyone))
    assert isinstance(answer, Refusal)
    assert "Only 2 reps seen both before and after" in answer.reason


def test_the_worst_or_the_best_before_and_after_are_refused() -> None:
    values, _, _ = rct_world(np.random.default_rng(1), n_units=25)
    panel = make_panel(values, 2, in_program=np.ones(25, dtype=bool))
    for chosen, way in (("worst", "come up again"), ("best", "come down again")):
        (answer,) = estimate(make_study("before_after", chosen=chosen), panel)
        assert isinstance(answer, Refusal)
        assert way in answer.reason


def seasonal(n_before: int) -> World:
    """Sales that a season lifts and a December lifts again, and a program that does nothing."""
    firm = Firm(n_teams=15, season=0.2, december=0.3, growth=0.0, shock=0.0, tenure=0.0)
    return World(firm, Program(lift=0.0), Rollout("before_after", n_before=n_before))


def test_the_season_is_no_effect_where_the_baseline_holds_the_same_months() -> None:
    """An effect of nothing reads as nothing; over whole windows the same months read as a change."""
    lifts, held = [], 0
    for seed in range(40):
        firm = invent(seasonal(18), seed)
        (effect,) = estimate(firm.study, firm.panel)
        assert isinstance(effect, Effect)
        lifts.append(float(effect.lift(effect.estimate)))
        low, high = effect.lift_interval()
        held += low <= 0 <= high
        assert "each month against the same one a year before" in effect.label
        found = {c.name: c for c in check_design(firm.study, firm.panel, effect)}["time of year"]
        assert found.verdict is Verdict.PASS
    assert abs(np.mean(lifts)) < 0.01
    assert held >= 35  # of 40, where 38 are to be expected


def test_whole_windows_are_compared_and_the_check_fails_where_months_are_lacking() -> None:
    firm = invent(seasonal(10), 1)
    (effect,) = estimate(firm.study, firm.panel)
    assert isinstance(effect, Effect)
    assert "a year before" not in effect.label
    found = {c.name: c for c in check_design(firm.study, firm.panel, effect)}["time of year"]
    assert (found.verdict, found.costs) == (Verdict.FAIL, 1)
    assert "January and February" in found.text


def weekly(n_before: int) -> Panel:
    values = np.random.default_rng(3).normal(20, 1, size=(30, n_before + 10))
    panel = make_panel(values, n_before, in_program=np.ones(30, dtype=bool))
    weeks = np.datetime64("2025-01-06") + 7 * np.arange(values.shape[1])
    return replace(panel, periods=weeks, launch=np.full(30, n_before))


def test_weeks_are_held_against_the_week_a_year_before() -> None:
    study = make_study("before_after", period="week")
    panel = weekly(56)
    (effect,) = estimate(study, panel)
    assert isinstance(effect, Effect)
    change = panel.values[:, 56:].mean(axis=1) - panel.values[:, 4:14].mean(axis=1)
    assert effect.estimate == pytest.approx(change.mean())
    assert effect.std_error == pytest.approx(change.std(ddof=1) / np.sqrt(30))
    short = weekly(40)
    assert "a year before" not in getattr(estimate(study, short)[0], "label", "")


def test_a_month_seen_on_one_side_only_counts_on_neither() -> None:
    """Twelve months before and two after: a unit that missed last January is judged by its Februaries."""
    rng = np.random.default_rng(4)
    season = 10.0 * np.arange(14)
    values = 50 + season + rng.normal(size=(20, 14)) * 0.01
    values[:, 12:] = 50 + season[:2] + 3.0 + rng.normal(size=(20, 2)) * 0.01
    values[0, 0] = np.nan
    panel = make_panel(values, 12, in_program=np.ones(20, dtype=bool))
    months = (np.datetime64("2024-01") + np.arange(14)).astype("M8[D]")
    panel = replace(panel, periods=months, launch=np.full(20, 12))
    (effect,) = estimate(make_study("before_after"), panel)
    assert isinstance(effect, Effect)
    assert effect.estimate == pytest.approx(3.0, abs=0.02)
    assert effect.n_observations == 19 * 4 + 2
