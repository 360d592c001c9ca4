"""Does a formula end in money? Asked before any number is put in.

Question  Which unit do the names of a formula have, and does the whole come out in the currency?
Names     Assumptions in their own units; `lift` pure; `baseline` and `gain` in the metric's unit;
          `months` in month; `weeks_per_month` = 52/12 week/month; the plural of the study's unit.
Refuses   A formula that leaves something over: "baseline × lift × unit value × employees" without
          volume comes out in USD × agent / call, and 24 is not 46,080.
"""

from collections.abc import Mapping

from payoff.nouns.formula import Formula, FormulaError
from payoff.nouns.money_plan import Assumption
from payoff.nouns.problem import Problem
from payoff.nouns.study import Study
from payoff.nouns.unit import Unit, UnitError, read_unit

_RESERVED = ("lift", "gain", "baseline", "months", "weeks_per_month")


def count_names(study: Study, assumptions: tuple[Assumption, ...]) -> tuple[str, ...]:
    """Names in the study's formulas that stand for the number of units (`firms` for the unit firm)."""
    taken = {a.name for a in assumptions} | set(_RESERVED)
    used = {n for b in study.benefits for n in b.formula.names} | {
        n for c in study.costs for n in c.amount.names
    }
    unit = _unit_or_none(study.design.unit_label)
    if unit is None or not unit.powers:
        return ()
    return tuple(sorted(n for n in used - taken if _unit_or_none(n) == unit))


def formula_units(study: Study, assumptions: tuple[Assumption, ...]) -> dict[str, Unit]:
    """The unit of every name a formula of this study may use."""
    metric = study.metric(study.outcome.primary).unit
    units = {"lift": Unit(), "gain": metric, "baseline": metric}
    units |= {"months": read_unit("month"), "weeks_per_month": read_unit("week/month")}
    units |= {name: read_unit(study.design.unit_label) for name in count_names(study, assumptions)}
    return units | {a.name: a.unit for a in assumptions}


def check_formula_unit(formula: Formula, units: Mapping[str, Unit], currency: str) -> Problem | None:
    """None when the formula comes out in the currency, else what is missing or left over.

    A formula without names is a plain amount, taken to be in the currency.
    """
    if not formula.names:
        return None
    try:
        found = formula.unit(units)
    except FormulaError as error:
        return _problem(f"{formula.text!r}: {error}", "give every term the unit it is measured in")
    left_over = found / read_unit(currency)
    if not left_over.powers or _is_plain_abroad(formula, found, currency):
        return None
    missing = Unit() / left_over
    return _problem(
        f"{formula.text!r} comes out in {found}, not {currency}", f"multiply by a quantity in {missing}"
    )


def _is_plain_abroad(formula: Formula, found: Unit, currency: str) -> bool:
    """Whether a formula is a plain amount in another currency times its rate: `(18000) * USD_per_EUR`."""
    rates = [name for name in formula.names if name.startswith(f"{currency}_per_")]
    return len(formula.names) == 1 and bool(rates) and found == read_unit(rates[0].replace("_per_", "/"))


def _problem(what: str, fix: str) -> Problem:
    return Problem("P401", what, "a sum that is not money cannot be set against the cost", fix)


def _unit_or_none(name: str) -> Unit | None:
    try:
        return read_unit(name)
    except UnitError:
        return None
