"""How strong would an unseen cause have to be to explain a ratio away?

Question  By what ratio must something unmeasured raise both the chance of taking part and of the outcome,
          beyond all that was measured, for a program without effect to show this risk ratio?
Identity  E = RR + sqrt(RR × (RR − 1)); a ratio below one is turned over first. For an interval the limit
          nearer to one counts; an interval that holds one has E = 1: nothing is needed.
Assumes   Nothing about the unseen cause beyond these two ratios.
Cites     VanderWeele & Ding (2017), doi:10.7326/M16-2607; for odds and hazard ratios of common outcomes
          and for differences in standard deviations, its table 2.
Proof     tests/reference/test_reference_statistics.py
"""

import math
from dataclasses import dataclass
from typing import Literal

Ratio = Literal["risk", "odds", "hazard"]
PER_DEVIATION = 0.91  # log odds of a common outcome per standard deviation, approximately


@dataclass(frozen=True, slots=True)
class EValue:
    """point: for the estimate; limit: for the end of its interval nearer to no effect (None: no interval)."""

    point: float
    limit: float | None


def e_value(
    ratio: float,
    interval: tuple[float, float] | None = None,
    *,
    kind: Ratio = "risk",
    rare: bool = True,
) -> EValue:
    """E-value of a ratio and of its interval.

    kind, rare: an odds or hazard ratio stands for the risk ratio where the outcome is rare (under 15 % by
    the end of follow-up); where it is not, it is turned into one first.
    """
    ends = (ratio,) if interval is None else (ratio, *interval)
    if not all(math.isfinite(end) and end > 0 for end in ends):
        raise ValueError("a ratio and the ends of its interval are positive numbers")
    point = _risk_ratio(ratio, kind, rare)
    if interval is None:
        return EValue(_strength(point), None)
    low, high = sorted(_risk_ratio(end, kind, rare) for end in interval)
    nearest = max(low, 1.0) if point >= 1 else min(high, 1.0)
    return EValue(_strength(point), _strength(nearest))


def e_value_of_difference(difference: float, std_error: float | None = None) -> EValue:
    """E-value of a difference in standard deviations of the outcome (and its error in these)."""
    interval = None
    if std_error is not None:
        reach = 1.96 * std_error  # as the source has it: a rule of thumb on top of a normal interval
        interval = (_exp(difference - reach), _exp(difference + reach))
    return e_value(_exp(difference), interval)


def _exp(difference: float) -> float:
    return math.exp(PER_DEVIATION * difference)


def _risk_ratio(ratio: float, kind: Ratio, rare: bool) -> float:
    if rare or kind == "risk":
        return ratio
    if kind == "odds":
        return math.sqrt(ratio)
    return float((1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio)))


def _strength(ratio: float) -> float:
    turned = ratio if ratio >= 1 else 1 / ratio
    return turned + math.sqrt(turned * (turned - 1))
