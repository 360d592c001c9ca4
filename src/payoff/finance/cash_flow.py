"""Benefits and costs laid out on one calendar.

Question  Which money moves in which month?
Time      Months are consecutive and 0 is launch. Benefits fall in months 1..horizon. A one-time cost
          falls in its month (negative: before launch), a run cost evenly in months 1..horizon.
Identity  Row sums are the benefits' and the cost lines' totals: no money is lost or made here.
"""

import numpy as np

from payoff.finance.money_model import Inputs, MoneyModel, cash_by_month, cost_of, payment_months
from payoff.nouns.arrays import Floats, frozen
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.study import Study


def build_cash_flow(study: Study, model: MoneyModel, inputs: Inputs) -> CashFlow:
    """The dated cash of every draw. Freed time is not in it."""
    months = model.months
    benefits = np.zeros((inputs.n_draws, months.size))
    benefits[:, (months >= 1) & (months <= model.horizon)] = cash_by_month(model, inputs)
    costs = np.zeros_like(benefits)
    for rule in model.costs:
        spread_cost(costs, cost_of(model, rule, inputs), payment_months(rule, model.horizon), int(months[0]))
    return CashFlow(
        frozen(months), frozen(benefits), frozen(costs), study.currency, study.price_base, model.horizon
    )


def spread_cost(costs: Floats, total: Floats, months: tuple[int, ...], first_month: int) -> None:
    """Add a line's total to `costs` (n_draws, n_months) in equal parts, in place."""
    columns = np.array(months, dtype=np.int64) - first_month
    costs[:, columns] += total[:, np.newaxis] / len(months)
