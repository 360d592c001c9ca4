"""A number nobody may calculate with, refused in the one style of every error.

Question  Is this a share, a rate, an amount of hours that can exist?
Refuses   NaN and infinities, negative amounts and hours, shares outside 0 to 100 %, rates of −100 % or less.
"""

import math

from payoff.nouns.problem import PayoffError, Problem


def bad_input(code: str, what: str, why: str, fix: str) -> PayoffError:
    """An input error: what is wrong, why it matters, how to mend it."""
    return PayoffError((Problem(code, what, why, fix),), exit_code=3)


def require_finite(name: str, value: float) -> float:
    """`value`, or PayoffError: P105 when it is text or the like, P106 when it is NaN or infinite."""
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    except (TypeError, ValueError):
        why = "nothing can be worked out from it"
        raise bad_input(
            "P105", f"{name} is {value!r:.60}, not a number", why, "write 5000, not '5000'"
        ) from None
    if not finite:
        why = "everything computed from it would mean nothing"
        raise bad_input("P106", f"{name} is {value}", why, "give a number, or leave the line out")
    return value


def require_amount(name: str, value: float) -> float:
    """`value`, or PayoffError P407 when it is negative or no number."""
    if require_finite(name, value) < 0:
        why = "amounts and hours are positive; the formula subtracts what must be subtracted"
        raise bad_input("P407", f"{name} is {value:g}", why, "write it without the minus")
    return value


def require_positive(name: str, value: float) -> float:
    """`value`, or PayoffError P106 when it is zero, negative or no number."""
    if require_finite(name, value) <= 0:
        raise bad_input("P106", f"{name} is {value:g}", "nothing can be divided by it", "a number above 0")
    return value


def require_share(name: str, value: float) -> float:
    """`value`, or PayoffError P103 when it is not between 0 and 1."""
    if not 0 <= require_finite(name, value) <= 1:
        side = "exceeds 100%" if value > 1 else "is below 0%"
        raise bad_input(
            "P103", f"{name} {100 * value:g}% {side}", "a part cannot exceed the whole", "0 to 100%"
        )
    return value


def require_rate(name: str, value: float) -> float:
    """`value`, or PayoffError P605 when an annual rate is −100 % or less, or no number."""
    if require_finite(name, value) <= -1:
        what, why = f"{name} is {100 * value:g}%", "at −100 % money is worth nothing and cannot be discounted"
        raise bad_input("P605", what, why, "an annual rate above -100%, such as 8%")
    return value
