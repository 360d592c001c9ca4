"""Money in another currency, at a stated rate of a stated day.

Question  What is this amount worth in the study's currency, and by which rate?
Identity  There and back is the same amount: one rate a pair, used in both directions.
Refuses   A currency without a rate, a rate that is not above zero, two rates for one pair.
Proof     tests/finance/test_finance_properties.py
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from payoff.finance.bad_input import bad_input, require_positive
from payoff.nouns.quantity import Quantity
from payoff.nouns.unit import read_unit


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `other` is worth `rate` units of `own`, on a day, by a source."""

    own: str
    other: str
    rate: float
    on: dt.date
    source: str


def convert_currency(amount: Quantity, currency: str, rates: Sequence[Rate]) -> Quantity:
    """`amount` in `currency`; raises PayoffError where no dated rate links the two."""
    if not amount.currency:
        raise bad_input(
            "P115", f"{amount} is no money", "only money has an exchange rate", "give it a currency"
        )
    if amount.currency == currency:
        return amount
    found = {_between(r, amount.currency, currency) for r in rates} - {None}
    if len(found) != 1:
        how = "no rate" if not found else f"{len(found)} rates"
        what = f"{how} between {amount.currency} and {currency}"
        fix = f"state one rate with its day, such as {currency} per {amount.currency} on 2026-01-05"
        raise bad_input("P613", what, "a sum over currencies means nothing without it", fix)
    factor = found.pop() or 1.0
    unit = amount.unit * read_unit(currency) / read_unit(amount.currency)
    return replace(amount, value=amount.value * factor, unit=unit)


def _between(rate: Rate, source: str, target: str) -> float | None:
    require_positive(f"{rate.own} per {rate.other}", rate.rate)
    if (rate.other, rate.own) == (source, target):
        return rate.rate
    return 1 / rate.rate if (rate.own, rate.other) == (source, target) else None
