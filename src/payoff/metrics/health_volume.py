"""Did all rows arrive? A load against its own weekly pattern, and against the load before.

Question  Which days are missing, which weeks are halved or doubled, is the last day whole, did rows vanish?
Method    What a day should bring is the median of its weekday over the eight weeks around it, so that growth
          and quiet weekends are no finding. A week is held against what its days that came should bring.
Floors    Nothing is said of days that bring fewer than 12 rows or weeks of fewer than 100: chance alone
          empties or halves those.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from payoff.metrics.health_findings import Told
from payoff.metrics.health_subject import Subject, local
from payoff.nouns.study import Event
from payoff.nouns.wording import count, counted, named, percent

AROUND_WEEKS = 4
LEAST_DAY, LEAST_LAST_DAY, LEAST_WEEK, LEAST_LOAD = 12.0, 20.0, 100.0, 100
PARTIAL, HALVED, DOUBLED = 0.3, 0.5, 2.0
VANISHED = 0.9  # of a month's rows, when the load before had them

Days = Mapping[dt.date, int]


def judge_days(subject: Subject, days: Days, events: Iterable[Event]) -> Iterator[Told]:
    """Missing days, a partial last day, weeks halved or doubled; days of declared events are left out."""
    if len(days) < 21 or subject.when is None or subject.rules.every in ("week", "month"):
        return
    first, last = min(days), max(days)
    expected = {day: _expect(days, day, first, last) for day in _span(first, last)}
    quiet = {day for event in events for day in _span(event.on, event.until_on)}
    missing = [d for d in expected if d not in days and expected[d] >= LEAST_DAY and d not in quiet]
    if missing:
        text = f"{counted(len(missing), 'day')} without a row that usually bring some: {_named(missing)}"
        yield Told("volume", "missing_days", text, subject.when)
    usual = expected[last]
    partial = usual >= LEAST_LAST_DAY and days[last] < PARTIAL * usual and last not in quiet
    if partial:
        text = (
            f"the last day, {last}, has {counted(days[last], 'row')}, about {count(round(usual))} are usual"
        )
        yield Told(
            "volume",
            "partial_last_day",
            text,
            subject.when,
            n_rows=days[last],
            condition=f"{local(subject, subject.when)}::date = date '{last}'",
            means="the last period is cut off and looks like a fall",
        )
    yield from _judge_weeks(subject, days, expected, quiet | set(missing))


def _judge_weeks(
    subject: Subject, days: Days, expected: Mapping[dt.date, float], left_out: set[dt.date]
) -> Iterator[Told]:
    """Whole weeks, Monday to Sunday, without the days that are missing altogether."""
    first, last = min(days), max(days)
    halved, doubled = [], []
    monday = first + dt.timedelta(days=-first.weekday() % 7)
    while monday + dt.timedelta(days=6) <= last - dt.timedelta(days=1):
        week = [d for d in _span(monday, monday + dt.timedelta(days=6)) if d not in left_out]
        usual, came = sum(expected[d] for d in week), sum(days.get(d, 0) for d in week)
        if usual >= LEAST_WEEK and came < HALVED * usual:
            halved.append(monday)
        if usual >= LEAST_WEEK and came > DOUBLED * usual:
            doubled.append(monday)
        monday += dt.timedelta(days=7)
    for name, weeks, words in (
        ("weeks_halved", halved, "fewer than half"),
        ("weeks_doubled", doubled, "more than double"),
    ):
        if weeks:
            text = (
                f"{counted(len(weeks), 'week')} with {words} of the rows that are usual: from {_named(weeks)}"
            )
            yield Told("volume", name, text, subject.when or "")


def judge_load(n_rows: int, n_before: int) -> Iterator[Told]:
    """This load against the one before it."""
    if n_before < LEAST_LOAD:
        return
    text = f"this load has {counted(n_rows, 'row')}, the one before had {count(n_before)}"
    if n_rows < HALVED * n_before:
        yield Told("volume", "load_halved", text, stops=True, rests_on="loads")
    elif n_rows > DOUBLED * n_before:
        yield Told("volume", "load_doubled", text, rests_on="loads")


def judge_vanished(subject: Subject, days: Days, before: Days) -> Iterator[Told]:
    """Whole months of the load before that now have clearly fewer rows."""
    now, then = _by_month(days), _by_month(before)
    lasts = [month for month in then if month < max(then)]
    less = [m for m in lasts if then[m] >= LEAST_LOAD and now.get(m, 0) < VANISHED * then[m]]
    if not less:
        return
    lost = sum(then[m] - now.get(m, 0) for m in less)
    text = (
        f"{counted(lost, 'row')} that the load before had for {_named(less)} are gone "
        f"({percent(lost / sum(then[m] for m in less))} of them)"
    )
    yield Told("volume", "rows_vanished", text, subject.when or "", stops=True, rests_on="loads")


def _by_month(days: Days) -> dict[dt.date, int]:
    found: dict[dt.date, int] = {}
    for day, n in sorted(days.items()):
        found[day.replace(day=1)] = found.get(day.replace(day=1), 0) + n
    return found


def _expect(days: Days, day: dt.date, first: dt.date, last: dt.date) -> float:
    """Median of the same weekday in the weeks around; a weekday without rows in most of them brings none."""
    around = [day + dt.timedelta(weeks=n) for n in range(-AROUND_WEEKS, AROUND_WEEKS + 1) if n]
    seen = [days.get(d, 0) for d in around if first <= d <= last]
    return float(np.median(seen)) if len(seen) >= 3 else 0.0


def _span(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _named(days: list[dt.date]) -> str:
    return named([day.isoformat() for day in days], 5)
