"""Money gained from one effect by one formula, month by month."""

from dataclasses import dataclass

from payoff.nouns.arrays import Floats


@dataclass(frozen=True, slots=True)
class Benefit:
    """point: (horizon_months,), draws: (n_draws, horizon_months), both for months 1..horizon.

    cash: False = freed time, never added to cash.
    """

    name: str
    label: str
    category: str
    cash: bool
    gross: bool
    formula: str
    point: Floats
    draws: Floats
