"""Benefits and costs laid out on one calendar.

Question  Which money moves in which month?
Time      Months are consecutive and 0 is launch. Benefits fall in months 1..horizon. A one-time cost
          falls in its month (negative: before launch), a run cost evenly in months 1..horizon.
Identity  Row sums are the benefits' and the cost lines' totals: no money is lost or made here.
"""

import numpy as np

from payoff.finance.money_model import Inputs, MoneyModel, cash_by_month, cost_of
from payoff.nouns.arrays import frozen
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.study import Study


def build_cash_flow(study: Study, model: MoneyModel, inputs: Inputs) -> CashFlow:
    """The dated cash of every draw. Freed time is not in it."""
    months = model.months
    benefits = np.zeros((inputs.n_draws, months.size))
    benefits[:, (months >= 1) & (months <= model.horizon)] = cash_by_month(model, inputs)
    costs = np.zeros_like(benefits)
    run = np.zeros(inputs.n_draws)
    for rule in model.costs:
        amount = cost_of(model, rule, inputs)
        if rule.kind == "run":
            run += amount
        else:
            costs[:, rule.month - int(months[0])] += amount
    earning = slice(1 - int(months[0]), 1 - int(months[0]) + model.horizon)
    costs[:, earning] += (run / model.horizon)[:, np.newaxis]
    return CashFlow(
        frozen(months), frozen(benefits), frozen(costs), study.currency, study.price_base, model.horizon
    )
