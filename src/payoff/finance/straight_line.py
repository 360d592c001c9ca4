"""Is a formula a straight line in the lift? Then money is worked out once, not once a month.

Question  Does this formula have the form a + b × lift, whatever the other names are?
Method    The degree in `lift` (and `gain`, which is lift × baseline) of the syntax tree; nothing is tried out
          with numbers. `min`, `max` and powers of the lift bend it.
Proof     tests/finance/test_finance_straight_line.py: against evaluation at many lifts.
"""

import ast
from functools import lru_cache

from payoff.nouns.formula import Formula

_EFFECT = ("lift", "gain")


def is_straight(formula: Formula) -> bool:
    """Whether the formula is of degree one at most in the lift."""
    return _is_straight(formula.text)


@lru_cache(maxsize=512)
def _is_straight(text: str) -> bool:
    degree = _degree(ast.parse(text, mode="eval").body)
    return degree is not None and degree <= 1


def _degree(node: ast.expr) -> int | None:
    """Degree in the lift; None where it is no polynomial in it."""
    match node:
        case ast.Constant():
            return 0
        case ast.Name(id=name):
            return int(name in _EFFECT)
        case ast.UnaryOp(operand=operand):
            return _degree(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _joined(op, _degree(left), _degree(right))
        case ast.Call(args=args):
            return 0 if all(_degree(arg) == 0 for arg in args) else None
    return None


def _joined(op: ast.operator, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    if isinstance(op, ast.Mult):
        return left + right
    if isinstance(op, ast.Div):
        return left if right == 0 else None
    if isinstance(op, ast.Pow):
        return 0 if left == right == 0 else None
    return max(left, right)
