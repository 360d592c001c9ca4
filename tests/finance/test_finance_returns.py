"""Each cash-flow quantity against a hand-worked case and its identities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import ArrayLike

from payoff.finance import (
    benefit_cost_ratio,
    net_benefit,
    net_present_value,
    payback_months,
    return_on_investment,
    return_on_investment_pv,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.refusal import Refusal


def flow(benefits: ArrayLike, costs: ArrayLike, first: int = 0) -> CashFlow:
    gained, spent = np.atleast_2d(np.asarray(benefits, float)), np.atleast_2d(np.asarray(costs, float))
    months = np.arange(first, first + gained.shape[1])
    return CashFlow(months, gained, spent, "USD", "2026 prices", int(months[-1]))


def known(found: Floats | Refusal) -> list[float]:
    assert not isinstance(found, Refusal), found
    return [float(x) for x in found]


def test_hand_worked_flow() -> None:  # FIN-08
    year = flow([0, 60, 60], [100, 0, 10])
    assert net_benefit(year).tolist() == [10]
    assert known(benefit_cost_ratio(year)) == [pytest.approx(120 / 110)]
    assert known(return_on_investment(year)) == [pytest.approx(10 / 110)]


def test_month_0_is_not_discounted_and_month_12_by_one_year() -> None:  # FIN-26
    year = flow([0] * 12 + [110.0], [100.0] + [0] * 12)
    assert net_present_value(year, 0.10).tolist() == [pytest.approx(0.0, abs=1e-12)]
    assert known(return_on_investment_pv(year, 0.10)) == [pytest.approx(0.0, abs=1e-12)]
    assert net_present_value(year, 0.21).tolist() == [pytest.approx(110 / 1.21 - 100)]


def test_costs_before_launch_compound_forward() -> None:  # FIN-26
    early = flow([0] * 13, [100.0] + [0] * 12, first=-12)
    assert net_present_value(early, 0.10).tolist() == [pytest.approx(-110)]


def test_half_a_year_is_the_square_root_of_the_yearly_factor() -> None:
    half = flow([0] * 6 + [1.0], [0.0] * 7)
    assert net_present_value(half, 0.44).tolist() == [pytest.approx(1 / 1.2)]


def test_one_rate_per_draw() -> None:
    two = flow([[0] * 12 + [110.0]] * 2, [[100.0] + [0] * 12] * 2)
    assert net_present_value(two, np.array([0.0, 0.10])) == pytest.approx([10, 0])


def test_payback_is_interpolated_within_the_month() -> None:  # FIN-26
    assert known(payback_months(flow([0, 100_000], [50_000, 0]))) == [0.5]
    assert known(payback_months(flow([0] + [3_840] * 12, [40_000] + [0] * 12))) == [
        pytest.approx(40_000 / 3_840)
    ]


def test_payback_waits_until_the_balance_is_up_for_good() -> None:
    # up after month 1 (balance 20), down in month 2 (−30), up for good half-way through month 3
    assert known(payback_months(flow([0, 120, 0, 60], [100, 0, 50, 0]))) == [2.5]


def test_payback_never_and_at_once() -> None:
    assert known(payback_months(flow([0, 10], [100, 0]))) == [np.inf]
    assert known(payback_months(flow([0, 10, 10], [0, 5, 5]))) == [0.0]


def test_payback_exactly_at_the_end_is_payback() -> None:
    # a third of a third: sums that are not exact in binary must not read as "never"
    assert known(payback_months(flow([0, 0.1, 0.1, 0.1], [0.3, 0, 0, 0]))) == [pytest.approx(3.0)]


def test_payback_counts_the_money_before_launch() -> None:
    assert known(payback_months(flow([0, 0, 0, 40, 40], [60, 0, 0, 0, 0], first=-2))) == [1.5]


@pytest.mark.parametrize(
    "quantity",
    [
        payback_months,
        return_on_investment,
        benefit_cost_ratio,
        lambda f: return_on_investment_pv(f, 0.1),
    ],
)
def test_no_cost_no_ratio(quantity: object) -> None:  # FIN-08
    assert callable(quantity)
    refused = quantity(flow([0, 10], [0, 0]))
    assert isinstance(refused, Refusal)
    assert "cost" in refused.reason


money = st.floats(0, 1e9, allow_nan=False, allow_subnormal=False)


@st.composite
def flows(draw: st.DrawFn) -> CashFlow:
    shape = (draw(st.integers(1, 4)), draw(st.integers(1, 30)))
    first = draw(st.integers(-6, 0))
    costs = draw(arrays(np.float64, shape, elements=money))
    costs[:, 0] += 1.0
    return flow(draw(arrays(np.float64, shape, elements=money)), costs, first)


@given(flows())
@settings(max_examples=60, deadline=None)
def test_roi_is_bcr_minus_one_to_the_last_bit(any_flow: CashFlow) -> None:  # FIN-13
    assert known(return_on_investment(any_flow)) == [x - 1 for x in known(benefit_cost_ratio(any_flow))]


@given(flows())
@settings(max_examples=60, deadline=None)
def test_npv_at_rate_zero_is_the_plain_sum(any_flow: CashFlow) -> None:
    assert net_present_value(any_flow, 0.0) == pytest.approx(net_benefit(any_flow), rel=1e-12, abs=1e-3)


@given(flows())
@settings(max_examples=60, deadline=None)
def test_payback_agrees_with_a_walk_through_the_balance(any_flow: CashFlow) -> None:
    """The walk: fine steps through each month; after payback the balance is never below zero again."""
    found = payback_months(any_flow)
    assert not isinstance(found, Refusal)
    net = any_flow.benefits - any_flow.costs
    for row, when in enumerate(found):
        balance = np.cumsum(net[row])
        slack = 1e-9 * any_flow.costs[row].sum()
        if np.isinf(when):
            assert balance[-1] < -slack
        else:
            assert (balance[any_flow.months >= np.ceil(when)] >= -slack).all()
            at_months = any_flow.months.astype(float)
            if when > 0:
                assert abs(np.interp(when, at_months, balance)) <= 1e-6 * any_flow.costs[row].sum() + slack
