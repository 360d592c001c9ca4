"""The error of an interrupted time series, from its baseline: the mean gap to the projected course.

Model     The group's mean by period follows a line, with pairs of seasonal waves where the study asks for
          them, and errors that hang together as AR(1). The effect is the mean over the verdict's periods
          less the course projected from before launch.
Refuses   Fewer than eight baseline periods, or no more than the course has parameters.
Assumes   Without a declared `harmonics`, a season is fitted only when the baseline spans two years.
Cites     Wagner et al. (2002), doi:10.1046/j.1365-2710.2002.00430.x; Lopez Bernal et al. (2017),
          doi:10.1093/ije/dyw098: eight points a side at the least.
Proof     tests/causal/test_causal_power_designs.py: predicted against simulated errors.
"""

import numpy as np

from payoff.causal.interrupted_series import MIN_POINTS
from payoff.causal.outcome import analysed_values, mean_level
from payoff.causal.power_error import METHOD, PlannedError, Stretch, planned_periods, quiet_cells
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted

PER_YEAR = {"day": 365.25, "week": 52.18, "month": 12.0, "quarter": 4.0, "year": 1.0}


def plan_series(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """The error of the mean gap over the verdict's periods."""
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    quiet = quiet_cells(panel, panel.in_program)
    seen = np.flatnonzero(quiet.any(axis=0))
    if len(seen) < MIN_POINTS:
        have = counted(len(seen), study.design.period)
        return Refusal(
            METHOD, f"A series needs {MIN_POINTS} periods before launch to show its course: {have}."
        )
    period, is_post = planned_periods(panel, quiet, stretch)
    judged = _judged(study, period, is_post)
    if not judged.any():
        return Refusal(METHOD, "The plan has no period after launch.")
    pairs = _pairs(study, len(seen))
    weights = np.where(quiet, panel.weights, 0.0)[:, seen]
    mean = (weights * np.where(quiet, values, 0.0)[:, seen]).sum(axis=0) / weights.sum(axis=0)
    course = _course(seen, study.design.period, pairs)
    df = len(seen) - course.shape[1]
    if df < 1:
        return Refusal(METHOD, "The baseline has no more periods than its course has parameters.")
    residual = mean - course @ np.linalg.lstsq(course, mean, rcond=None)[0]
    correlation = _correlation(residual, course.shape[1])
    spread = float(residual @ residual) / df
    error = _projection_error(
        _course(period, study.design.period, pairs), period, judged, is_post, correlation
    )
    level = mean_level(panel, quiet)
    slow = df * (1 - correlation) / (1 + correlation)
    return PlannedError(float(np.sqrt(spread * error)), max(slow, 1.0), level)


def _judged(study: Study, period: Ints, is_post: Bools) -> Bools:
    """(T,): follow-up periods of the verdict's term."""
    term = next(t for t in study.design.terms if t.name == study.design.verdict_term)
    since = period - period[is_post].min() if is_post.any() else period
    judged: Bools = is_post & (since >= term.first)
    return judged & (since <= term.last) if term.last is not None else judged


def _pairs(study: Study, n_seen: int) -> int:
    if study.design.harmonics is not None:
        return study.design.harmonics
    year = PER_YEAR[study.design.period]
    return 1 if year >= 4 and n_seen >= 2 * year else 0


def _course(period: Ints, grain: str, pairs: int) -> Floats:
    """(T, 2 + 2 pairs): constant, line, seasonal waves."""
    at = period.astype(np.float64)
    angle = 2 * np.pi * at / PER_YEAR[grain]
    waves = [wave((k + 1) * angle) for k in range(pairs) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones_like(at), at, *waves])


def _correlation(residual: Floats, n_parameters: int) -> float:
    """Lag-one correlation, mended for what fitting the course takes from it (Kendall's approximation)."""
    total = float(residual @ residual)
    if total == 0:
        return 0.0
    raw = float(residual[1:] @ residual[:-1]) / total
    return float(np.clip(raw + (n_parameters + 3 * raw) / len(residual), 0.0, 0.95))


def _projection_error(
    course: Floats, period: Ints, judged: Bools, is_post: Bools, correlation: float
) -> float:
    """Variance of mean outcome − mean projection over `judged`, for errors of variance 1."""
    lag = np.abs(period[:, None] - period[None, :])
    errors = correlation**lag
    before = ~is_post
    fitted = np.linalg.pinv(course[before])  # (k, n_before): least squares, whose error is then AR(1)'s
    contrast = np.zeros(len(period))
    contrast[judged] = 1.0 / judged.sum()
    contrast[before] -= course[judged].mean(axis=0) @ fitted
    return float(contrast @ errors @ contrast)
