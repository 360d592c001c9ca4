"""Time to an event that some have not met yet: first behaviour seen, competence, leaving.

Question  When had half of them got there, do two groups differ, and by what factor?
Estimand  Kaplan–Meier survival and its median; log-rank test; Cox log hazard ratios.
Assumes   Who is not followed to the end left for reasons that have nothing to do with the event;
          Cox: hazards in constant proportion.
Refuses   No event, an empty group, times that are negative or missing, a covariate that does not vary.
Cites     Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452; Brookmeyer & Crowley (1982),
          doi:10.2307/2530286; Mantel (1966); Cox (1972); Efron (1977), doi:10.1080/01621459.1977.10480613.
Proof     tests/reference/test_reference_signals.py; lifelines in tests/signals.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri

from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.refusal import Refusal

METHOD = "time to event"


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Kaplan–Meier: at each event time (n_times,) the share still without the event, with 95 % limits.

    median, median_low, median_high: inf where half were never reached.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    median: float
    median_low: float
    median_high: float
    n: int
    n_events: int


@dataclass(frozen=True, slots=True)
class CoxFit:
    """Log hazard ratios (n_covariates,), their errors, and the events they rest on."""

    coefficients: Floats
    std_errors: Floats
    n: int
    n_events: int


def survival_curve(durations: Floats, events: Bools) -> SurvivalCurve | Refusal:
    """Kaplan–Meier of (n,) durations; events: True where the event was seen, else censored then."""
    refusal = _refusal(durations, events)
    if refusal is not None:
        return refusal
    times, died, at_risk = _life_table(durations, events)
    survival = np.cumprod(1 - died / at_risk).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(at_risk > died, died / (at_risk * (at_risk - died)), 0.0))
        # log(−log S): limits that stay between 0 and 1
        error = np.sqrt(greenwood) / np.abs(np.log(survival))
    inside = (survival > 0) & (survival < 1)
    low, high = survival.copy(), survival.copy()
    z = float(ndtri(0.975))
    low[inside] = survival[inside] ** np.exp(z * error[inside])
    high[inside] = survival[inside] ** np.exp(-z * error[inside])
    return SurvivalCurve(
        times=times,
        survival=survival,
        low=low,
        high=high,
        median=_crossing(times, survival),
        median_low=_crossing(times, low),
        median_high=_crossing(times, high),
        n=len(durations),
        n_events=int(np.sum(events)),
    )


def log_rank_p(durations: Floats, events: Bools, group: Ints) -> float | Refusal:
    """p of equal curves in all groups; group (n,) codes."""
    refusal = _refusal(durations, events)
    names = np.unique(group)
    if refusal is not None or len(names) < 2:
        return refusal or Refusal(METHOD, "There is only one group: nothing to compare.")
    times, died, at_risk = _life_table(durations, events)
    members = [group == name for name in names[:-1]]
    late = [np.searchsorted(np.sort(durations[m]), times, side="left") for m in members]
    risk = np.stack([m.sum() - n for m, n in zip(members, late, strict=True)]).astype(np.float64)
    seen = np.stack([_count_at(durations[m & events], times) for m in members])
    share = risk / at_risk
    surplus = (seen - died * share).sum(axis=1)
    scale = died * np.divide(at_risk - died, at_risk - 1, out=np.zeros_like(at_risk), where=at_risk > 1)
    spread = np.diag((scale * share).sum(axis=1)) - (scale * share) @ share.T
    if np.linalg.matrix_rank(spread) < len(members):
        return Refusal(METHOD, "One group was never at risk together with the others.")
    return float(chdtrc(len(members), surplus @ np.linalg.solve(spread, surplus)))


def cox_regression(durations: Floats, events: Bools, covariates: Floats) -> CoxFit | Refusal:
    """Log hazard ratios of (n, k) covariates, Efron ties."""
    refusal = _refusal(durations, events)
    x = np.asarray(covariates, dtype=np.float64)
    if refusal is not None:
        return refusal
    if x.ndim != 2 or not np.isfinite(x).all() or np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        return Refusal(METHOD, "A covariate is missing, never varies, or repeats the others.")
    from statsmodels.duration.hazard_regression import PHReg  # seconds to import: only when asked

    fit = PHReg(durations, x, status=events.astype(np.int64), ties="efron").fit(disp=0)
    errors = np.asarray(fit.bse, dtype=np.float64)
    if not np.isfinite(errors).all() or (np.abs(fit.params) > 20).any():
        return Refusal(METHOD, "A covariate separates those with the event from the rest completely.")
    return CoxFit(np.asarray(fit.params, dtype=np.float64), errors, len(durations), int(np.sum(events)))


def _refusal(durations: Floats, events: Bools) -> Refusal | None:
    if durations.shape != events.shape or durations.size < 2:
        return Refusal(METHOD, "At least two people, each with a time and an outcome, are needed.")
    if not (np.isfinite(durations).all() and (durations >= 0).all()):
        return Refusal(METHOD, "A time is missing or negative.")
    if not events.any():
        return Refusal(METHOD, "Nobody has met the event yet: there is no time to state.")
    return None


def _life_table(durations: Floats, events: Bools) -> tuple[Floats, Floats, Floats]:
    """Event times, events at each, and how many were still at risk just before; (n_times,) each."""
    times = np.unique(durations[events])
    at_risk = len(durations) - np.searchsorted(np.sort(durations), times, side="left")
    return times, _count_at(durations[events], times), at_risk.astype(np.float64)


def _count_at(moments: Floats, times: Floats) -> Floats:
    ordered = np.sort(moments)
    inside = np.searchsorted(ordered, times, side="right") - np.searchsorted(ordered, times, side="left")
    return np.asarray(inside, dtype=np.float64)


def _crossing(times: Floats, curve: Floats) -> float:
    """First time at which at most half are left; inf when never."""
    below = np.flatnonzero(curve <= 0.5 + 1e-12)
    return float(times[below[0]]) if below.size else float("inf")
