"""Do the clocks agree? Times at midnight, hours nobody works, whole hours between two systems, age.

Question  Are times missing their time of day, told in another zone, or of rows that are too old?
Assumes   Most work is done between 6 and 22 o'clock where the firm's clock stands, unless `hours:` says else.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from payoff.metrics.health_findings import Told
from payoff.metrics.health_queries import at_midnight, between
from payoff.metrics.health_subject import Subject
from payoff.nouns.wording import counted, listed, number, percent, plain

LEAST = 20
MOSTLY = 0.5
EVERY_DAYS = {"day": 3, "week": 10, "month": 40}  # a cadence and what may pass before it is late


def judge_midnights(subject: Subject, column: str, n_midnight: int, n_filled: int) -> Iterator[Told]:
    """Half of the times or more are midnight sharp: dates that became times."""
    if n_filled < LEAST or n_midnight < MOSTLY * n_filled:
        return
    text = f"{percent(n_midnight / n_filled)} of {plain(column)} is midnight sharp: a date, not a time"
    yield Told(
        "clock",
        f"midnight.{column}",
        text,
        column,
        n_rows=n_midnight,
        condition=at_midnight(subject, column),
        means="durations and days counted from it are wrong by up to a day",
    )


def not_a_time(column: str) -> Told:
    """The declared column of time holds something else, so that days, months and age cannot be asked."""
    text = f"{plain(column)} is declared as the time of a row and holds neither dates nor times"
    why = "whether rows are missing, late or changed their meaning cannot be seen"
    return Told("completeness", f"not_a_time.{column}", text, column, stops=True, means=why)


def judge_nights(subject: Subject, n_night: int, n_rows: int, n_midnight: int) -> Iterator[Told]:
    """Most rows happen at night: the zone is another one. Midnight sharp is a finding of its own."""
    awake, dark = n_rows - n_midnight, n_night - n_midnight
    if subject.rules.hours is None and awake >= LEAST and dark >= MOSTLY * awake:
        text = (
            f"{percent(dark / awake)} of rows happen between 22 and 6 o'clock, by {plain(subject.when or '')}"
        )
        yield Told("clock", "at_night", text, subject.when or "")


def judge_shift(
    earlier: Subject, later: Subject, shared: tuple[str, str, str], hours: Sequence[tuple[int, int, int]]
) -> Iterator[Told]:
    """hours: (apart, rows, of them at whole hours). Most rows stand apart from the same in another source."""
    n_all = sum(n for _, n, _ in hours)
    shifted = [(h, whole) for h, _, whole in hours if h != 0 and whole]
    n_shifted = sum(whole for _, whole in shifted)
    if n_all < LEAST or n_shifted < MOSTLY * n_all:
        return
    most = sorted(shifted, key=lambda pair: -pair[1])[:2]
    apart = listed(sorted(f"{abs(h)} h {'later' if h > 0 else 'earlier'}" for h, _ in most))
    text = (
        f"{counted(n_shifted, 'row')} of {n_all:,} shared with {earlier.name} stand {apart} here than there"
    )
    rows = f"select row_ from ({between(earlier, later, shared)}) where near and hours <> 0"
    yield Told(
        "clock",
        f"shifted.{earlier.name}",
        text,
        shared[2],
        stops=True,
        n_rows=n_shifted,
        condition=f"_row in ({rows})",
        means=f"one of {earlier.name} and {later.name} is told in another time zone",
    )


def judge_age(subject: Subject, last_on: dt.date | None, until: dt.date, today: dt.date) -> Iterator[Told]:
    """The newest row against the declared cadence; a study that is over needs no newer rows than its end."""
    rules = subject.rules
    limit = rules.fresh_days if rules.fresh_days is not None else EVERY_DAYS.get(rules.every or "")
    if limit is None or last_on is None:
        return
    due = min(today, until)
    late = (due - last_on).days
    if late > limit:
        text = (
            f"the newest row is of {last_on}, {counted(late, 'day')} before {due}; {number(limit)} may pass"
        )
        yield Told("freshness", "stale", text, subject.when or "", rests_on="today")
