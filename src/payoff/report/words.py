"""Money, figures, ranges and charts' titles in words; plain numbers and nouns are `nouns.wording`.

Style     Two significant figures; measured amounts in a metric's own unit three, because readers hold
          them against published ones. True minus (−). A range stands beside its estimate.
Proof     tests/report/test_report_words.py; the style is `docs/reference/words.md`.
"""

import re

from payoff.nouns.unit import singular
from payoff.nouns.valuation import Figure
from payoff.nouns.wording import SCIENTIFIC, count, number, percent, plural, rounded, tenths, with_sign

UNUSUALLY_HIGH = 10.0  # a return above 1,000 %
ENDLESS_RATE = 1e4  # a rate a year beyond 1,000,000 %: the money is back in days, its size says nothing
_ABBREVIATED = frozenset(
    [
        "min",
        "sec",
        "hr",
        "h",
        "s",
        "ms",
        "wk",
        "yr",
        "mo",
        "d",
        "kg",
        "g",
        "km",
        "m",
        "cm",
        "mm",
        "lb",
        "oz",
        "l",
        "score",
        "share",
        "ratio",
    ]
)
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


def money(amount: float, currency: str, figures: int = 2) -> str:
    """'$1.2m', '−$72k', 'EUR 9,500', '$3.70'."""
    near = rounded(amount, figures)
    symbol = "$" if currency == "USD" else f"{currency} "
    size = abs(near)
    if size >= SCIENTIFIC:
        return with_sign(f"{symbol}{number(size, figures)}", near)
    for scale, suffix in _SCALES:
        if size >= scale * (10 if suffix == "k" else 1):
            text = number(size / scale, figures).removesuffix(".0") + suffix
            break
    else:
        text = f"{size:,.2f}" if 0 < size < 10 else number(size, figures)
    return with_sign(symbol + text, near)


def months(value: float) -> str:
    """'24 months', '1 month', '0.5 months', '10 months'."""
    text = count(int(value)) if float(value).is_integer() else number(value)
    return f"{text} month" if text == "1" else f"{text} months"


def in_ten(share: float) -> str:
    """A chance as a frequency, never flattered: '8 in 10', 'fewer than 1 in 10', 'more than 9 in 10'."""
    if 0.95 <= share < 1:
        return "more than 9 in 10"
    return f"{tenths(share)} in 10" if tenths(share) or share <= 0 else "fewer than 1 in 10"


def lost_in_ten(share: float) -> str:
    """The chance of a loss: what the chance of paying back, rounded down, leaves of ten."""
    paid = tenths(1 - share)
    return "more than 9 in 10" if paid == 0 and share < 1 else f"{10 - paid} in 10"


def span(low: str, high: str) -> str:
    """'−7% to 27%'."""
    return f"{low} to {high}"


def per(unit_text: str) -> str:
    """'USD/employee/month' → 'USD per employee per month'."""
    return re.sub(r"\s*/\s*", " per ", unit_text)


def measure(value: float, unit_text: str, currency: str, signed: bool = False) -> str:
    """A measured amount in the metric's own unit, three figures: '$137 per employee per month', '3.84%'."""
    first, *rest = re.split(r"\s*/\s*", unit_text)
    if first == currency:
        text = money(value, currency, 3)
    elif first in {"%", "pp"}:
        text = number(value, 3) + ("%" if first == "%" else " pp")
    else:
        text = f"{number(value, 3)} {unit_word(first, rounded(value, 3))}".strip()
    if signed and value > 0:
        text = f"+{text}"
    return " per ".join([text, *rest])


def back_per_one(bcr: float, currency: str) -> str:
    """'$3.70 back per $1': three figures, so that it agrees with the return beside it."""
    one = "$1" if currency == "USD" else f"{currency} 1"
    return f"{money(bcr, currency, 3)} back per {one}"


def amount(value: float, unit: str, currency: str) -> str:
    """A figure's value by its unit: ratio and lift and share as percent, months, or money."""
    if unit in {"ratio", "lift", "share"}:
        return percent(value)
    if unit == "months":
        return months(value)
    if unit == currency or unit.startswith(f"{currency}/"):
        return " per ".join([money(value, currency), *unit.split("/")[1:]])
    first, *rest = unit.split("/")
    return " per ".join([f"{number(value)} {unit_word(first, rounded(value))}".strip(), *rest])


def unit_word(symbol: str, value: float) -> str:
    """A unit for `value` of it, however the plan wrote it: 'calls' → '1 call', 'week' → '11.9 weeks'."""
    word = singular(symbol)
    if word in _ABBREVIATED or word.isupper() or not word.isalpha():
        return symbol
    return plural(word, value)


def figure_value(figure: Figure, value: float, currency: str, unit: str | None = None) -> str:
    """One value of a figure: a payback within the first month and an endless rate are said to be that."""
    unit = figure.unit if unit is None else unit
    if unit == "months" and 0 < value < 1:
        return "less than 1 month"
    if figure.name == "irr" and value > ENDLESS_RATE:
        return f"more than {percent(ENDLESS_RATE)}"
    return amount(value, unit, currency)


def figure_range(figure: Figure, currency: str) -> str:
    """The middle 80 % of the draws: '80%: −$72k to $360k'. An open end is said in words."""
    plain = figure.unit.split("/")[0]
    never = "never" if figure.unit == "months" else "no value"
    low, high = (
        never if end is None else figure_value(figure, end, currency, plain)
        for end in (figure.low, figure.high)
    )
    return f"80%: {span(low, high)}"


def figure_text(figure: Figure, currency: str) -> str:
    """The only way a money figure enters a sentence: value, range and horizon together."""
    horizon = months(figure.horizon_months)
    if figure.point is None:
        value = "never" if figure.unit == "months" else "no value"
    else:
        value = figure_value(figure, figure.point, currency)
    return f"{value} ({figure_range(figure, currency)}) over {horizon}"


def locks(n: int) -> str:
    """The evidence grade in words: 'evidence 2 of 4'."""
    return f"evidence {n} of 4"


def headline_words(text: str, most: int = 20) -> str:
    """A chart's title: written in twelve words; long names of measures have room for eight more."""
    words = text.split()
    return text if len(words) <= most else " ".join(words[: most - 1]) + " …"
