"""Numbers and nouns as a reader sees them: docs/reference/words.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.nouns.wording import (
    MINUS,
    better_or_worse,
    counted,
    exact,
    listed,
    lowered,
    named,
    number,
    percent,
    plain,
    plural,
    points,
    sentence,
    tenths,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234, "1,200"),
        (0.02345, "0.023"),
        (-3.251, "−3.3"),
        (9.96, "10"),
        (0, "0"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
    ],
)
def test_two_significant_figures(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.104, "10%"), (-0.07, "−7%"), (2.7, "270%"), (23.0, "2,300%"), (0.0221, "2.2%"), (0.0001, "0%")],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-84.2604, "−84.2604"),
        (24000.0, "24,000"),
        (1_234_567.0, "1,234,567"),
        (0.00001, "0.00001"),
        (1 / 3, "0.333333"),
        (0.0, "0"),
    ],
)
def test_audit_numbers_are_not_rounded_where_it_shows(value: float, text: str) -> None:
    assert exact(value) == text


@given(st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_any_number_has_a_true_minus_and_no_exponent(value: float) -> None:
    for text in (number(value), exact(value), percent(value), points(value)):
        assert "-" not in text
        assert "e" not in text
        assert value < 0 or not text.startswith(MINUS)


def test_better_or_worse_is_said() -> None:
    assert [better_or_worse(x) for x in (0.41, -0.029, 0.0001)] == ["41% better", "2.9% worse", "no change"]
    assert points(0.03) == "3.0 pp"


def test_exact_tenths_are_not_lost_to_the_last_bit() -> None:
    assert [tenths(k / 10) for k in range(11)] == list(range(11))
    assert [tenths(sum([0.1] * k)) for k in range(11)] == list(range(11))
    assert tenths(0.6999) == 6


def test_nouns() -> None:
    nouns = ("firm", "company", "branch", "day", "salesperson")
    assert [plural(x) for x in nouns] == ["firms", "companies", "branches", "days", "salespeople"]
    assert [counted(n, "company") for n in (1, 3300)] == ["1 company", "3,300 companies"]
    assert named(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    labels = ("Scrap rate", "AHT in minutes", "A grade")
    assert [lowered(x) for x in labels] == ["scrap rate", "AHT in minutes", "a grade"]
    assert plain("delivery_per_worker") == "delivery per worker"
    assert [sentence(x) for x in ("no cost", "Why?", "")] == ["No cost.", "Why?", ""]
