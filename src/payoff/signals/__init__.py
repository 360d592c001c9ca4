"""Rater agreement, retention curves, time to an event, the course of a baseline: what behaviour shows."""

from payoff.signals.agreement import cohens_kappa, fleiss_kappa, krippendorff_alpha
from payoff.signals.competing import TimeTo, cumulative_incidence, time_to_event
from payoff.signals.consistency import Consistency, cronbach_alpha
from payoff.signals.forgetting import ForgettingCurve, fit_forgetting, savings
from payoff.signals.intraclass import Intraclass, intraclass_correlations
from payoff.signals.level import (
    compare_season,
    fit_trend,
    lag_one,
    period_course,
    split_spread,
    weighted_level,
)
from payoff.signals.rubric import RubricMean, rubric_mean
from payoff.signals.season import measure_season, seasonal_strength
from payoff.signals.survival import CoxFit, SurvivalCurve, cox_regression, log_rank_p, survival_curve

__all__ = [
    "Consistency",
    "CoxFit",
    "ForgettingCurve",
    "Intraclass",
    "RubricMean",
    "SurvivalCurve",
    "TimeTo",
    "cohens_kappa",
    "compare_season",
    "cox_regression",
    "cronbach_alpha",
    "cumulative_incidence",
    "fit_forgetting",
    "fit_trend",
    "fleiss_kappa",
    "intraclass_correlations",
    "krippendorff_alpha",
    "lag_one",
    "log_rank_p",
    "measure_season",
    "period_course",
    "rubric_mean",
    "savings",
    "seasonal_strength",
    "split_spread",
    "survival_curve",
    "time_to_event",
    "weighted_level",
]
