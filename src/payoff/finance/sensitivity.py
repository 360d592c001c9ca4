"""Which input moves the return most, and where each would flip it.

Question  What is ROI with one input low and high (tornado)? At which value is ROI zero (switching
          value)? All other inputs stay at mid.
Tornado   Every input alike stands at its own 10th and 90th percentile, the effect with all its terms
          at once, so that a bar is wide for what the input does and not for how its ends were chosen.
Lift      Its mid value and its switching value are constant lifts over the measured months: ROI is
          above zero where the first is above the second.
Range     Switching values are searched from a millionth to a thousand times the mid value, the root
          nearest to mid being given; None and a note where there is none.
"""

import numpy as np
from scipy.optimize import brentq

from payoff.finance.break_even import break_even_by_draw, break_even_haircut
from payoff.finance.draws import assumption_quantile, is_fixed, lift_quantiles
from payoff.finance.money_model import (
    Inputs,
    MoneyModel,
    cash_by_month,
    constant_lift,
    cost_total_of,
    mid_inputs,
    net_of,
)
from payoff.finance.returns import roi_of
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import SwitchingValue, TornadoBar

# Assumptions that ROI at face value does not know: the rate moves NPV only, the haircut has a scenario.
NOT_IN_ROI = ("discount", "haircut")

_ENDS = (0.1, 0.9)  # the percentiles at which a bar ends

_SEARCH = np.geomspace(1e-6, 1e3, 2001)  # multiples of mid
_SEARCHED = "from a millionth to a thousand times the mid value"


def roi_at(model: MoneyModel, inputs: Inputs) -> float | None:
    """Undiscounted ROI of a single row; None where it means nothing."""
    roi = roi_of(cash_by_month(model, inputs).sum(axis=1), cost_total_of(model, inputs))
    return None if isinstance(roi, Refusal) or not np.isfinite(roi[0]) else float(roi[0])


def tornado(
    model: MoneyModel, effect: Effect, assumptions: tuple[Assumption, ...], point: Inputs
) -> tuple[TornadoBar, ...]:
    """One bar per input that moves ROI, widest first."""
    low, high = (
        Inputs(lifts[np.newaxis, :], point.values) for lifts in lift_quantiles(effect, np.array(_ENDS))
    )
    bars = [_bar(model, "lift", (constant_lift(model, low)[0], constant_lift(model, high)[0]), (low, high))]
    for a in assumptions:
        if not is_fixed(a) and a.name not in NOT_IN_ROI:
            low_value, high_value = (assumption_quantile(a, share) for share in _ENDS)
            inputs = (point.setting(a.name, low_value), point.setting(a.name, high_value))
            bars.append(_bar(model, a.name, (low_value, high_value), inputs))
    moving = [bar for bar in bars if bar is not None and bar.roi_at_low != bar.roi_at_high]
    return tuple(sorted(moving, key=lambda bar: -abs(bar.roi_at_high - bar.roi_at_low)))


def _bar(
    model: MoneyModel, name: str, values: tuple[float, float], inputs: tuple[Inputs, Inputs]
) -> TornadoBar | None:
    low, high = (roi_at(model, i) for i in inputs)
    if low is None or high is None:
        return None
    return TornadoBar(name, float(values[0]), float(values[1]), low, high)


def switching_values(
    model: MoneyModel, assumptions: tuple[Assumption, ...], lifts: Floats
) -> tuple[SwitchingValue, ...]:
    """The lift, the haircut, then every assumption the formulas use. lifts: (n_terms,), at the point."""
    point = mid_inputs(assumptions, lifts)
    used = {n for b in model.benefits if b.cash for n in b.formula.names}
    used |= {n for c in model.costs for n in c.amount.names}
    if any(since for _, since in model.schedule):
        used.add("half_life")
    return (
        _switching_lift(model, point),
        _switching_haircut(model, assumptions, point),
        *(_switching(model, a, point) for a in assumptions if a.name in used),
    )


def _switching_lift(model: MoneyModel, point: Inputs) -> SwitchingValue:
    lift = float(break_even_by_draw(model, point)[0])
    mid = float(constant_lift(model, point)[0])
    if not np.isfinite(lift):
        return SwitchingValue("lift", mid, None, "lift", "no lift pays")
    return SwitchingValue("lift", mid, lift, "lift", "pays back above this value")


def _switching_haircut(
    model: MoneyModel, assumptions: tuple[Assumption, ...], point: Inputs
) -> SwitchingValue:
    declared = next((a.mid for a in assumptions if a.name == "haircut"), 1.0)
    share = float(break_even_haircut(model, point)[0])
    if not np.isfinite(share) or share <= 0:
        note = "no haircut brings ROI to zero: " + (
            "the measured lift loses money" if share > 0 else "it pays without a lift"
        )
        return SwitchingValue("haircut", declared, None, "share", note)
    return SwitchingValue("haircut", declared, share, "share", "share of the measured lift that is enough")


def _switching(model: MoneyModel, assumption: Assumption, point: Inputs) -> SwitchingValue:
    name, mid = assumption.name, assumption.mid
    unit = assumption.unit_text or "pure number"
    if mid == 0:
        return SwitchingValue(name, mid, None, unit, "the mid value is zero: there is no range to search")

    def net(multiple: float) -> float:
        return float(net_of(model, point.setting(name, mid * multiple))[0])

    values = _net_by_multiple(model, point, name, mid)
    crossings = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    if crossings.size == 0:
        note = f"{'pays back' if values[0] > 0 else 'does not pay back'} at any value {_SEARCHED}"
        return SwitchingValue(name, mid, None, unit, note)
    nearest = crossings[np.argmin(np.abs(np.log(_SEARCH[crossings])))]
    root = float(brentq(net, _SEARCH[nearest], _SEARCH[nearest + 1], xtol=1e-14, rtol=1e-13))
    side = "above" if (values[nearest + 1] > 0) == (mid > 0) else "below"
    return SwitchingValue(name, mid, mid * root, unit, f"pays back {side} this value")


def _net_by_multiple(model: MoneyModel, point: Inputs, name: str, mid: float) -> Floats:
    """Net money with one assumption at every searched multiple of its mid value, (n_searched,)."""
    n = _SEARCH.size
    values = {key: np.full(n, value[0]) for key, value in point.values.items()}
    values[name] = mid * _SEARCH
    return net_of(model, Inputs(np.repeat(point.lifts, n, axis=0), values))
