"""Figures that cannot stand bare: each with its range, horizon and basis, or the reason it has none.

Question  What is the return, at the mid values and between the 10th and 90th percentiles of the draws?
Range     low and high are draws themselves (the smallest draw that at least 10 or 90 % of draws do not
          exceed): no mean, no interpolation, so infinite paybacks and heavy tails do no harm.
Refuses   Figure by figure: without costs the benefit stands, without a rate only NPV and roi_pv fall.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from payoff.finance.break_even import NO_LIFT_PAYS
from payoff.finance.returns import NO_COST, NOTHING_TO_EARN, ratio_of, roi_of
from payoff.finance.simulation import Outcome
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure
from payoff.nouns.wording import points

NO_RATE = "discount rate missing: finance states an annual rate as the assumption `discount`"
_Pair = tuple[Floats, Floats]  # benefits, costs
_Quantity = Callable[[Floats, Floats, str], Floats | Refusal]
_Z95 = 1.959963984540054  # normal quantile of a 95 % interval

NAMES = {
    "roi": "return on investment",
    "roi_pv": "return on investment at present value",
    "npv": "net present value",
    "net": "net benefit",
    "bcr": "benefit-cost ratio",
    "payback_months": "payback",
    "break_even": "break-even lift",
    "probability": "probability of paying back",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What every figure of a study states. `rate`: the discount rate in words, "" without one."""

    currency: str
    price_base: str
    horizon: int
    rate: str

    @property
    def prices(self) -> str:
        return f"{self.currency}, {self.price_base}"

    @property
    def undiscounted(self) -> str:
        return f"undiscounted, full dated cash, {self.prices}"

    @property
    def discounted(self) -> str:
        return f"discounted to launch (month 0) at {self.rate}, full dated cash, {self.prices}"


def spread(draws: Floats) -> tuple[float, float]:
    """10th and 90th percentile, each a draw."""
    low, high = np.quantile(draws, [0.1, 0.9], method="inverted_cdf")
    return float(low), float(high)


def make_figure(
    name: str, point: Floats, draws: Floats, unit: str, terms: Terms, basis: str
) -> Figure | Refusal:
    """point (1,), draws (n_draws,). Infinite ends are None; NaN anywhere is a Refusal."""
    if np.isnan(point).any() or np.isnan(draws).any():
        return Refusal(NAMES.get(name, name), "some values of the inputs divide by zero")
    low, high = spread(draws)
    return Figure(name, _known(point[0]), _known(low), _known(high), unit, terms.horizon, basis)


def money_figures(point: Outcome, draws: Outcome, terms: Terms) -> dict[str, Figure | Refusal]:
    """Benefit, cost and all that sets one against the other, by the names of the money conventions."""
    plain, rated = terms.undiscounted, terms.discounted
    cash = (point.benefit, point.cost), (draws.benefit, draws.cost)
    present = (point.pv_benefit, point.pv_cost), (draws.pv_benefit, draws.pv_cost)
    figures = {
        "benefit": make_figure("benefit", point.benefit, draws.benefit, terms.currency, terms, plain),
        "cost": make_figure("cost", point.cost, draws.cost, terms.currency, terms, plain),
        "net": _difference("net", *cash, terms, plain),
        "roi": _ratio("roi", roi_of, *cash, terms, plain),
        "bcr": _ratio("bcr", ratio_of, *cash, terms, plain),
        "payback_months": _payback_figure(point, draws, terms),
        "break_even": _break_even_figure(point, draws, terms),
        "probability": _probability_figure(draws, terms),
    }
    if not terms.rate:
        return figures | {name: Refusal(NAMES[name], NO_RATE) for name in ("roi_pv", "npv")}
    return figures | {
        "roi_pv": _ratio("roi_pv", roi_of, *present, terms, rated),
        "npv": _difference("npv", *present, terms, rated),
    }


def refused_figures(reason: str) -> dict[str, Figure | Refusal]:
    """Every figure that needs what is missing, refused for the same reason."""
    return {name: Refusal(method, reason) for name, method in NAMES.items()}


def _payback_figure(point: Outcome, draws: Outcome, terms: Terms) -> Figure | Refusal:
    """Months until the money is back for good; None where it never is within the horizon."""
    basis = f"{terms.undiscounted}; first time from which cumulative net stays at or above zero"
    figure = make_figure("payback_months", point.payback, draws.payback, "months", terms, basis)
    if isinstance(figure, Refusal):
        return Refusal(NAMES["payback_months"], NO_COST)
    return replace(figure, never_share=float(np.isinf(draws.payback).mean()))


def _break_even_figure(point: Outcome, draws: Outcome, terms: Terms) -> Figure | Refusal:
    """The constant lift at which ROI is zero; low and high from the draws of the assumptions."""
    if (draws.cost <= 0).any() or (point.cost <= 0).any():
        return Refusal(NAMES["break_even"], NOTHING_TO_EARN)
    if not np.isfinite(point.break_even).all():
        return Refusal(NAMES["break_even"], NO_LIFT_PAYS)
    basis = f"constant lift over the measured months at which ROI is zero; {terms.undiscounted}"
    return make_figure("break_even", point.break_even, draws.break_even, "lift", terms, basis)


def _probability_figure(draws: Outcome, terms: Terms) -> Figure | Refusal:
    """Share of draws with ROI above zero; low and high are the 95 % Wilson interval of the simulation."""
    if (draws.cost <= 0).any():
        return Refusal(NAMES["probability"], NO_COST)
    n = draws.benefit.size
    share = float((draws.benefit > draws.cost).mean())
    error = math.sqrt(share * (1 - share) / n)
    low, high = wilson_interval(share, n)
    basis = (
        f"share of {n:,} simulated draws with ROI above zero, {terms.undiscounted}; Monte Carlo standard "
        f"error {points(error)}; low and high: 95 % interval of the simulation alone"
    )
    return Figure("probability", share, low, high, "share", terms.horizon, basis)


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of n draws (Wilson 1927): stays within 0 and 1, also at 0 and 1."""
    z2 = _Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def _difference(name: str, point: _Pair, draws: _Pair, terms: Terms, basis: str) -> Figure | Refusal:
    return make_figure(name, point[0] - point[1], draws[0] - draws[1], terms.currency, terms, basis)


def _ratio(
    name: str, ratio: _Quantity, point: _Pair, draws: _Pair, terms: Terms, basis: str
) -> Figure | Refusal:
    at_point, at_draws = ratio(*point, NAMES[name]), ratio(*draws, NAMES[name])
    if isinstance(at_point, Refusal):
        return at_point
    if isinstance(at_draws, Refusal):
        return at_draws
    return make_figure(name, at_point, at_draws, "ratio", terms, basis)


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
