"""Numbers and nouns as a manager reads them: two significant figures, a true minus, plurals."""

import math
from collections.abc import Sequence


def two_figures(value: float) -> str:
    """`value` to two significant figures: 0.00214 → "0.0021", 1234 → "1,200", −3.25 → "−3.2"."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else ("∞" if value > 0 else "−∞")
    shown = float(f"{value:.1e}")
    digits = max(1 - math.floor(math.log10(abs(shown))), 0)
    return f"{shown:,.{digits}f}".replace("-", "−")


def percent(share: float) -> str:
    """A share as percent to two significant figures: 0.223 → "22%"."""
    return f"{two_figures(share * 100)}%"


def points(share: float) -> str:
    """A difference of two shares: 0.03 → "3.0 pp"."""
    return f"{two_figures(share * 100)} pp"


def better_or_worse(lift: float) -> str:
    """A lift in words, so that no reader guesses which way is good: −0.14 → "14% worse"."""
    return f"{percent(abs(lift))} {'better' if lift > 0 else 'worse'}" if lift else "no change"


def plural(noun: str, count: float = 2) -> str:
    """`noun` for `count` things: firm → firms, company → companies, person → people."""
    if count == 1:
        return noun
    if noun.endswith("person"):
        return f"{noun[:-6]}people"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """ "1 firm", "3,300 employees"."""
    return f"{count:,} {plural(noun, count)}"


def named(names: Sequence[str], at_most: int = 3) -> str:
    """The first few names and how many more there are."""
    shown = ", ".join(names[:at_most])
    rest = len(names) - at_most
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def in_sentence(label: str) -> str:
    """A label inside a sentence: "Scrap rate" → "scrap rate", but "AHT" stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
