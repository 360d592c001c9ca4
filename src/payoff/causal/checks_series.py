"""Can one interrupted series carry its answer: are its errors understood, and does it hang on the trend?

Scope     comparison (trend), inference (errors).
Fails     "other trend": an interval that excludes no change, of which less than half is left when the trend
          may bend over the whole series, and the two differ beyond chance (Hausman 1978): then the break is
          the straight line's doing (Gasparrini 2009).
          "series errors": what is left after neighbours' likeness is taken out still hangs together
          (Ljung-Box below 1 %). The errors cost one step; the trend reads the answer, so it only warns.
Silent    Fewer periods than the wider trend needs; no answer to check; less than half is left, but the series
          does not tell a bend from chance.
"""

import math

import numpy as np

from payoff.causal.interrupted_counts import METHOD as COUNTS
from payoff.causal.interrupted_counts import fit_series_counts
from payoff.causal.interrupted_noise import SeriesFit, durbin_watson, ljung_box
from payoff.causal.interrupted_series import SPARE, Series, read_series
from payoff.causal.interrupted_time_series import fit_bending, fit_straight
from payoff.causal.protocol import Answer
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number, percent, plural

TREND = "other trend"
ERRORS = "series errors"
CHANCE = 0.01
MOST_LAGS = 12
HELD = 0.5  # share of the break that another trend must leave
BEYOND = 1.96  # errors between the two breaks: chance gives as much once in twenty series


def look_trend(study: Study, panel: Panel, answer: Answer) -> Check:
    """The break when the trend may bend, held against the locked one."""
    fit = _fits(study, panel, answer, bending=True)
    if fit is None or isinstance(answer, Refusal):
        return _check(TREND, Verdict.SILENT, "The series is too short for another trend.")
    low, high = answer.interval
    bent = float(fit.coefficients[answer.headline])
    straight, other = (_share(answer.lift(value)) for value in (answer.estimate, bent))
    text = f"With a straight trend the change is {straight}, with one that may bend {other}"
    if (low > 0 or high < 0) and bent / answer.estimate < HELD:
        if _beyond_chance(answer, bent, float(fit.covariance[answer.headline, answer.headline])):
            return _check(TREND, Verdict.FAIL, f"{text}: it hangs on the trend assumed.")
        return _check(TREND, Verdict.SILENT, f"{text}; whether it bends, the series is too short to tell.")
    return _check(TREND, Verdict.PASS, f"{text}: it does not hang on the trend.")


def _beyond_chance(answer: Effect, bent: float, variance: float) -> bool:
    """Hausman: the straight line is the sharper if right, so variances subtract."""
    extra = variance - answer.std_error**2
    return extra <= 0 or abs(answer.estimate - bent) > BEYOND * math.sqrt(extra)


def look_errors(study: Study, panel: Panel, answer: Answer) -> Check:
    """Durbin-Watson of what the trend leaves, and Ljung-Box of what the model of errors leaves."""
    fit = _fits(study, panel, answer, bending=False)
    if fit is None:
        return _check(ERRORS, Verdict.SILENT, "There is no series whose errors to check.")
    lags = min(MOST_LAGS, len(fit.innovation) // 5)
    chance = ljung_box(fit.innovation, lags, 1)[1]
    alike = f"Durbin-Watson {number(durbin_watson(fit.residual))}; 2 is not at all"
    text = f"How alike neighbouring {plural(study.design.period)} err ({alike}) is counted in the interval"
    if chance < CHANCE:
        left = f"{text}, but more hangs together than it counts (Ljung-Box p = {number(chance)})."
        return _check(ERRORS, Verdict.FAIL, left)
    return _check(ERRORS, Verdict.PASS, f"{text}; nothing more is left.")


def _check(name: str, verdict: Verdict, text: str) -> Check:
    if name == TREND:
        return Check(name, "comparison", verdict, text)
    return Check(name, "inference", verdict, text, costs=1)


def _fits(study: Study, panel: Panel, answer: Answer, *, bending: bool) -> SeriesFit | None:
    """The locked method's model again, with a trend that may bend if asked; None where there is none."""
    if isinstance(answer, Refusal):
        return None
    counts = answer.method == COUNTS
    series = read_series(study, panel, answer.method, counts=counts)
    if isinstance(series, Refusal) or series.n < _columns(series) + int(bending) + SPARE:
        return None
    if counts:
        return fit_series_counts(series, bending=bending)
    return fit_bending(series) if bending else fit_straight(series)


def _columns(series: Series) -> int:
    return int(series.rows().shape[1])


def _share(lift: object) -> str:
    value = float(np.asarray(lift))
    return f"{percent(abs(value))} {'better' if value > 0 else 'worse'}"
