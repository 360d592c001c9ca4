"""Formulas that come to the same money, however they are written, and those that only look alike."""

import numpy as np
import pytest

from payoff.nouns.formula import read_formula
from payoff.nouns.same_money import times_as_much, trace_money

FIRST = "lift * baseline * reps * months * price * margin"


def times(first: str, second: str, known: dict[str, float | str] | None = None) -> float | None:
    one, two = (trace_money(read_formula(text), known or {}) for text in (first, second))
    return times_as_much(one, two)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FIRST, 1.0),
        ("margin * price * (gain * months) * reps", 1.0),
        ("gain * reps * months * price * (1 - 0.0) * margin", 1.0),
        ("gain * reps * months * price * margin * 0.4", 0.4),
        ("gain * reps * months / (2 / price) * margin", 0.5),
        ("gain * reps * months * price", None),
        ("gain * reps * months * price * margin * (1 - adoption)", None),
        ("gain * reps * months * price * margin + fee", None),
        ("min(gain, 1) * reps * months * price * margin", None),
        ("0 * gain", None),
    ],
)
def test_the_order_and_the_names_of_the_effect_do_not_matter(text: str, expected: float | None) -> None:
    found = times(FIRST, text)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-9))


def test_names_that_stand_for_others_and_names_with_a_value() -> None:
    assert times("gain * firm", "gain * firms") is None
    assert times("gain * firm", "gain * firms", {"firm": "units", "firms": "units"}) == pytest.approx(1.0)
    assert times("gain * a", "gain * b", {"a": 5.0, "b": 2.5}) == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["gain / 0", "10 ** 10 ** 10 * gain", "(0 - gain) ** 0.5"])
def test_what_comes_to_nothing_is_no_match(text: str) -> None:
    assert not np.isfinite(trace_money(read_formula(text), {})).any()
    assert times(text, text) is None
