"""A fiscal year of whole weeks: 52 or 53 of them, in quarters of 4-4-5, 4-5-4 or 5-4-4.

Question  On which day begin the year, quarter, month and week that a day lies in?
Year      Ends on the last such weekday of its last month, or on the one nearest to that month's end.
Week 53   Belongs to the last month of the year, which is then one week longer.
Proof     tests/nouns/test_nouns_week_year.py: the calendars of the National Retail Federation and of a firm
          that files by the last Saturday of September.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

Pattern = Literal["4-4-5", "4-5-4", "5-4-4"]
Ending = Literal["last", "nearest"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
_WEEKS_A_QUARTER = 13
_WEEK = dt.timedelta(7)


@dataclass(frozen=True, slots=True)
class WeekYear:
    """ends_in: last month of the year, 1 to 12. ends_on: its last weekday, Monday 0."""

    pattern: Pattern
    ends_in: int
    ends_on: int
    ending: Ending

    def start(self, day: dt.date, period: str) -> dt.date:
        """First day of the week, month, quarter or year that `day` lies in."""
        first = self._year_start(day)
        week = (day - first).days // 7
        if period == "week":
            return first + week * _WEEK
        if period == "year":
            return first
        quarter = min(week // _WEEKS_A_QUARTER, 3)
        begins = quarter * _WEEKS_A_QUARTER
        if period == "month":
            begins += max(offset for offset in self._offsets() if offset <= week - begins)
        return first + begins * _WEEK

    def next_start(self, start: dt.date, period: str) -> dt.date:
        """First day of the period after the one that begins on `start`."""
        after = start + _WEEK
        while self.start(after, period) == start:
            after += _WEEK
        return after

    def _offsets(self) -> tuple[int, int, int]:
        """Weeks from the start of a quarter to the start of its months."""
        one, two, _ = (int(weeks) for weeks in self.pattern.split("-"))
        return 0, one, one + two

    def _year_start(self, day: dt.date) -> dt.date:
        ends = (self._year_end(year) for year in (day.year + 1, day.year, day.year - 1, day.year - 2))
        return next(end for end in ends if end < day) + dt.timedelta(1)

    def _year_end(self, year: int) -> dt.date:
        """The last day of the fiscal year whose last month is in `year`."""
        after = dt.date(year + self.ends_in // 12, self.ends_in % 12 + 1, 1)
        latest = after - dt.timedelta(1) + dt.timedelta(3 if self.ending == "nearest" else 0)
        return latest - dt.timedelta((latest.weekday() - self.ends_on) % 7)
