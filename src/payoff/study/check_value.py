"""Benefits and costs: formulas of known names that end in the study's currency.

Question  Is every factor between the effect and the money there, and is everything paid for?
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from payoff.nouns.formula import Formula
from payoff.nouns.problem import Problem, Severity
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.nouns.wording import plural
from payoff.study.check_money import rate_name
from payoff.study.codes import FindingError, build_problem
from payoff.study.converters import benefit_text, check_converter
from payoff.study.currency import CURRENCIES
from payoff.study.formulas import (
    EFFECT_NAMES,
    MONTH,
    STEERING,
    WEEKS_PER_MONTH,
    check_money,
    evaluate_plain,
    is_count_name,
    parse_formula,
)
from payoff.study.money_parts import BenefitPart, CostPart
from payoff.study.pilot import WEEKS_4
from payoff.study.structure import Draft, describe
from payoff.study.suggest import suggestion
from payoff.study.tree import Path

_MARGIN = re.compile(r"margin|contribution")


def check_value(draft: Draft) -> Iterator[Problem]:
    """Problems of benefits and costs, and assumptions that no formula uses."""
    used: set[str] = set()
    for name, benefit in draft.doc.value.items():
        used |= _names(benefit_text(draft, benefit))
        yield from _check_benefit(draft, name, benefit)
    for position, cost in enumerate(draft.doc.costs):
        used |= _names(cost_text(cost))
        yield from _check_cost(draft, position, cost)
    for position, refresh in enumerate(draft.doc.sustain.refresh if draft.doc.sustain else ()):
        used |= _names(refresh.amount)
        yield from _check_text(draft, ("sustain", "refresh", position, "amount"), refresh.amount)
    if _is_whole(draft):
        yield from _check_presence(draft, used)


def cost_text(cost: CostPart) -> str:
    """The amount as one formula; empty when the line has none."""
    if cost.amount is not None:
        return cost.amount
    return f"({cost.hours}) * ({cost.rate})" if cost.hours and cost.rate else ""


def _names(text: str) -> set[str]:
    try:
        return set(parse_formula(text).names) if text else set()
    except FindingError:
        return set(re.findall(r"[A-Za-z_]\w*", text))


def _check_benefit(draft: Draft, name: str, benefit: BenefitPart) -> Iterator[Problem]:
    path: Path = ("value", name, "formula" if benefit.formula is not None else "converter")
    outcome = draft.doc.outcome
    metric = benefit.metric or (outcome.primary if outcome is not None else None)
    if outcome is not None and benefit.metric is not None and benefit.metric != outcome.primary:
        what = f"value.{name} is about {benefit.metric[:60]}, the primary metric is {outcome.primary}"
        fix = f"metric: {outcome.primary}, or make {benefit.metric[:60]} the primary metric"
        yield build_problem("P405", what, fix, draft.place("value", name, "metric"))
        return
    faults = list(check_converter(draft, name, benefit))
    yield from faults
    text = benefit_text(draft, benefit)
    if not text or any(fault.severity is Severity.ERROR for fault in faults):
        return
    try:
        formula = parse_formula(text)
    except FindingError as finding:
        yield finding.at(draft.place(*path))
        return
    if benefit.onset_months < 0:
        what = f"value.{name}.onset_months is {benefit.onset_months:g}"
        yield build_problem("P106", what, "0 or more", draft.place("value", name, "onset_months"))
    if not {"lift", "gain"} & set(formula.names):
        fix = "multiply by lift * baseline, or by gain"
        yield build_problem("P404", f"value.{name} uses neither lift nor gain", fix, draft.place(*path))
    yield from _check_formula(draft, path, formula, _effect_units(draft, metric))
    bases = {n: a.basis for n, a in draft.doc.assumptions.items() if n in formula.names and a.basis}
    if {"gross", "net"} <= set(bases.values()):
        what = f"value.{name} mixes {' and '.join(f'{n} ({b})' for n, b in sorted(bases.items()))}"
        yield build_problem("P416", what, "take discounts and refunds off the gross one", draft.place(*path))
    sells = benefit.category == "revenue" or "revenue" in bases.values()
    earned = [part for part in formula.addends if {"lift", "gain"} & set(part)]
    if sells and not benefit.gross and not all(_is_margined(part, bases) for part in earned):
        what = f"value.{name} credits revenue without a margin"
        yield build_problem("P406", what, "multiply by margin, or write gross: true", draft.place(*path))


def _is_margined(part: tuple[str, ...], bases: Mapping[str, str]) -> bool:
    """Each part of a sum by itself: one price at its margin does not vouch for the next."""
    return any(bases.get(name) == "contribution" or _MARGIN.search(name) for name in part)


def _check_cost(draft: Draft, position: int, cost: CostPart) -> Iterator[Problem]:
    path: Path = ("costs", position)
    if draft.is_written(*path, "ledger"):
        yield from _check_month(draft, path, cost)
        return
    has = {key: draft.is_written(*path, key) for key in ("amount", "hours", "rate")}
    if has["amount"] and (has["hours"] or has["rate"]):
        what = f"{describe(path)} has both an amount and hours at a rate"
        yield build_problem("P113", what, "keep one of the two", draft.place(*path))
        return
    if not has["amount"] and not (has["hours"] and has["rate"]):
        what = f"{describe(path)} ({cost.item[:40]}) has no amount"
        yield build_problem(
            "P102", what, "add amount, or hours and rate; 0 if it is free", draft.place(*path)
        )
        return
    yield from _check_month(draft, path, cost)
    texts = {key: text for key, text in (("hours", cost.hours), ("rate", cost.rate)) if text is not None}
    faults = [] if has["amount"] else [p for k, t in texts.items() for p in _check_part(draft, (*path, k), t)]
    yield from faults
    if not faults:
        path = (*path, "amount" if has["amount"] else "hours")
        yield from _check_text(draft, path, cost_text(cost), cost.currency)


def _check_month(draft: Draft, path: Path, cost: CostPart) -> Iterator[Problem]:
    horizon = draft.doc.horizon_months
    if cost.kind == "run" and cost.month:
        what = f"{describe(path)} runs over the horizon; month places one-time lines"
        yield build_problem("P113", what, "delete month", draft.place(*path, "month"))
    elif horizon is not None and cost.month > horizon:
        what = f"{describe(path)} ({cost.item[:40]}) is paid in month {cost.month} of a horizon of {horizon}"
        fix = f"horizon_months: {cost.month} or more, an earlier month, or leave it: it counts in full"
        yield build_problem("P616", what, fix, draft.place(*path, "month"))


def _check_part(draft: Draft, path: Path, text: str) -> Iterator[Problem]:
    """Hours or their rate, each by itself: no number, or a negative one."""
    try:
        formula = parse_formula(text)
        if not formula.names and evaluate_plain(formula) < 0:
            yield _negative(draft, path)
    except FindingError as finding:
        yield finding.at(draft.place(*path))


def _negative(draft: Draft, path: Path) -> Problem:
    fix = "write it without the minus; money saved belongs under value"
    return build_problem("P407", f"{describe(path)} is negative", fix, draft.place(*path))


def _check_text(draft: Draft, path: Path, text: str, paid_in: str | None = None) -> Iterator[Problem]:
    """An amount as written; an empty one was reported as missing."""
    try:
        formula = parse_formula(text) if text else None
    except FindingError as finding:
        yield finding.at(draft.place(*path))
        return
    if formula is not None:
        yield from _check_amount(draft, path, formula, paid_in)


def _check_amount(
    draft: Draft, path: Path, formula: Formula, paid_in: str | None = None
) -> Iterator[Problem]:
    on_effect = sorted(set(EFFECT_NAMES) & set(formula.names))
    if on_effect:
        what = f"{describe(path)} depends on {on_effect[0]}"
        yield build_problem("P410", what, "use counts and prices", draft.place(*path))
        return
    if not formula.names and evaluate_plain(formula) < 0:
        yield _negative(draft, path)
        return
    yield from _check_formula(draft, path, formula, {}, paid_in)


def _check_formula(
    draft: Draft,
    path: Path,
    formula: Formula,
    effect: dict[str, Unit | None],
    paid_in: str | None = None,
) -> Iterator[Problem]:
    """Names known; the unit, where every name's unit is known, the currency."""
    units = effect | _unit_table(draft, formula.names)
    for name in formula.names:
        if name not in units:
            what = f"{describe(path)}: {name} is not defined"
            known = [n for n in units if n != name]
            yield build_problem("P402", what, suggestion(name, known), draft.place(*path))
    known_units = {name: unit for name, unit in units.items() if unit is not None}
    currency = paid_in or draft.doc.currency
    if currency not in CURRENCIES or not set(formula.names) <= set(known_units):
        return
    unitless = tuple(n for n, a in draft.doc.assumptions.items() if a.unit is None and n not in STEERING)
    try:
        check_money(formula, known_units, str(currency), unitless)
    except FindingError as finding:
        yield finding.at(draft.place(*path))


