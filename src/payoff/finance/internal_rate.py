"""The rate at which dated money is worth nothing: all of them, or none.

Question  At which annual effective rates is the present value of a flow zero?
Method    f(u) = Σ amount · exp(−u · years), u = ln(1 + rate). With S changes of sign f has at most S roots
          (Descartes). Multiplied by exp(τu), τ between two dates at which the sign changes, its derivative
          has one change fewer and the roots of f lie between the derivative's: so every root is bracketed,
          none is guessed, and a root that only touches zero is found as well.
Refuses   One rate where there is none (money flows one way) or where there are several.
Cites     Norstrøm (1972) on several rates; the generalised Descartes rule for exponential sums.
Proof     tests/finance/test_finance_rates.py: a brute-force search over several-root flows, a library and
          an office suite over flows with one change of sign.
"""

import math

import numpy as np
from scipy.optimize import brentq

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import with_sign

METHOD = "internal rate of return"
_NO_CHANGE = "money flows one way only, so no rate makes it worth nothing"
_NO_RATE = "no rate makes this flow worth nothing: it gains, or loses, at every rate"

_ENDLESS = 1e4  # a year
_WIDEST = 700.0  # |ln(1 + rate)|: beyond exp(±700) a rate has no float
_TOUCH = 1e-9  # a turning point this close to zero, as a share of the money moved, counts as a root
_LOWEST, _HIGHEST = math.log(1e-9), math.log(1e12)  # ln(1 + rate) searched over many draws


def internal_rates(amounts: Floats, years: Floats) -> tuple[float, ...]:
    """Every annual rate above −100 % at which the flow is worth zero, ascending; () when none is.

    amounts, years: (n,), years from any one date, in any order.
    """
    order = np.argsort(years, kind="stable")
    dates, at = np.unique(years[order], return_inverse=True)
    sums = np.bincount(at, weights=amounts[order], minlength=dates.size)
    kept = sums != 0
    rates = (float(np.expm1(u)) for u in _roots(sums[kept], dates[kept]))
    return tuple(rate for rate in rates if rate > -1)  # closer to −100 % than a float can tell: none


def internal_rate_of_return(amounts: Floats, years: Floats) -> float | Refusal:
    """The one rate; a Refusal where there is none, or several (all named)."""
    if not (np.isfinite(amounts).all() and np.isfinite(years).all()):
        return Refusal(METHOD, "an amount or a date is not a number")
    if not ((amounts > 0).any() and (amounts < 0).any()):
        return Refusal(METHOD, _NO_CHANGE)
    found = internal_rates(amounts, years)
    if not found:
        return Refusal(METHOD, _NO_RATE)
    if len(found) > 1:
        listed = ", ".join(_said(rate) for rate in found)
        return Refusal(METHOD, f"{len(found)} rates fit ({listed}): money changes direction more than once")
    return found[0]


def _said(rate: float) -> str:
    """A rate beyond a million per cent a year is no rate a reader could use: that it is beyond is enough."""
    return with_sign(f"{abs(100 * rate):.4g} %", rate) if rate <= _ENDLESS else "more than 1,000,000 %"


def internal_rate_by_draw(net: Floats, months: Ints) -> Floats:
    """The rate of each draw, (n_draws,); net (n_draws, n_months), months consecutive.

    inf: worth money at every rate; −inf: never worth its cost; NaN: several rates fit.
    """
    signs = np.sign(net)
    changes = _sign_changes(signs)
    first = np.take_along_axis(signs, np.argmax(signs != 0, axis=1)[:, np.newaxis], axis=1)[:, 0]
    rates: Floats = np.where(net.sum(axis=1) > 0, np.inf, -np.inf)
    once = (changes == 1) & (first < 0)
    if once.any():
        rates[once] = _bisect(net[once])
    for row in np.flatnonzero((changes > 1) | ((changes == 1) & (first > 0))):
        found = internal_rates(net[row], months / 12)
        if found:
            rates[row] = found[0] if len(found) == 1 and first[row] < 0 else np.nan
    return rates


def _sign_changes(signs: Floats) -> Ints:
    """Changes of sign along each row, zeros left out, (n_draws,)."""
    carried = signs.copy()
    for month in range(1, signs.shape[1]):
        here = carried[:, month]
        here[here == 0] = carried[:, month - 1][here == 0]
    changes: Ints = ((carried[:, 1:] * carried[:, :-1]) < 0).sum(axis=1)
    return changes


def _bisect(net: Floats) -> Floats:
    """Rates of rows that are first negative, then positive: present value falls as the rate rises."""
    low, high = np.full(net.shape[0], _LOWEST), np.full(net.shape[0], _HIGHEST)
    by_month = np.ascontiguousarray(net.T)
    for _ in range(64):  # 48 / 2 ** 64 is below the precision of a float
        middle = (low + high) / 2
        step = np.exp(-middle / 12)
        value = by_month[-1].copy()
        with np.errstate(over="ignore"):
            for amount in by_month[-2::-1]:
                value *= step
                value += amount
        worth = value > 0
        low, high = np.where(worth, middle, low), np.where(worth, high, middle)
    return np.asarray(np.expm1((low + high) / 2))


def _roots(amounts: Floats, years: Floats) -> list[float]:
    """Roots in u of Σ amounts · exp(−u · years), ascending. years ascending, no amount zero."""
    change = np.flatnonzero(np.sign(amounts[:-1]) != np.sign(amounts[1:]))
    if change.size == 0:
        return []
    pivot = (years[change[0]] + years[change[0] + 1]) / 2
    turning = _roots(amounts * (pivot - years), years)
    ends = [-_far(amounts, years, -1.0), *turning, _far(amounts, years, 1.0)]
    values = [_value(u, amounts, years, pivot) for u in ends]
    found = [u for u, v in zip(ends[1:-1], values[1:-1], strict=True) if abs(v) <= _TOUCH]
    for left, right, a, b in zip(ends[:-1], ends[1:], values[:-1], values[1:], strict=True):
        if abs(a) > _TOUCH and abs(b) > _TOUCH and a * b < 0:
            root = brentq(_value, left, right, (amounts, years, pivot), xtol=1e-15, rtol=1e-14, maxiter=500)
            found.append(float(root))
    return sorted(found)


def _value(u: float, amounts: Floats, years: Floats, pivot: float) -> float:
    """f(u) · exp(τu), as a share of the money moved at that rate: between −1 and 1, never overflowing."""
    power = (pivot - years) * u
    weight = np.exp(power - power.max())
    return float((amounts * weight).sum() / (np.abs(amounts) * weight).sum())


def _far(amounts: Floats, years: Floats, side: float) -> float:
    """How far out the sign is that of the first (side 1) or last (side −1) amount, from there on for good."""
    lead = 0 if side > 0 else -1
    gap = abs(years[1] - years[0]) if side > 0 else abs(years[-1] - years[-2])
    with np.errstate(over="ignore"):  # beside a leading amount of next to nothing, any bound is wide
        return float(min(_WIDEST, math.log(2 * np.abs(amounts).sum() / abs(amounts[lead])) / gap + 1.0))
