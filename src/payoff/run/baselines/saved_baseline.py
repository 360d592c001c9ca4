"""One version of a baseline: what is kept of it, whoever saves it.

Question  Which level was measured of whom, from which data and by which definition?
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from payoff.nouns.baseline import BaselineFigures, Level
from payoff.run.baselines.baselining import BaselineReport


@dataclass(frozen=True, slots=True)
class Saved:
    """One version. metrics: per metric its name, label, unit, definition, level, numerator, denominator,
    n_seen, n_values. units: hash of who was in it. sources: SHA-256 by source.
    """

    version: str
    on: str
    by: str
    reason: str
    first_on: str
    last_on: str
    period: str
    n_units: int
    units: str
    metrics: tuple[dict[str, Any], ...]
    sources: dict[str, str]


def as_version(
    report: BaselineReport, version: str = "now", by: str = "", reason: str = "", on: dt.date = dt.date.max
) -> Saved:
    """What would be saved of a baseline."""
    first = report.figures[0]
    return Saved(
        version, on.isoformat(), by, reason, first.first_on.isoformat(), first.last_on.isoformat(),
        first.period, first.n_units, report.units, tuple(_row(f) for f in report.figures),
        {s.source: s.sha256 for s in report.sources},
    )  # fmt: skip


def _row(figures: BaselineFigures) -> dict[str, Any]:
    level = figures.level if isinstance(figures.level, Level) else None
    return {
        "metric": figures.metric,
        "label": figures.label,
        "unit": figures.unit_text,
        "definition": figures.definition,
        "level": None if level is None else level.value,
        "numerator": None if level is None else level.numerator,
        "denominator": None if level is None else level.denominator,
        "n_seen": figures.n_seen,
        "n_values": figures.n_values,
    }
