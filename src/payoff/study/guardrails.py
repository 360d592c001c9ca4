"""A guardrail rule → how much worse its metric may get.

Question  From where on has `-1 pp at most` been broken?
Grammar   `[+-]number[ pp|%|unit] [worse] at most`, or `at most …` first. `%` is relative to the level of
          the metric, `pp` are percentage points, anything else the metric's own unit, which may be left
          out or shortened to what stands above the slash (`2 min` for min/call).
Refuses   With a `FindingError` P213: another text, another unit, a sign that points to the better side.
"""

import re

from payoff.nouns.metric import Better
from payoff.nouns.study import Guardrail
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.study.codes import FindingError
from payoff.study.values import read_number

_RULE = re.compile(
    r"(at most)?\s*([-+\u2212]?)\s*(\d*\.?\d+)\s*(.*?)\s*(?:\bworse)?\s*(at most)?", re.IGNORECASE
)
_EXAMPLES = 'write "-1 pp at most", "5% at most" (relative) or "2 min at most" (in the metric\'s unit)'


def read_guardrail(metric: str, rule: str, unit_text: str, better: Better) -> Guardrail:
    """The rule of a metric in `unit_text`; raises FindingError P213."""
    found = _RULE.fullmatch(rule.strip())
    if found is None or bool(found[1]) == bool(found[5]):
        raise FindingError("P213", f"{rule[:60]!r} does not say how much worse {metric} may get", _EXAMPLES)
    sign, number, unit = found[2], read_number(found[3]), found[4].strip()
    if (sign == "+" and better == "higher") or (sign in ("-", "\u2212") and better == "lower"):
        turned = f"{'-' if sign == '+' else '+'}{rule.strip().lstrip('-+' + chr(0x2212))}"
        what = f"{rule[:60]!r} limits how much better {metric} may get: {better} is better"
        raise FindingError("P213", what, f'write "{turned[:60]}"')
    if unit == "%":
        return Guardrail(metric, rule, number / 100, "relative")
    if unit == "pp":
        return Guardrail(metric, rule, _points(metric, number, unit_text), "points")
    if unit and not _fits(unit, read_unit(unit_text)):
        what = f"{rule[:60]!r} is in {unit[:30]}, but {metric} is in {unit_text}"
        raise FindingError("P213", what, f'write "{found[2]}{found[3]} {unit_text} at most", or in %')
    return Guardrail(metric, rule, number, "unit")


def _points(metric: str, number: float, unit_text: str) -> float:
    """Percentage points in the unit of a metric that is a percentage (0 to 100) or a share (0 to 1)."""
    if unit_text in ("%", "pp"):
        return number
    if read_unit(unit_text).powers:
        what = f"percentage points of {metric}, which is in {unit_text}"
        raise FindingError("P213", what, f'write "{number:g} {unit_text} at most", or in %')
    return number / 100


def _fits(written: str, unit: Unit) -> bool:
    try:
        found = read_unit(written)
    except UnitError:
        return False
    return found in (unit, Unit(tuple((symbol, power) for symbol, power in unit.powers if power > 0)))
