"""From inputs to money: the study's formulas, month by month, for any number of draws at once.

Question  What do the benefits and costs come to when the inputs have these values?
Identity  benefit(m) = formula(lift = lift_of_term(m) × decay(m), months = 1). A formula without
          `months` is a one-off total, spread evenly: benefit(m) = formula(lift(m)) ÷ horizon. Both
          times the share of the month that lies after the rule's onset.
Counts    In benefits the unit's plural is the number that the term of the month was measured for, in
          costs the number assigned: missing outcomes bring no benefit and cost in full. In costs
          `months` is the horizon.
Proof     tests/finance/test_finance_money_model.py: equal to a hand-written loop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from payoff.finance.formula_unit import count_names
from payoff.finance.persistence import MonthTerm, fading, last_credited_month, lift_by_month, term_schedule
from payoff.finance.straight_line import is_straight
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.counts import Counts
from payoff.nouns.formula import Formula
from payoff.nouns.money_plan import Assumption, BenefitRule, CostRule
from payoff.nouns.study import Study
from payoff.nouns.unit import WEEKS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Inputs:
    """One row per draw. lifts: (n_draws, n_terms); values: assumption → (n_draws,)."""

    lifts: Floats
    values: Mapping[str, Floats]

    @property
    def n_draws(self) -> int:
        return int(self.lifts.shape[0])

    def rows(self, start: int, stop: int) -> "Inputs":
        """A run of draws."""
        return Inputs(self.lifts[start:stop], {k: v[start:stop] for k, v in self.values.items()})

    def setting(self, name: str, value: float) -> "Inputs":
        """The same draws with one assumption held at `value`."""
        return replace(self, values={**self.values, name: np.full(self.n_draws, value)})


@dataclass(frozen=True, slots=True)
class MoneyModel:
    """What turns inputs into money. `benefits`: the rules this effect can carry, in study order."""

    benefits: tuple[BenefitRule, ...]
    costs: tuple[CostRule, ...]
    schedule: tuple[MonthTerm, ...]
    counts: Counts
    count_names: tuple[str, ...]
    horizon: int

    @property
    def months(self) -> Ints:
        """Every month with money in it, consecutive, launch = 0."""
        paid = [month for rule in self.costs for month, _ in rule.payments(self.horizon)]
        return np.arange(min([0, *paid]), max([self.horizon, *paid]) + 1, dtype=np.int64)


def build_model(
    study: Study, assumptions: tuple[Assumption, ...], counts: Counts, n_terms: int
) -> MoneyModel:
    """The model of a study for an effect of `n_terms` terms on the primary metric."""
    return MoneyModel(
        primary_benefits(study),
        study.costs,
        term_schedule(
            counts,
            n_terms,
            study.horizon_months,
            study.sustain.refreshes,
            last_credited_month(study.sustain, assumptions),
        ),
        counts,
        count_names(study, assumptions),
        study.horizon_months,
    )


def primary_benefits(study: Study) -> tuple[BenefitRule, ...]:
    """The rules that turn the primary metric's effect into money."""
    unlinked = unlinked_benefits(study)
    return tuple(b for b in study.benefits if b.metric == study.outcome.primary and b not in unlinked)


def unlinked_benefits(study: Study) -> tuple[BenefitRule, ...]:
    """Rules on a leading measure without a link to a business measure: listed, never converted."""
    metric = study.metric(study.outcome.primary)
    if metric.tier != "leading":
        return ()
    return tuple(b for b in study.benefits if b.metric == metric.name and not b.link)


def mid_inputs(assumptions: tuple[Assumption, ...], lifts: Floats) -> Inputs:
    """Every assumption at its mid value. lifts: (n_terms,)."""
    return Inputs(lifts[np.newaxis, :], {a.name: np.array([a.mid]) for a in assumptions})


