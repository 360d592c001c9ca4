"""A measure as the catalogue defines it: once, for every program that uses its id.

Question  What is counted over what, from which tables, and what is the number fit for?
Identity  A rate is sum over sum: `numerator` ÷ `denominator`, both aggregates over the same `rows`. A rate of
          two teams is thus the sum of their counts, never the mean of their rates. Without a denominator the
          numerator is the value.
Rows      One SELECT in DuckDB's dialect over tables that sources are mapped to. Each has the column `unit`
          beside its own; `rows` returns `unit`, `happened` (a date or a local time) and what the aggregates
          need. `period_of(x)` is the first day of the period, and the table `periods` (starts_on,
          ends_before) lists those of the study's windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from payoff.nouns.metric import Better, Missing

Level = Literal["L0", "L1", "L2", "L3", "L4", "L5"]
Tier = Literal["engagement", "readiness", "application", "performance", "sentiment", "finance"]
Audience = Literal["executive", "manager", "learner", "learning"]
Kind = Literal["text", "number", "flag", "day", "instant", "local day"]
PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """words: what it holds, and its trap where it has one."""

    name: str
    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class MetricTable:
    """A table that sources are mapped to.

    person: its column of who; "" for tables without units. at: its column of when; "" where a row lasts.
    """

    name: str
    words: str
    person: str
    at: str
    columns: tuple[TableColumn, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure.

    formula: the same in words. needs: (table, its columns that are read).
    unit: with {unit}, {period} and {money} to be filled in. grains: periods it may be told by.
    window_days: how long each case is watched, 0 where it is counted as it happens.
    onset_weeks: after how long a program is expected to show in it, (first, last).
    cases: SQL of the single cases behind it: `days` and `ended` ('reached', 'left', 'open') of what runs to
    an event; `person`, `rater`, `rated`, `rated_on` and `score` of what is rated. `seen_until(x)` there is
    the last day that may be looked at. cases_need: what that reads.
    level: Phillips; L0 is reach and volume. vanity: a volume that no chain leads on from.
    """

    id: str
    label: str
    formula: str
    unit: str
    better: Better
    level: Level
    tier: Tier
    leading: bool
    onset_weeks: tuple[int, int]
    audience: tuple[Audience, ...]
    needs: tuple[tuple[str, tuple[str, ...]], ...]
    rows: str
    numerator: str
    denominator: str | None = None
    missing: Missing = "exclude"
    missing_rule: str = "a unit without a case has no value in the period"
    grains: tuple[str, ...] = PERIODS
    window_days: int = 0
    version: int = 1
    vanity: bool = False
    trap: str = ""
    cases: str = ""
    cases_are: Literal["", "times", "ratings"] = ""
    cases_need: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def reference(self) -> str:
        """What a plan locks: `average_handle_time@1`."""
        return f"{self.id}@{self.version}"

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(table for table, _ in self.needs)

    @property
    def uses_periods(self) -> bool:
        """Whether it counts who was there in each period."""
        return "periods" in self.rows


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Definitions by id and the tables they are over. Empty unless given."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    tables: Mapping[str, MetricTable] = field(default_factory=dict)

    def find(self, reference: str) -> Definition | None:
        """The definition of `id` or `id@version`; None where there is no such id or version."""
        id, _, version = reference.partition("@")
        found = self.definitions.get(id)
        return found if found is not None and version in ("", str(found.version)) else None
