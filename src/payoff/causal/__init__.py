"""Estimators, checks, power, evidence grade, effect verdict."""

from payoff.causal.check import check_design
from payoff.causal.checks_guardrail import check_guardrails
from payoff.causal.checks_other_outcomes import check_other_outcomes
from payoff.causal.checks_sample_ratio import sample_ratio_p
from payoff.causal.cuped_moments import fit_moments
from payoff.causal.e_value import e_value, e_value_of_difference
from payoff.causal.estimate import estimate
from payoff.causal.exit_rules import decide_exit
from payoff.causal.explore import explore
from payoff.causal.feasible import list_designs
from payoff.causal.grade import grade
from payoff.causal.group_time_average import average_simple
from payoff.causal.group_time_cells import find_cells
from payoff.causal.group_time_effects import plain_effects, regression_effects
from payoff.causal.honest_did import honest_breakdown, honest_intervals
from payoff.causal.leavers import lee_bounds
from payoff.causal.levers import pull_levers
from payoff.causal.moments_stream import RolloutColumns, stream_moments
from payoff.causal.multiple_testing import adjust_p_values
from payoff.causal.power import chance_to_see, chance_to_show, plan_error, smallest_visible_lift
from payoff.causal.randomiser import draw_lot
from payoff.causal.rehearsal import rehearse, rehearse_subgroups
from payoff.causal.schedule import plan_waves
from payoff.causal.sensitivity import benchmark_confounder, fit_sensitivity, robustness_value
from payoff.causal.sequential import (
    anytime_interval,
    anytime_p_value,
    group_sequential_boundaries,
    sequential_boundaries,
)
from payoff.causal.verdict import judge_effect

__all__ = [
    "RolloutColumns",
    "adjust_p_values",
    "anytime_interval",
    "anytime_p_value",
    "average_simple",
    "benchmark_confounder",
    "chance_to_see",
    "chance_to_show",
    "check_design",
    "check_guardrails",
    "check_other_outcomes",
    "decide_exit",
    "draw_lot",
    "e_value",
    "e_value_of_difference",
    "estimate",
    "explore",
    "find_cells",
    "fit_moments",
    "fit_sensitivity",
    "grade",
    "group_sequential_boundaries",
    "honest_breakdown",
    "honest_intervals",
    "judge_effect",
    "lee_bounds",
    "list_designs",
    "plain_effects",
    "plan_error",
    "plan_waves",
    "pull_levers",
    "regression_effects",
    "rehearse",
    "rehearse_subgroups",
    "robustness_value",
    "sample_ratio_p",
    "sequential_boundaries",
    "smallest_visible_lift",
    "stream_moments",
]
