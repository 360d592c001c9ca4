"""Finance: what an effect is worth, how sure that is, and whether it pays."""

from payoff.finance.break_even import break_even_lift
from payoff.finance.carrying_effect import at_baseline
from payoff.finance.cash_flow import build_cash_flow
from payoff.finance.comparison import Comparison, Contender, Side, compare_programs, find_mismatches
from payoff.finance.converting import (
    Converted,
    LoadedRate,
    adjusted_estimate,
    convert,
    convert_chain,
    loaded_rate,
    ramp_loss,
)
from payoff.finance.cost_picture import (
    amortise,
    cost_per,
    missing_categories,
    picture_costs,
    rank_costs,
)
from payoff.finance.dated_value import internal_rate_dated, net_present_value_dated
from payoff.finance.doubt import global_shares, sobol_shares, two_way, value_of_knowing
from payoff.finance.exchange import Rate, convert_currency
from payoff.finance.formula_unit import check_formula_unit, formula_units
from payoff.finance.internal_rate import internal_rate_by_draw, internal_rate_of_return, internal_rates
from payoff.finance.persistence import decay_factor, term_schedule
from payoff.finance.plausible import check_occupancy, check_total, handling_hours, reject_overlaps
from payoff.finance.rare_events import ExpectedLoss, expected_loss_avoided, rate_interval
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
from payoff.finance.rollout import (
    Forecast,
    Growth,
    RolloutStep,
    StageAsk,
    largest_paying_size,
    rollout_steps,
    stage_gate_ask,
    utility_forecast,
)
from payoff.finance.time_off_work import SeatTime, seat_time
from payoff.finance.valuation import value
from payoff.finance.verdict import judge_money
from payoff.finance.views import list_views
from payoff.finance.worksheet import (
    ROI_LABELS,
    ROI_LINES,
    Worksheet,
    roi_worksheet,
    work_out,
    worksheet_csv,
    worksheet_markdown,
    worksheet_rows,
)
from payoff.nouns.doubt import Doubt, GlobalShare, Grid, KnowingFirst

__all__ = [
    "ROI_LABELS",
    "ROI_LINES",
    "Comparison",
    "Contender",
    "Converted",
    "Doubt",
    "ExpectedLoss",
    "Forecast",
    "GlobalShare",
    "Grid",
    "Growth",
    "KnowingFirst",
    "LoadedRate",
    "Rate",
    "RolloutStep",
    "SeatTime",
    "Side",
    "StageAsk",
    "Worksheet",
    "adjusted_estimate",
    "amortise",
    "at_baseline",
    "benefit_cost_ratio",
    "break_even_lift",
    "build_cash_flow",
    "check_formula_unit",
    "check_occupancy",
    "check_total",
    "compare_programs",
    "convert",
    "convert_chain",
    "convert_currency",
    "cost_per",
    "decay_factor",
    "discounted_payback_months",
    "equivalent_annual_value",
    "expected_loss_avoided",
    "find_mismatches",
    "formula_units",
    "global_shares",
    "handling_hours",
    "internal_rate_by_draw",
    "internal_rate_dated",
    "internal_rate_of_return",
    "internal_rates",
    "judge_money",
    "largest_paying_size",
    "list_views",
    "loaded_rate",
    "missing_categories",
    "modified_internal_rate",
    "net_benefit",
    "net_present_value",
    "net_present_value_dated",
    "payback_months",
    "picture_costs",
    "ramp_loss",
    "rank_costs",
    "rate_interval",
    "reject_overlaps",
    "return_on_investment",
    "return_on_investment_pv",
    "roi_worksheet",
    "rollout_steps",
    "seat_time",
    "sobol_shares",
    "stage_gate_ask",
    "term_schedule",
    "two_way",
    "utility_forecast",
    "value",
    "value_of_knowing",
    "work_out",
    "worksheet_csv",
    "worksheet_markdown",
    "worksheet_rows",
]
