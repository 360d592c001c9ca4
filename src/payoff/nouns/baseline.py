"""Where one metric stood before launch: level, trend, spread, memory, season, and what they rest on.

Question  What is a later figure of this metric held against, and how far can that be trusted?
Blind     Nothing after the baseline window is in it.
Unknown   What cannot be said is a Refusal with its reason, never zero.
"""

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass

from payoff.nouns.metric import Metric
from payoff.nouns.refusal import Refusal

_SPINE = re.compile(r"periods as \(select starts_on, ends_before from \(values [^;]*?\) as p\(.*?\)\)")
_LISTED = re.compile(
    r"case when .{1,200}? >= date '[\d-]{10}' then null"
    r"(?: when .{1,200}? >= date '[\d-]{10}' then date '[\d-]{10}')+ end"
)


@dataclass(frozen=True, slots=True)
class Trend:
    """Change per period within units, with its 95 % interval. errors: which of two was the wider."""

    per_period: float
    low: float
    high: float
    errors: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Variance between units and within them from period to period, in the metric's unit squared.

    share_between: the intraclass correlation.
    """

    between: float
    within: float
    share_between: float


@dataclass(frozen=True, slots=True)
class Memory:
    """How far a unit's period tells its next: lag-1 autocorrelation of deviations from its own mean."""

    lag_one: float
    n_pairs: int


@dataclass(frozen=True, slots=True)
class Season:
    """strength: 0 none to 1 all of what is not trend. by_chance: share of shuffled series as strong.

    cycle: periods in one turn. words: which turn.
    """

    strength: float
    by_chance: float
    cycle: int
    words: str

    @property
    def seen(self) -> bool:
        """Stronger than 19 of 20 shuffles of the same numbers."""
        return self.by_chance <= 0.05


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The periods of follow-up, one year earlier, against the rest of the baseline.

    difference: mean over units, with its 95 % interval; level: of those periods.
    """

    level: float
    difference: float
    low: float
    high: float
    n_units: int
    n_periods: int


@dataclass(frozen=True, slots=True)
class Level:
    """value: numerator ÷ denominator, summed, where the query says both; else the weighted mean."""

    value: float
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class BaselineFigures:
    """One metric over one window.

    n_units: in the cohort; n_seen: with one value at least, None: withheld. n_values of n_cells: unit-periods
    with a value. first_on, last_on: the window. visible: smallest lift the study sees, of the primary metric.
    """

    metric: str
    label: str
    unit_text: str
    definition: str
    period: str
    first_on: dt.date
    last_on: dt.date
    n_units: int
    n_seen: int | None
    n_periods: int
    n_values: int
    n_cells: int
    level: Level | Refusal
    trend: Trend | Refusal
    spread: Spread | Refusal
    memory: Memory | Refusal
    season: Season | Refusal
    year_before: YearBefore | Refusal
    visible: float | Refusal | None = None

    @property
    def n_missing(self) -> int:
        return self.n_cells - self.n_values


def hash_definition(metric: Metric) -> str:
    """SHA-256 of what the metric means; the window it is asked over is no part of that."""
    sql = _LISTED.sub("period", _SPINE.sub("periods", " ".join(metric.sql.split())))
    parts = (sql, metric.unit_text, metric.better, metric.missing, metric.scale, metric.version)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def hash_units(units: tuple[str, ...]) -> str:
    """SHA-256 of who was in it, whatever the order; no key can be read from it."""
    return hashlib.sha256(json.dumps(sorted(units), ensure_ascii=False).encode()).hexdigest()
