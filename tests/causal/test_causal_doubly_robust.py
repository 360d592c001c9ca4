"""Doubly robust: right when one model is wrong, covers with few, refuses where nobody is alike."""

from typing import Literal

import numpy as np
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal import estimate
from payoff.causal.doubly_robust import answer
from payoff.causal.doubly_robust_fit import fit_improved, tilt_odds
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

Wrong = Literal["none", "odds", "regression"]
STUDY = make_study(method="doubly_robust", second=None)


def world(generator: np.random.Generator, n: int, wrong: Wrong = "none", effect: float = 1.0) -> Panel:
    """One covariate sorts units and moves their change; one of the two models may miss its square."""
    x = generator.normal(size=(n, 2))
    index = x[:, 0] ** 2 - 1 if wrong == "odds" else x[:, 0]
    program = generator.random(n) < 1 / (1 + np.exp(0.2 - 0.6 * index))
    moved = x[:, 0] ** 2 if wrong == "regression" else x[:, 0]
    before = 20 + generator.normal(size=n)
    after = before + 0.8 * moved + generator.normal(size=n) + effect * program
    return make_panel(np.column_stack([before, after]), 1, launch=np.where(program, 1, -1), covariates=x)


def reason(study: Study, panel: Panel) -> str:
    refusal = estimate(study, panel)[0]
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


@pytest.mark.parametrize("wrong", ["none", "odds", "regression"])
def test_one_right_model_is_enough_and_intervals_cover(wrong: Wrong) -> None:
    """CAU-06."""
    generator, effects = np.random.default_rng(1), []
    for _ in range(150):
        (effect, *_) = answer(STUDY, world(generator, 150, wrong), "locked")
        assert isinstance(effect, Effect)
        effects.append(effect)
    error = np.array([e.estimate - 1.0 for e in effects])
    assert abs(error.mean()) < 0.06
    covered = np.mean([e.interval[0] <= 1.0 <= e.interval[1] for e in effects])
    assert covered >= 0.90


def test_groups_that_differ_mislead_a_plain_difference_and_not_this() -> None:
    panel = world(np.random.default_rng(2), 2_000)
    plain = estimate(make_study(second=None), panel)[0]
    robust = estimate(STUDY, panel)[0]
    assert isinstance(plain, Effect)
    assert isinstance(robust, Effect)
    assert plain.interval[0] > 1.2
    assert robust.interval[0] < 1.0 < robust.interval[1]


def test_odds_balance_every_column_exactly() -> None:
    generator = np.random.default_rng(3)
    x = np.column_stack([np.ones(300), generator.normal(size=(300, 3)) * [1.0, 1e4, 1e-3]])
    treated = generator.random(300) < 0.3
    weight: Floats = generator.uniform(0.5, 2.0, 300)
    odds = tilt_odds(treated, weight, x)
    assert odds is not None
    np.testing.assert_allclose((weight * odds) @ x, (weight * treated) @ x, rtol=1e-6)
    fit = fit_improved(x @ np.array([1.0, 2.0, 1e-4, 5.0]) + treated, treated, weight, x)
    assert fit is not None
    assert fit.effect == pytest.approx(1.0, abs=1e-8)


def test_several_terms_have_their_covariance() -> None:
    generator = np.random.default_rng(4)
    one = world(generator, 200)
    values = np.column_stack([one.values, one.values[:, 1] + generator.normal(size=200)])
    panel = make_panel(values, 1, launch=one.launch, covariates=one.covariates)
    plan = make_study(method="doubly_robust", second=None, terms=(Term("now", 0, 0), Term("next", 1, 1)))
    effect = estimate(plan, panel)[0]
    assert isinstance(effect, Effect)
    assert effect.covariance[0, 1] > 0.3 * effect.covariance[0, 0]


def test_what_it_cannot_answer_is_refused() -> None:
    """EXP-03."""
    panel = world(np.random.default_rng(5), 100)
    bare = make_panel(panel.values, 1, launch=panel.launch)
    assert "No covariates are declared" in reason(STUDY, bare)
    apart = make_panel(
        panel.values, 1, launch=panel.launch, covariates=np.where(panel.launch >= 0, 10.0, 0.0)[:, None]
    )
    assert "hardly overlap" in reason(STUDY, apart)
    assert panel.covariates is not None
    lost = np.where(np.arange(100)[:, None] < 40, np.nan, panel.covariates)
    assert "have no value of a covariate" in reason(
        STUDY, make_panel(panel.values, 1, launch=panel.launch, covariates=lost)
    )
    wide = np.random.default_rng(6).normal(size=(100, 60))
    assert "covariates" in reason(STUDY, make_panel(panel.values, 1, launch=panel.launch, covariates=wide))
    three = np.column_stack([panel.values, panel.values[:, 1]])
    late = np.where((panel.launch >= 0) & (np.arange(100) % 2 == 0), 2, panel.launch)
    assert "launched at 2 dates" in reason(
        STUDY, make_panel(three, 1, launch=late, covariates=panel.covariates)
    )
