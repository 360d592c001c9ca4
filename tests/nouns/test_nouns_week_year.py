"""Years of 52 and 53 weeks, as published; the SQL says what the arithmetic says."""

import datetime as dt
from itertools import pairwise

import duckdb
import pytest

from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.week_year import Pattern

RETAIL = FiscalCalendar(year_starts_in=2, weeks="4-5-4", year_ends="nearest")
SEPTEMBER = FiscalCalendar(year_starts_in=10, weeks="4-4-5")
PLAIN_END = FiscalCalendar(year_starts_in=1, weeks="5-4-4", week_ends_on="sunday", year_ends="nearest")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "weeks"),
    [
        ("2012-01-29", 53), ("2013-02-03", 52), ("2016-01-31", 52), ("2017-01-29", 53), ("2018-02-04", 52),
        ("2022-01-30", 52), ("2023-01-29", 53), ("2024-02-04", 52), ("2025-02-02", 52),
    ],
)  # fmt: skip
def test_years_of_the_national_retail_federation(start: str, weeks: int) -> None:
    first = day(start)
    assert RETAIL.start(first, "year") == first
    assert RETAIL.start(first - dt.timedelta(1), "year") < first
    assert (RETAIL.next_start(first, "year") - first).days == 7 * weeks


def test_months_of_the_retail_year_2023_and_its_fifty_third_week() -> None:
    """Published: March from 26 February, April from 2 April … January from 31 December to 3 February 2024."""
    listed = RETAIL.list_periods(day("2023-01-29"), day("2024-02-03"), "month")
    assert [(after - start).days // 7 for start, after in listed] == [4, 5, 4] * 3 + [4, 5, 5]
    assert [str(start) for start, _ in listed[:3]] == ["2023-01-29", "2023-02-26", "2023-04-02"]
    assert listed[-1] == (day("2023-12-31"), day("2024-02-04"))
    quarters = RETAIL.list_periods(day("2023-01-29"), day("2024-02-03"), "quarter")
    assert [(after - start).days // 7 for start, after in quarters] == [13, 13, 13, 14]


@pytest.mark.parametrize(
    ("end", "weeks"), [("2016-09-24", 52), ("2017-09-30", 53), ("2022-09-24", 52), ("2023-09-30", 53)]
)
def test_years_that_end_on_the_last_saturday_of_september(end: str, weeks: int) -> None:
    last = day(end)
    assert SEPTEMBER.next_start(SEPTEMBER.start(last, "year"), "year") == last + dt.timedelta(1)
    assert (last - SEPTEMBER.start(last, "year")).days + 1 == 7 * weeks


def test_weeks_begin_after_the_day_the_year_ends_on() -> None:
    assert SEPTEMBER.start(day("2026-01-03"), "week") == day("2025-12-28")  # Sunday to Saturday
    assert PLAIN_END.start(day("2026-01-04"), "week") == day("2025-12-29")  # Monday to Sunday
    assert PLAIN_END.start(day("2026-01-01"), "year") == day("2025-12-29")  # the Sunday nearest 31 December


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("calendar", [RETAIL, SEPTEMBER, PLAIN_END], ids=["4-5-4", "4-4-5", "5-4-4"])
def test_sql_arithmetic_and_list_agree_on_every_day_of_three_years(
    calendar: FiscalCalendar, period: str
) -> None:
    first, last = day("2022-01-20"), day("2025-03-01")
    sql = calendar.period_sql("d", period, (first, last))
    span = f"range(timestamp '{first}', timestamp '{last + dt.timedelta(1)}', interval 1 day)"
    for kind in ("date", "timestamp"):
        rows = duckdb.sql(f"select d::date, {sql} from (select unnest({span})::{kind} as d)").fetchall()
        assert len(rows) == (last - first).days + 1
        assert rows == [(on, calendar.start(on, period)) for on, _ in rows]
    listed = calendar.list_periods(first, last, period)
    assert [start for start, _ in listed] == sorted({start for _, start in rows})
    assert all(after == start for (_, after), (start, _) in pairwise(listed))


def test_a_day_years_away_has_no_period() -> None:
    sql = RETAIL.period_sql("d", "month", (day("2024-01-01"), day("2024-12-31")))
    far = duckdb.sql(
        f"select {sql} from (values (date '2019-05-05'), (date '2031-01-01')) as v(d)"
    ).fetchall()
    assert far == [(None,), (None,)]


def test_what_no_such_calendar_can_be() -> None:
    with pytest.raises(ValueError, match="begin with a week"):
        FiscalCalendar(weeks="4-4-5", month_starts_on=26)
    with pytest.raises(ValueError, match="between which days"):
        RETAIL.period_sql("d", "month")


@pytest.mark.parametrize("pattern", ["4-4-5", "4-5-4", "5-4-4"])
def test_every_pattern_fills_a_quarter(pattern: Pattern) -> None:
    calendar = FiscalCalendar(weeks=pattern)
    first = calendar.start(day("2026-02-11"), "quarter")
    months = calendar.list_periods(first, first + dt.timedelta(90), "month")
    assert "-".join(str((after - start).days // 7) for start, after in months) == pattern
