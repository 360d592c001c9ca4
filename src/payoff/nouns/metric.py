"""One measure, written once: what is counted, in which unit, which way is better, who owns it."""

from dataclasses import dataclass
from typing import Literal

from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.unit import Unit

Better = Literal["higher", "lower"]
Scale = Literal["level", "log"]
Missing = Literal["exclude", "zero", "drop_unit"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric definition.

    sql: a DuckDB query that returns the unit column (named as `design.unit`), one period column
         (`period`, `day`, `week`, `month`, `quarter` or `year`, castable to a date), `value`, and
         optionally `weight`. Metrics given as `expr` arrive here already written out as SQL,
         except derived ones (`expr` over other metrics), which carry `parts`.
    missing: what an absent unit-period means. `exclude`: unknown, the cell stays empty;
         `zero`: nothing happened; `drop_unit`: a unit lacking any period leaves the panel, counted.
    scale: `log` analyses the natural logarithm; the effect is then in log points.
    sources: the study's sources the query reads.
    vanity: a volume that no chain leads on from. onset_weeks: after how many weeks a program is expected to
         show in it, (first, last); None where the catalogue does not say.
    """

    name: str
    label: str
    unit: Unit
    unit_text: str
    better: Better
    owner: str
    sql: str
    sources: tuple[str, ...]
    missing: Missing = "exclude"
    scale: Scale = "level"
    tier: Literal["leading", "lagging"] = "lagging"
    version: int = 1
    vanity: bool = False
    onset_weeks: tuple[int, int] | None = None

    @property
    def fingerprint(self) -> str:
        return fingerprint("metric", self)
