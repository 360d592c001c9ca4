"""An amount that knows what it is: unit, period, currency, price base, and whether it is gross or net.

Question  May these two amounts be added, multiplied or set against each other, and if not, what mends it?
Grammar   `5000 USD/deal`, `40%`, `2 pp`, `12 month`. Currency and period are symbols of the unit.
Time      52 weeks = 12 months = 1 year = 365 days = 4 quarters. Hours and minutes bridge to each other
          only: how many working hours a month has is an assumption, never a convention.
Refuses   Sums of unlike units, currencies, periods, price bases or bases (revenue with margin, gross with
          net), and a percentage with percentage points; each with what to do instead.
Proof     tests/nouns/test_nouns_quantity.py
"""

import math
import re
from dataclasses import dataclass, replace
from typing import Literal

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.unit import Unit, UnitError, read_unit

Basis = Literal["", "revenue", "contribution", "gross", "net"]
Kind = Literal["amount", "share", "points"]

PER_YEAR = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": 52.0, "day": 365.0}
_MINUTES = {"hour": 60.0, "min": 1.0}
_TEXT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """value is in `unit`; a share of 40 % is 0.4, 2 percentage points are 0.02.

    basis: what kind of money, "" when it makes no difference. price_base: whose prices, "" when not money.
    """

    value: float
    unit: Unit
    kind: Kind = "amount"
    price_base: str = ""
    basis: Basis = ""

    @property
    def currency(self) -> str:
        """The ISO code in the unit, "" when it is no money."""
        return next((symbol for symbol, _ in self.unit.powers if _is_code(symbol)), "")

    @property
    def period(self) -> str:
        """The stretch of time it is per (`month` of USD/month), "" when it is per none."""
        return next((s for s, p in self.unit.powers if s in PER_YEAR and p < 0), "")

    def __add__(self, other: "Quantity") -> "Quantity":
        _refuse_unlike(self, other)
        return replace(self, value=self.value + other.value)

    def __sub__(self, other: "Quantity") -> "Quantity":
        _refuse_unlike(self, other)
        return replace(self, value=self.value - other.value)

    def __mul__(self, other: "Quantity | float") -> "Quantity":
        if not isinstance(other, Quantity):
            return replace(self, value=self.value * other)
        unit = self.unit * other.unit
        kind: Kind = "share" if self.kind == other.kind == "share" else "amount"
        return Quantity(self.value * other.value, unit, kind, *_joined(self, other))

    def __truediv__(self, other: "Quantity | float") -> "Quantity":
        divisor = other.value if isinstance(other, Quantity) else other
        if divisor == 0:
            raise _refused("P106", "a division by zero", "no amount stands for it", "check the divisor")
        if not isinstance(other, Quantity):
            return replace(self, value=self.value / other)
        unit = self.unit / other.unit
        price_base, basis = _joined(self, other)
        money = any(_is_code(symbol) for symbol, _ in unit.powers)
        return Quantity(self.value / divisor, unit, "amount", price_base if money else "", basis)

    def per(self, period: str) -> "Quantity":
        """The same rate over another period: 120 USD/year is 10 USD/month."""
        if not self.period or period not in PER_YEAR:
            fix = f"one of: {', '.join(PER_YEAR)}" if self.period else "give the rate its period: USD/month"
            raise _refused("P114", f"{self} cannot be told per {period}", "a rate needs its period", fix)
        unit = self.unit * read_unit(self.period) / read_unit(period)
        return replace(self, value=self.value * PER_YEAR[self.period] / PER_YEAR[period], unit=unit)

    def at_prices(self, price_base: str, index_from: float, index_to: float) -> "Quantity":
        """In the prices of another time, by a price index at both times."""
        if not (0 < index_from < math.inf and 0 < index_to < math.inf):
            what = f"a price index of {index_from:g} to {index_to:g}"
            raise _refused("P106", what, "an index is positive", "look both up in the same series")
        return replace(self, value=self.value * index_to / index_from, price_base=price_base)

    def as_money(self, currency: str) -> float:
        """The plain number, once the unit is the currency and nothing else."""
        missing = read_unit(currency) / self.unit
        if missing.powers:
            what = f"{self} is not an amount in {currency}"
            raise _refused("P401", what, "a factor is missing or left over", f"multiply by {missing}")
        return self.value

    def __str__(self) -> str:
        if self.kind == "share":
            return f"{100 * self.value:g}%"
        return f"{100 * self.value:g} pp" if self.kind == "points" else f"{self.value:g} {self.unit}"


