"""Estimators, checks, power, evidence grade, effect verdict."""

from payoff.causal.check import check_design
from payoff.causal.checks_guardrail import check_guardrails
from payoff.causal.estimate import estimate
from payoff.causal.grade import grade
from payoff.causal.power import smallest_visible_lift
from payoff.causal.verdict import judge_effect

__all__ = ["check_design", "check_guardrails", "estimate", "grade", "judge_effect", "smallest_visible_lift"]
