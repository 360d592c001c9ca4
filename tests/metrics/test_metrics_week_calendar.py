"""Panels on a calendar of whole weeks: periods that share a calendar month are two."""

import datetime as dt

import duckdb
import numpy as np
import pytest

from payoff.metrics.calendar import list_periods, truncate
from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.study.definition_sql import Asked, Binding, write_definition

RETAIL = FiscalCalendar(year_starts_in=2, weeks="4-5-4", year_ends="nearest")


def test_periods_of_a_panel_are_those_of_the_calendar() -> None:
    first, last = np.datetime64("2023-01-29"), np.datetime64("2023-04-30")
    months = list_periods(first, last, "month", RETAIL)
    assert [str(m) for m in months] == ["2023-01-29", "2023-02-26", "2023-04-02", "2023-04-30"]
    days = np.array(["2023-02-25", "2023-02-26", "NaT"], dtype="datetime64[D]")
    assert [str(d) for d in truncate(days, "month", RETAIL)] == ["2023-01-29", "2023-02-26", "NaT"]


@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
def test_a_measure_is_told_by_its_periods_and_nothing_far_away(period: str) -> None:
    connection = duckdb.connect(":memory:")
    connection.execute(
        "create table work as "
        "select 'A' as team, 'p' as person_id, d::date as done_on, 1 as items, 2 as hours "
        "from range(timestamp '2023-01-01', timestamp '2024-03-01', interval 1 day) as r(d) "
        "union all select 'A', 'p', date '2015-05-05', 7, 7"
    )
    asked = Asked("team", period, dt.date(2023, 1, 29), dt.date(2024, 2, 3), RETAIL)
    sql = write_definition(CATALOGUE["throughput"], TABLES, Binding({"work": "work"}), asked)
    found = {row[1]: row[2] for row in connection.execute(sql).fetchall()}
    expected: dict[dt.date, int] = {}
    for n in range((dt.date(2024, 3, 1) - dt.date(2023, 1, 1)).days):
        start = RETAIL.start(dt.date(2023, 1, 1) + dt.timedelta(n), period)
        expected[start] = expected.get(start, 0) + 1
    assert found == expected
    assert "interval" not in sql  # periods are written out: every engine compares dates alone


def test_headcount_is_counted_over_the_days_of_each_period() -> None:
    connection = duckdb.connect(":memory:")
    connection.execute(
        "create table people as select 'A' as team, 'p' as person_id, date '2023-01-01' as hired_on, "
        "date '2023-12-31' as left_on, true as voluntary, date '2024-02-03' as known_until"
    )
    asked = Asked("team", "month", dt.date(2023, 1, 29), dt.date(2024, 2, 3), RETAIL)
    sql = write_definition(CATALOGUE["voluntary_turnover"], TABLES, Binding({"people": "people"}), asked)
    rows = {str(r[1]): (r[2], r[3]) for r in connection.execute(sql).fetchall()}
    assert rows["2023-11-26"] == (0.0, 1.0)
    assert rows["2023-12-31"] == (1.0, pytest.approx(1 / 35))  # one day of the five weeks with week 53