def benefit_by_month(model: MoneyModel, rule: BenefitRule, inputs: Inputs) -> Floats:
    """One rule's benefit in months 1..horizon, (n_draws, horizon), in the study's currency.

    Months with the same term and decay are computed once; a month without a term is credited nothing,
    not even what a formula holds besides the lift.
    """
    distinct = tuple(dict.fromkeys(model.schedule))
    lift = lift_by_month(distinct, inputs.lifts, inputs.values.get("half_life"))
    units = np.array([model.counts.units_in(term) for term, _ in distinct], dtype=np.float64)
    amount = _evaluate(rule.formula, _benefit_names(model, inputs, lift, units), lift.shape)
    if "months" not in rule.formula.names:
        amount = amount / model.horizon
    amount = np.where([term is not None for term, _ in distinct], amount, 0.0)
    column = {entry: i for i, entry in enumerate(distinct)}
    by_month: Floats = np.take(amount, [column[entry] for entry in model.schedule], axis=1)
    return by_month * onset_share(model, rule) if rule.onset_months else by_month


def onset_share(model: MoneyModel, rule: BenefitRule) -> Floats:
    """Share of each month 1..horizon that lies after the onset, (horizon,).

    All zero while nothing measured reaches it: a sales cycle that has not run cannot have paid. (OUT-20)
    """
    months = np.arange(1, model.horizon + 1)
    if max((last for _, last in model.counts.term_months), default=0) < rule.onset_months:
        return np.zeros(model.horizon)
    return np.clip(months - rule.onset_months, 0.0, 1.0)


def is_proportional_to_months(model: MoneyModel, rule: BenefitRule, inputs: Inputs) -> bool:
    """Whether a formula that names `months` doubles with them, as month-by-month valuation needs."""
    if "months" not in rule.formula.names:
        return True
    lift = inputs.lifts[:, :1]
    names = _benefit_names(model, inputs, lift, np.array([float(model.counts.analysed)]))
    one = _evaluate(rule.formula, names, lift.shape)
    two = _evaluate(rule.formula, names | {"months": 2.0}, lift.shape)
    return bool(np.allclose(two, 2 * one, rtol=1e-9, atol=0.0))


def cash_by_month(model: MoneyModel, inputs: Inputs, cash: bool = True) -> Floats:
    """All cash benefits (or, with cash False, all freed time), (n_draws, horizon).

    Rules that are straight lines in the lift are added up before they are laid out by month.
    """
    rules = [rule for rule in model.benefits if rule.cash == cash]
    straight = [rule for rule in rules if not rule.onset_months and is_straight(rule.formula)]
    total = np.zeros((inputs.n_draws, model.horizon))
    if straight:
        at_zero, slope = _added_lines(model, straight, inputs)
        total += _laid_out(model, at_zero, slope, inputs)
    for rule in rules:
        if rule not in straight:
            total += benefit_by_month(model, rule, inputs)
    return total


def _added_lines(model: MoneyModel, rules: Sequence[BenefitRule], inputs: Inputs) -> tuple[Floats, Floats]:
    """Money of a month at no lift, and per unit of lift, by term, (n_draws, n_terms) each."""
    shape = (inputs.n_draws, inputs.lifts.shape[1])
    units = np.array([float(model.counts.units_in(term)) for term in range(shape[1])])
    at_zero, slope = np.zeros(shape), np.zeros(shape)
    for rule in rules:
        none, whole = (
            _evaluate(rule.formula, _benefit_names(model, inputs, np.full((1, 1), lift), units), shape)
            for lift in (0.0, 1.0)
        )
        months = 1.0 if "months" in rule.formula.names else 1.0 / model.horizon
        at_zero += none * months
        slope += (whole - none) * months
    return at_zero, slope


def _laid_out(model: MoneyModel, at_zero: Floats, slope: Floats, inputs: Inputs) -> Floats:
    """(n_draws, horizon) money of straight lines; nothing in months without a term."""
    term = np.array([-1 if t is None else t for t, _ in model.schedule], dtype=np.int64)
    money = lift_by_month(model.schedule, slope * inputs.lifts, inputs.values.get("half_life"))
    if at_zero.any():
        money = money + np.where(term >= 0, np.take(at_zero, np.maximum(term, 0), axis=1), 0.0)
    return money


def risk_total(model: MoneyModel, inputs: Inputs) -> Floats:
    """Cash that is expected loss avoided, over the horizon, (n_draws,)."""
    total = np.zeros(inputs.n_draws)
    for rule in model.benefits:
        if rule.cash and rule.category == "risk":
            total += benefit_by_month(model, rule, inputs).sum(axis=1)
    return total


