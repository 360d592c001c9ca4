"""A page of arithmetic that anybody can redo: named lines, each a formula over inputs and earlier lines.

Question  What does each line come to, and which line cannot be worked out because what is missing?
Identity  roi = (benefit − cost) ÷ cost with one and the same cost above and below: roi = bcr − 1.
Refuses   A line that needs a missing input or a refused line (every gap named at once), that divides by
          zero, or that sets money against a cost that is not positive.
Proof     tests/reference/test_reference_money_cases.py; the CSV is recalculated by an office suite in
          tests/finance/test_finance_worksheet.py (FIN-14).
"""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from payoff.finance.bad_input import require_finite
from payoff.nouns.formula import Formula, read_formula
from payoff.nouns.refusal import Refusal

_RATIOS = ("roi", "bcr")

ROI_LINES: dict[str, str] = {
    "change": "after - before",
    "benefit": "change * volume * months * unit_value * margin",
    "net": "benefit - cost",
    "bcr": "benefit / cost",
    "roi": "net / cost",
}
ROI_LABELS: dict[str, str] = {
    "before": "X: the measure before",
    "after": "Y: the measure after",
    "change": "Δ: the change",
    "volume": "how often, per month",
    "months": "months counted",
    "unit_value": "revenue or cost per unit",
    "margin": "contribution margin",
    "benefit": "B: benefit",
    "cost": "C: program cost",
    "net": "net benefit",
    "bcr": "benefit-cost ratio",
    "roi": "return on investment",
}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """inputs and lines in order; values of every line that could be worked out, refusals of the others."""

    inputs: Mapping[str, float]
    formulas: Mapping[str, Formula]
    found: Mapping[str, float | Refusal]
    labels: Mapping[str, str]

    @property
    def values(self) -> dict[str, float]:
        return {name: value for name, value in self.found.items() if not isinstance(value, Refusal)}

    @property
    def refusals(self) -> dict[str, Refusal]:
        return {name: value for name, value in self.found.items() if isinstance(value, Refusal)}


def work_out(
    lines: Mapping[str, str], inputs: Mapping[str, float], labels: Mapping[str, str] | None = None
) -> Worksheet:
    """Every line of `lines` (name → formula), in order. labels: how missing numbers are named to a reader.

    Raises FormulaError on a line that is not arithmetic, PayoffError on an input that is no number.
    """
    named = dict(labels or {})
    for name, value in inputs.items():
        require_finite(named.get(name, name), value)
    formulas = {name: read_formula(text) for name, text in lines.items()}
    found: dict[str, float | Refusal] = dict(inputs)
    for name, formula in formulas.items():
        found[name] = _line(name, formula, found, named)
    return Worksheet(dict(inputs), formulas, {name: found[name] for name in formulas}, named)


def roi_worksheet(inputs: Mapping[str, float]) -> Worksheet:
    """The template X, Y, Δ, margin, B, C, ROI; any input may be missing, and is then named."""
    return work_out(ROI_LINES, inputs, ROI_LABELS)


def _line(
    name: str, formula: Formula, found: Mapping[str, float | Refusal], labels: Mapping[str, str]
) -> float | Refusal:
    method = labels.get(name, name)
    missing = [f"{labels.get(n, n.replace('_', ' '))} missing" for n in formula.names if n not in found]
    for needed in formula.names:
        refused = found.get(needed)
        if isinstance(refused, Refusal):
            missing += refused.reason.split("; ")
    if missing:
        return Refusal(method, "; ".join(dict.fromkeys(missing)))
    values = {n: v for n in formula.names if not isinstance(v := found[n], Refusal)}
    if name.split("_")[0] in _RATIOS and any("cost" in n and v <= 0 for n, v in values.items()):
        return Refusal(method, "the program cost is zero or negative, so a return on it means nothing")
    with np.errstate(all="ignore"):
        value = float(formula.evaluate(values))
    return value if math.isfinite(value) else Refusal(method, f"{formula.text} divides by zero")


def worksheet_rows(sheet: Worksheet) -> tuple[tuple[str, str, str], ...]:
    """(what, formula in words, value or why not) of every input and line, for any table."""
    rows = [(sheet.labels.get(n, n), "", f"{v!r}") for n, v in sheet.inputs.items()]
    rows += [
        (sheet.labels.get(n, n), f.text, v.reason if isinstance(v := sheet.found[n], Refusal) else f"{v!r}")
        for n, f in sheet.formulas.items()
    ]
    return tuple(rows)


def worksheet_markdown(sheet: Worksheet) -> str:
    """The sheet as a Markdown table."""
    body = [
        f"| {what} | {f'`{how}`' if how else 'input'} | {value} |"
        for what, how, value in worksheet_rows(sheet)
    ]
    return "\n".join(["| Line | Formula | Value |", "|---|---|---|", *body]) + "\n"


def worksheet_csv(sheet: Worksheet) -> str:
    """The sheet as CSV with live formulas: an office suite recomputes column B from the inputs above."""
    place = {name: f"B{row}" for row, name in enumerate([*sheet.inputs, *sheet.formulas], start=2)}
    lines = ["line,value,formula"]
    lines += [f"{_quoted(sheet.labels.get(n, n))},{v!r}," for n, v in sheet.inputs.items()]
    for name, formula in sheet.formulas.items():
        refused = isinstance(sheet.found[name], Refusal)
        cell = _quoted("cannot be worked out" if refused else f"={_cells(formula.tree, place)}")
        lines.append(f"{_quoted(sheet.labels.get(name, name))},{cell},{_quoted(formula.text)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "^",
}


def _cells(node: ast.expr, place: Mapping[str, str]) -> str:
    """A formula over cells, every operation in its own parentheses: no office suite reads it otherwise."""
    match node:
        case ast.Name(id=name):
            return place[name]
        case ast.BinOp(left=left, op=op, right=right):
            return f"({_cells(left, place)}{_SIGNS[type(op)]}{_cells(right, place)})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"(-{_cells(operand, place)})"
        case ast.UnaryOp(operand=operand):
            return _cells(operand, place)
        case ast.Call(func=ast.Name(id=name), args=args):
            return f"{name.upper()}({';'.join(_cells(a, place) for a in args)})"
    return ast.unparse(node)
