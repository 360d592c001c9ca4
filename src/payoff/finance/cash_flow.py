"""Benefits and costs laid out on one calendar.

Question  Which money moves in which month?
Time      Months are consecutive and 0 is launch. Benefits fall in months 1..horizon. A one-time cost
          falls in its month (negative: before launch), a run cost evenly in months 1..horizon, and what
          is drawn from the ledger in the months it was booked for.
Identity  Row sums are the benefits' and the cost lines' totals: no money is lost or made here.
"""

import numpy as np

from payoff.finance.money_model import Inputs, MoneyModel, cash_by_month, cost_of
from payoff.nouns.arrays import Floats, frozen
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.study import Study


def build_cash_flow(study: Study, model: MoneyModel, inputs: Inputs) -> CashFlow:
    """The dated cash of every draw. Freed time is not in it."""
    months = model.months
    benefits = np.zeros((inputs.n_draws, months.size))
    benefits[:, (months >= 1) & (months <= model.horizon)] = cash_by_month(model, inputs)
    costs = np.zeros_like(benefits)
    together: dict[tuple[tuple[int, int], ...], Floats] = {}
    for rule in model.costs:
        paid = rule.payments(model.horizon)
        together[paid] = together.get(paid, 0.0) + cost_of(model, rule, inputs)
    for paid, amount in together.items():
        whole = sum(parts for _, parts in paid)
        for month, parts in paid:
            costs[:, month - int(months[0])] += amount * parts / whole
    return CashFlow(
        frozen(months), frozen(benefits), frozen(costs), study.currency, study.price_base, model.horizon
    )
