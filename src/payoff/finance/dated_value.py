"""Money on calendar days: present value and rate when payments do not fall on whole months.

Question  What is money worth on the day of the first payment, and at which rate is it worth nothing?
Time      A day is 1/365 year, as in every office suite; the first date is worth its face.
Refuses   Dates out of order, a rate of −100 % or less, a date or amount missing.
Proof     tests/finance/test_finance_rates.py: pyxirr and an office suite.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from payoff.finance.bad_input import bad_input, require_finite, require_rate
from payoff.finance.internal_rate import internal_rate_of_return
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal

DAYS_PER_YEAR = 365


def net_present_value_dated(
    amounts: Sequence[float] | Floats, dates: Sequence[dt.date], rate_annual: float
) -> float:
    """XNPV: value on the first date. Raises PayoffError on dates out of order or a rate of −100 %."""
    require_rate("rate", rate_annual)
    years = _years(amounts, dates)
    return float((np.asarray(amounts) * (1 + rate_annual) ** -years).sum())


def internal_rate_dated(amounts: Sequence[float] | Floats, dates: Sequence[dt.date]) -> float | Refusal:
    """XIRR: the one annual effective rate, or why there is none. Raises PayoffError on bad dates."""
    return internal_rate_of_return(np.asarray(amounts, dtype=np.float64), _years(amounts, dates))


def _years(amounts: Sequence[float] | Floats, dates: Sequence[dt.date]) -> Floats:
    if len(amounts) != len(dates) or not dates:
        what = f"{len(amounts)} amounts on {len(dates)} dates"
        raise bad_input("P102", what, "undated money cannot be valued", "give every amount its date")
    for amount in amounts:
        require_finite("amount", amount)
    for before, after in pairwise(dates):
        if after < before:
            what = f"{after.isoformat()} comes after {before.isoformat()}"
            raise bad_input("P701", what, "payments must be in order", "sort the payments by date")
    return np.array([(day - dates[0]).days / DAYS_PER_YEAR for day in dates])
