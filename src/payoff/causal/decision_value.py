"""What knowing is worth: a pilot pays when its answer may change what is done.

Question  Scale or stop, what is expected of either, and how much would a pilot improve the choice?
Model     The lift is normal: before the pilot with the expected range as its 10th and 90th percentiles,
          after it by Bayes's rule with the pilot's error. Scaling earns worth × lift − cost; stopping, 0.
Identity  Perfect information: E max(net, 0) − max(E net, 0). A pilot's: the same with the spread of what
          the estimate will be, σ² ÷ √(σ² + error²), in the place of σ.
Cites     Raiffa & Schlaifer (1961), ch. 5; Claxton & Posnett (1996), doi:10.1002/hec.4730050614.
Refuses   A worth, a cost or an error that is no number; an expected range without width.
Proof     tests/causal/test_causal_decision_value.py: brute force; decisions against simulated truth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from payoff.nouns.refusal import Refusal

METHOD = "value of a pilot"
_NORMAL = NormalDist()
_TENTH = _NORMAL.inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class Bet:
    """A program that could be scaled. expected_low, expected_high: 10th and 90th percentile of its lift.

    worth: money per unit of lift if scaled (a lift of 1 is 100 %), over the horizon. cost: of scaling.
    """

    name: str
    expected_low: float
    expected_high: float
    worth: float
    cost: float


@dataclass(frozen=True, slots=True)
class PilotValue:
    """Money: of deciding now, of knowing perfectly, of the pilot's answer, and that less the pilot's cost.

    scale_now: what deciding today would choose. chance_wrong: that this choice loses money.
    """

    name: str
    decide_now: float
    scale_now: bool
    chance_wrong: float
    perfect: float
    pilot: float
    net: float


@dataclass(frozen=True, slots=True)
class ScaleDecision:
    """After the pilot: expected net money of scaling (stopping earns 0), and how sure the choice is."""

    scale: bool
    expected_net: float
    low: float
    high: float
    chance_right: float


def value_pilot(bet: Bet, std_error: float, pilot_cost: float = 0.0) -> PilotValue | Refusal:
    """What a pilot with the given error of the lift would be worth before anything else is known."""
    numbers = (bet.expected_low, bet.expected_high, bet.worth, bet.cost, std_error, pilot_cost)
    if not all(map(math.isfinite, numbers)) or bet.worth <= 0 or std_error <= 0:
        return Refusal(
            METHOD, "Worth, cost and the pilot's error must be numbers, worth and error above zero."
        )
    mean, spread = _prior(bet)
    if spread <= 0:
        return Refusal(
            METHOD, "The expected range has no width: where nothing is in doubt, nothing is learned."
        )
    net, doubt = bet.worth * mean - bet.cost, bet.worth * spread
    now = max(net, 0.0)
    learned = doubt * spread / math.hypot(spread, std_error)
    gain = _expected_best(net, learned) - now
    return PilotValue(
        name=bet.name,
        decide_now=now,
        scale_now=net > 0,
        chance_wrong=_NORMAL.cdf(-abs(net) / doubt),
        perfect=_expected_best(net, doubt) - now,
        pilot=gain,
        net=gain - pilot_cost,
    )


def rank_pilots(values: Sequence[PilotValue]) -> tuple[PilotValue, ...]:
    """The pilot that improves its decision most, net of its cost, first (EXP-07)."""
    return tuple(sorted(values, key=lambda value: (-value.net, value.name)))


def decide_scale(bet: Bet, estimate: float, std_error: float) -> ScaleDecision | Refusal:
    """Scale or stop, from the pilot's estimate of the lift and what was expected (EXP-21)."""
    mean, spread = _prior(bet)
    if not (spread > 0 and std_error > 0 and math.isfinite(estimate)):
        return Refusal(METHOD, "A decision needs an estimate with an error, and an expectation with a width.")
    precision = 1 / spread**2 + 1 / std_error**2
    centre = (mean / spread**2 + estimate / std_error**2) / precision
    net, doubt = bet.worth * centre - bet.cost, bet.worth / math.sqrt(precision)
    half = _TENTH * doubt
    return ScaleDecision(net > 0, net, net - half, net + half, _NORMAL.cdf(abs(net) / doubt))


def _prior(bet: Bet) -> tuple[float, float]:
    """Mean and standard deviation of the lift before anything is tried."""
    return (bet.expected_low + bet.expected_high) / 2, (bet.expected_high - bet.expected_low) / (2 * _TENTH)


def _expected_best(net: float, doubt: float) -> float:
    """E max(X, 0) for X normal with mean `net` and standard deviation `doubt`."""
    if doubt <= 0:
        return max(net, 0.0)
    at = net / doubt
    return net * _NORMAL.cdf(at) + doubt * _NORMAL.pdf(at)
