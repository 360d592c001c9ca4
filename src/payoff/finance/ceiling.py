"""The highest price that would still pay, for each price nobody has seen on a document.

Question  How high may this assumed price be before ROI reaches zero?
Prices    Assumptions in the study's currency (USD/worker), and assumed plain amounts. A factor or a
          quantity is nobody's quote: its switching value says where it flips the answer.
Method    Benefits − costs is a straight line in the number, solved in closed form at the mid values and
          for every draw of the others. A negative ceiling is an answer: at no price does it pay.
Refuses   A number that enters costs other than along a straight line.
"""

import numpy as np

from payoff.finance.break_even import affine_root
from payoff.finance.figures import Terms, make_figure
from payoff.finance.money_model import Inputs, MoneyModel, cost_of, cost_total_of
from payoff.finance.simulation import Outcome
from payoff.nouns.arrays import Floats
from payoff.nouns.money_plan import Assumption, CostRule
from payoff.nouns.refusal import Refusal
from payoff.nouns.unit import read_unit
from payoff.nouns.valuation import Figure
from payoff.nouns.wording import lowered


def is_assumed(rule: CostRule, assumptions: tuple[Assumption, ...]) -> bool:
    """Whether a cost line rests on a number nobody has seen in a document or a system."""
    names = set(rule.amount.names)
    return _says_assumed(rule.source) or any(a.assumed for a in assumptions if a.name in names)


def _says_assumed(source: str) -> bool:
    """Whether a source is no source."""
    return source.strip().lower().startswith("assumed")


def _is_price(assumption: Assumption, currency: str) -> bool:
    """Whether a number is an amount of the study's currency, per anything."""
    powers = dict(assumption.unit.powers)
    return all(powers.get(symbol) == power for symbol, power in read_unit(currency).powers)


def ceilings(
    model: MoneyModel,
    assumptions: tuple[Assumption, ...],
    point: tuple[Inputs, Outcome],
    draws: tuple[Inputs, Outcome],
    terms: Terms,
) -> dict[str, Figure | Refusal]:
    """By assumption (in its unit) or, for an assumed plain amount, by cost item; most in doubt first."""
    if not model.costs:
        return {"program cost": _whole_cost(point[1], draws[1], terms)}
    in_benefits = {name for rule in model.benefits if rule.cash for name in rule.formula.names}
    in_costs = {name for rule in model.costs for name in rule.amount.names}
    found = [
        (_money_in_doubt(model, a, point[0]), a.name, _assumption_ceiling(model, a, point, draws, terms))
        for a in assumptions
        if a.assumed and _is_price(a, terms.currency) and a.name in in_costs - in_benefits
    ]
    found += [
        (0.0, r.item, _item_ceiling(model, r, point, draws, terms))
        for r in model.costs
        if _says_assumed(r.source) and not r.amount.names
    ]
    return {name: figure for _, name, figure in sorted(found, key=lambda entry: (-entry[0], entry[1]))}


def _basis(what: str, terms: Terms) -> str:
    return f"highest {what} at which ROI is still zero, all else as stated; {terms.undiscounted}"


def _whole_cost(point: Outcome, draws: Outcome, terms: Terms) -> Figure | Refusal:
    basis = _basis("program cost", terms)
    return make_figure("program cost", point.benefit, draws.benefit, terms.currency, terms, basis)


def _money_in_doubt(model: MoneyModel, assumption: Assumption, inputs: Inputs) -> float:
    """How far apart the program costs at the two ends of this number's range."""
    low, high = (
        cost_total_of(model, inputs.setting(assumption.name, end))
        for end in (assumption.low, assumption.high)
    )
    return float(np.nan_to_num(np.abs(high - low))[0])


def _assumption_ceiling(
    model: MoneyModel,
    assumption: Assumption,
    point: tuple[Inputs, Outcome],
    draws: tuple[Inputs, Outcome],
    terms: Terms,
) -> Figure | Refusal:
    what = lowered(assumption.words)
    at_point, at_draws = (
        _ceiling_by_draw(model, assumption, inputs, o.benefit) for inputs, o in (point, draws)
    )
    if at_point is None or at_draws is None or not np.isfinite(at_point).all():
        return Refusal(
            f"highest {what} that still pays",
            f"costs do not grow in proportion to {what}; see the switching values",
        )
    unit = assumption.unit_text or "pure number"
    return make_figure(assumption.name, at_point, at_draws, unit, terms, _basis(what, terms))


def _ceiling_by_draw(
    model: MoneyModel, assumption: Assumption, inputs: Inputs, benefit: Floats
) -> Floats | None:
    """Solved in multiples of the mid value, so that a bend anywhere below it is seen."""
    scale = assumption.mid or 1.0

    def shortfall(multiple: Floats) -> Floats:
        held = Inputs(inputs.lifts, {**inputs.values, assumption.name: multiple * scale})
        return cost_total_of(model, held) - benefit

    root = affine_root(shortfall, inputs.n_draws)
    return None if root is None else root * scale


def _item_ceiling(
    model: MoneyModel,
    rule: CostRule,
    point: tuple[Inputs, Outcome],
    draws: tuple[Inputs, Outcome],
    terms: Terms,
) -> Figure | Refusal:
    at_point, at_draws = (o.benefit - (o.cost - cost_of(model, rule, i)) for i, o in (point, draws))
    return make_figure(rule.item, at_point, at_draws, terms.currency, terms, _basis(rule.item, terms))
