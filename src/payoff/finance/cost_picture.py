"""What a program costs, whole: every line, which are missing, what is charged when.

Question  What drives the cost, what was left out, and how much of what lasts is not charged yet?
Identity  one-time + recurring = the sum of all lines = the sum over years (total cost of ownership).
Rule      A blank line is not zero: a category without any line is named; a free one is written with 0.
Proof     tests/finance/test_finance_over_time.py (FIN-17 to FIN-24)
"""

import numpy as np

from payoff.finance.money_model import Inputs, MoneyModel, cost_of
from payoff.nouns.arrays import Floats
from payoff.nouns.money_plan import CostRule
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Amortised, CostPicture, CostShare

# The lines of every program; the last four of HIDDEN weigh in long ones.
EVERY_PROGRAM = (
    "development", "curation", "platform", "coaching", "analytics", "learner_time", "manager_time",
    "change_management", "communications", "integration", "implementation",
)  # fmt: skip
HIDDEN = ("travel", "backfill", "displacement", "productivity_lag")


def picture_costs(model: MoneyModel, point: Inputs) -> CostPicture:
    """The cost picture at the mid values."""
    amounts = [(rule, float(cost_of(model, rule, point)[0])) for rule in model.costs]
    once = sum(amount for rule, amount in amounts if rule.kind == "one_time")
    return CostPicture(
        one_time=once,
        run=sum(amount for _, amount in amounts) - once,
        ranked=rank_costs([(rule.item, rule.category, amount) for rule, amount in amounts]),
        by_year=_by_year(amounts, model.horizon),
        amortised=tuple(
            amortise(rule.item, amount, rule.month, rule.useful_life_months, model.horizon)
            for rule, amount in amounts
            if rule.kind == "one_time" and rule.useful_life_months
        ),
        missing=missing_categories(model.costs),
    )


def missing_categories(
    rules: tuple[CostRule, ...], wanted: tuple[str, ...] = EVERY_PROGRAM
) -> tuple[str, ...]:
    """Categories of `wanted` for which no line is written, not even one of 0."""
    stated = {rule.category for rule in rules}
    return tuple(category for category in wanted if category not in stated)


def rank_costs(lines: list[tuple[str, str, float]]) -> tuple[CostShare, ...]:
    """Lines by size with their share and the running share (Pareto); equal lines in the order written."""
    total = sum(amount for _, _, amount in lines)
    ranked, so_far = [], 0.0
    for item, category, amount in sorted(lines, key=lambda line: -line[2]):
        so_far += amount
        share, running = (amount / total, so_far / total) if total else (0.0, 0.0)
        ranked.append(CostShare(item, category, amount, share, running))
    return tuple(ranked)


def amortise(item: str, amount: float, month: int, life_months: int, horizon: int) -> Amortised:
    """Straight line from the month after purchase to the end of the horizon, at most the whole life."""
    rule_months = max(0, min(life_months, horizon - month))
    each = amount / life_months
    months = tuple(range(month + 1, month + 1 + rule_months))
    balance = tuple(amount - each * n for n in range(1, rule_months + 1))
    return Amortised(item, amount, months, (each,) * rule_months, balance)


def cost_per(total: Floats | float, people: float | None, what: str) -> Floats | Refusal:
    """Cost per completion, per competent learner, per anything counted; refused where nobody was counted."""
    if people is None or not people > 0:
        return Refusal(f"cost per {what}", f"number of {what}s missing or zero")
    return np.asarray(total, dtype=np.float64) / people


def _by_year(amounts: list[tuple[CostRule, float]], horizon: int) -> tuple[float, ...]:
    """Year 1 also holds what falls before launch; what falls after the horizon has the year it falls in."""
    lines = [(rule.payments(horizon), amount) for rule, amount in amounts]
    paid = [(month, amount * n / sum(p for _, p in parts)) for parts, amount in lines for month, n in parts]
    years = [0.0] * -(-max(horizon, 1, *(month for month, _ in paid)) // 12)
    for month, amount in paid:
        years[max(0, month - 1) // 12] += amount
    return tuple(years)
