"""Units as symbols with exponents, so that a formula without volume cannot pass for money.

Question  Does this formula end in the study's currency?
Grammar   `deals/rep/month`, `USD/deal`, `min/call`, `USD*month`, `%` or empty for a pure number.
          A plural counts as its singular. Nothing is converted silently: `week` and `month` are
          different symbols, and bridging them takes a named factor (`weeks_per_month` = 52/12).
"""

import re
from dataclasses import dataclass

WEEKS_PER_MONTH = 52 / 12  # the factor that formulas call `weeks_per_month`

_PLURAL_EXCEPTIONS = {"gas", "bus", "gross", "loss", "less", "process", "access", "class", "business"}
_PURE = {"", "%", "pp", "1", "share", "ratio", "score"}


class UnitError(ValueError):
    """The text is not a unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Symbols with non-zero exponents, sorted by symbol; empty = pure number."""

    powers: tuple[tuple[str, int], ...] = ()

    def __mul__(self, other: "Unit") -> "Unit":
        return _merge(self, other, 1)

    def __truediv__(self, other: "Unit") -> "Unit":
        return _merge(self, other, -1)

    def __pow__(self, exponent: int) -> "Unit":
        return Unit(tuple((s, p * exponent) for s, p in self.powers) if exponent else ())

    def __str__(self) -> str:
        over = [s if p == 1 else f"{s}^{p}" for s, p in self.powers if p > 0]
        under = [s if p == -1 else f"{s}^{-p}" for s, p in self.powers if p < 0]
        if not over and not under:
            return "pure number"
        return "/".join(["*".join(over) or "1", *under])


def _merge(a: Unit, b: Unit, sign: int) -> Unit:
    total = dict(a.powers)
    for symbol, power in b.powers:
        total[symbol] = total.get(symbol, 0) + sign * power
    return Unit(tuple(sorted((s, p) for s, p in total.items() if p)))


def singular(symbol: str) -> str:
    """One of them: calls → call, companies → company; 'USD' and 'gas' stay."""
    lower = symbol.lower()
    if symbol.isupper() or lower in _PLURAL_EXCEPTIONS or len(symbol) < 3:
        return symbol
    if lower.endswith("ies") and len(symbol) > 4:
        return symbol[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes")):
        return symbol[:-2]
    return symbol[:-1] if lower.endswith("s") and not lower.endswith("ss") else symbol


_SYNONYMS = {
    "minute": "min",
    "hr": "hour",
    "h": "hour",
    "mo": "month",
    "wk": "week",
    "yr": "year",
    "d": "day",
}


def read_unit(text: str) -> Unit:
    """Parse `text`; raises UnitError on anything but words joined by `*`, `/` and `^integer`."""
    text = text.strip()
    if text.lower() in _PURE:
        return Unit()
    result = Unit()
    sign = 1
    for token in re.split(r"\s*([*/])\s*", text):
        if token in "*/":
            sign = 1 if token == "*" else -1
            continue
        match = re.fullmatch(r"([A-Za-z_%$€£][\w-]*|1|%)(?:\^(\d))?", token.replace(" ", "_"))
        if match is None:
            raise UnitError(f"{text!r} is not a unit; write words joined by / or *, such as deals/rep/month")
        name, power = match.group(1), int(match.group(2) or 1)
        if name.lower() in _PURE:
            continue
        name = singular(name)
        name = _SYNONYMS.get(name, name)
        result = _merge(result, Unit(((name, power),)), sign)
    return result
