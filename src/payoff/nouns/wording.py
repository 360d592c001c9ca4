"""Numbers and nouns as a reader sees them: one style for every room.

Style     Two significant figures, thousands in commas, a true minus (−); what is better is said, not
          left to the sign. Money, figures and ranges belong to the report.
Proof     tests/nouns/test_nouns_wording.py; the style is `docs/reference/words.md`.
"""

import math
import re
from collections.abc import Sequence

MINUS = "−"
SCIENTIFIC = 1e15  # from here on a number is told by its power of ten


def rounded(value: float, figures: int = 2) -> float:
    """`value` to that many significant figures."""
    return float(f"{value:.{figures - 1}e}")


def number(value: float, figures: int = 2) -> str:
    """'1,200', '0.023', '−7.0', '∞': significant figures, thousands in commas, true minus."""
    if not math.isfinite(value):
        return with_sign("∞", value)
    near = rounded(value, figures)
    if abs(near) >= SCIENTIFIC:
        digits, power = f"{abs(near):.{figures - 1}e}".split("e")
        return with_sign(f"{digits} × 10^{int(power)}", near)
    return with_sign(f"{abs(near):,.{_places(near, figures)}f}", near) if near else "0"


def exact(value: float) -> str:
    """An audit number: six significant figures below a million, whole above; no padding, true minus."""
    if not value or not math.isfinite(value):
        return number(value)
    places = min(_places(value, 6), 15)
    text = f"{abs(value):,.{places}f}"
    return with_sign(text.rstrip("0").rstrip(".") if places else text, value)


def with_sign(text: str, value: float) -> str:
    """`text`, which carries no sign, with the sign of `value`."""
    return MINUS + text if value < 0 else text


def percent(share: float, figures: int = 2) -> str:
    """0.104 → '10%', 23 → '2,300%'; what would round to less than 0.05 % is '0%'."""
    if not math.isfinite(share):
        return f"{number(share)}%"
    if abs(share) < 0.0005:
        return "0%"
    near = rounded(share * 100, figures)
    if abs(near) >= SCIENTIFIC:
        return f"{number(near, figures)}%"
    places = min(_places(near, figures), 2)
    return with_sign(f"{abs(near):,.{places}f}".removesuffix(".0") + "%", near)


def points(share: float) -> str:
    """A difference of two percentages: '8.0 pp'."""
    return f"{number(share * 100)} pp"


def better_or_worse(lift: float) -> str:
    """A lift in words, so that no reader guesses which way is good: '41% better', '2.9% worse'."""
    if abs(lift) < 0.0005:
        return "no change"
    return f"{percent(abs(lift))} {'better' if lift > 0 else 'worse'}"


def tenths(share: float) -> int:
    """A share in whole tenths, rounded down: 0.69 is 6, and 0.7 is 7 whatever its last bit."""
    return int(share * 10 + 1e-9)


def count(value: int) -> str:
    """A count is exact: '3,300'."""
    return f"{value:,}"


def counted(value: int, noun: str) -> str:
    """'1 firm', '3,300 employees'."""
    return f"{count(value)} {plural(noun, value)}"


def plural(noun: str, value: float = 2) -> str:
    """`noun` for `value` things: firm → firms, company → companies, person → people."""
    if value == 1:
        return noun
    if noun.endswith("person"):
        return f"{noun[:-6]}people"
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def named(names: Sequence[str], at_most: int = 3) -> str:
    """The first few names and how many more there are."""
    shown = ", ".join(names[:at_most])
    rest = len(names) - at_most
    return f"{shown} and {count(rest)} more" if rest > 0 else shown


def listed(items: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def plain(name: str) -> str:
    """An identifier as words: 'delivery_per_worker' → 'delivery per worker'."""
    return name.replace("_", " ").strip()


def unit_noun(column: str) -> str:
    """What a column of identifiers counts: 'team_id' → 'team'; other names as words."""
    words = plain(re.sub(r"(?<=[a-z0-9])[_ ]?(?:_id|Id|ID)$", "", column))
    return words or plain(column)


def lowered(text: str) -> str:
    """The first letter small, for the middle of a sentence; 'AHT' and 'HR cost' stay."""
    head = text.split(" ", 1)[0]
    return text if len(head) > 1 and head[1:] != head[1:].lower() else text[:1].lower() + text[1:]


def raised(text: str) -> str:
    """The first letter large, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Begins large, ends with a full stop."""
    text = raised(text.strip())
    return text if not text or text.endswith((".", "!", "?", "…")) else text + "."


def _places(near: float, figures: int) -> int:
    """Decimal places that show a number (not 0) to that many significant figures."""
    return max(0, figures - 1 - math.floor(math.log10(abs(near))))
