"""Did the hours of work jump? The day's profile by the hour, before a day and from it on.

Question  Are the rows from some day on told by another clock, with no other load and no other source to hold
          them against?
Method    Profiles of up to eight weeks on both sides of each day; a jump is a turn of the clock that makes
          them alike, where they are not alike without it. An hour is never told: summer time does that to a
          source whose zone is not declared. The day itself is where the likelihood of the turn is largest.
Limits    A suspicion: a team whose shifts moved by whole hours looks the same. It stops nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np

from payoff.metrics.health_findings import Told
from payoff.metrics.health_subject import Subject, local
from payoff.nouns.arrays import Floats
from payoff.nouns.query import Query
from payoff.nouns.sql_quoting import quoted

AROUND, LEAST_DAYS, LEAST_ROWS = 56, 14, 300
ALIKE = 0.2  # the largest share of rows that may stand at other hours after the turn
LEAST_GAIN = 0.15  # share of rows that the turn puts right, beyond what an hour either way would
NOISES = 4.0  # and so many times what chance makes of two samples of this size
SEARCH = 14  # days around the best, in which the day itself is looked for


def ask_hours(subject: Subject, known: str) -> Query:
    """Rows by day and hour of the wall clock, but for midnight sharp. known: SQL of times that can be."""
    moment, name = local(subject, subject.when or ""), subject.name
    sql = (
        f"select {moment}::date as on_day, extract(hour from {moment})::int as hour, count(*) as n "
        f"from {quoted(name)} where {known} and {moment} <> date_trunc('day', {moment}) "
        f"group by 1, 2 order by 1, 2"
    )
    return Query(f"health:{name}:hours", sql, (name,))


def judge_hours(subject: Subject, counts: Mapping[tuple[dt.date, int], int]) -> Iterator[Told]:
    """counts: rows by day and hour."""
    if subject.when is None or not counts:
        return
    first = min(day for day, _ in counts)
    n_days = (max(day for day, _ in counts) - first).days + 1
    table = np.zeros((n_days, 24))
    for (day, hour), n in counts.items():
        table[(day - first).days, hour] = n
    found = _find_jump(table)
    if found is None:
        return
    at, hours = found
    way = "later" if hours > 0 else "earlier"
    text = f"from {first + dt.timedelta(days=at)} on the hours of work stand {abs(hours)} h {way} than before"
    yield Told(
        "clock",
        "hours_jumped",
        text,
        subject.when,
        means="the times since may be told in another time zone, or shifts of work have moved",
    )


def _find_jump(table: Floats) -> tuple[int, int] | None:
    """(day, hours) of the clearest jump in (n_days, 24) counts."""
    total = np.vstack([np.zeros((1, 24)), table.cumsum(axis=0)])
    best: tuple[float, int, int] | None = None
    for day in range(LEAST_DAYS, len(table) - LEAST_DAYS + 1):
        before = total[day] - total[max(day - AROUND, 0)]
        after = total[min(day + AROUND, len(table))] - total[day]
        hours, gain = _turn(before, after)
        if hours and (best is None or gain > best[0]):
            best = gain, day, hours
    if best is None:
        return None
    return _find_day(table, best[1], best[2]), best[2]


def _turn(before: Floats, after: Floats) -> tuple[int, float]:
    """(hours the clock turned, share of rows this explains); (0, 0) where it did not turn."""
    fewest = min(before.sum(), after.sum())
    if fewest < LEAST_ROWS:
        return 0, 0.0
    old, new = before / before.sum(), after / after.sum()
    apart = np.array([np.abs(np.roll(old, h) - new).sum() / 2 for h in range(-11, 13)])
    hours = int(apart.argmin()) - 11
    gain = float(apart[10:13].min() - apart.min())  # against an hour earlier, none, an hour later
    chance = float(np.sqrt(old * (1 - old)).sum() / np.sqrt(fewest * np.pi))
    if abs(hours) < 2 or apart.min() > ALIKE or gain < max(LEAST_GAIN, NOISES * chance / 2):
        return 0, 0.0
    return hours, gain


def _find_day(table: Floats, near: int, hours: int) -> int:
    """The day from which the turned profile is likelier."""
    before = table[max(near - AROUND, 0) : max(near - SEARCH, 1)].sum(axis=0) + 0.5
    likelier = np.log(np.roll(before, hours)) - np.log(before)
    start, end = max(near - SEARCH, 0), min(near + SEARCH, len(table))
    since = (table[start:end] @ likelier)[::-1].cumsum()[::-1]
    found = start + int(since.argmax())
    while found < end - 1 and not table[found].any():  # the first day that brings rows
        found += 1
    return found
