"""Arithmetic that an auditor can read: names, numbers, + - * / **, min, max. Nothing else.

Question  What does this formula come to, and in which unit?
Refuses   Anything but arithmetic: attribute access, calls other than min and max, comparisons.
Proof     tests/nouns/test_nouns_formula.py; the workbook shows the same tree as cell formulas.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.unit import Unit

MAX_LENGTH = 500


class FormulaError(ValueError):
    """The text is not arithmetic, a name is unknown, or the units do not fit."""


_OPERATORS: dict[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """Arithmetic over names. `tree` is the checked syntax tree of `text`."""

    text: str
    tree: ast.expr = field(repr=False, compare=False, metadata={"fingerprint": False})

    @property
    def names(self) -> tuple[str, ...]:
        """Names it needs, sorted, `min` and `max` left out."""
        return _names(self.tree)

    @property
    def addends(self) -> tuple[tuple[str, ...], ...]:
        """Names of each part that is added, not taken off, at the top: `a * b + c - d` gives (a, b), (c,)."""
        return tuple(_names(node) for node in _added(self.tree))

    def evaluate(self, values: Mapping[str, Floats | float]) -> Floats:
        """The result; scalars and arrays broadcast. Raises FormulaError on an unknown name."""
        return _evaluate(self.tree, values)

    def unit(self, units: Mapping[str, Unit]) -> Unit:
        """The unit of the result. Raises FormulaError where terms of unlike units are added."""
        return _unit(self.tree, units)


def read_formula(text: str) -> Formula:
    """Parse `text`; raises FormulaError with the offending piece."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        _check(tree)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        if isinstance(error, FormulaError):
            raise
        raise FormulaError(f"{text!r} is not arithmetic") from None
    return Formula(text.strip(), tree)


def _names(tree: ast.expr) -> tuple[str, ...]:
    return tuple(sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - {"min", "max"}))


def _added(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_added(left), *_added(right)]
        case ast.BinOp(left=left, op=ast.Sub()):
            return _added(left)
    return [node]


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=bool()):
            raise FormulaError("true and false are not numbers")
        case ast.Constant(value=int() | float()) | ast.Name():
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            _check(left)
            _check(right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand)
        case ast.Call(func=ast.Name(id="min" | "max"), args=args, keywords=[]) if len(args) >= 2:
            for arg in args:
                _check(arg)
        case _:
            raise FormulaError(f"{ast.unparse(node)!r} is not allowed: only + - * / **, min, max")


def _evaluate(node: ast.expr, values: Mapping[str, Floats | float]) -> Floats:
    match node:
        case ast.Constant(value=value) if isinstance(value, (int, float)):
            return np.asarray(float(value))
        case ast.Name(id=name):
            if name not in values:
                raise FormulaError(f"{name!r} has no value")
            return np.asarray(values[name], dtype=np.float64)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_evaluate(left, values), _evaluate(right, values))
        case ast.UnaryOp(op=op, operand=operand):
            inner = _evaluate(operand, values)
            return np.negative(inner) if isinstance(op, ast.USub) else inner
        case ast.Call(func=ast.Name(id=name), args=args):
            pick = np.minimum if name == "min" else np.maximum
            parts = [_evaluate(arg, values) for arg in args]
            result = parts[0]
            for part in parts[1:]:
                result = pick(result, part)
            return result
    raise FormulaError(f"{ast.unparse(node)!r} is not arithmetic")


def _unit(node: ast.expr, units: Mapping[str, Unit]) -> Unit:
    match node:
        case ast.Constant():
            return Unit()
        case ast.Name(id=name):
            if name not in units:
                raise FormulaError(f"{name!r} has no unit")
            return units[name]
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _unit(left, units) * _unit(right, units)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _unit(left, units) / _unit(right, units)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            inner = _unit(left, units)
            if not inner.powers:
                return inner
            if isinstance(right, ast.Constant) and isinstance(right.value, int):
                return inner**right.value
            raise FormulaError(f"{ast.unparse(node)!r}: a quantity with a unit takes only a whole power")
        case ast.UnaryOp(operand=operand):
            return _unit(operand, units)
        case ast.BinOp(left=left, right=right):
            return _same([left, right], units)
        case ast.Call(args=args):
            return _same(args, units)
    raise FormulaError(f"{ast.unparse(node)!r} is not arithmetic")


def _same(nodes: list[ast.expr], units: Mapping[str, Unit]) -> Unit:
    found = [_unit(node, units) for node in nodes]
    for node, unit in zip(nodes[1:], found[1:], strict=True):
        if unit != found[0]:
            raise FormulaError(
                f"{ast.unparse(nodes[0])!r} is in {found[0]} but {ast.unparse(node)!r} is in {unit}"
            )
    return found[0]
