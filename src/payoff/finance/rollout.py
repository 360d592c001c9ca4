"""How far to scale: what the next hundred people bring, what to ask for now, what to expect unmeasured.

Question  At which rollout size does one more person cost more than they bring? How much money should be
          released at this stage, and what must be shown before the next?
Model     benefit(n) = value × ceiling × (1 − exp(−n ÷ ceiling)): the first person brings `value`, the gain
          saturates as the people who need it most are reached. cost(n) = fixed + each × n, stepped up by
          `step_cost` for every `step_size` people (a coach, a licence tier): it never falls.
Refuses   Sizes out of order, a ceiling or value that is no positive number.
Forecast  Utility analysis (Brogden, Cronbach & Gleser; Schmidt, Hunter & Pearlman; Boudreau) is a forecast
          and says so: it never enters a result that was measured.
Proof     tests/finance/test_finance_rollout.py (FIN-36); the R package iopsych's formulas.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from payoff.finance.bad_input import (
    bad_input,
    require_amount,
    require_finite,
    require_positive,
    require_rate,
    require_share,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import number


@dataclass(frozen=True, slots=True)
class Growth:
    """What scaling brings and costs, over the horizon. ceiling: inf where nothing saturates."""

    value_each: float
    ceiling: float
    fixed_cost: float
    cost_each: float
    step_size: int = 0
    step_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class RolloutStep:
    """One size of rollout, and what the last stretch up to it brought; None where it cost nothing."""

    size: int
    benefit: float
    cost: float
    roi: float | None
    marginal_benefit: float
    marginal_cost: float
    marginal_roi: float | None


def rollout_steps(growth: Growth, sizes: Sequence[int]) -> tuple[RolloutStep, ...]:
    """The return and the marginal return at each size. Raises PayoffError on sizes that do not rise."""
    _check_growth(growth)
    if not sizes or sizes[0] <= 0 or any(b <= a for a, b in pairwise(sizes)):
        what = f"sizes {', '.join(map(str, sizes))}"
        raise bad_input("P106", what, "a rollout grows", "write them above 0 and rising")
    steps, last = [], (0.0, 0.0)
    for size in sizes:
        benefit, cost = float(_growth_benefit(growth, size)), _growth_cost(growth, size)
        more, spent = benefit - last[0], cost - last[1]
        steps.append(
            RolloutStep(
                size,
                benefit,
                cost,
                benefit / cost - 1 if cost > 0 else None,
                more,
                spent,
                more / spent - 1 if spent > 0 else None,
            )
        )
        last = benefit, cost
    return tuple(steps)


def _growth_benefit(growth: Growth, size: float | Floats) -> Floats:
    """Benefit of a rollout to `size` people."""
    people = np.asarray(size, dtype=np.float64)
    if math.isinf(growth.ceiling):
        return growth.value_each * people
    saturated: Floats = growth.value_each * growth.ceiling * -np.expm1(-people / growth.ceiling)
    return saturated


def _growth_cost(growth: Growth, size: int) -> float:
    """Cost of a rollout to `size` people; it never falls as the rollout grows."""
    steps = math.ceil(size / growth.step_size) if growth.step_size else 0
    return growth.fixed_cost + growth.cost_each * size + growth.step_cost * steps


def largest_paying_size(growth: Growth, most: int) -> int | Refusal:
    """The size up to `most` at which net benefit is largest; refused where no size pays."""
    _check_growth(growth)
    sizes = np.arange(1, max(1, most) + 1)
    costs = np.array([_growth_cost(growth, int(size)) for size in sizes])
    net = _growth_benefit(growth, sizes.astype(np.float64)) - costs
    best = int(np.argmax(net))
    if net[best] <= 0:
        return Refusal("rollout size", f"no size up to {most:,} pays")
    return int(sizes[best])


def _check_growth(growth: Growth) -> None:
    require_finite("value_each", growth.value_each)
    if not growth.ceiling > 0:
        what = f"ceiling is {growth.ceiling:g}"
        raise bad_input("P106", what, "gains saturate at a number of people", "a number above 0")
    for name in ("fixed_cost", "cost_each", "step_cost", "step_size"):
        require_amount(name, getattr(growth, name))


@dataclass(frozen=True, slots=True)
class StageAsk:
    """What to release now and what to hold back. at_risk: lost if the stage fails; text: the ask in words."""

    release: float
    hold: float
    at_risk: float
    expected_if_shown: float
    text: str


def stage_gate_ask(
    stage_cost: float, scale_cost: float, benefit_if_works: float, chance: float, gate: str, currency: str
) -> StageAsk | Refusal:
    """Fund the stage that decides, hold the rest until `gate` is shown.

    chance: share of draws that pay back. Refused where even a success would not pay for stage and scale-up.
    """
    for name, amount in (("stage_cost", stage_cost), ("scale_cost", scale_cost)):
        require_amount(name, amount)
    share, success = require_share("chance", chance), require_finite("benefit_if_works", benefit_if_works)
    gain = success - scale_cost
    if gain <= 0:
        return Refusal("stage-gate ask", "even if it works, scaling costs more than it brings")
    expected = share * gain - stage_cost
    if expected <= 0:
        reason = (
            f"at a chance of {100 * share:.0f} % the stage costs more than the prospect of scaling is worth"
        )
        return Refusal("stage-gate ask", reason)
    now, later = (f"{currency} {number(amount)}" for amount in (stage_cost, scale_cost))
    text = f"Release {now} now; hold {later} until {gate}. At most {now} is at risk"
    return StageAsk(stage_cost, scale_cost, stage_cost, expected, text)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A number nobody measured. `label` stands wherever it is shown."""

    value: float
    method: str
    label: str = "forecast by utility analysis: nothing was measured"


def utility_forecast(
    people: float,
    years: float,
    effect_size: float,
    value_of_one_sd: float,
    cost: float,
    *,
    variable_cost_share: float = 0.0,
    tax: float = 0.0,
    rate_annual: float = 0.0,
) -> Forecast:
    """Utility of training: people × Σ d × SDy × (1 − V) × (1 − tax) ÷ (1 + i)^t − cost × (1 − tax).

    effect_size: standardised difference d (for selection, validity × mean score of those chosen). Yearly
    amounts fall at the end of each year; with no rate, cost or tax this is Schmidt, Hunter & Pearlman.
    """
    for name, amount in (("people", people), ("value_of_one_sd", value_of_one_sd), ("cost", cost)):
        require_amount(name, amount)
    require_positive("years", years)
    keep = (1 - require_share("variable_cost_share", variable_cost_share)) * (1 - require_share("tax", tax))
    yearly = people * require_finite("effect_size", effect_size) * value_of_one_sd * keep
    rate = require_rate("rate_annual", rate_annual)
    annuity = years if rate == 0 else (1 - (1 + rate) ** -years) / rate
    method = "Boudreau (1983)" if rate or tax or variable_cost_share else "Schmidt, Hunter & Pearlman (1982)"
    return Forecast(yearly * annuity - cost * (1 - tax), method)
