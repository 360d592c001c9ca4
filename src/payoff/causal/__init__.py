"""Estimators, checks, power, evidence grade, effect verdict."""

from payoff.causal.estimate import estimate

__all__ = ["estimate"]
