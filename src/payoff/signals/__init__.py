"""Rater agreement, retention curves, time to an event: what behaviour and memory show."""

from payoff.signals.agreement import cohens_kappa, fleiss_kappa, krippendorff_alpha
from payoff.signals.consistency import Consistency, cronbach_alpha
from payoff.signals.forgetting import ForgettingCurve, fit_forgetting, savings
from payoff.signals.intraclass import Intraclass, intraclass_correlations
from payoff.signals.survival import CoxFit, SurvivalCurve, cox_regression, log_rank_p, survival_curve

__all__ = [
    "Consistency",
    "CoxFit",
    "ForgettingCurve",
    "Intraclass",
    "SurvivalCurve",
    "cohens_kappa",
    "cox_regression",
    "cronbach_alpha",
    "fit_forgetting",
    "fleiss_kappa",
    "intraclass_correlations",
    "krippendorff_alpha",
    "log_rank_p",
    "savings",
    "survival_curve",
]
