"""Formulas: arithmetic and nothing else, over numbers, draws and units."""

import numpy as np
import pytest

from payoff.nouns.arrays import Floats
from payoff.nouns.formula import MAX_LENGTH, FormulaError, read_formula
from payoff.nouns.unit import Unit, read_unit


def test_a_formula_names_what_it_needs_and_comes_to_what_it_says() -> None:
    formula = read_formula(" lift * baseline * min(seats, 50) - 2 ** 3 / -k ")
    assert formula.names == ("baseline", "k", "lift", "seats")
    values: dict[str, Floats | float] = {"lift": np.array([0.1, 0.2]), "baseline": 20, "seats": 80, "k": 4}
    assert formula.evaluate(values).tolist() == pytest.approx([0.1 * 20 * 50 + 2, 0.2 * 20 * 50 + 2])


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getcwd()",
        "price.real",
        "prices[0]",
        "a < b",
        "a if b else c",
        "a // b",
        "a % b",
        "max(a)",
        "min(a, key=b)",
        "round(a, 2)",
        "(lambda: a)()",
        "True",
        "'text'",
        "2j",
        "a := 1",
        "a b",
        "",
        "1 + " * MAX_LENGTH + "1",
    ],
)
def test_anything_but_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        read_formula(text)


def test_units_multiply_and_only_like_ones_add() -> None:
    units = {"calls": read_unit("calls/agent"), "price": read_unit("USD/call"), "fee": read_unit("USD/agent")}
    assert read_formula("calls * price + fee").unit(units) == read_unit("USD/agent")
    assert read_formula("max(calls * price, fee) ** 2 / fee ** 2").unit(units) == Unit()
    for text in ("calls + price", "min(calls, fee)", "calls ** 0.5", "calls * gone"):
        with pytest.raises(FormulaError):
            read_formula(text).unit(units)


def test_a_name_without_a_value_is_told() -> None:
    with pytest.raises(FormulaError, match="'gone' has no value"):
        read_formula("1 + gone").evaluate({})
