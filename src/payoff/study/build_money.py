"""The money of a document → its nouns: converters written out, other currencies and prices converted."""

import statistics
from typing import Literal

from payoff.nouns.money_plan import (
    Assumption,
    BenefitRule,
    Booked,
    Correlation,
    CostRule,
    Intangible,
    Shape,
    Sustain,
)
from payoff.nouns.unit import Unit, read_unit
from payoff.study.check_money import rate_name
from payoff.study.check_value import cost_text
from payoff.study.converters import benefit_text, pool_of
from payoff.study.formulas import parse_formula
from payoff.study.ledger_costs import KINDS
from payoff.study.money_parts import AssumptionPart, BenefitPart, CostPart
from payoff.study.sql import read_query
from payoff.study.structure import Draft
from payoff.study.values import read_range

Numbers = tuple[float, float, float]


def build_benefits(draft: Draft, primary: str) -> tuple[BenefitRule, ...]:
    """Every benefit with its formula, written or by a converter."""
    return tuple(_benefit(draft, name, part, primary) for name, part in draft.doc.value.items())


def build_assumptions(draft: Draft) -> tuple[Assumption, ...]:
    """The study's assumptions, in its prices, and one more for every exchange rate."""
    own = [_assumption(draft, name, part) for name, part in draft.doc.assumptions.items()]
    return (*own, *_rates(draft))


def build_costs(draft: Draft) -> tuple[CostRule, ...]:
    """Every cost line, once for each time it is paid, and every refresher."""
    horizon = draft.doc.horizon_months or 0
    lines = [rule for part in draft.doc.costs for rule in _cost(draft, part, horizon)]
    for part in draft.doc.sustain.refresh if draft.doc.sustain else ():
        amount, told = parse_formula(part.amount), (part.source or "", part.owner or "")
        lines.append(CostRule(part.item, amount, "one_time", part.category, part.month, None, *told))
    return tuple(lines)


def build_sustain(draft: Draft) -> Sustain:
    """Refreshers in order, and the evidence for what comes after the first year."""
    part = draft.doc.sustain
    if part is None:
        return Sustain()
    return Sustain(tuple(sorted({r.month for r in part.refresh})), part.beyond_first_year or "")


def build_correlations(draft: Draft) -> tuple[Correlation, ...]:
    """Pairs of assumptions that move together."""
    return tuple(Correlation(c.between[0], c.between[1], c.rho) for c in draft.doc.correlations)


def build_intangibles(draft: Draft) -> tuple[Intangible, ...]:
    """Gains that are named and never converted."""
    return tuple(Intangible(part.what, part.why) for part in draft.doc.intangibles)


def _benefit(draft: Draft, name: str, part: BenefitPart, primary: str) -> BenefitRule:
    return BenefitRule(
        name,
        parse_formula(benefit_text(draft, part)),
        part.cash,
        part.category,
        part.metric or primary,
        part.label or name.replace("_", " ").capitalize(),
        part.gross,
        part.converter or "",
        pool_of(part),
        part.onset_months,
        part.link or "",
    )


def _assumption(draft: Draft, name: str, part: AssumptionPart) -> Assumption:
    index = draft.doc.price_index.get(part.price_base or "")
    factor = 1.0 if index is None else index.factor
    low, mid, high = (number * factor for number in _numbers(part))
    shape: Shape = "empirical" if part.values else part.shape
    return Assumption(
        name=name,
        low=low,
        mid=mid,
        high=high,
        unit=read_unit(part.unit) if part.unit else Unit(),
        unit_text=part.unit or "",
        source=part.source
        if index is None
        else f"{part.source}; {part.price_base} × {factor:g} ({index.source})",
        owner=part.owner,
        assumed=part.source.lower() == "assumed",
        sql=part.sql.strip().rstrip(";") if part.sql else None,
        sources=read_query(part.sql, draft.doc.sources).tables if part.sql else (),
        shape="fixed" if low == high else shape,
        label=part.label or "",
        values=tuple(value * factor for value in part.values),
        basis=part.basis or "",
    )


def _numbers(part: AssumptionPart) -> Numbers:
    """low, mid, high; of a measured assumption relative to what will be measured."""
    if part.sql is not None:
        low, high = read_range(part.range) if part.range else (1.0, 1.0)
        return low, 1.0, high
    if part.value is not None:
        return part.value, part.value, part.value
    if part.values:
        return min(part.values), statistics.median(part.values), max(part.values)
    ends = (part.low, part.mid, part.high)
    low, mid, high = (number for number in ends if number is not None)
    return low, mid, high


def _rates(draft: Draft) -> list[Assumption]:
    """`USD_per_EUR`, in USD/EUR, with the day it was published."""
    own = draft.doc.currency or ""
    found = []
    for code, part in draft.doc.exchange.items():
        ends = (part.rate,) * 3 if part.rate is not None else (part.low, part.mid, part.high)
        low, mid, high = (number for number in ends if number is not None)
        text = f"{own}/{code}"
        shape: Literal["fixed", "triangular"] = "fixed" if low == high else "triangular"
        told = (f"{part.source}, {part.on}", part.owner)
        label = f"{own} per {code}"
        name = rate_name(own, code)
        found.append(Assumption(name, low, mid, high, read_unit(text), text, *told, shape=shape, label=label))
    return found


def _cost(draft: Draft, part: CostPart, horizon: int) -> list[CostRule]:
    """One rule, or one per payment of a line that is paid again (until the horizon ends)."""
    text = cost_text(part)
    if part.currency is not None:
        text = f"({text}) * {rate_name(draft.doc.currency or '', part.currency)}"
    amount, told = parse_formula(text), (part.source or "", part.owner or "")
    booked = None
    if part.ledger is not None:
        booked = Booked(part.ledger, tuple(part.account), KINDS[part.kind], part.share)
    if part.every_months is None:
        life = part.useful_life_months
        return [CostRule(part.item, amount, part.kind, part.category, part.month, life, *told, booked)]
    return [
        CostRule(
            part.item if month == part.month else f"{part.item}, month {month}",
            amount,
            part.kind,
            part.category,
            month,
            part.useful_life_months,
            *told,
        )
        for month in range(part.month, max(horizon, part.month + 1), part.every_months)
    ]
