"""One landed source as the health rules see it: its columns by kind, its clock, what is declared of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
from pyarrow import types

from payoff.metrics.health_defaults import EXPECTED, NOTHING, Expected
from payoff.nouns.batch import LINEAGE
from payoff.nouns.source_file import SourceFile
from payoff.nouns.source_health import HealthRules
from payoff.nouns.sql_quoting import quoted
from payoff.nouns.study import Source

SeenAs = Literal["instant", "time", "date", "number", "text", "flag", "other"]


@dataclass(frozen=True, slots=True)
class Subject:
    """table: kind of the canonical table; None: columns as the file has them.

    columns: name → what is in it; `instant` is a point in UTC, `time` a time on somebody's clock.
    landed_at: when its load was landed, UTC.
    """

    source: Source
    file: SourceFile
    table: str | None
    columns: dict[str, SeenAs]
    landed_at: dt.datetime
    rules: HealthRules = field(default_factory=HealthRules)

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def expected(self) -> Expected:
        return EXPECTED.get(self.table or "", NOTHING)

    @property
    def declared(self) -> bool:
        """Whether anything is known of its columns: by a profile or by the study."""
        return self.table is not None or self.source.health is not None

    @property
    def declared_key(self) -> tuple[str, ...]:
        """The study's key; () also where it counts rows by their number, which copies do not share."""
        if any(name.lower() in LINEAGE for name in self.source.key):
            return ()
        return tuple(spell(self, name) for name in self.source.key)

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that name a row: the study's, else the canonical one; () where there is none."""
        if self.declared_key:
            return self.declared_key
        usual = self.expected.key
        return (usual,) if usual is not None and usual in self.columns else ()

    @property
    def place(self) -> tuple[str, ...]:
        """Columns that say where a row stands: its number, in a source of several files with the file."""
        return LINEAGE[1:] if self.file.parts else LINEAGE[:1]

    def holds_keys(self, column: str) -> bool:
        """Whether a column holds keys of persons, made of identifiers, rather than what the file has."""
        said = self.source.identifying
        return said is not None and column.lower() in {name.lower() for name, _ in said.columns}

    @property
    def when(self) -> str | None:
        """The column that places a row in time, where it is there and holds times or dates."""
        name = self.rules.when or self.expected.when
        if name is None or self.columns.get(spell(self, name)) not in ("instant", "time", "date"):
            return None
        return spell(self, name)

    def only(self, *kinds: SeenAs) -> tuple[str, ...]:
        """Names of the columns of these kinds, in the order of the file."""
        return tuple(name for name, kind in self.columns.items() if kind in kinds)


def spell(subject: Subject, name: str) -> str:
    """A declared column as the file spells it; as declared where it is not there."""
    return next((there for there in subject.columns if there.lower() == name.lower()), name)


def build_subject(
    source: Source, file: SourceFile, table: str | None, schema: pa.Schema, landed_at: dt.datetime
) -> Subject:
    """The source, with what each landed column holds."""
    columns = {item.name: _see(item.type) for item in schema if item.name not in LINEAGE}
    return Subject(source, file, table, columns, landed_at, source.health or HealthRules())


def _see(kind: pa.DataType) -> SeenAs:
    if types.is_timestamp(kind):
        return "instant" if kind.tz is not None else "time"
    if types.is_date(kind):
        return "date"
    if types.is_boolean(kind):
        return "flag"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    return "text" if types.is_string(kind) or types.is_large_string(kind) else "other"


def local(subject: Subject, column: str) -> str:
    """SQL of a time as the clock on the wall showed it, where the study says in which zone."""
    layout = subject.source.layout
    zone = (layout.timezone if layout is not None else None) or "UTC"
    name = quoted(column)
    return f"({name} at time zone '{zone}')" if subject.columns[column] == "instant" else name


def find_subject(subjects: Sequence[Subject], name: str) -> Subject | None:
    """The subject of that source name."""
    return next((subject for subject in subjects if subject.name == name), None)
