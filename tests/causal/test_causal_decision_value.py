"""What knowing is worth, by brute force; and decisions that keep the promise they state."""

import math

import numpy as np
import pytest

from payoff.causal.decision_value import (
    Bet,
    PilotValue,
    ScaleDecision,
    decide_scale,
    rank_pilots,
    value_pilot,
)
from payoff.nouns.refusal import Refusal

BET = Bet("drills", 0.02, 0.10, worth=1_000_000, cost=55_000)
SPREAD = (0.10 - 0.02) / (2 * 1.2815515655446004)


def valued(bet: Bet = BET, std_error: float = 0.03, cost: float = 0.0) -> PilotValue:
    answer = value_pilot(bet, std_error, cost)
    assert isinstance(answer, PilotValue)
    return answer


def test_the_value_of_a_pilot_by_brute_force() -> None:
    rng = np.random.default_rng(1)
    lift = rng.normal(0.06, SPREAD, 400_000)
    estimate = lift + rng.normal(0, 0.03, lift.size)
    weight = SPREAD**2 / (SPREAD**2 + 0.03**2)
    believed = 0.06 + weight * (estimate - 0.06)
    net = BET.worth * lift - BET.cost
    now = max(net.mean(), 0)
    found = valued()
    assert found.pilot == pytest.approx(
        np.where(BET.worth * believed > BET.cost, net, 0).mean() - now, abs=150
    )
    assert found.perfect == pytest.approx(np.maximum(net, 0).mean() - now, abs=150)
    assert found.chance_wrong == pytest.approx(np.mean(net < 0), abs=0.005)


def test_a_pilot_is_worth_at_most_perfect_knowledge_and_more_when_it_sees_more() -> None:
    values = [valued(std_error=e).pilot for e in (0.001, 0.01, 0.05, 0.5)]
    assert values == sorted(values, reverse=True)
    assert values[0] <= valued().perfect
    assert valued(std_error=1e-9).pilot == pytest.approx(valued().perfect)


def test_candidates_are_ranked_by_what_their_answer_changes() -> None:  # EXP-07
    sure = valued(Bet("sure thing", 0.2, 0.3, 1_000_000, 10_000), cost=5_000)
    close = valued(Bet("close call", 0.02, 0.10, 1_000_000, 60_000), cost=5_000)
    small = valued(Bet("small", 0.02, 0.10, 50_000, 3_000), cost=5_000)
    assert [v.name for v in rank_pilots([small, sure, close])] == ["close call", "small", "sure thing"]
    assert sure.scale_now
    assert sure.pilot == pytest.approx(0, abs=1)
    assert small.net < 0


def test_decisions_are_right_as_often_as_they_say() -> None:  # EXP-21
    rng = np.random.default_rng(2)
    right, stated = [], []
    for _ in range(4_000):
        lift = rng.normal(0.06, SPREAD)
        choice = decide_scale(BET, lift + rng.normal(0, 0.03), 0.03)
        assert isinstance(choice, ScaleDecision)
        right.append(choice.scale == (BET.worth * lift > BET.cost))
        stated.append(choice.chance_right)
    assert np.mean(right) == pytest.approx(np.mean(stated), abs=0.02)
    assert np.mean(right) >= np.mean(stated) - 0.02


@pytest.mark.parametrize(
    "bet",
    [Bet("x", 0.1, 0.1, 1.0, 0.0), Bet("x", 0.0, 0.1, 0.0, 0.0), Bet("x", math.nan, 0.1, 1.0, 0.0)],
)
def test_nothing_in_doubt_or_no_number_is_refused(bet: Bet) -> None:
    assert isinstance(value_pilot(bet, 0.03), Refusal)
    assert isinstance(value_pilot(BET, 0.0), Refusal)
    assert isinstance(decide_scale(BET, math.nan, 0.03), Refusal)
