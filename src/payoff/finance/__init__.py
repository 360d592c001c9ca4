"""Finance: what an effect is worth, how sure that is, and whether it pays."""

from payoff.finance.break_even import break_even_lift
from payoff.finance.carrying_effect import at_baseline
from payoff.finance.cash_flow import build_cash_flow
from payoff.finance.dated_value import internal_rate_dated, net_present_value_dated
from payoff.finance.formula_unit import check_formula_unit, formula_units
from payoff.finance.internal_rate import internal_rate_by_draw, internal_rate_of_return, internal_rates
from payoff.finance.persistence import decay_factor, term_schedule
from payoff.finance.returns import (
    benefit_cost_ratio,
    discounted_payback_months,
    equivalent_annual_value,
    modified_internal_rate,
    net_benefit,
    net_present_value,
    payback_months,
    return_on_investment,
    return_on_investment_pv,
)
from payoff.finance.valuation import value
from payoff.finance.verdict import judge_money

__all__ = [
    "at_baseline",
    "benefit_cost_ratio",
    "break_even_lift",
    "build_cash_flow",
    "check_formula_unit",
    "decay_factor",
    "discounted_payback_months",
    "equivalent_annual_value",
    "formula_units",
    "internal_rate_by_draw",
    "internal_rate_dated",
    "internal_rate_of_return",
    "internal_rates",
    "judge_money",
    "modified_internal_rate",
    "net_benefit",
    "net_present_value",
    "net_present_value_dated",
    "payback_months",
    "return_on_investment",
    "return_on_investment_pv",
    "term_schedule",
    "value",
]
