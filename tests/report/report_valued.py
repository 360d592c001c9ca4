"""Results whose money the finance room valued: what the workbook must recompute."""

import dataclasses
from typing import Any

import numpy as np
from report_michigan import assumption, grant_effect, michigan_result

from payoff.finance import value
from payoff.nouns.arrays import frozen
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.formula import read_formula
from payoff.nouns.money_plan import Assumption, BenefitRule, CostRule, Sustain
from payoff.nouns.result import Result
from payoff.nouns.study import Study
from payoff.nouns.unit import read_unit
from payoff.nouns.valuation import Valuation

UNIT_SALES = read_unit("deal/rep/month")
UNIT_SUPPORT = read_unit("min/call")


def rule(name: str, formula: str, cash: bool = True) -> BenefitRule:
    return BenefitRule(name, read_formula(formula), cash, "revenue", "scrap_rate", name.replace("_", " "))


def line(item: str, amount: str, **more: Any) -> CostRule:
    return CostRule(item, read_formula(amount), category="implementation", **({"kind": "one_time"} | more))


def level_effect(
    estimate: float, error: float, baseline: float, better: Any = "higher", **more: Any
) -> Effect:
    """One term in the metric's own unit, 40 units."""
    effect = Effect(
        metric="scrap_rate",
        terms=("effect",),
        estimand="assigned",
        method="difference_in_means",
        unit="deal/rep/month",
        scale="level",
        better=better,
        estimates=frozen(np.array([estimate])),
        covariance=frozen(np.array([[error**2]])),
        df=frozen(np.array([38.0])),
        intervals=frozen(np.array([[estimate - 2.02 * error, estimate + 2.02 * error]])),
        n_units=40,
        n_clusters=40,
        role="locked",
        baseline=baseline,
        headline=0,
        fingerprint="effect-level",
        label="Drilled reps against the others",
    )
    return dataclasses.replace(effect, **more)


def valued(
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    counts: Counts,
    second: Effect | None = None,
    **changes: Any,
) -> Result:
    """A result with this effect and these inputs, its money worked out by the finance room."""
    base = michigan_result()
    study: Study = dataclasses.replace(base.study, assumptions=assumptions, n_draws=500, **changes)
    worth = value(study, effect, second, assumptions, counts)
    assert isinstance(worth, Valuation), worth
    return dataclasses.replace(
        base,
        study=study,
        assumptions=assumptions,
        counts=counts,
        effects=(effect, *((second,) if second else ())),
        valuation=worth,
    )


def grants() -> Result:
    """Two terms on the log scale, measured over the whole horizon; the second method is lower."""
    base = michigan_result()
    locked = grant_effect("fixed_effects", "Same firms", "locked", [-0.252, -0.422], [0.14, 0.276])
    second = grant_effect("first_difference", "First differences", "second", [-0.19, -0.3], [0.16, 0.2])
    return valued(locked, base.assumptions, Counts(27, 29, 3.84, ((1, 12), (13, 24)), (27, 18)), second)


SALES = (
    assumption("deal_value", 4500, 5000, 5500, "USD/deal", "CRM"),
    assumption("margin", 0.3, 0.4, 0.5, "", "assumed"),
    assumption("half_life", 4, 6, 12, "month", "judgement"),
    assumption("haircut", 0.7, 0.7, 0.7, "", "finance policy"),
    assumption("discount", 0.06, 0.08, 0.1, "", "treasury"),
)


def sales(assumptions: tuple[Assumption, ...] = SALES) -> Result:
    """Level scale, higher is better, decay after month 3, haircut, dated and running costs."""
    base = michigan_result().study
    return valued(
        level_effect(1.0, 0.4, 10.0),
        assumptions,
        Counts(19, 20, 10.2, ((1, 3),)),
        horizon_months=12,
        design=dataclasses.replace(base.design, unit_label="rep"),
        metrics=(dataclasses.replace(base.metrics[0], scale="level", better="higher", unit=UNIT_SALES),),
        benefits=(
            rule("extra_margin", "lift * baseline * reps * months * deal_value * margin"),
            rule("hours_freed", "gain * reps * deal_value * margin * months * 0.1", cash=False),
        ),
        costs=(
            line("Content build", "18000", month=-2, useful_life_months=24),
            line("Platform", "6000", kind="run"),
            line("Learner time", "20 * 12 * 48"),
        ),
    )


def support() -> Result:
    """The call centre: lower is better, a negative base case under the haircut, no discount rate."""
    base = michigan_result().study
    assumptions = (
        assumption("calls", 140, 160, 180, "call/agent/month", "ACD export"),
        assumption("cost_per_minute", 0.5, 0.5, 0.5, "USD/min", "FP&A"),
        assumption("haircut", 0.7, 0.7, 0.7, "", "finance policy"),
    )
    return valued(
        level_effect(-0.96, 0.3, 12.0, better="lower", unit="min/call"),
        assumptions,
        Counts(50, 50, 12.0, ((1, 12),)),
        horizon_months=12,
        design=dataclasses.replace(base.design, unit_label="agent"),
        metrics=(dataclasses.replace(base.metrics[0], scale="level", unit=UNIT_SUPPORT),),
        benefits=(rule("minutes_saved", "gain * calls * agents * months * cost_per_minute"),),
        costs=(line("Program", "40000"),),
    )


