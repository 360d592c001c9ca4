"""Assumptions: one form each, low to high, shares within 100 %, steering numbers in their bounds.

Question  Would finance accept this number, before asking what it is used for?
"""

import keyword
import math
import re
from collections.abc import Iterator

from payoff.nouns.problem import Problem
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.study.codes import build_problem
from payoff.study.formulas import EFFECT_NAMES, MONTH, TIME_NAMES, is_count_name
from payoff.study.money_parts import AssumptionPart
from payoff.study.structure import Draft
from payoff.study.values import read_range

_SHARE = re.compile(r"(^|_)(margin|share|probability|adoption|participation|reali[sz]ation|haircut)(_|$)")
_RATES = ("discount", "hurdle", "finance_rate", "reinvest_rate")
_PEOPLE = ("completions", "competent")
_LOGNORMAL_SLACK = 0.05  # mid may miss the geometric mean of low and high by so much
_ENDS = ("low", "mid", "high", "value")
_PERCENT = ("%", "pp")


def check_assumptions(draft: Draft) -> Iterator[Problem]:
    """Problems of every assumption on its own."""
    for name, assumption in draft.doc.assumptions.items():
        yield from _check_name(draft, name)
        yield from _check_form(draft, name, assumption)
        yield from _check_size(draft, name, assumption)
        yield from _check_shape(draft, name, assumption)
        if assumption.unit is not None and _unit(assumption.unit) is None:
            what = f"assumptions.{name}.unit {assumption.unit[:60]!r} is not a unit"
            fix = "write words joined by /, such as USD/deal"
            yield build_problem("P114", what, fix, draft.place("assumptions", name, "unit"))


def _check_name(draft: Draft, name: str) -> Iterator[Problem]:
    taken = (*EFFECT_NAMES, *TIME_NAMES, "min", "max")
    label = _label(draft)
    if name in taken or keyword.iskeyword(name) or (label is not None and is_count_name(name, label)):
        what = f"{name} is a word formulas already use"
        yield build_problem("P111", what, "choose another name", draft.tree.key_place("assumptions", name))


def _check_form(draft: Draft, name: str, assumption: AssumptionPart) -> Iterator[Problem]:
    place = draft.tree.key_place("assumptions", name)
    has = {key: draft.is_written("assumptions", name, key) for key in (*_ENDS, "sql", "range")}
    ends = [key for key in ("low", "mid", "high") if has[key]]
    drawn = assumption.sql is not None and not has["sql"]  # from the ledger, from a list of rates
    forms = bool(ends) + has["value"] + (has["sql"] or drawn) + bool(assumption.values)
    if forms != 1:
        what = f"assumptions.{name} has {'no value' if forms == 0 else f'{forms} kinds of value'}"
        yield build_problem("P604", what, "give low, mid, high; or value; or values; or sql", place)
    elif ends and len(ends) < 3:
        missing = ", ".join(key for key in ("low", "mid", "high") if key not in ends)
        what = f"assumptions.{name} lacks {missing}"
        yield build_problem("P604", what, f"add {missing}, or write one value", place)
    if has["range"] and not (has["sql"] or drawn):
        what = f"assumptions.{name}.range needs sql to be relative to"
        fix = "write low, mid, high"
        yield build_problem("P113", what, fix, draft.place("assumptions", name, "range"))
    low, mid, high = assumption.low, assumption.mid, assumption.high
    if low is not None and mid is not None and high is not None and not low <= mid <= high:
        what = f"assumptions.{name}: {low:g}, {mid:g}, {high:g} are out of order"
        ordered = ", ".join(f"{value:g}" for value in sorted((low, mid, high)))
        yield build_problem("P603", what, f"in order: {ordered}", draft.place("assumptions", name, "low"))
    if assumption.applied is not None and name != "haircut":
        what = f"assumptions.{name}.applied belongs to haircut"
        yield build_problem("P113", what, "delete applied", draft.place("assumptions", name, "applied"))


