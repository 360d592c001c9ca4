"""Worst, base and best, each recomputed from named inputs, never scaled.

Question  What if everything goes badly, as expected, or well?
Effect    At the ends of its 95 % interval (worst, best) and at the estimate (base).
Inputs    Each ranged assumption stands on the side that is worse (better) given the inputs already
          set, the one that moves ROI most first: with a negative lift, a larger volume is the worse
          side. So worst ≤ base ≤ best wherever money is monotone in each input.
Haircut   One more scenario: the point's lift × haircut where it is a gain, a loss in full, nothing else
          changed; never within a range.
"""

import numpy as np

from payoff.finance.cash_flow import build_cash_flow
from payoff.finance.draws import is_fixed
from payoff.finance.money_model import Inputs, MoneyModel, constant_lift, cut_gains, net_of
from payoff.finance.returns import net_present_value
from payoff.finance.sensitivity import roi_at
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.study import Study
from payoff.nouns.valuation import Scenario, TornadoBar


def build_scenarios(
    study: Study,
    model: MoneyModel,
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    point: Inputs,
    bars: tuple[TornadoBar, ...],
) -> tuple[Scenario, ...]:
    """worst, base, best and, when the study declares one, haircut."""
    order = {bar.name: rank for rank, bar in enumerate(bars)}
    ranged = sorted(
        (a for a in assumptions if not is_fixed(a) and a.name != "haircut"),
        key=lambda a: order.get(a.name, len(order)),
    )
    ends = np.sort(np.stack([effect.lift(effect.intervals[:, side]) for side in (0, 1)]), axis=0)
    worst = _choose(study, model, Inputs(ends[:1], point.values), ranged, better=False)
    best = _choose(study, model, Inputs(ends[1:], point.values), ranged, better=True)
    chosen = [("worst", worst), ("base", point), ("best", best)]
    found = [_scenario(study, model, effect, name, inputs, ranged) for name, inputs in chosen]
    haircut = next((a for a in assumptions if a.name == "haircut"), None)
    if haircut is not None:
        cut = Inputs(cut_gains(point.lifts, haircut.mid), point.values)
        found.append(_scenario(study, model, effect, "haircut", cut, [*ranged, haircut]))
    return tuple(found)


def _choose(
    study: Study, model: MoneyModel, inputs: Inputs, ranged: list[Assumption], better: bool
) -> Inputs:
    """Set each ranged assumption to its better (worse) side, judged by net money, then by NPV."""
    for assumption in ranged:
        sides = [inputs.setting(assumption.name, x) for x in (assumption.low, assumption.high)]
        low, high = (_rank(study, model, side) for side in sides)
        if low != high:
            inputs = sides[int((high > low) == better)]
    return inputs


def _rank(study: Study, model: MoneyModel, inputs: Inputs) -> tuple[float, float]:
    npv = _npv(study, model, inputs)
    return float(net_of(model, inputs)[0]), 0.0 if npv is None else npv


def _npv(study: Study, model: MoneyModel, inputs: Inputs) -> float | None:
    rate: Floats | None = inputs.values.get("discount")
    return None if rate is None else float(net_present_value(build_cash_flow(study, model, inputs), rate)[0])


def _scenario(
    study: Study, model: MoneyModel, effect: Effect, name: str, inputs: Inputs, shown: list[Assumption]
) -> Scenario:
    """`lift` is the constant lift worth as much; an effect of several terms names each term's lift too."""
    named = {"lift": float(constant_lift(model, inputs)[0])}
    if len(effect.terms) > 1:
        lifts = zip(effect.terms, inputs.lifts[0], strict=True)
        named |= {f"lift_{term}": float(lift) for term, lift in lifts}
    named |= {a.name: float(inputs.values[a.name][0]) for a in shown}
    return Scenario(
        name, named, roi_at(model, inputs), _npv(study, model, inputs), float(net_of(model, inputs)[0])
    )
