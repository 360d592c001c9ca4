"""The study's money for one set of inputs: what the workbook's formulas must come to.

Question  What lift, benefit and cost stand in each month when the inputs have these values?
Identity  benefit(m) = formula(lift = lift of the term that covers m × decay(m), months = 1); without
          `months` in the formula: formula(lift(m)) ÷ horizon. Both times the share of the month that
          lies after the rule's onset. Decay averages 0.5^(t ÷ half_life) over the month and starts
          after the last measured one, and anew after a refresher.
Counts    A month's benefit takes the units its term was measured for, costs the units assigned; in
          costs `months` is the horizon.
Why       The report may not import finance; that both agree is what the workbook's check cell and
          tests/report/test_report_workbook_engine.py are for.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.formula import Formula
from payoff.nouns.money_plan import Assumption, BenefitRule, CostRule
from payoff.nouns.study import Study
from payoff.nouns.unit import WEEKS_PER_MONTH
from payoff.nouns.valuation import Valuation

BALANCE_TOLERANCE = 1e-9  # rounding of sums is no debt: share of the cost below which a balance is zero
NO_COST, NEVER = "no cost: means nothing", "never"
_RESERVED = {"lift", "gain", "baseline", "months", "weeks_per_month"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What no edit of an input changes. spans: (term or None, months since measurement ended) per month."""

    benefits: tuple[BenefitRule, ...]
    costs: tuple[CostRule, ...]
    counts: Counts
    count_names: tuple[str, ...]
    horizon: int
    spans: tuple[tuple[int | None, int], ...]

    @property
    def months(self) -> range:
        """Every month with money in it; 0 is launch."""
        paid = [month for rule in self.costs for month, _ in rule.payments(self.horizon)]
        return range(min([0, *paid]), max([self.horizon, *paid]) + 1)


@dataclass(frozen=True, slots=True)
class Case:
    """lifts: by term; values: assumption → value."""

    lifts: tuple[float, ...]
    values: Mapping[str, float]


def build_frame(
    study: Study,
    assumptions: tuple[Assumption, ...],
    counts: Counts,
    carrier: Effect,
    valuation: Valuation,
) -> Frame:
    """The frame of a study whose money this effect carries.

    A level effect's money stands on the baseline its lift was divided by, as in finance.
    Cost lines that finance could not value are left out of all of it, as they are of the valuation.
    """
    formulas = [b.formula for b in study.benefits] + [c.amount for c in study.costs]
    n_terms = len(carrier.terms)
    if carrier.scale == "level":
        counts = replace(counts, baseline=carrier.baseline)
    known = _RESERVED | {a.name for a in assumptions}
    return Frame(
        benefits=tuple(b for b in study.benefits if b.name in {known.name for known in valuation.benefits}),
        costs=study.costs if valuation.costs else (),
        counts=counts,
        count_names=tuple(sorted({name for f in formulas for name in f.names} - known)),
        horizon=study.horizon_months,
        spans=valuation.schedule
        or tuple(_span(counts.term_months[:n_terms], m) for m in range(1, study.horizon_months + 1)),
    )


def _span(measured: tuple[tuple[int, int], ...], month: int) -> tuple[int | None, int]:
    """The term that covers a month, or the last one that began; none: nothing is credited yet."""
    in_time = sorted((term for term, (_, last) in enumerate(measured) if last > 0), key=measured.__getitem__)
    begun = [term for term in in_time if measured[term][0] <= month]
    if not begun:
        return None, 0
    covering = [term for term in begun if month <= measured[term][1]]
    return (covering or begun[-1:])[0], max(0, month - max(last for _, last in measured))


def decay(months_since: int, half_life: float | None) -> float:
    """The share of the lift left in the k-th month after measurement ended (1 within it)."""
    if not months_since or half_life is None:
        return 1.0
    left, right = (math.exp2(-k / half_life) for k in (months_since - 1, months_since))
    return half_life / math.log(2) * (left - right)


def lift_by_month(frame: Frame, case: Case) -> Floats:
    """Lift of months 1..horizon, (horizon,)."""
    half_life = case.values.get("half_life")
    return np.array(
        [0.0 if term is None else case.lifts[term] * decay(since, half_life) for term, since in frame.spans]
    )


def units_by_month(frame: Frame) -> Floats:
    """Units that the benefits of months 1..horizon count, (horizon,)."""
    return np.array([frame.counts.units_in(term) for term, _ in frame.spans], dtype=np.float64)


def charged_months(frame: Frame, rule: CostRule) -> int | None:
    """Months of a lasting one-time line's life within the horizon; None for lines that do not last."""
    if rule.kind != "one_time" or not rule.useful_life_months:
        return None
    return min(rule.useful_life_months, max(0, frame.horizon - rule.month))


def cut_gain(lift: float, share: float) -> float:
    """A lift after a haircut: `share` of a gain is believed, a loss in full."""
    return lift * share if lift > 0 else lift


