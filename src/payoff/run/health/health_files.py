"""Rows at fault as files: who mends the export must know which ones.

Writes    One CSV a finding: file and number of the row, and its key as it was landed, so that persons are
          pseudonyms; a key that still looks like an address becomes one.
Holds     The first rows up to a cap; the finding itself counts them all.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from payoff.connectors.pseudonym import name_text
from payoff.metrics.health_queries import list_rows
from payoff.nouns.batch import LINEAGE
from payoff.nouns.source_file import SourceFile
from payoff.nouns.source_health import SourceHealth
from payoff.nouns.study import Study
from payoff.run.csv_text import write_csv
from payoff.run.health.health_asking import ask_health
from payoff.run.health.health_moves import list_earlier
from payoff.run.health.judging import read_subjects
from payoff.run.workspace import Workspace
from payoff.warehouse.engine import Engine

MOST_ROWS = 10_000
_HEADERS = {"_row": "row", "_file": "file", "_file_row": "row"}


def read_rows_at_fault(
    study: Study,
    files: Sequence[SourceFile],
    health: Sequence[SourceHealth],
    warehouse: Path,
    at_most: int = MOST_ROWS,
    engine: Engine | None = None,
) -> dict[str, pa.Table]:
    """Number and key of the rows of each finding that is about rows, by the finding's id."""
    asked = [f for one in health for f in one.findings if f.condition]
    if not asked:
        return {}
    subjects = {s.name: s for s in read_subjects(study, files, warehouse)}
    queries = {f.id: list_rows(subjects[f.source], f.rule, f.condition, at_most) for f in asked}
    held = {f.source for f in asked if f.rests_on == "loads"}  # against their load before
    earlier = list_earlier((file for file in files if file.source in held), warehouse)
    tables = ask_health(list(queries.values()), files, warehouse, engine, earlier)
    return {id_: tables[query.name] for id_, query in queries.items()}


def render_rows(tables: dict[str, pa.Table], workspace: Workspace) -> dict[str, bytes]:
    """One CSV a finding, by file name."""
    return {f"{id_}.csv": _write(table, workspace) for id_, table in tables.items()}


def write_rows(folder: Path, files: dict[str, bytes]) -> None:
    """The files in a folder of their own; those of an earlier look are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        if old.name not in files:
            old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _write(table: pa.Table, workspace: Workspace) -> bytes:
    header = [_HEADERS.get(name, name) for name in table.column_names]
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return write_csv(header, ([_hide(value, workspace) for value in row] for row in rows))


def _hide(value: object, workspace: Workspace) -> object:
    """A key that still looks like an address becomes a pseudonym."""
    is_address = isinstance(value, str) and "@" in value[1:]
    return name_text(str(value), workspace.read_secret()) if is_address else value


def keys_of(table: pa.Table, at_most: int) -> tuple[str, ...]:
    """The first rows in words: `T000012 (row 13)`, `T000012 (row 4 of w2.csv)`, `row 13` without a key."""
    names = [name for name in table.column_names if name not in LINEAGE]
    told = []
    for row in table.slice(0, at_most).to_pylist():
        place = f"row {row['_row']}" if "_row" in row else f"row {row['_file_row']} of {row['_file']}"
        told.append(f"{', '.join(str(row[name]) for name in names)} ({place})" if names else place)
    return tuple(told)
