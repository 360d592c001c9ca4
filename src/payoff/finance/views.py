"""The same money per year and per person: told another way, never another sum.

Question  What is that a year, and for each person in the program?
Identity  per_year × years = total; per_unit × units = total; the first year is its own months, with decay.
Rule      Per person counts everybody assigned: those without outcomes bring nothing and cost in full.
Proof     tests/finance/test_finance_properties.py (FIN-11)
"""

from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.counts import Counts
from payoff.nouns.valuation import View


def list_views(point: CashFlow, counts: Counts, unit: str) -> tuple[View, ...]:
    """Benefit, cost and net of the point, per year and per assigned unit."""
    benefits, costs = point.benefits[0], point.costs[0]
    named = {"benefit": benefits, "cost": costs, "net": benefits - costs}
    return tuple(_view(name, money, point, counts.assigned, unit) for name, money in named.items())


def _view(name: str, money: Floats, flow: CashFlow, units: int, unit: str) -> View:
    total, years = float(money.sum()), flow.horizon_months / 12
    first_year = float(money[flow.months <= 12].sum())
    per_unit = total / units if units else 0.0
    return View(name, total, years, total / years, first_year, units, per_unit, unit)