def cost_of(model: MoneyModel, rule: CostRule, inputs: Inputs) -> Floats:
    """One cost line's total over the horizon, (n_draws,), in the study's currency."""
    names: dict[str, Floats | float] = dict(inputs.values)
    names |= {"months": float(model.horizon), "weeks_per_month": WEEKS_PER_MONTH}
    names |= {name: float(model.counts.assigned) for name in model.count_names}
    return _evaluate(rule.amount, names, (inputs.n_draws,))


def cost_total_of(model: MoneyModel, inputs: Inputs) -> Floats:
    """All cost lines, (n_draws,)."""
    total = np.zeros(inputs.n_draws)
    for rule in model.costs:
        total += cost_of(model, rule, inputs)
    return total


def net_of(model: MoneyModel, inputs: Inputs) -> Floats:
    """Cash benefits − costs over the horizon, undiscounted, (n_draws,)."""
    net: Floats = cash_by_month(model, inputs).sum(axis=1) - cost_total_of(model, inputs)
    return net


def straight_net(model: MoneyModel, inputs: Inputs) -> tuple[Floats, Floats] | None:
    """Net money at no lift, and per unit of one constant lift, (n_draws,) each; None where money bends.

    inputs.lifts is not used.
    """
    rules = [rule for rule in model.benefits if rule.cash]
    if any(rule.onset_months or not is_straight(rule.formula) for rule in rules):
        return None
    at_zero, slope = _added_lines(model, rules, inputs)
    half_life = inputs.values.get("half_life")
    longest = max((since for _, since in model.schedule), default=0)
    months = np.zeros((longest + 1, at_zero.shape[1]))  # how many months of each age a term carries
    for term, since in model.schedule:
        if term is not None:
            months[since, term] += 1
    left = months.sum(axis=0) if half_life is None else fading(longest, half_life) @ months
    start: Floats = at_zero @ months.sum(axis=0) - cost_total_of(model, inputs)
    return start, (slope * left).sum(axis=1)


def constant_lift(model: MoneyModel, inputs: Inputs) -> Floats:
    """The one lift, held over the measured months, that is worth what the terms' lifts are, (n_draws,).

    A term weighs by the money a lift of 1 brings in the months it carries, so units and decay count as
    they do in the break-even lift: where money is a straight line in the lift, ROI is above zero
    exactly where this is above break-even. Where no cash rests on the lift, each month weighs alike.
    """
    none, whole = (
        cash_by_month(model, replace(inputs, lifts=np.full_like(inputs.lifts, x))) for x in (0.0, 1.0)
    )
    term = np.array([-1 if t is None else t for t, _ in model.schedule], dtype=np.int64)
    carries = (term[:, np.newaxis] == np.arange(inputs.lifts.shape[1])).astype(np.float64)
    weights = (whole - none) @ carries
    weights = np.where(weights.sum(axis=1, keepdims=True) == 0, carries.sum(axis=0), weights)
    total = weights.sum(axis=1)
    worth: Floats = (weights * inputs.lifts).sum(axis=1)
    constant: Floats = np.divide(worth, total, out=np.zeros_like(worth), where=total != 0)
    return constant


def cut_gains(lifts: Floats, share: Floats | float) -> Floats:
    """Lifts after a haircut: `share` of a gain is believed, a loss in full."""
    return np.where(lifts > 0, lifts * share, lifts)


def _benefit_names(
    model: MoneyModel, inputs: Inputs, lift: Floats, units: Floats
) -> dict[str, Floats | float]:
    """lift: (n_draws, n_months); units: (n_months,)."""
    baseline = model.counts.baseline
    names: dict[str, Floats | float] = {k: v[:, np.newaxis] for k, v in inputs.values.items()}
    names |= {"lift": lift, "gain": lift * baseline, "baseline": baseline}
    names |= {"months": 1.0, "weeks_per_month": WEEKS_PER_MONTH}
    return names | dict.fromkeys(model.count_names, units)


def _evaluate(formula: Formula, names: Mapping[str, Floats | float], shape: tuple[int, ...]) -> Floats:
    """A division by zero gives inf or NaN here; `gaps.find_gaps` and the figures refuse those."""
    with np.errstate(all="ignore"):
        result: Floats = np.broadcast_to(formula.evaluate(names), shape)
    return result
