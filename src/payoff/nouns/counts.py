"""How many units the money is for. Missing outcomes: zero benefit, full cost (`docs/reference/money.md`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """analysed: program-arm units with outcomes: benefits. assigned: all program-arm units: costs.

    baseline: mean of the primary metric over program units before launch, in the metric's unit.
    term_months: for each term of the effect, the first and last month (1-based, counted from each
        unit's own launch) it was measured over; months after the last are extrapolated.
    """

    analysed: int
    assigned: int
    baseline: float
    term_months: tuple[tuple[int, int], ...]
