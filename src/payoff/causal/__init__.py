"""Estimators, checks, power, evidence grade, effect verdict."""
