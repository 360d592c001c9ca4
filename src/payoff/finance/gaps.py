"""What is missing before a figure may be given, in words a finance partner can act on.

Question  Is there a cost, a benefit, a number for every name, and does every formula end in money?
Refuses   By naming every gap at once, so that one round of mending is enough.
"""

import itertools
import math

import numpy as np

from payoff.finance.draws import can_hold, is_fixed
from payoff.finance.formula_unit import check_formula_unit, count_names, formula_units
from payoff.finance.money_model import (
    benefit_by_month,
    build_model,
    cost_of,
    is_proportional_to_months,
    mid_inputs,
    primary_benefits,
    unlinked_benefits,
)
from payoff.nouns.counts import Counts
from payoff.nouns.formula import Formula
from payoff.nouns.money_plan import Assumption, BenefitRule
from payoff.nouns.same_money import times_as_much, trace_money
from payoff.nouns.study import Study
from payoff.nouns.unit import Unit
from payoff.nouns.wording import exact

COST_MISSING = "program cost missing: list what the program cost, line by line"
NO_BENEFIT = "no benefit rule: say how a lift in the primary metric becomes money"
NO_LINK = (
    "no benefit rests on a business measure: the primary metric leads; name under `link` how it leads "
    "to a business measure, or make that one primary"
)
NO_CASH = "no benefit counts as cash: freed time is shown apart and never enters the return"

# A cost is owed whether or not anything changed, so it cannot depend on the metric.
_ONLY_IN_BENEFITS = {"lift", "gain", "baseline"}


def find_gaps(study: Study, assumptions: tuple[Assumption, ...], counts: Counts) -> tuple[str, ...]:
    """Everything that stands in the way of a return, () when nothing does."""
    found = [*find_benefit_gaps(study, assumptions, counts), *find_cost_gaps(study, assumptions, counts)]
    rules = primary_benefits(study)
    if rules and not any(rule.cash for rule in rules):
        found.append(NO_CASH)
    return tuple(found)


def find_benefit_gaps(study: Study, assumptions: tuple[Assumption, ...], counts: Counts) -> tuple[str, ...]:
    """Why no benefit can be computed at all, () when one can."""
    units = formula_units(study, assumptions)
    rules = primary_benefits(study)
    found = [] if rules else [NO_LINK if unlinked_benefits(study) else NO_BENEFIT]
    for rule in rules:
        found += _formula_gaps(f"benefit {rule.name}", rule.formula, units, assumptions, study.currency)
    if counts.analysed <= 0:
        found.append(f"number of units ({study.design.unit_label}) with outcomes missing")
    if not math.isfinite(counts.baseline) and any({"baseline", "gain"} & {*r.formula.names} for r in rules):
        found.append("baseline of the primary metric missing")
    together = [a for a in assumptions if not is_fixed(a)]
    if study.correlations and not can_hold(together, study.correlations):
        found.append("the declared correlations cannot all hold at once: weaken one of them")
    found += _double_claims(rules) or _same_formulas(rules, count_names(study, assumptions))
    half_life = next((a for a in assumptions if a.name == "half_life"), None)
    if half_life is not None and not half_life.low > 0:
        found.append("half_life must be longer than zero months")
    return tuple(found) or _benefit_number_gaps(study, assumptions, counts)


def _double_claims(rules: tuple[BenefitRule, ...]) -> list[str]:
    """What two benefits claim: the same money would be counted twice. (FIN-34)"""
    owner: dict[str, str] = {}
    return [
        f"benefits {owner[claim]} and {rule.name} both claim {claim}"
        for rule in rules
        for claim in rule.claims
        if owner.setdefault(claim, rule.name) != rule.name
    ]


def _same_formulas(rules: tuple[BenefitRule, ...], counts: tuple[str, ...]) -> list[str]:
    """One formula under two names, in whatever order it is written; freed time stands apart."""
    known = dict.fromkeys(counts, "units")
    traces = [trace_money(rule.formula, known) for rule in rules]
    return [
        f"benefits {rules[one].name} and {rules[two].name} are the same formula"
        for one, two in itertools.combinations(range(len(rules)), 2)
        if rules[one].cash == rules[two].cash
        and (times := times_as_much(traces[one], traces[two])) is not None
        and abs(times - 1) < 1e-9
    ]


def find_cost_gaps(study: Study, assumptions: tuple[Assumption, ...], counts: Counts) -> tuple[str, ...]:
    """Why the program's cost cannot be computed, () when it can."""
    if not study.costs:
        return (COST_MISSING,)
    units = {k: v for k, v in formula_units(study, assumptions).items() if k not in _ONLY_IN_BENEFITS}
    found: list[str] = []
    for rule in study.costs:
        found += _formula_gaps(f"cost {rule.item}", rule.amount, units, assumptions, study.currency)
    return tuple(found) or _cost_number_gaps(study, assumptions, counts)


def _benefit_number_gaps(
    study: Study, assumptions: tuple[Assumption, ...], counts: Counts
) -> tuple[str, ...]:
    """What only shows when numbers are put in, at mid values and a lift of 100 %."""
    model = build_model(study, assumptions, counts, 1)
    inputs = mid_inputs(assumptions, np.ones(1))
    found = []
    for rule in model.benefits:
        if not np.isfinite(benefit_by_month(model, rule, inputs)).all():
            found.append(f"benefit {rule.name}: {rule.formula.text!r} divides by zero at the mid values")
        elif not is_proportional_to_months(model, rule, inputs):
            found.append(
                f"benefit {rule.name}: {rule.formula.text!r} mixes a monthly and a one-off part; "
                "write them as two benefits"
            )
    return tuple(found)


def _cost_number_gaps(study: Study, assumptions: tuple[Assumption, ...], counts: Counts) -> tuple[str, ...]:
    model = build_model(study, assumptions, counts, 1)
    inputs = mid_inputs(assumptions, np.ones(1))
    amounts = [(rule.item, float(cost_of(model, rule, inputs)[0])) for rule in model.costs]
    return tuple(
        f"cost {item}: comes to {exact(amount)} at the mid values; a cost is a positive amount"
        for item, amount in amounts
        if not (math.isfinite(amount) and amount >= 0)
    )


def _formula_gaps(
    owner: str, formula: Formula, units: dict[str, Unit], assumptions: tuple[Assumption, ...], currency: str
) -> list[str]:
    numbers = {a.name: (a.low, a.mid, a.high) for a in assumptions}
    found = [f"{owner}: {name} missing" for name in formula.names if name not in units]
    found += [
        f"{owner}: {name} has no number"
        for name in formula.names
        if not all(math.isfinite(x) for x in numbers.get(name, ()))
    ]
    if found:
        return found
    problem = check_formula_unit(formula, units, currency)
    return [] if problem is None else [f"{owner}: {problem.what}; {problem.fix}"]
