"""Source rows for the workbook: what finance can compare with the files it sent; of people, their count only.

Withholds  Rows of a source that say of single people what they did: those leave by `payoff learners export`
           alone, for a purpose and on record.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from payoff.nouns.brief import Cell, Table
from payoff.nouns.people import people_floor
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Study
from payoff.run.main_path import Prepared
from payoff.warehouse import read_rows

MAX_ROWS = 5_000


def read_source_tables(prepared: Prepared, warehouse: Path) -> tuple[Table, ...]:
    """One table a source, its first rows by number; a longer source says how many were left out."""
    declared = {s.name: (*s.key, *s.columns) for s in prepared.study.sources}
    return tuple(
        _withheld(source)
        if holds_people(prepared.study, source)
        else _read_table(source, declared[source.source], warehouse)
        for source in prepared.sources
    )


def holds_people(study: Study, source: SourceFile) -> bool:
    """Whether rows are of people: a column is their pseudonym, or the study's unit where units are people."""
    named = {*study.privacy.pseudonymise}
    if people_floor(study):
        named.add(study.design.unit)
    return bool(named & set(source.columns))


def _withheld(source: SourceFile) -> Table:
    note = f"{source.path}, sha256 {source.sha256}"
    said = "rows of people are in no default output: payoff learners export, for a stated purpose"
    return Table(source.source, f"Rows of {source.path}", ("rows", "why"), ((source.n_rows, said),), note)


def _read_table(source: SourceFile, declared: tuple[str, ...], warehouse: Path) -> Table:
    """The declared columns; all of them where the study declares none."""
    n_shown = min(source.n_rows, MAX_ROWS)
    rows = read_rows(source, range(1, n_shown + 1), warehouse)
    if declared:
        rows = rows.select([name for name in rows.column_names if name in {"_row", *declared}])
    columns = tuple("row" if name == "_row" else name for name in rows.column_names)
    cells = zip(*(column.to_pylist() for column in rows.columns), strict=True)
    note = f"{source.path}, sha256 {source.sha256}"
    if n_shown < source.n_rows:
        note += f"; rows 1 to {n_shown:,} of {source.n_rows:,}, the rest is in the file"
    return Table(
        source.source, f"Rows of {source.path}", columns, tuple(tuple(map(_cell, r)) for r in cells), note
    )


def _cell(value: Any) -> Cell:
    """Dates as ISO text: a workbook's date system would round-trip them differently."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
