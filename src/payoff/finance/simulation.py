"""Every draw's outcome, computed in chunks so that memory does not grow with the number of draws.

Question  What would benefits, costs and payback be under each draw of the inputs?
Memory    One chunk of dated cash at a time (CHUNK × months); what stays is one number per draw and
          quantity, plus the dated cash of the first chunk for charts.
Proof     tests/finance/test_finance_valuation.py: chunks of any size give the same numbers.
"""

from dataclasses import dataclass

import numpy as np

from payoff.finance.break_even import break_even_by_draw
from payoff.finance.cash_flow import build_cash_flow
from payoff.finance.money_model import Inputs, MoneyModel, cash_by_month
from payoff.finance.returns import benefit_total, cost_total, payback_months, present_values
from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """Arrays are (n_draws,), money in the study's currency, over the horizon.

    pv_benefit, pv_cost: NaN without a discount rate. payback: inf never, NaN where the cost is not
    positive. break_even: inf where no lift pays. kept: the dated cash of the first draws, CHUNK at most.
    """

    benefit: Floats
    freed: Floats
    cost: Floats
    pv_benefit: Floats
    pv_cost: Floats
    payback: Floats
    break_even: Floats
    kept: CashFlow


def simulate(study: Study, model: MoneyModel, inputs: Inputs, chunk: int = CHUNK) -> Outcome:
    """The outcome of every row of `inputs`; one row gives the point."""
    found = np.empty((7, inputs.n_draws))
    kept: CashFlow | None = None
    for start in range(0, inputs.n_draws, chunk):
        part = inputs.rows(start, start + chunk)
        flow = build_cash_flow(study, model, part)
        kept = kept or flow
        found[:, start : start + chunk] = _quantities(model, part, flow)
    assert kept is not None, "a simulation has at least one draw"
    benefit, freed, cost, pv_benefit, pv_cost, payback, break_even = found
    return Outcome(benefit, freed, cost, pv_benefit, pv_cost, payback, break_even, kept)


def _quantities(model: MoneyModel, inputs: Inputs, flow: CashFlow) -> Floats:
    """(7, n_draws), in the order of Outcome's fields."""
    unknown = np.full(inputs.n_draws, np.nan)
    rate = inputs.values.get("discount")
    pv_benefit, pv_cost = (unknown, unknown) if rate is None else present_values(flow, rate)
    payback = payback_months(flow)
    return np.stack(
        [
            benefit_total(flow),
            cash_by_month(model, inputs, cash=False).sum(axis=1),
            cost_total(flow),
            pv_benefit,
            pv_cost,
            unknown if isinstance(payback, Refusal) else payback,
            break_even_by_draw(model, inputs),
        ]
    )
