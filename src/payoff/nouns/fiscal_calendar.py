"""Where days, weeks, months, quarters and years begin, for a firm whose year is not the calendar's.

Question  On which day begins the period that a day lies in, and which periods lie between two days?
Weeks     Monday to Sunday (ISO 8601), whatever the fiscal year; with `weeks`, as that year has them.
Months    Begin on `month_starts_on`; the fiscal year begins with the month `year_starts_in`, quarters every
          three months from there. A month from the 26th is named by the day it begins on.
Pattern   With `weeks` (4-4-5, 4-5-4, 5-4-4) years, quarters and months are whole weeks (`week_year`).
Zone      An instant belongs to the day it is in `time_zone`.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from payoff.nouns.week_year import WEEKDAYS, Ending, Pattern, Weekday, WeekYear

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LAST_SHORT_DAY = 28  # every month has it


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """Raises ValueError where a zone, month or day does not exist.

    weeks: weeks in the months of a quarter, for a year of whole weeks that ends in the month before
    `year_starts_in`, on its last `week_ends_on` or the one nearest to its end.
    """

    time_zone: str = "UTC"
    year_starts_in: int = 1
    month_starts_on: int = 1
    weeks: Pattern | None = None
    year_ends: Ending = "last"
    week_ends_on: Weekday = "saturday"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{self.time_zone!r} is no time zone") from None
        if not (1 <= self.year_starts_in <= 12 and 1 <= self.month_starts_on <= _LAST_SHORT_DAY):
            raise ValueError("a year starts in month 1 to 12, a month on day 1 to 28")
        if self.weeks is not None and self.month_starts_on != 1:
            raise ValueError("months of whole weeks begin with a week: leave month_starts_on out")

    @property
    def is_plain(self) -> bool:
        """Weeks from Monday, months, quarters and years as everybody has them."""
        return self.weeks is None and self.year_starts_in == 1 and self.month_starts_on == 1

    @property
    def week_year(self) -> WeekYear | None:
        """The year of whole weeks, where it is one."""
        if self.weeks is None:
            return None
        ends_in = (self.year_starts_in - 2) % 12 + 1
        return WeekYear(self.weeks, ends_in, WEEKDAYS.index(self.week_ends_on), self.year_ends)

    def local_day(self, instant: dt.datetime) -> dt.date:
        """The day of an instant; one without offset is UTC."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
        return aware.astimezone(ZoneInfo(self.time_zone)).date()

    def start(self, day: dt.date, period: str) -> dt.date:
        """First day of the period that `day` lies in."""
        if period == "day":
            return day
        if (weeks := self.week_year) is not None:
            return weeks.start(day, period)
        if period == "week":
            return day - dt.timedelta(days=day.weekday())
        moved = day - dt.timedelta(days=self.month_starts_on - 1)
        months = moved.year * 12 + moved.month - 1
        first = 0 if period == "month" else self.year_starts_in - 1
        return self._begin(months - (months - first) % _MONTHS[period])

    def next_start(self, start: dt.date, period: str) -> dt.date:
        """First day of the period after the one that begins on `start`."""
        if (weeks := self.week_year) is not None and period != "day":
            return weeks.next_start(start, period)
        if period in ("day", "week"):
            return start + dt.timedelta(days=7 if period == "week" else 1)
        return self._begin(start.year * 12 + start.month - 1 + _MONTHS[period])

    def list_periods(self, first: dt.date, last: dt.date, period: str) -> tuple[tuple[dt.date, dt.date], ...]:
        """(first day, first day after it) of every period from that of `first` to that of `last`."""
        found, start = [], self.start(first, period)
        while start <= last:
            after = self.next_start(start, period)
            found.append((start, after))
            start = after
        return tuple(found)

    def period_sql(self, column: str, period: str, between: tuple[dt.date, dt.date] | None = None) -> str:
        """SQL for the first day of the period that a date or local time lies in.

        between: first and last day asked for. Periods of whole weeks are written out, from a year before
        to a year after; other days have none. Raises ValueError where they are needed and not given.
        """
        if self.weeks is not None and period != "day":
            if between is None:
                raise ValueError("periods of whole weeks are written out: between which days?")
            return self._listed_sql(column, period, between)
        if period in ("day", "week"):
            return f"cast(date_trunc('{period}', {column}) as date)"
        days, months = self.month_starts_on - 1, 0 if period == "month" else self.year_starts_in - 1
        moved = f"{column} - interval '{days}' day" if days else column
        if months:
            moved = f"date_trunc('month', {moved}) - interval '{months}' month"
        start = f"date_trunc('{period}', {moved})"
        start += f" + interval '{months}' month" if months else ""
        start += f" + interval '{days}' day" if days else ""
        return f"cast({start} as date)"

    def _listed_sql(self, column: str, period: str, between: tuple[dt.date, dt.date]) -> str:
        first, last = between
        listed = self.list_periods(first - dt.timedelta(366), last + dt.timedelta(366), period)
        cases = [f"when {column} >= date '{listed[-1][1]}' then null"]
        cases += [f"when {column} >= date '{start}' then date '{start}'" for start, _ in reversed(listed)]
        return f"cast(case {' '.join(cases)} end as date)"

    def _begin(self, months: int) -> dt.date:
        return dt.date(months // 12, months % 12 + 1, self.month_starts_on)
