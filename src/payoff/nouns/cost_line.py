"""Money spent on one item, dated."""

from dataclasses import dataclass
from typing import Literal

from payoff.nouns.arrays import Floats


@dataclass(frozen=True, slots=True)
class CostLine:
    """Amounts are positive. point: total; draws: (n_draws,) totals.

    payments: (month from launch, parts) in order; a payment is its parts of the sum of all parts.
    """

    item: str
    category: str
    kind: Literal["one_time", "run"]
    formula: str
    point: float
    draws: Floats
    payments: tuple[tuple[int, int], ...]
    useful_life_months: int | None
    source: str
    owner: str
    assumed: bool
