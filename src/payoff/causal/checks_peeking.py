"""Is the result looked at before the day it was planned for?

Scope     inference. Reads dates, never an outcome; the interval in the text reads the answer.
Fails     The data end before `design.decision_on`: an interval made for one look is too narrow for those
          who look when they like. At a planned look (`design.looks`) the boundary that spends the error
          chance after O'Brien & Fleming stands in the text, else an interval that holds at every look.
Omitted   Where the study names no decision date.
Cites     `sequential`.
"""

import datetime as dt

import numpy as np

from payoff.causal.protocol import Answer
from payoff.causal.schedule import Grain, add_periods
from payoff.causal.sequential import anytime_interval, sequential_boundaries
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import number

NAME = "peeking"


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Hold the last day of data against the planned decision date."""
    decision = study.design.decision_on
    if decision is None:
        return None
    until = _data_until(study, panel)
    if until is None:
        return _check(Verdict.SILENT, "There is no follow-up yet: nothing has been looked at.")
    planned = min(decision, study.design.follow_up.end_on)
    if until >= planned:
        return _check(Verdict.PASS, f"The decision was planned for {_day(decision)}, and the data reach it.")
    share = _information_share(study, until)
    looks = sorted(day for day in study.design.looks if day < decision)
    passed = sum(day <= until + dt.timedelta(days=1) for day in looks)
    found = f"The data end on {_day(until)}, before the decision planned for {_day(decision)}: an early look"
    return _check(Verdict.FAIL, f"{found}, for diagnosis only. {_safe(answer, share, passed, len(looks))}")


def _data_until(study: Study, panel: Panel) -> dt.date | None:
    """The last day a period with follow-up data holds, as far as the window goes; None without any."""
    filled = panel.post & (panel.weights > 0).any(axis=0)
    if not filled.any():
        return None
    ends = _last_day(panel.periods[filled].max(), study.design.period)
    return min(ends, study.design.follow_up.end_on)


def _last_day(begins: np.datetime64, period: Grain) -> dt.date:
    """The last day of the period that begins on `begins`, in the middle of a month too."""
    first: dt.date = begins.astype("datetime64[D]").item()
    return add_periods(first, 1, period) - dt.timedelta(days=1)


def _information_share(study: Study, until: dt.date) -> float:
    """Share of the planned follow-up that is in, by days."""
    window = study.design.follow_up
    return min(max(((until - window.start_on).days + 1) / window.days, 1e-3), 1.0)


def _safe(answer: Answer, share: float, passed: int, n_looks: int) -> str:
    """What may be said so early, in words."""
    if not isinstance(answer, Effect):
        return "There is no estimate to widen."
    if passed and passed <= n_looks:
        shares = [share * (k + 1) / passed for k in range(passed)]
        boundary = float(sequential_boundaries(shares)[-1])
        seen = abs(answer.estimate) / answer.std_error
        word = "crosses" if seen > boundary else "does not cross"
        return (
            f"At this planned look the estimate {word} the boundary: {number(seen, 3)} errors from none, "
            f"{number(boundary, 3)} are needed."
        )
    low, high = anytime_interval(
        answer.estimate, answer.std_error, share, df=float(answer.df[answer.headline])
    )
    return f"An interval that holds however often one looks is {number(low)} to {number(high)} {answer.unit}."


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "inference", verdict, text, costs=1)
