"""The lines behind the totals: what was gained, what was spent, what was measured.

Question  Which benefit and cost lines add up to the figures, and where does each number come from?
"""

from payoff.finance.ceiling import is_assumed
from payoff.finance.money_model import (
    Inputs,
    MoneyModel,
    benefit_by_month,
    cost_of,
    unlinked_benefits,
)
from payoff.finance.simulation import CHUNK, Outcome
from payoff.nouns.arrays import frozen
from payoff.nouns.benefit import Benefit
from payoff.nouns.cost_line import CostLine
from payoff.nouns.money_plan import Assumption, CostRule
from payoff.nouns.study import Study
from payoff.nouns.unit import WEEKS_PER_MONTH
from payoff.nouns.valuation import Measured
from payoff.nouns.wording import count


def list_benefits(
    model: MoneyModel, point: tuple[Inputs, Outcome], draws: tuple[Inputs, Outcome]
) -> tuple[Benefit, ...]:
    """One Benefit per rule, with the dated money of the first draws (as many as the cash flow keeps)."""
    kept = draws[0].rows(0, CHUNK)
    return tuple(
        Benefit(
            rule.name,
            rule.label or rule.name,
            rule.category,
            rule.cash,
            rule.gross,
            rule.formula.text,
            frozen(benefit_by_month(model, rule, point[0])[0]),
            frozen(benefit_by_month(model, rule, kept)),
        )
        for rule in model.benefits
    )


def list_costs(
    model: MoneyModel,
    assumptions: tuple[Assumption, ...],
    point: tuple[Inputs, Outcome],
    draws: tuple[Inputs, Outcome],
) -> tuple[CostLine, ...]:
    """One CostLine per rule, totals over the horizon for every draw."""
    return tuple(
        CostLine(
            rule.item,
            rule.category,
            rule.kind,
            rule.amount.text,
            float(cost_of(model, rule, point[0])[0]),
            frozen(cost_of(model, rule, draws[0]).copy()),
            rule.payments(model.horizon),
            rule.useful_life_months,
            rule.source or _told_by(rule, assumptions, "source"),
            rule.owner or _told_by(rule, assumptions, "owner"),
            is_assumed(rule, assumptions),
        )
        for rule in model.costs
    )


def list_measured(study: Study, model: MoneyModel) -> Measured:
    """What the formulas know besides `lift` and the assumptions."""
    metric = study.metric(study.outcome.primary)
    unit = study.design.unit_label
    values = {
        "baseline": (model.counts.baseline, metric.unit_text, f"mean of {metric.label} without the program"),
        "weeks_per_month": (WEEKS_PER_MONTH, "week/month", "52 weeks = 12 months"),
    }
    by_term = model.counts.analysed_by_term
    for name in model.count_names:
        measured = "; by term " + ", ".join(map(count, by_term)) if len(set(by_term)) > 1 else ""
        what = f"in the program, with outcomes: for benefits{measured}"
        values[name] = (float(model.counts.analysed), unit, what)
        values[f"{name}_assigned"] = (float(model.counts.assigned), unit, "in the program, all: for costs")
    return Measured(values)


def list_intangibles(study: Study) -> tuple[str, ...]:
    """Gains without a price, worth nothing in any figure; a leading measure without a link is one."""
    named = [f"{gain.what}: {gain.why}" for gain in study.intangibles]
    why = f"{study.metric(study.outcome.primary).label} leads, and no link to a business measure is named"
    return (*named, *(f"{rule.label or rule.name}: {why}" for rule in unlinked_benefits(study)))


def _told_by(rule: CostRule, assumptions: tuple[Assumption, ...], what: str) -> str:
    """The sources (or owners) of the numbers a line is made of, each once."""
    told = [a.source if what == "source" else a.owner for a in assumptions if a.name in rule.amount.names]
    return "; ".join(dict.fromkeys(told))