def read_quantity(text: str, price_base: str = "", basis: Basis = "") -> Quantity:
    """Parse `5000 USD/deal`, `40%`, `2 pp`; raises PayoffError on anything else."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise _refused("P105", f"{text[:60]!r} is not a number", "nothing is guessed", "write 5000 USD/deal")
    value, word = float(match.group(1)), match.group(2).strip()
    if not math.isfinite(value):
        raise _refused(
            "P106", f"{text[:60]} is beyond any amount", "it decides the result", "check the zeros"
        )
    if word == "%":
        return Quantity(value / 100, Unit(), "share", "", basis)
    if word == "pp":
        return Quantity(value / 100, Unit(), "points")
    try:
        unit = read_unit(word)
    except UnitError as error:
        raise _refused("P114", str(error), "an amount needs its unit", "such as USD/deal") from None
    return Quantity(value, unit, "amount", price_base, basis)


def _joined(a: Quantity, b: Quantity) -> tuple[str, Basis]:
    """Price base and basis of a product: revenue times a contribution share is contribution."""
    if a.price_base and b.price_base and a.price_base != b.price_base:
        raise _other_prices(a, b)
    bases: set[Basis] = {a.basis, b.basis} - {""}
    basis: Basis = "contribution" if "contribution" in bases else next(iter(sorted(bases)), "")
    return a.price_base or b.price_base, basis


def _refuse_unlike(a: Quantity, b: Quantity) -> None:
    if {a.kind, b.kind} == {"share", "points"}:
        raise _refused(
            "P501",
            f"{a} and {b}: a percentage and percentage points",
            "5 % of 40 % is 2 points, not 5",
            "multiply the percentage by its baseline first",
        )
    if a.unit != b.unit:
        raise _refused("P401", f"{a} and {b} cannot be added", "they are in unlike units", _bridge(a, b))
    if a.basis and b.basis and a.basis != b.basis:
        raise _refused("P406", f"{a.basis} and {b.basis} cannot be added", *_between(a.basis, b.basis))
    if a.price_base != b.price_base and a.price_base and b.price_base:
        raise _other_prices(a, b)


def _bridge(a: Quantity, b: Quantity) -> str:
    """What makes two units one."""
    if a.currency and b.currency and a.currency != b.currency:
        return f"convert {b.currency} to {a.currency} at a stated, dated rate"
    if a.period and b.period and a.period != b.period:
        ratio = f"{PER_YEAR[a.period]:g} {a.period}s = {PER_YEAR[b.period]:g} {b.period}s"
        return f"tell both per {a.period} ({ratio})"
    symbols = {symbol for unit in (a.unit, b.unit) for symbol, _ in unit.powers}
    if len(symbols & _MINUTES.keys()) == len(_MINUTES):
        return "60 minutes = 1 hour"
    return f"multiply {b} by a quantity in {a.unit / b.unit}"


def _between(a: Basis, b: Basis) -> tuple[str, str]:
    if {a, b} == {"revenue", "contribution"}:
        return "a sale is not a gain: only its margin is", "multiply the revenue by its contribution margin"
    return "discounts and refunds would be counted or not by chance", "make both net of discounts and refunds"


def _other_prices(a: Quantity, b: Quantity) -> PayoffError:
    what = f"{a.price_base} and {b.price_base} are different prices"
    fix = f"bring both to {a.price_base} by a price index"
    return _refused("P612", what, "inflation would pass for gain", fix)


def _is_code(symbol: str) -> bool:
    return len(symbol) == 3 and symbol.isalpha() and symbol.isupper()


def _refused(code: str, what: str, why: str, fix: str) -> PayoffError:
    return PayoffError((Problem(code, what, why, fix),), exit_code=3)
