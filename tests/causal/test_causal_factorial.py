"""Factors drawn independently: main effects, pairs, and what is averaged over what."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study
from numpy.typing import NDArray

from payoff.causal import estimate
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Column, Study, Term

FACTORS = ("content", "timing", "cadence")


def factor_study(method: str = "difference_in_means", factors: tuple[str, ...] = FACTORS) -> Study:
    return make_study(
        "rct",
        terms=[Term(name, 0, None) for name in factors],
        method=method,
        second=None,
        factors=tuple(Column(name, name) for name in factors),
    )


def factor_panel(given: NDArray[np.bool_], follow_up: NDArray[np.float64], seed: int = 0) -> Panel:
    rng = np.random.default_rng(seed)
    level = 20 + 2 * rng.normal(size=(len(given), 1))
    values = np.concatenate([level + rng.normal(size=(len(given), 2)), level + follow_up[:, None]], axis=1)
    return replace(make_panel(values, 2, in_program=given.any(axis=1)), factors=given)


@pytest.mark.parametrize("method", ["difference_in_means", "cuped", "covariate_adjusted"])
def test_two_by_two_by_two_recovers_seeded_effects(method: str) -> None:
    """EXP-10: content, timing and cadence, two of them better together."""
    rng = np.random.default_rng(1)
    given = rng.random((4000, 3)) < 0.5
    half = given - 0.5
    truth = {"content": 1.0, "timing": 0.0, "cadence": -0.5, "content × timing": 0.8}
    noise = rng.normal(size=4000)
    follow_up = half @ [1.0, 0.0, -0.5] + 0.8 * half[:, 0] * half[:, 1] + noise
    verdict, every = estimate(factor_study(method), factor_panel(given, follow_up))[:2]
    assert isinstance(verdict, Effect)
    assert isinstance(every, Effect)
    assert verdict.terms == ("content",)
    assert every.terms == (*FACTORS, "content × timing", "content × cadence", "timing × cadence")
    for name, found, error in zip(every.terms, every.estimates, every.std_errors, strict=True):
        assert found == pytest.approx(truth.get(name, 0.0), abs=3.5 * error), name
    assert every.std_errors[0] < 0.15


def test_main_effects_and_pair_are_those_of_the_cell_means() -> None:
    """EXP-11: a coach's prompt as a factor, beside content."""
    given = np.array([[a, b] for a in (False, True) for b in (False, True) for _ in range(5)])
    rng = np.random.default_rng(2)
    panel = factor_panel(given, rng.normal(size=20))
    every = estimate(factor_study(factors=("content", "coach prompt")), panel)[1]
    assert isinstance(every, Effect)
    means = panel.values[:, 2:].mean(axis=1).reshape(2, 2, 5).mean(axis=2)
    content = (means[1] - means[0]).mean()
    prompt = (means[:, 1] - means[:, 0]).mean()
    pair = (means[1, 1] - means[0, 1]) - (means[1, 0] - means[0, 0])
    np.testing.assert_allclose(every.estimates, [content, prompt, pair])
    assert every.baseline == pytest.approx(means[0, 0])


def test_a_factor_nearly_everyone_got_or_factors_always_together_are_refused() -> None:
    rng = np.random.default_rng(3)
    given = rng.random((40, 3)) < 0.5
    given[:, 1] = np.arange(40) > 1
    answer = estimate(factor_study(), factor_panel(given, rng.normal(size=40)))[0]
    assert isinstance(answer, Refusal)
    assert "Only 2 reps without timing" in answer.reason
    given[:, 1] = given[:, 0]
    tied = estimate(factor_study(), factor_panel(given, rng.normal(size=40)))[0]
    assert isinstance(tied, Refusal)
    assert "cannot be told apart" in tied.reason
    unknown = estimate(factor_study(), replace(factor_panel(given, rng.normal(size=40)), factors=None))[0]
    assert isinstance(unknown, Refusal)
