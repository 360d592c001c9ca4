"""Formulas of value and cost: parsed, their names known, their unit the currency.

Question  Does the product of these factors come to money, and if not, which factor is missing?
Proof     The stated formula `baseline × lift × unit value × employees` lacks volume and period; the
          finding names both. tests/study
"""

import itertools
import re
import warnings
from collections.abc import Mapping

import numpy as np

from payoff.nouns.formula import Formula, FormulaError, read_formula
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.study.codes import FindingError
from payoff.study.values import LARGEST

MONTH = read_unit("month")
WEEKS_PER_MONTH = read_unit("week/month")
_DURATIONS = {"s", "sec", "second", "min", "hour", "day"}
_THOUSANDS = re.compile(r"(?<=\d)[,_' ](?=\d{3}(?!\d))")
_NO_NUMBER = re.compile(r"[-+]?\.(nan|inf)", re.IGNORECASE)
EFFECT_NAMES = ("lift", "gain", "baseline")
TIME_NAMES = ("months", "weeks_per_month")
STEERING = (
    "discount",
    "haircut",
    "half_life",
    "hurdle",
    "finance_rate",
    "reinvest_rate",
    "completions",
    "competent",
)  # reserved assumptions; they steer, formulas need not use them


def parse_formula(text: str) -> Formula:
    """Parse; raises FindingError P403, P105 for thousands separators, P106 for what is no finite number."""
    if _NO_NUMBER.fullmatch(text.strip()):
        raise FindingError("P106", f"{text.strip()} is not a finite number", "write the number itself")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # `2if`: refused below, in our own words
            formula = read_formula(text)
        if not formula.names:
            evaluate_plain(formula)
    except FormulaError as error:
        if _THOUSANDS.search(text):
            fix = f"no thousands separators: write {_THOUSANDS.sub('', text)[:120]}"
            raise FindingError("P105", f"{text[:60]!r} is not a number", fix) from None
        raise FindingError("P403", str(error)[:200], "use names, numbers, + - * / **, min and max") from None
    return formula


def evaluate_plain(formula: Formula) -> float:
    """The number a formula without names comes to; raises FindingError P106."""
    try:
        with np.errstate(all="ignore", divide="raise", invalid="raise"):
            number = float(formula.evaluate({}))
    except FloatingPointError:
        why = "divides by zero" if "/" in formula.text or "**" in formula.text else "comes to no number"
        fix = "write the amount itself; 0 if there is none"
        raise FindingError("P106", f"{formula.text[:60]} {why}", fix) from None
    except OverflowError:
        number = np.inf
    if not abs(number) <= LARGEST:
        raise FindingError("P106", f"{formula.text[:60]} is beyond {LARGEST:g}", "check the zeros")
    return number


def check_money(
    formula: Formula, units: Mapping[str, Unit], currency: str, unitless: tuple[str, ...]
) -> None:
    """Raise FindingError P401 unless the formula comes out in `currency`; a plain number is in it.

    unitless: assumptions written without a unit, the likeliest to lack one.
    """
    if not formula.names:
        return
    try:
        found = formula.unit(units)
    except FormulaError as error:
        raise FindingError("P401", str(error)[:200], "add only what has the same unit") from None
    missing = read_unit(currency) / found
    if missing.powers:
        what = f"{formula.text[:120]} comes to {found}, not {currency}"
        raise FindingError("P401", what, _missing_factor(formula, missing, units, unitless))


def _missing_factor(
    formula: Formula, missing: Unit, units: Mapping[str, Unit], unitless: tuple[str, ...]
) -> str:
    """What to multiply by: names that exist, a unit that was forgotten, or a factor to look up."""
    spare = sorted(name for name in units if name not in (*formula.names, *STEERING) and units[name].powers)
    for count in (1, 2):
        for names in itertools.combinations(spare, count):
            product = Unit()
            for name in names:
                product = product * units[name]
            if product == missing:
                return f"multiply by {' * '.join(names)}"
    forgotten = next((name for name in unitless if name in formula.names), None)
    if forgotten is not None:
        return f"{forgotten} has no unit; if it is a price or a volume, add unit: {missing}"
    return _in_words(missing)


def _in_words(missing: Unit) -> str:
    """`call/agent` as `multiply by calls per agent per month (in call/agent/month) and months`."""
    over = [symbol for symbol, power in missing.powers if power > 0]
    if set(over) & _DURATIONS:  # minutes per call per month would be a factor nobody has
        return f"the missing factor has the unit {missing}"
    timeless = not any(symbol in ("month", "week", "day", "year") for symbol, _ in missing.powers)
    if over and timeless and not any(symbol.isupper() for symbol in over):
        unit = missing / MONTH
        return f"multiply by {_per(unit)} (in {unit}) and months"
    return f"multiply by {_per(missing)} (in {missing})"


def _per(unit: Unit) -> str:
    over = [s if s.isupper() else f"{s}s" for s, p in unit.powers if p > 0]
    under = [s for s, p in unit.powers if p < 0]
    return " ".join([" × ".join(over) or "a rate", *(f"per {symbol}" for symbol in under)])


def is_count_name(name: str, unit_label: str) -> bool:
    """Whether a formula's `firms` stands for the number of units called `firm`."""
    try:
        unit = read_unit(name)
        return bool(unit.powers) and unit == read_unit(unit_label)
    except UnitError:
        return False