def gentle() -> Result:
    """Awkward on purpose: powers, signs, min and max, a one-off benefit, late and early costs, months
    that nothing was measured for, names that differ only by case or are the workbook's own words."""
    assumptions = (
        assumption("Rate", 20, 30, 40, "USD/firm", "ledger"),
        assumption("rate", 1, 2, 3, "USD/firm", "ledger"),
        assumption("cost", 50, 60, 90, "USD/firm/month", "ledger"),
        assumption("net", 0.1, 0.2, 0.4, "USD*month/firm/week", "ledger"),
        assumption("scale_up", 0.5, 1.5, 2.5, "", "judgement"),
        assumption("half_life", 3, 5, 9, "month", "judgement"),
        assumption("discount", 0.01, 0.03, 0.05, "", "treasury"),
    )
    return valued(
        grant_effect("fixed_effects", "Same firms", "locked", [-0.4, -0.1], [0.1, 0.2]),
        assumptions,
        Counts(31, 33, 4.2, ((2, 4), (6, 9)), (31, 22)),
        horizon_months=18,
        benefits=(
            rule("one_off", "lift * max(Rate, rate * 3) * firms * 2 ** scale_up ** 2 - -lift * rate * firms"),
            rule("monthly", "lift * cost * firms / (2 / months) * min(1, scale_up) / 6"),
        ),
        costs=(
            line("Before", "firms * rate * (3 - (2 - 1)) ** 2", month=-7),
            line("Late", "(Rate - rate) * firms", month=21),
            line("Runs", "net * firms * weeks_per_month", kind="run"),
        ),
    )


def mixed() -> Result:
    """A gain that turns into a loss, under a haircut; terms declared late first; assets bought late."""
    assumptions = (
        assumption("worth", 800, 900, 1000, "USD/firm/month", "ledger"),
        assumption("half_life", 3, 5, 9, "month", "judgement"),
        assumption("haircut", 0.7, 0.7, 0.7, "", "finance policy"),
    )
    return valued(
        grant_effect("fixed_effects", "Same firms", "locked", [0.05, -0.4], [0.1, 0.2]),
        assumptions,
        Counts(31, 33, 4.2, ((6, 9), (2, 4)), (22, 31)),
        horizon_months=12,
        benefits=(rule("monthly", "lift * worth * firms * months"),),
        costs=(
            line("Built early", "9000", month=-2, useful_life_months=24),
            line("Bought late", "6000", month=8, useful_life_months=12),
            line("Program", "1000 * 33"),
        ),
    )


def full() -> Result:
    """Everything money can be at once: a late onset, refreshers, an expected loss avoided, a first year only,
    costs in another currency, renewals that last, a hurdle, rates of its own, people counted."""
    base = michigan_result().study
    assumptions = (
        assumption("deal_value", 4500, 5000, 5500, "USD/deal", "CRM"),
        assumption("margin", 0.3, 0.4, 0.5, "", "assumed"),
        assumption("USD_per_EUR", 1.05, 1.1, 1.16, "USD/EUR", "ECB, 2026-01-05"),
        assumption("coach", 30, 40, 60, "USD/rep", "contract"),
        assumption("severity", 2000, 4000, 9000, "USD*month/deal", "insurer"),
        assumption("half_life", 4, 6, 12, "month", "judgement"),
        assumption("haircut", 0.7, 0.7, 0.7, "", "finance policy"),
        assumption("discount", 0.06, 0.08, 0.1, "", "treasury"),
        assumption("hurdle", 0.15, 0.15, 0.15, "", "treasury"),
        assumption("finance_rate", 0.05, 0.05, 0.05, "", "treasury"),
        assumption("reinvest_rate", 0.03, 0.03, 0.03, "", "treasury"),
        assumption("completions", 17, 17, 17, "", "LMS"),
        assumption("competent", 11, 11, 11, "", "rubric"),
    )
    margin = dataclasses.replace(
        rule("extra_margin", "lift * baseline * reps * months * deal_value * margin"),
        onset_months=2.5,
        converter="conversion",
    )
    risk = dataclasses.replace(rule("fewer_penalties", "gain * reps * severity * 0.01"), category="risk")
    return valued(
        level_effect(1.0, 0.4, 10.0),
        assumptions,
        Counts(19, 20, 10.2, ((1, 3),)),
        horizon_months=18,
        design=dataclasses.replace(base.design, unit_label="rep"),
        metrics=(dataclasses.replace(base.metrics[0], scale="level", better="higher", unit=UNIT_SALES),),
        benefits=(margin, risk, rule("freed", "gain * reps * months * deal_value * 0.1", cash=False)),
        costs=(
            line("Build", "(160000) * USD_per_EUR", month=-4, useful_life_months=24),
            line("Licence", "9000", useful_life_months=12),
            line("Licence, month 12", "9000", month=12, useful_life_months=12),
            line("Refresher", "reps * coach", month=7),
            line("Platform", "6000", kind="run"),
        ),
        sustain=Sustain((7,), ""),
    )
