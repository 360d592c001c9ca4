"""Weeks, fiscal months and time zones at their edges; the SQL says what the arithmetic says."""

import datetime as dt
from itertools import pairwise

import duckdb
import pytest

from payoff.nouns.fiscal_calendar import FiscalCalendar

PLAIN, APRIL = FiscalCalendar(), FiscalCalendar(year_starts_in=4)
FROM_26 = FiscalCalendar(year_starts_in=10, month_starts_on=26)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "on", "period", "start"),
    [
        (PLAIN, "2026-01-04", "week", "2025-12-29"),  # ISO week 1 of 2026 begins in 2025
        (PLAIN, "2026-01-05", "week", "2026-01-05"),
        (PLAIN, "2021-01-03", "week", "2020-12-28"),  # week 53 of 2020
        (PLAIN, "2024-02-29", "month", "2024-02-01"),
        (PLAIN, "2026-03-31", "quarter", "2026-01-01"),
        (APRIL, "2026-03-31", "quarter", "2026-01-01"),
        (APRIL, "2026-03-31", "year", "2025-04-01"),
        (APRIL, "2026-04-01", "year", "2026-04-01"),
        (FROM_26, "2026-01-25", "month", "2025-12-26"),
        (FROM_26, "2026-01-26", "month", "2026-01-26"),
        (FROM_26, "2025-10-25", "year", "2024-10-26"),
        (FROM_26, "2026-01-25", "quarter", "2025-10-26"),
        (FROM_26, "2026-01-26", "quarter", "2026-01-26"),
        (APRIL, "2026-01-04", "week", "2025-12-29"),  # a fiscal year moves no week
        (PLAIN, "2026-01-04", "day", "2026-01-04"),
    ],
)
def test_first_day_of_the_period(calendar: FiscalCalendar, on: str, period: str, start: str) -> None:
    assert calendar.start(day(on), period) == day(start)


def test_an_instant_lies_on_the_day_it_is_there() -> None:
    late = dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC)
    assert FiscalCalendar("Europe/Berlin").local_day(late) == day("2026-01-01")
    assert FiscalCalendar("America/New_York").local_day(late) == day("2025-12-31")
    assert PLAIN.local_day(late.replace(tzinfo=None)) == day("2025-12-31")


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize(
    "calendar", [PLAIN, APRIL, FROM_26, FiscalCalendar(year_starts_in=12, month_starts_on=28)]
)
def test_sql_arithmetic_and_list_agree_on_every_day_of_three_years(
    calendar: FiscalCalendar, period: str
) -> None:
    first, last = day("2023-12-20"), day("2026-12-31")
    sql = calendar.period_sql("d", period)
    span = f"range(timestamp '{first}', timestamp '{last + dt.timedelta(1)}', interval 1 day)"
    for kind in ("date", "timestamp"):
        rows = duckdb.sql(f"select d::date, {sql} from (select unnest({span})::{kind} as d)").fetchall()
        assert rows == [(on, calendar.start(on, period)) for on, _ in rows]
    listed = calendar.list_periods(first, last, period)
    assert [start for start, _ in listed] == sorted({start for _, start in rows})
    assert all(after == start for (_, after), (start, _) in pairwise(listed))


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Berlin"}, {"year_starts_in": 13}, {"month_starts_on": 29}, {"time_zone": "../x"}]
)
def test_a_calendar_that_does_not_exist_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"time zone|month 1 to 12"):
        FiscalCalendar(**wrong)  # type: ignore[arg-type]
