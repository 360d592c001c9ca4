"""The period view of ROI: a cost that lasts longer than the horizon is charged for its part only.

Question  What is the return when a two-year build is charged one year to a one-year horizon?
Method    Straight line, for one-time lines: charged from the month they are bought in to the end of the
          horizon, at most their life; share = those months ÷ useful life. What is not charged is named
          in the basis, so nothing disappears. (FIN-22)
"""

import numpy as np

from payoff.finance.figures import Terms, make_figure
from payoff.finance.money_model import Inputs, MoneyModel, cost_of
from payoff.finance.returns import roi_of
from payoff.finance.simulation import Outcome
from payoff.nouns.arrays import Floats
from payoff.nouns.money_plan import CostRule
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure
from payoff.nouns.wording import count

METHOD = "return on investment, costs charged over their useful life"


def charged_months(rule: CostRule, horizon: int) -> int:
    """Months of a lasting line's life that lie between its purchase and the end of the horizon."""
    return min(rule.useful_life_months or 0, max(0, horizon - rule.month))


def unamortised_share(rule: CostRule, horizon: int) -> float:
    """Share of a line not yet charged at the end of the horizon, 0 to 1."""
    if rule.kind != "one_time" or not rule.useful_life_months:
        return 0.0
    return 1 - charged_months(rule, horizon) / rule.useful_life_months


def amortised_figure(
    model: MoneyModel, point: tuple[Inputs, Outcome], draws: tuple[Inputs, Outcome], terms: Terms
) -> Figure | Refusal | None:
    """ROI with each cost charged for its part of its life; None when none outlasts the horizon."""
    lasting = [(r, unamortised_share(r, model.horizon)) for r in model.costs]
    lasting = [(rule, share) for rule, share in lasting if share > 0]
    if not lasting:
        return None
    returns = [roi_of(o.benefit, o.cost - _not_charged(model, lasting, i)) for i, o in (point, draws)]
    basis = "; ".join(
        f"{rule.item}: {charged_months(rule, model.horizon)} of {rule.useful_life_months} months charged, "
        f"{terms.currency} {count(round(float(cost_of(model, rule, point[0])[0]) * share))} not yet charged"
        for rule, share in lasting
    )
    at_point, at_draws = returns
    if isinstance(at_point, Refusal) or isinstance(at_draws, Refusal):
        return Refusal(METHOD, "the cost charged to the horizon is zero or negative")
    return make_figure(
        "roi_amortised",
        at_point,
        at_draws,
        "ratio",
        terms,
        f"undiscounted, costs charged over their useful life, {terms.prices}; {basis}",
    )


def _not_charged(model: MoneyModel, lasting: list[tuple[CostRule, float]], inputs: Inputs) -> Floats:
    total = np.zeros(inputs.n_draws)
    for rule, share in lasting:
        total += cost_of(model, rule, inputs) * share
    return total
