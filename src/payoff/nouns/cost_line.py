"""Money spent on one item, dated."""

from dataclasses import dataclass
from typing import Literal

from payoff.nouns.arrays import Floats


@dataclass(frozen=True, slots=True)
class CostLine:
    """Amounts are positive. point: total; draws: (n_draws,) totals.

    months: (n_payments,) months from launch at which equal parts of the total fall.
    """

    item: str
    category: str
    kind: Literal["one_time", "run"]
    formula: str
    point: float
    draws: Floats
    months: tuple[int, ...]
    useful_life_months: int | None
    source: str
    owner: str
    assumed: bool