def _check_size(draft: Draft, name: str, assumption: AssumptionPart) -> Iterator[Problem]:
    """Shares lie between 0 and 1; steering assumptions in their own bounds."""
    if assumption.sql is not None and assumption.range is not None and read_range(assumption.range)[0] < 0:
        what = f"assumptions.{name}.range reaches below 0 %"
        yield build_problem("P106", what, "such as 80%..120%", draft.place("assumptions", name, "range"))
    is_share = bool(_SHARE.search(name)) and assumption.unit in (None, "%", "share", "1")
    for key in _ENDS:
        number = getattr(assumption, key)
        if number is None:
            continue
        node = draft.tree.find("assumptions", name, key)
        place, written = draft.place("assumptions", name, key), str(node.value if node else number)
        if is_share and number > 1:
            yield build_problem("P103", f"{name}.{key} {written} exceeds 100%", f"{key}: 100% or less", place)
        elif is_share and number < 0:
            yield build_problem("P103", f"{name}.{key} {written} is below 0%", f"{key}: 0% or more", place)
        elif assumption.unit in _PERCENT and not written.strip().endswith("%"):
            what = f"{name}.{key} is {written} in {assumption.unit}, which formulas would take as a factor"
            yield build_problem("P501", what, f"{key}: {written}%, without a unit", place)
        fault = _steering_fault(name, number)
        if fault:
            yield build_problem("P605", f"{name}.{key} is {written}", fault, place)
    if name == "half_life" and (assumption.unit is None or _unit(assumption.unit) not in (MONTH, None)):
        place = draft.tree.key_place("assumptions", name)
        yield build_problem("P605", "half_life is not in months", "add unit: months", place)
    if name in (*_RATES, "haircut") and assumption.unit is not None and _unit(assumption.unit) != Unit():
        place = draft.place("assumptions", name, "unit")
        yield build_problem("P605", f"{name} has the unit {assumption.unit[:40]}", "delete unit", place)


def _check_shape(draft: Draft, name: str, assumption: AssumptionPart) -> Iterator[Problem]:
    """A lognormal is above zero with its median in the (geometric) middle; observed values are several."""
    place = draft.place("assumptions", name, "shape")
    low, mid, high = assumption.low, assumption.mid, assumption.high
    if assumption.values and len(set(assumption.values)) < 3:
        what, fix = (
            f"{name} has fewer than three different values",
            "list what was observed, or low, mid, high",
        )
        yield build_problem("P604", what, fix, draft.place("assumptions", name, "values"))
    if assumption.shape == "triangular":
        return
    if low is None or mid is None or high is None:
        if not assumption.sql:
            yield build_problem("P113", f"{name} has a shape without a range", "give low, mid, high", place)
    elif assumption.shape == "lognormal" and low <= 0:
        yield build_problem("P106", f"{name}.low {low:g} of a lognormal", "above 0", place)
    elif assumption.shape == "lognormal":
        middle = math.sqrt(low * high)
        if abs(mid / middle - 1) > _LOGNORMAL_SLACK:
            what = f"{name}.mid {mid:g} is not the median of a lognormal from {low:g} to {high:g}"
            yield build_problem("P603", what, f"mid: {middle:.4g}", place)


def assumption_fault(name: str, unit: str, number: float) -> str:
    """What a number of this name must be instead, "" when it is fine: as a study file is checked."""
    if _SHARE.search(name) and unit in ("", "%", "share", "1") and not 0 <= number <= 1:
        return "between 0% and 100%"
    return _steering_fault(name, number)


def _steering_fault(name: str, number: float) -> str:
    if name in _RATES and number <= -1:
        return "an annual rate above -100%, such as 8%"
    if name in _RATES and number >= 1:
        return "an annual rate below 100%, such as 8%"
    if name in _PEOPLE and number <= 0:
        return "a number of people above 0"
    if name == "half_life" and number <= 0:
        return "a number of months above 0"
    return ""


def _label(draft: Draft) -> str | None:
    return draft.doc.design.label if draft.doc.design is not None else None


def _unit(text: str) -> Unit | None:
    try:
        return read_unit(text)
    except UnitError:
        return None
