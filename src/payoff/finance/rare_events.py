"""Incidents avoided: an expected loss with the wide doubt that rare events deserve.

Question  How many fewer incidents per unit of exposure, and what is the difference worth?
Estimand  rate without the program − rate with it, × exposure × severity.
Method    Each rate's exact interval (Garwood 1936); their difference by recovery of variances from
          those limits (MOVER; Zou & Donner 2008), which is right where counts are a handful or none.
Rule      Kept apart from savings in hand; left out of the conservative case when the interval reaches zero.
Refuses   No exposure, a negative count, a severity that is no amount.
Proof     tests/finance/test_finance_rare_events.py: Garwood's limits, coverage in simulation.
"""

import math
from dataclasses import dataclass

from scipy.special import gammaincinv

from payoff.finance.bad_input import require_amount, require_positive


@dataclass(frozen=True, slots=True)
class ExpectedLoss:
    """Money not lost, in the currency of the severity. low, high: ends of the 95 % interval."""

    point: float
    low: float
    high: float
    events_avoided: float

    @property
    def conservative(self) -> float:
        """What a conservative case may count: nothing while the data fit no reduction at all."""
        return max(0.0, self.low)


def rate_interval(events: int, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a Poisson rate."""
    tail = (1 - level) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    return low / exposure, float(gammaincinv(events + 1, 1 - tail)) / exposure


def expected_loss_avoided(
    events_without: int,
    exposure_without: float,
    events_with: int,
    exposure_with: float,
    severity: float,
    exposure: float,
) -> ExpectedLoss:
    """The loss avoided over `exposure` (say person-months), from counts with and without the program.

    Raises PayoffError on negative counts, no exposure or a severity that is no amount.
    """
    for name, count in (("events_without", events_without), ("events_with", events_with)):
        require_amount(name, count)
    for name, amount in (("exposure_without", exposure_without), ("exposure_with", exposure_with)):
        require_positive(name, amount)
    worth = require_amount("severity", severity) * require_amount("exposure", exposure)
    before, after = events_without / exposure_without, events_with / exposure_with
    low_b, high_b = rate_interval(events_without, exposure_without)
    low_a, high_a = rate_interval(events_with, exposure_with)
    change = before - after
    low = change - math.hypot(before - low_b, high_a - after)
    high = change + math.hypot(high_b - before, after - low_a)
    return ExpectedLoss(change * worth, low * worth, high * worth, change * exposure)
