"""Do two formulas come to the same money? Asked wherever one row may be claimed once only.

Question  By how many times is one formula the other, whatever its names stand for?
Method    Each name has its own made-up values, the same in every formula; `gain` is lift × baseline, as in
          any benefit. Formulas whose quotient is one number at all of them are one formula times a number,
          in whatever order they are written. Nothing here depends on what the names are worth.
Refuses   None where the two differ, or where too few values give a number at all.
Proof     tests/nouns/test_nouns_same_money.py
"""

import zlib
from collections.abc import Mapping

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.formula import Formula, FormulaError

N_VALUES = 16  # of every name, from 1/30 to 30: both sides of whatever `min` or `max` holds it against
_FEWEST = 4
_TOLERANCE = 1e-9


def trace_money(formula: Formula, known: Mapping[str, float | str]) -> Floats:
    """What the formula comes to at each made-up value, (N_VALUES,); NaN where it comes to nothing.

    known: names that have a value, and names that stand for another one (`firm` for `firms`).
    """
    names = {name: _stands_for(name, known) for name in {*formula.names, "lift", "baseline"}}
    names["gain"] = names["lift"] * names["baseline"]
    try:
        with np.errstate(all="ignore"):
            found = np.broadcast_to(formula.evaluate(names), (N_VALUES,))
    except (FormulaError, OverflowError):
        return np.full(N_VALUES, np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def times_as_much(first: Floats, second: Floats) -> float | None:
    """By how many times the second of two traces is the first; None where the two differ."""
    both = np.isfinite(first) & np.isfinite(second) & (first != 0)
    if both.sum() < _FEWEST or not (np.isfinite(first) == np.isfinite(second)).all():
        return None
    quotients = second[both] / first[both]
    times = float(quotients[0])
    return times if times and np.allclose(quotients, times, rtol=_TOLERANCE, atol=0.0) else None


def _stands_for(name: str, known: Mapping[str, float | str]) -> Floats:
    meant = known.get(name, name)
    if not isinstance(meant, str):
        return np.full(N_VALUES, meant)
    drawn = np.random.default_rng(zlib.crc32(meant.encode())).uniform(-1.0, 1.0, N_VALUES)
    values: Floats = 30.0**drawn
    return values