def _effect_units(draft: Draft, metric: str | None) -> dict[str, Unit | None]:
    part = draft.doc.metrics.get(metric or "")
    unit = _unit(part.unit) if part is not None else None
    return {"lift": Unit(), "gain": unit, "baseline": unit}


def _unit_table(draft: Draft, names: Iterable[str]) -> dict[str, Unit | None]:
    """The unit of every name; None where it was written but could not be read."""
    table: dict[str, Unit | None] = dict.fromkeys(draft.tree.names("assumptions"))
    for name, assumption in draft.doc.assumptions.items():
        table[name] = Unit() if assumption.unit is None else _unit(assumption.unit)
    design = draft.doc.design
    if design is None:  # nobody knows what the units are called
        table |= dict.fromkeys(name for name in names if name not in table)
    else:
        counted = [*names, *_count_names(draft)]
        table |= {n: read_unit(design.label) for n in counted if is_count_name(n, design.label)}
    own = draft.doc.currency
    for code in draft.doc.exchange:
        table[rate_name(own or "", code)] = _unit(f"{own}/{code}")
    table |= {"months": MONTH, "weeks_per_month": WEEKS_PER_MONTH}
    return table


def _count_names(draft: Draft) -> list[str]:
    return [plural(draft.doc.design.label)] if draft.doc.design is not None else []


