"""Written values → numbers, dates, ranges."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from payoff.study.codes import FindingError
from payoff.study.sql_text import flatten_sql
from payoff.study.values import (
    read_date,
    read_expectation,
    read_number,
    read_range,
    read_term,
    read_threshold,
    read_window,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (5, 5.0),
        (0.5, 0.5),
        ("30%", 0.3),
        ("7 %", 0.07),
        ("3300/4834", 3300 / 4834),
        ("-2%", -0.02),
        ("1e3", 1000.0),
    ],
)
def test_numbers(written: object, number: float) -> None:
    assert read_number(written) == number


@pytest.mark.parametrize("percent", range(-100, 400))
def test_a_percentage_is_the_nearest_float_to_its_share(percent: int) -> None:
    assert read_number(f"{percent}%") == percent / 100


@pytest.mark.parametrize(
    ("written", "fix"),
    [("18,000", "18000"), ("18 000", "18000"), ("18_000", "18000"), ("$500", "500"), ("500 €", "500")],
)
def test_a_number_written_for_people_gets_its_plain_form_proposed(written: str, fix: str) -> None:
    with pytest.raises(FindingError) as caught:
        read_number(written)
    assert fix in caught.value.fix


def test_expectations_are_relative_or_in_the_metrics_unit() -> None:
    assert read_expectation("10%..30%") == (0.1, 0.3, None)
    assert read_expectation("10..30%") == (0.1, 0.3, None)
    assert read_expectation("5%") == (0.05, 0.05, None)
    assert read_expectation("5..40 USD/employee/month") == (5.0, 40.0, "USD/employee/month")
    assert read_expectation("0.5..1.5 pp") == (0.5, 1.5, "pp")


def test_thresholds() -> None:
    assert read_threshold("max(break_even, 5%)") == (0.05, True, None)
    assert read_threshold("max( break_even ,2 min/call )") == (2.0, True, "min/call")
    assert read_threshold("break_even") == (0.0, True, None)
    assert read_threshold("3%") == (0.03, False, None)


def test_terms_and_ranges_and_windows() -> None:
    assert read_term(0) == (0, 0)
    assert read_term("1..3") == (1, 3)
    assert read_term("2..") == (2, None)
    assert read_range("80%..120%") == (0.8, 1.2)
    assert read_window("2026-01-01..2026-03-31").days == 90
    assert read_date("2024-02-29") == dt.date(2024, 2, 29)


def test_an_impossible_date_gets_the_last_day_of_its_month_proposed() -> None:
    with pytest.raises(FindingError) as caught:
        read_date("2026-02-30")
    assert caught.value.fix == "the last day of that month is 2026-02-28"


@pytest.mark.parametrize(
    "read", [read_date, read_window, read_range, read_expectation, read_threshold, read_term]
)
@pytest.mark.parametrize("odd", [None, True, [], {}, "", "x", -1, 1e999, "9" * 400, "..", "1..x"])
def test_odd_values_are_findings(read: Callable[[Any], object], odd: object) -> None:
    with pytest.raises(FindingError):
        read(odd)


def test_sql_on_one_line_keeps_quoted_text_and_drops_comments() -> None:
    sql = "select 'a  -- b' as x, -- comment\n  \"odd  name\" /* more\n */ from t ;\n"
    assert flatten_sql(sql) == "select 'a  -- b' as x, \"odd  name\" from t"
