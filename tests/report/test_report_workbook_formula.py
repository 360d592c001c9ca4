"""A study's arithmetic as a spreadsheet reads it: parentheses where the two differ."""

import pytest

from payoff.nouns.formula import read_formula
from payoff.report.workbook_formula import excel_formula

NAMES = {"a": "in_a", "b": "in_b", "c": "$C$1"}


@pytest.mark.parametrize(
    ("text", "excel"),
    [
        ("a * b / c", "in_a*in_b/$C$1"),
        ("a - (b - c)", "in_a-(in_b-$C$1)"),
        ("a / (b * c)", "in_a/(in_b*$C$1)"),
        ("(a + b) * c", "(in_a+in_b)*$C$1"),
        ("-a ** 2", "-(in_a^2)"),  # Excel reads -2^2 as 4
        ("(-a) ** 2", "(-in_a)^2"),
        ("a ** b ** c", "in_a^(in_b^$C$1)"),  # Excel reads 2^3^2 as 64
        ("(a ** b) ** c", "(in_a^in_b)^$C$1"),
        ("a * -b", "in_a*(-in_b)"),
        ("a - -b", "in_a-(-in_b)"),
        ("min(a, b + 1, max(b, c))", "MIN(in_a,in_b+1,MAX(in_b,$C$1))"),
        ("20 * 12 * 0.5", "20*12*0.5"),
        ("a * 1e-7", "in_a*1E-07"),
        ("+a", "in_a"),
    ],
)
def test_translation(text: str, excel: str) -> None:
    assert excel_formula(read_formula(text).tree, NAMES) == excel


def test_a_name_without_a_cell_is_an_error() -> None:
    with pytest.raises(KeyError, match="unknown"):
        excel_formula(read_formula("unknown + 1").tree, NAMES)
