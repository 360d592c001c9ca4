"""Figures beyond the first eight: rates of return, discounted payback, annual value, hurdle, cost per person.

Question  What does finance ask next, and what is its range?
Draws     The first draws of the simulation, as many as its dated cash is kept for (10,000 at most).
Rates     discount for present values; hurdle: the rate a project must beat; finance_rate and reinvest_rate
          for the modified rate, the discount rate where they are not stated.
Refuses   Each by itself: no rate declared, no single internal rate, nobody counted.
"""

import numpy as np

from payoff.finance.cost_picture import cost_per
from payoff.finance.figures import NO_RATE, Terms, make_figure, wilson_interval
from payoff.finance.internal_rate import METHOD, internal_rate_by_draw, internal_rate_of_return
from payoff.finance.money_model import Inputs
from payoff.finance.returns import (
    cost_total,
    discounted_payback_months,
    equivalent_annual_value,
    modified_internal_rate,
    net_benefit,
    net_present_value,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure

Found = Figure | Refusal
_TOO_MANY_RATES = 0.01  # share of draws with several rates above which the range of the rate means nothing


def further_figures(
    flows: tuple[CashFlow, CashFlow],
    inputs: tuple[Inputs, Inputs],
    terms: Terms,
    risk: tuple[Floats, Floats] | None,
) -> dict[str, Found]:
    """By name. flows, inputs: at the point, and the kept draws. risk: the expected losses avoided."""
    found = {"irr": _irr(flows, terms)}
    found |= _present(flows, inputs, terms)
    if "hurdle" in inputs[0].values:
        found |= _hurdle(flows, inputs, terms)
    for name in ("completions", "competent"):
        if name in inputs[0].values:
            found[f"cost_per_{name.removesuffix('s')}"] = _per_person(flows, inputs, terms, name)
    if risk is not None:
        at_point, at_draws = (net_benefit(f) - r for f, r in zip(flows, risk, strict=True))
        basis = f"without expected losses avoided, which are kept apart; {terms.undiscounted}"
        found["net_without_risk"] = make_figure(
            "net_without_risk", at_point, at_draws, terms.currency, terms, basis
        )
    return found


def _irr(flows: tuple[CashFlow, CashFlow], terms: Terms) -> Found:
    point, draws = flows
    found = internal_rate_of_return((point.benefits - point.costs)[0], point.months / 12)
    if isinstance(found, Refusal):
        return found
    rates = internal_rate_by_draw(draws.benefits - draws.costs, draws.months)
    several = np.isnan(rates)
    if several.mean() > _TOO_MANY_RATES:
        reason = f"several rates fit in {100 * several.mean():.0f} % of simulations; see the modified rate"
        return Refusal(METHOD, reason)
    basis = f"annual effective rate at which net present value is zero; full dated cash, {terms.prices}"
    return make_figure("irr", np.array([found]), rates[~several], "share", terms, basis)


def _present(
    flows: tuple[CashFlow, CashFlow], inputs: tuple[Inputs, Inputs], terms: Terms
) -> dict[str, Found]:
    """What needs the discount rate."""
    names = ("mirr", "payback_discounted", "equivalent_annual")
    if not terms.rate:
        return {name: Refusal(name.replace("_", " "), NO_RATE) for name in names}
    modified, paid_back, annual = [], [], []
    for flow, given in zip(flows, inputs, strict=True):
        rate = given.values["discount"]
        carried = given.values.get("finance_rate", rate), given.values.get("reinvest_rate", rate)
        modified.append(modified_internal_rate(flow, *carried))
        paid_back.append(discounted_payback_months(flow, rate))
        annual.append(equivalent_annual_value(net_present_value(flow, rate), rate, flow.horizon_months))
    end = f"outlays at the finance rate, receipts at the reinvestment rate; {terms.discounted}"
    even = f"the even yearly amount over the horizon that is worth the net present value; {terms.discounted}"
    return {
        "mirr": _figure("mirr", modified, "share", terms, end),
        "payback_discounted": _figure("payback_discounted", paid_back, "months", terms, terms.discounted),
        "equivalent_annual": _figure("equivalent_annual", annual, terms.currency, terms, even),
    }


def _hurdle(
    flows: tuple[CashFlow, CashFlow], inputs: tuple[Inputs, Inputs], terms: Terms
) -> dict[str, Found]:
    """Net present value at finance's hurdle rate, and the chance that it is a loss. (FIN-28)"""
    values = [net_present_value(f, i.values["hurdle"]) for f, i in zip(flows, inputs, strict=True)]
    rate = float(inputs[0].values["hurdle"][0])
    basis = (
        f"discounted to launch at the hurdle of {100 * rate:.3g} % a year; full dated cash, {terms.prices}"
    )
    share = float((values[1] < 0).mean())
    low, high = wilson_interval(share, values[1].size)
    what = f"share of draws with a loss; {basis}"
    loss = Figure("loss_at_hurdle", share, low, high, "share", terms.horizon, what)
    return {"npv_hurdle": _figure("npv_hurdle", values, terms.currency, terms, basis), "loss_at_hurdle": loss}


def _per_person(
    flows: tuple[CashFlow, CashFlow], inputs: tuple[Inputs, Inputs], terms: Terms, name: str
) -> Found:
    what = "completion" if name == "completions" else "competent learner"
    people = float(inputs[0].values[name][0])
    each = [cost_per(cost_total(flow), people, what) for flow in flows]
    basis = f"all costs ÷ {people:g} {what}s; {terms.undiscounted}"
    return _figure(f"cost_per_{name.removesuffix('s')}", each, terms.currency, terms, basis)


def _figure(
    name: str, found: list[Floats] | list[Floats | Refusal], unit: str, terms: Terms, basis: str
) -> Found:
    at_point, at_draws = found
    if isinstance(at_point, Refusal):
        return at_point
    if isinstance(at_draws, Refusal):
        return at_draws
    return make_figure(name, at_point, at_draws, unit, terms, basis)