def benefit_by_month(frame: Frame, rule: BenefitRule, case: Case) -> Floats:
    """One rule's money in months 1..horizon, (horizon,), in the study's currency."""
    lift = lift_by_month(frame, case)
    baseline = frame.counts.baseline
    names: dict[str, Floats | float] = dict(case.values)
    names |= {"lift": lift, "gain": lift * baseline, "baseline": baseline, "months": 1.0}
    names |= {"weeks_per_month": WEEKS_PER_MONTH}
    names |= dict.fromkeys(frame.count_names, units_by_month(frame))
    amount = _evaluate(rule.formula, names)
    spread = 1 if "months" in rule.formula.names else frame.horizon
    credited = np.array([term is not None for term, _ in frame.spans])
    return np.where(credited, amount / spread, 0.0) * onset_share(frame, rule)


def is_too_early(frame: Frame, rule: BenefitRule) -> bool:
    """Whether nothing measured reaches a rule's onset yet: then it is credited nothing at all."""
    return max((last for _, last in frame.counts.term_months), default=0) < rule.onset_months


def onset_share(frame: Frame, rule: BenefitRule) -> Floats:
    """Share of each month 1..horizon that lies after the onset, (horizon,)."""
    months = np.arange(1, frame.horizon + 1, dtype=np.float64)
    if not rule.onset_months:
        return np.ones(frame.horizon)
    if is_too_early(frame, rule):
        return np.zeros(frame.horizon)
    return np.clip(months - rule.onset_months, 0.0, 1.0)


def cost_amount(frame: Frame, rule: CostRule, case: Case) -> float:
    """One line's total over the horizon, in the study's currency."""
    names: dict[str, Floats | float] = dict(case.values)
    names |= {"baseline": frame.counts.baseline, "months": float(frame.horizon)}
    names |= {"weeks_per_month": WEEKS_PER_MONTH}
    names |= dict.fromkeys(frame.count_names, float(frame.counts.assigned))
    return float(_evaluate(rule.amount, names))


def _evaluate(formula: Formula, names: Mapping[str, Floats | float]) -> Floats:
    """A division by zero gives infinity or NaN here: the figures refuse those."""
    with np.errstate(all="ignore"):
        return formula.evaluate(names)


def paid_in(frame: Frame, rule: CostRule, month: int) -> tuple[int, int] | None:
    """(parts, all parts) of a line that fall in a month; None where nothing of it falls."""
    parts = dict(rule.payments(frame.horizon))
    return (parts[month], sum(parts.values())) if month in parts else None


def shared_formula(amount: str, paid: tuple[int, int]) -> str:
    """The payment of some parts of an amount."""
    parts, whole = paid
    return amount if parts == whole else f"{amount}/{whole}" if parts == 1 else f"{amount}*({parts}/{whole})"


def cash_flow(frame: Frame, case: Case) -> tuple[Floats, Floats]:
    """Cash benefits and costs by month of the frame, (n_months,) each; freed time is in neither."""
    months = np.array(frame.months)
    benefits, costs = np.zeros(months.size), np.zeros(months.size)
    earning = (months >= 1) & (months <= frame.horizon)
    for rule in frame.benefits:
        if rule.cash:
            benefits[earning] += benefit_by_month(frame, rule, case)
    for line in frame.costs:
        paid = line.payments(frame.horizon)
        amount, whole = cost_amount(frame, line, case), sum(parts for _, parts in paid)
        for month, parts in paid:
            costs[month - frame.months[0]] += amount * parts / whole
    return benefits, costs


def flow_values(frame: Frame, case: Case) -> dict[str, Floats]:
    """The columns of the cash flow, (n_months,) each, by name.

    below: number of the last row so far whose cumulative net is below zero, 0 when none was.
    """
    benefits, costs = cash_flow(frame, case)
    net = benefits - costs
    cumulative = np.cumsum(net)
    below = np.where(cumulative < -BALANCE_TOLERANCE * costs.sum(), np.arange(1, net.size + 1), 0)
    factor = (1 + case.values.get("discount", 0.0)) ** (-np.array(frame.months) / 12)
    return {
        "benefit": benefits,
        "cost": costs,
        "net": net,
        "cumulative": cumulative,
        "below": np.maximum.accumulate(below).astype(np.float64),
        "factor": factor,
        "pv_benefit": benefits * factor,
        "pv_cost": costs * factor,
        "pv_net": net * factor,
    }


def payback_of(frame: Frame, flow: Mapping[str, Floats]) -> float | str:
    """Months from launch after which cumulative net stays at or above zero, interpolated."""
    if flow["cost"].sum() <= 0:
        return NO_COST
    last = int(flow["below"].max())
    if last == 0:
        return 0.0
    if last == len(frame.months):
        return NEVER
    rise = float(flow["net"][last])
    share = min(1.0, -float(flow["cumulative"][last - 1]) / rise) if rise > 0 else 1.0
    return max(0.0, frame.months[last] - 1 + share)
