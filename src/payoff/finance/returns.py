"""Dated money in, return figures out.

Question  What came back for what was spent, and when?
Money     One currency, constant prices; costs are positive and subtracted once, here.
Time      Month 0 is launch and is not discounted; month m is worth (1 + rate) ** (-m / 12), so money
          before launch (m < 0) compounds forward. Rates are annual and effective.
Identity  roi = bcr − 1 to the last bit; at rate 0 the present value is the plain sum.
Refuses   A ratio to a cost that is zero or negative.
Proof     tests/finance/test_finance_returns.py, tests/reference/test_reference_money.py.
"""

from dataclasses import replace

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.refusal import Refusal

NO_COST = "the program cost is zero or negative in at least one case, so a return on it means nothing"
NOTHING_TO_EARN = "the program cost is zero or negative in at least one case: there is nothing to earn back"

# Rounding of sums leaves a balance of about 1e-16 of the money moved; below this share it is zero.
_BALANCE_TOLERANCE = 1e-9


def net_benefit(flow: CashFlow) -> Floats:
    """Benefits − costs over the whole flow, undiscounted, (n_draws,), in flow.currency."""
    return benefit_total(flow) - cost_total(flow)


def benefit_cost_ratio(flow: CashFlow) -> Floats | Refusal:
    """Benefits ÷ costs, undiscounted, (n_draws,). Refused where costs are not positive."""
    return ratio_of(benefit_total(flow), cost_total(flow), "benefit-cost ratio")


def return_on_investment(flow: CashFlow) -> Floats | Refusal:
    """(Benefits − costs) ÷ costs, undiscounted, (n_draws,); 0.2 means 20 %.

    Computed as the benefit-cost ratio minus one, so that the two can never disagree.
    """
    return roi_of(benefit_total(flow), cost_total(flow))


def return_on_investment_pv(flow: CashFlow, rate_annual: Floats | float) -> Floats | Refusal:
    """Return on investment on present values, (n_draws,). rate_annual: one rate, or one per draw."""
    benefits, costs = present_values(flow, rate_annual)
    return roi_of(benefits, costs, "return on investment at present value")


def net_present_value(flow: CashFlow, rate_annual: Floats | float) -> Floats:
    """Net present value at month 0, (n_draws,), in flow.currency. rate_annual > −1."""
    benefits, costs = present_values(flow, rate_annual)
    return benefits - costs


def present_values(flow: CashFlow, rate_annual: Floats | float) -> tuple[Floats, Floats]:
    """Present value of benefits and of costs at month 0, (n_draws,) each, in flow.currency."""
    factors = _discount_factors(flow.months.astype(np.float64), rate_annual)
    return (flow.benefits * factors).sum(axis=1), (flow.costs * factors).sum(axis=1)


def _discount_factors(months: Floats, rate_annual: Floats | float) -> Floats:
    """(1 + rate) ** (−month / 12): (n_months,) for one rate, (n_draws, n_months) for one per draw."""
    growth = 1.0 + np.asarray(rate_annual, dtype=np.float64)
    factors: Floats = growth[..., np.newaxis] ** (-months / 12)
    return factors


def payback_months(flow: CashFlow) -> Floats | Refusal:
    """Months from launch after which cumulative net money stays at or above zero, (n_draws,).

    The money of month m ≥ 1 arrives evenly between m − 1 and m, so the crossing is interpolated
    within its month; money dated 0 or earlier moves at its date. A flow that dips below zero again
    has not paid back until it is up for good. inf: still below zero at the end of the flow.
    0: never below zero. Refused where costs are not positive: nothing was paid.
    """
    costs = cost_total(flow)
    if (costs <= 0).any():
        return Refusal("payback", NO_COST)
    net = flow.benefits - flow.costs
    balance = np.cumsum(net, axis=1)
    below = balance < -_BALANCE_TOLERANCE * costs[:, np.newaxis]
    n_months = flow.months.size
    last_below = n_months - 1 - np.argmax(below[:, ::-1], axis=1)
    crossing = np.minimum(last_below + 1, n_months - 1)
    rows = np.arange(net.shape[0])
    gap = np.maximum(-balance[rows, last_below], 0.0)
    gain = np.maximum(net[rows, crossing], gap)
    share = np.divide(gap, gain, out=np.ones_like(gap), where=gain > 0)
    when = np.maximum(flow.months[crossing] - 1 + share, 0.0)
    when = np.where(below[:, -1], np.inf, when)
    result: Floats = np.where(below.any(axis=1), when, 0.0)
    return result


def discounted_payback_months(flow: CashFlow, rate_annual: Floats | float) -> Floats | Refusal:
    """Payback on present values, (n_draws,): months until the money is back with its interest."""
    factors = _discount_factors(flow.months.astype(np.float64), rate_annual)
    present = replace(flow, benefits=flow.benefits * factors, costs=flow.costs * factors)
    return payback_months(present)


def modified_internal_rate(
    flow: CashFlow, finance_rate: Floats | float, reinvest_rate: Floats | float
) -> Floats | Refusal:
    """MIRR, annual effective, (n_draws,): outlays carry one rate, receipts earn another, one answer.

    Over the months from the first to the last that moves money; receipts of a losing flow can be none,
    which is a rate of −100 %. Refused where no month has more cost than benefit: nothing was invested.
    """
    net, months = flow.benefits - flow.costs, flow.months.astype(np.float64)
    moved = np.flatnonzero((net != 0).any(axis=0))
    start, end = (months[moved[0]], months[moved[-1]]) if moved.size else (0.0, 0.0)
    paid = -(np.minimum(net, 0) * _discount_factors(months - start, finance_rate)).sum(axis=1)
    if end <= start or (paid <= 0).any():
        return Refusal("modified internal rate of return", "no month costs more than it brings")
    received = (np.maximum(net, 0) * _discount_factors(months - end, reinvest_rate)).sum(axis=1)
    rate: Floats = (received / paid) ** (12 / (end - start)) - 1.0
    return rate


def equivalent_annual_value(npv: Floats, rate_annual: Floats | float, horizon_months: int) -> Floats:
    """The even yearly amount over the horizon that is worth `npv`, (n_draws,)."""
    years = horizon_months / 12
    rate = np.asarray(rate_annual, dtype=np.float64)
    safe = np.where(rate == 0, 1.0, rate)
    share = np.where(rate == 0, 1.0 / years, safe / -np.expm1(-years * np.log1p(safe)))
    return npv * share


def benefit_total(flow: CashFlow) -> Floats:
    """Undiscounted benefits, (n_draws,), in flow.currency."""
    total: Floats = flow.benefits.sum(axis=1)
    return total


def cost_total(flow: CashFlow) -> Floats:
    """Undiscounted costs, (n_draws,), in flow.currency."""
    total: Floats = flow.costs.sum(axis=1)
    return total


def ratio_of(benefits: Floats, costs: Floats, method: str) -> Floats | Refusal:
    """benefits ÷ costs, (n_draws,); a Refusal of `method` where any cost is not positive."""
    if (costs <= 0).any():
        return Refusal(method, NO_COST)
    return benefits / costs


def roi_of(benefits: Floats, costs: Floats, method: str = "return on investment") -> Floats | Refusal:
    """benefits ÷ costs − 1, (n_draws,); a Refusal of `method` where any cost is not positive."""
    ratio = ratio_of(benefits, costs, method)
    return ratio if isinstance(ratio, Refusal) else ratio - 1.0
