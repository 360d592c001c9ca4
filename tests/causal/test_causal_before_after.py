"""Before and after: the paired t test, and never more than that."""

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world
from scipy import stats

from payoff.causal import check_design, estimate, grade
from payoff.nouns.effect import Effect
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
