"""A study's formula as an Excel formula over defined names and cells.

Question  How does the same arithmetic read in a spreadsheet?
Trap      Excel takes −2^2 as 4 and 2^3^2 as 64, Python as −4 and 512: powers and signs are always
          put in parentheses.
Proof     tests/report/test_report_workbook_formula.py; test_report_workbook_engine.py recalculates it.
"""

import ast
from collections.abc import Mapping

_SIGNS: Mapping[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("-", 1),
    ast.Mult: ("*", 2),
    ast.Div: ("/", 2),
    ast.Pow: ("^", 3),
}
_ATOM = 4


def excel_formula(tree: ast.expr, references: Mapping[str, str]) -> str:
    """The formula without "=". references: name → a defined name, a cell or a parenthesised term.

    Raises KeyError on a name without a reference.
    """
    return _translate(tree, references)[0]


def _translate(node: ast.expr, references: Mapping[str, str]) -> tuple[str, int]:
    """Text and how tightly it binds."""
    match node:
        case ast.Constant(value=value) if isinstance(value, (int, float)):
            return repr(float(value)).removesuffix(".0").upper(), _ATOM
        case ast.Name(id=name):
            return references[name], _ATOM
        case ast.BinOp(left=left, op=op, right=right):
            sign, strength = _SIGNS[type(op)]
            tight = _ATOM if sign == "^" else strength
            # The right side of - and / needs parentheses at equal strength: a - (b - c).
            right_tight = tight if sign in "+*^" else strength + 1
            return _wrapped(left, tight, references) + sign + _wrapped(
                right, right_tight, references
            ), strength
        case ast.UnaryOp(op=op, operand=operand):
            inner = _wrapped(operand, _ATOM, references)
            return (f"-{inner}", 0) if isinstance(op, ast.USub) else (inner, _ATOM)
        case ast.Call(func=ast.Name(id=name), args=args):
            return f"{name.upper()}({','.join(_translate(arg, references)[0] for arg in args)})", _ATOM
    raise ValueError(f"{ast.unparse(node)!r} is not arithmetic")


def _wrapped(node: ast.expr, tight: int, references: Mapping[str, str]) -> str:
    text, strength = _translate(node, references)
    return text if strength >= tight else f"({text})"
