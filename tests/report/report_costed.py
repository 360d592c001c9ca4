"""A result with everything money can say: further returns, a cost picture, views, an intangible."""

import dataclasses
from typing import Any

from report_michigan import assumption, michigan_result
from report_valued import UNIT_SALES, level_effect, line, rule, valued

from payoff.nouns.counts import Counts
from payoff.nouns.formula import read_formula
from payoff.nouns.money_plan import CostRule, Intangible, Sustain
from payoff.nouns.result import Result

TERMS = (
    assumption("deal_value", 4500, 5000, 5500, "USD/deal", "CRM"),
    assumption("margin", 0.3, 0.4, 0.5, "", "assumed"),
    assumption("severity", 2000, 4000, 9000, "USD*month/deal", "insurer"),
    assumption("half_life", 4, 6, 12, "month", "judgement"),
    assumption("seat", 15, 20, 30, "USD/rep/month", "quote"),
)
RATES = (
    assumption("discount", 0.06, 0.08, 0.1, "", "treasury"),
    assumption("hurdle", 0.15, 0.15, 0.15, "", "treasury"),
    assumption("completions", 17, 17, 17, "", "LMS"),
    assumption("competent", 11, 11, 11, "", "rubric"),
)


def cost(category: str, item: str, amount: str, **more: Any) -> CostRule:
    return dataclasses.replace(line(item, amount, **more), category=category)


def costed(
    *, rates: bool = True, horizon: int = 18, missing: bool = True, late: int = 0, free: bool = False
) -> Result:
    """Reps who drilled: a margin, a loss avoided, time freed, lasting and running costs, an intangible."""
    base = michigan_result().study
    lines = [
        cost("development", "Build", "90000", month=-2, useful_life_months=36),
        cost("platform", "Platform", "seat * reps * months", kind="run"),
        cost("learner_time", "Learner time", "20 * 12 * 48"),
        cost("curation", "Curation", "0", kind="run"),
    ]
    if late:
        lines.append(cost("implementation", "Roll-out", "2500", month=late))
    if not missing:
        rest = ("coaching", "analytics", "manager_time", "change_management", "communications")
        lines += [cost(c, c, "100") for c in (*rest, "integration", "implementation")]
    if free:
        lines = [dataclasses.replace(each, amount=read_formula("0")) for each in lines]
    risk = dataclasses.replace(rule("fewer_penalties", "gain * reps * severity * 0.01"), category="risk")
    margin = rule("extra_margin", "lift * baseline * reps * months * deal_value * margin")
    return valued(
        level_effect(1.0, 0.4, 10.0),
        TERMS + (RATES if rates else ()),
        Counts(19, 20, 10.2, ((1, 3),)),
        horizon_months=horizon,
        design=dataclasses.replace(base.design, unit_label="rep"),
        metrics=(dataclasses.replace(base.metrics[0], scale="level", better="higher", unit=UNIT_SALES),),
        benefits=(margin, risk),
        costs=tuple(lines),
        sustain=Sustain((), "pilot followed for two years"),
        intangibles=(Intangible("Trust", "no market price: nobody sells it"),),
    )
