"""Scaling: costs never fall, benefits thin out; what to ask for now; forecasts that say they are."""

import math

import pytest

from payoff.finance import (
    Growth,
    StageAsk,
    largest_paying_size,
    rollout_steps,
    stage_gate_ask,
    utility_forecast,
)
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal

SATURATING = Growth(1_000, 300, 20_000, 150, step_size=50, step_cost=4_000)


def test_costs_rise_and_benefits_thin_out() -> None:  # FIN-36
    steps = rollout_steps(SATURATING, [50, 100, 200, 400, 800])
    costs = [step.cost for step in steps]
    assert costs == sorted(costs)
    each = [
        s.marginal_benefit / (b - a)
        for s, a, b in zip(steps, [0, 50, 100, 200, 400], [50, 100, 200, 400, 800], strict=True)
    ]
    assert each == sorted(each, reverse=True)
    assert steps[-1].marginal_roi is not None
    assert steps[-1].marginal_roi < 0
    assert sum(step.marginal_cost for step in steps) == pytest.approx(steps[-1].cost)
    assert steps[1].roi == pytest.approx(steps[1].benefit / steps[1].cost - 1)


def test_the_largest_paying_size_is_the_best_of_all() -> None:
    best = largest_paying_size(SATURATING, 1_000)
    assert isinstance(best, int)
    nets = [s.benefit - s.cost for s in rollout_steps(SATURATING, list(range(1, 1_001)))]
    assert best == nets.index(max(nets)) + 1
    assert isinstance(largest_paying_size(Growth(10, 300, 20_000, 150), 1_000), Refusal)


def test_without_saturation_each_person_brings_the_same() -> None:
    steps = rollout_steps(Growth(1_000, math.inf, 0, 100), [10, 20])
    assert [s.marginal_roi for s in steps] == [pytest.approx(9.0)] * 2
    assert rollout_steps(Growth(1_000, math.inf, 0, 0), [10])[0].roi is None


@pytest.mark.parametrize("sizes", [[], [0, 10], [10, 10], [20, 10]])
def test_sizes_must_rise(sizes: list[int]) -> None:
    with pytest.raises(PayoffError, match="P106"):
        rollout_steps(SATURATING, sizes)


def test_a_stage_is_released_and_the_rest_held() -> None:
    ask = stage_gate_ask(40_000, 200_000, 500_000, 0.6, "the next wave shows 5 % more deals", "USD")
    assert isinstance(ask, StageAsk)
    assert ask.text.startswith(
        "Release USD 40,000 now; hold USD 200,000 until the next wave shows 5 % more deals."
    )
    assert ask.expected_if_shown == pytest.approx(0.6 * 300_000 - 40_000)
    for refused in (
        stage_gate_ask(40_000, 200_000, 150_000, 0.9, "x", "USD"),
        stage_gate_ask(40_000, 200_000, 220_000, 0.1, "x", "USD"),
    ):
        assert isinstance(refused, Refusal)
    with pytest.raises(PayoffError, match="P103"):
        stage_gate_ask(1, 1, 3, 1.4, "x", "USD")


def test_utility_analysis_is_a_forecast_and_says_so() -> None:
    """Inputs of the R package iopsych's examples; its manual prints no result."""
    found = utility_forecast(
        1, 4, 1.1589753806669127 * 0.5, 10_000, 0, variable_cost_share=0.5, tax=0.1, rate_annual=0.02
    )
    assert found.value == pytest.approx(9_929.3936, abs=0.01)
    assert "nothing was measured" in found.label
    assert utility_forecast(1, 4, 0.5, 10_000, 0).value == pytest.approx(20_000)
    assert utility_forecast(10, 2, 0.4, 8_000, 5_000).value == pytest.approx(10 * 2 * 0.4 * 8_000 - 5_000)
    with pytest.raises(PayoffError, match="P605"):
        utility_forecast(1, 4, 0.5, 10_000, 0, rate_annual=-1)