def _unit(text: str) -> Unit | None:
    try:
        return read_unit(text)
    except UnitError:
        return None


def _is_whole(draft: Draft) -> bool:
    """Whether every benefit and cost survived reading, so that absence can be judged."""
    costs = draft.tree.find("costs")
    n_costs = len(costs.value) if costs is not None and isinstance(costs.value, list) else 0
    return len(draft.tree.names("value")) == len(draft.doc.value) and n_costs == len(draft.doc.costs)


def _check_presence(draft: Draft, used: set[str]) -> Iterator[Problem]:
    doc = draft.doc
    for name in doc.assumptions:
        if name not in used and name not in STEERING:
            place = draft.tree.key_place("assumptions", name)
            yield build_problem("P610", f"assumption {name} is in no formula", "use it or delete it", place)
    if doc.pilot is not None and doc.pilot.length == WEEKS_4 and not (doc.value or doc.costs):
        return  # four weeks are read by leading indicators: no money is expected of them
    if not doc.value:
        yield build_problem("P409", "no benefit is valued", "add value: …", draft.place("value"))
    if not doc.costs:
        yield build_problem("P408", "no cost is listed", "add costs: …", draft.place("costs"))
    elif all(cost.category != "implementation" for cost in doc.costs):
        what = "no cost line is of category implementation"
        yield build_problem("P411", what, "add it, with amount 0 if it was free", draft.place("costs"))
    if doc.value and "discount" not in draft.tree.names("assumptions"):
        place = draft.place("assumptions")
        yield build_problem(
            "P609", "no discount rate", "add discount: {value: …, source: …, owner: …}", place
        )
