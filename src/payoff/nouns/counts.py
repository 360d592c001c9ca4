"""How many units the money is for. Missing outcomes: zero benefit, full cost (`docs/reference/money.md`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """analysed: program-arm units with any outcome. assigned: all program-arm units: costs.

    baseline: mean of the primary metric over program units before launch, in the metric's unit.
    term_months: for each term of the effect, the first and last month (1-based, counted from each
        unit's own launch) it was measured over; months after the last are extrapolated; (0, 0) for a
        term before launch.
    analysed_by_term: for each term, program-arm units with an outcome in its event periods: benefits
        of the months it carries. (): all that were analysed, in every term.
    """

    analysed: int
    assigned: int
    baseline: float
    term_months: tuple[tuple[int, int], ...]
    analysed_by_term: tuple[int, ...] = ()

    def units_in(self, term: int | None) -> int:
        """Units that a month carried by `term` counts in benefits; None: nothing was measured for it."""
        if term is None:
            return 0
        return self.analysed_by_term[term] if self.analysed_by_term else self.analysed
