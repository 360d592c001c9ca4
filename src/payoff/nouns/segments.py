"""How a measure stands in each segment of a study's people, as far as it may be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """n, mean, numerator, denominator: None where withheld. gap: this segment less everybody else.

    chance: adjusted for every segment asked about. untested: why there is no gap; "" where there is one.
    """

    level: str
    n_units: int | None
    mean: float | None
    numerator: float | None
    denominator: float | None
    gap: float | None
    interval: tuple[float, float] | None
    chance: float | None
    untested: str = ""

    @property
    def stands(self) -> bool:
        """Does the gap stand with allowance for all segments asked about?"""
        return self.chance is not None and self.chance <= 0.05


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """One measure by one column; everybody first. kind: where the measure comes from."""

    column: str
    measure: str
    label: str
    unit: str
    window: str
    floor: int
    everybody: Segment
    rows: tuple[Segment, ...]
