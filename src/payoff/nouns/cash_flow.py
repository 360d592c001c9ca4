"""Benefits and costs on one calendar, one currency, one price base."""

from dataclasses import dataclass

from payoff.nouns.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Axis 0 draws (the point flow has one), axis 1 months.

    months: (n_months,) consecutive; 0 is launch and is not discounted; negative = before launch.
    benefits, costs: (n_draws, n_months), costs positive. Freed time is not in `benefits`.
    """

    months: Ints
    benefits: Floats
    costs: Floats
    currency: str
    price_base: str
    horizon_months: int
