"""Micro-sessions against a long program: mismatches, seat time, crossover, and where the long form wins."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from payoff.finance import Comparison, Contender, SeatTime, compare_programs, seat_time
from payoff.nouns.arrays import Floats
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal

N = 2_000
LINES = {"development": 1.0, "learner_time": 1.0, "travel": 0.0}


def contender(
    name: str, monthly: float, before: float, spread: float = 0.0, seed: int = 1, **more: Any
) -> Contender:
    rng = np.random.default_rng(seed)
    lift = 0.1 + spread * rng.standard_normal(N)
    benefits: Floats = (monthly * lift / 0.1)[:, np.newaxis] * np.ones(12)
    fields: dict[str, Any] = {
        "metric": "deals", "unit": "deal/rep/month", "population": "reps", "horizon_months": 12,
        "currency": "USD", "price_base": "2026", "estimand": "assigned", "people": 20, "grade": 4,
        "cost_lines": LINES,
    }  # fmt: skip
    before_launch = np.full(N, before)
    return Contender(
        name,
        benefits=benefits,
        costs=np.zeros((N, 12)),
        cost_before=before_launch,
        lift=lift,
        **{**fields, **more},
    )


def compared(first: Contender, second: Contender) -> Comparison:
    found = compare_programs(first, second)
    assert isinstance(found, Comparison), found
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"metric": "calls"}, "the outcome differs: deals against calls"),
        ({"horizon_months": 6}, "the horizon differs"),
        ({"population": "managers"}, "the population differs"),
        ({"estimand": "treated"}, "whose effect is meant differs"),
        ({"currency": "EUR"}, "the currency differs"),
        ({"price_base": "2020"}, "the price base differs"),
        ({"cost_lines": {"development": 1.0, "learner_time": 2.0}}, "states no cost for travel"),
        ({"people": 0}, "nobody assigned"),
        ({"lift": np.array([np.nan])}, "no numbers"),
    ],
)
def test_pairs_that_answer_different_questions_are_refused(
    change: dict[str, Any], said: str
) -> None:  # CMP-01
    found = compare_programs(contender("Micro", 900, 5_000), replace(contender("Long", 900, 5_000), **change))
    assert isinstance(found, Refusal)
    assert said in found.reason


def test_draw_by_draw_and_per_person() -> None:
    micro, long = contender("Micro", 2_000, 6_000, 0.05, 1), contender("Long", 2_400, 14_000, 0.05, 2)
    found = compared(micro, long)
    nets = [(c.benefits.sum(axis=1) - c.cost_before) / 20 for c in (micro, long)]
    assert found.share_first == pytest.approx((nets[0] > nets[1]).mean())
    assert found.difference[0] == pytest.approx(np.median(nets[0] - nets[1]))
    times = int(found.share_first * 100)
    assert f"{times} of 100 simulations" in found.statement
    backwards = compared(long, micro)
    assert backwards.share_first == pytest.approx(1 - found.share_first)


def test_under_two_to_one_there_is_no_clear_winner() -> None:
    even = compared(contender("Micro", 2_000, 6_000, 0.05, 1), contender("Long", 2_050, 6_000, 0.05, 2))
    assert even.winner == ""
    assert even.statement.startswith("No clear winner")
    clear = compared(contender("Micro", 2_000, 6_000, 0.01, 1), contender("Long", 2_000, 16_000, 0.01, 2))
    assert clear.winner == "Micro"
    assert clear.statement == "Micro beats Long in 99 of 100 simulations"


def test_the_long_form_wins_where_it_does() -> None:  # CMP-09
    micro = contender("Micro", 1_000, 4_000, first_behaviour_days=9.0, kept_months=3.0)
    long = contender("Long", 3_000, 20_000, first_behaviour_days=40.0, kept_months=9.0)
    long = replace(long, lift=long.lift * 3)
    found = compared(micro, long)
    assert found.winner == "Long"
    assert found.stronger["Long"] == ("larger lift", "more net benefit per person", "the lift lasts longer")
    assert found.stronger["Micro"] == ("lower cost per person", "behaviour seen sooner")  # CMP-04


def test_the_curves_cross_when_the_cheap_start_is_caught_up() -> None:
    found = compared(contender("Micro", 1_000, 4_000), contender("Long", 3_000, 20_000))
    # −4,000 + 1,000 m < −20,000 + 3,000 m from m = 8 on, level at 8
    assert found.crossover_month == 9
    assert compared(contender("A", 2_000, 4_000), contender("B", 1_000, 9_000)).crossover_month == 0
    assert compared(contender("A", 2_000, 4_000), contender("B", 2_000, 4_000)).crossover_month is None


def test_unlike_evidence_is_said() -> None:
    found = compared(contender("Micro", 1_000, 1_000), contender("Long", 900, 1_000, grade=2))
    assert any("4 of 4, Long 2 of 4" in caution for caution in found.cautions)


def test_seat_time_costs_a_seller_more_than_the_wage() -> None:  # CMP-02
    found = seat_time(20, 30, 20, 0, 48, 210)
    assert found.hours == 200
    assert (found.at_wage, found.at_contribution) == (9_600, 42_000)


def test_many_short_sessions_can_cost_more_than_one_long_one() -> None:  # CMP-03
    def hours(switch: float) -> tuple[SeatTime, SeatTime]:
        return seat_time(20, 30, 20, switch, 48, 210), seat_time(20, 1, 360, switch, 48, 210)

    short, long = hours(0)  # 30 × 20 minutes is ten hours, six at once
    assert short.hours > long.hours
    short, long = (seat_time(20, n, minutes, 15, 48, 210) for n, minutes in ((30, 10), (1, 360)))
    assert short.hours_seated < long.hours_seated
    assert short.hours > long.hours
    assert short.hours_switching == 30 * long.hours_switching


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_hours_that_cannot_be_say_so(bad: float) -> None:
    with pytest.raises(PayoffError, match="switch_minutes"):
        seat_time(20, 30, 20, bad, 48, 210)
