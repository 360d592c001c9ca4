"""Where the doubt in the return comes from, and what it would be worth to have less of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class GlobalShare:
    """Share of the variance of net money: of this input alone, and with all it interacts with."""

    name: str
    first: float
    total: float


@dataclass(frozen=True, slots=True)
class Grid:
    """ROI over two inputs, all others at mid. roi: (len(rows), len(columns)), NaN where it means nothing.

    row, column: `lift`, one lift held over the measured months, or an assumption's name.
    """

    row: str
    column: str
    rows: Floats
    columns: Floats
    roi: Floats


@dataclass(frozen=True, slots=True)
class KnowingFirst:
    """What perfect knowledge is worth before deciding to scale, in the study's currency.

    all: of everything at once; each: of one input, most first.
    """

    all: float
    each: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Doubt:
    """shares: largest total first. grid: the two inputs that move ROI most; None where only one does."""

    shares: tuple[GlobalShare, ...] | Refusal
    grid: Grid | None
    knowing: KnowingFirst | Refusal
