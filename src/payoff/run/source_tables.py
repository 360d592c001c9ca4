"""Source rows for the workbook: what finance can compare with the files it sent; of people, their count only.

Withholds  Rows of a source that say of single people what they did: those leave by `payoff learners export`
           alone, for a purpose and on record. Of rows of things, the columns that say whose they are.
Proof      tests/run/test_run_source_tables.py
"""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from payoff.nouns.brief import Cell, Table
from payoff.nouns.canonical import KINDS
from payoff.nouns.people import people_floor
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source, Study
from payoff.run.main_path import Prepared
from payoff.study.profiles import PROFILES
from payoff.warehouse import read_rows

MAX_ROWS = 5_000
WHOSE = {"person_id", "learner_id"}  # a canonical table with one of them has rows of single people
WITHHELD = ("rows", "file", "sha256", "load package", "why", "how an auditor gets them")
_KEYS = re.compile(r"(^|_)(id|no|nr|number|key|code)$", re.IGNORECASE)
_PERSON = re.compile(
    r"e-?mail|person|employee|worker|staff|agent|user|learner|student|owner|assignee|login|actor|seller|"
    r"participant|member|rep(_|\b)|manager|supervisor|requester|rater|coach|reviewer|approver|instructor|"
    r"mentor|observer|checked.?by|created.?by|updated.?by|full.?name|first.?name|last.?name|display.?name|"
    r"^name$",
    re.IGNORECASE,
)


def read_source_tables(prepared: Prepared, warehouse: Path) -> tuple[Table, ...]:
    """One table a source, its first rows by number; a longer source says how many were left out."""
    return tuple(_read_table(prepared.study, source, warehouse) for source in prepared.sources)


def holds_people(study: Study, source: SourceFile) -> bool:
    """Whether rows are of people by what the study says: no row has to be looked at.

    Statements; a source with identifiers; a canonical table with a person to each row; a pseudonymised
    column, or the study's unit where units are people.
    """
    said = _find(study, source)
    if said.format == "statements" or said.identifying is not None:
        return True
    if said.layout is not None:
        table = KINDS[PROFILES[said.layout.profile].kind]
        if any(column.name in WHOSE for column in table.columns):
            return True
    named = {name.lower() for name in study.privacy.pseudonymise}
    if people_floor(study):
        named.add(study.design.unit.lower())
    return bool(named & {name.lower() for name in source.columns})


def _read_table(study: Study, source: SourceFile, warehouse: Path) -> Table:
    """The declared columns, all where the study declares none; without those of persons."""
    if holds_people(study, source):
        return _withheld(source)
    n_shown = min(source.n_rows, MAX_ROWS)
    rows = read_rows(source, range(1, n_shown + 1), warehouse)
    persons = [name for name in rows.column_names if _names_person(study, rows, name)]
    if any(_is_grain(rows[name]) for name in persons):
        return _withheld(source)
    said = _find(study, source)
    shown = {"_row", *said.key, *said.columns} if said.key or said.columns else set(rows.column_names)
    rows = rows.select([name for name in rows.column_names if name in shown and name not in persons])
    columns = tuple("row" if name == "_row" else name for name in rows.column_names)
    cells = zip(*(column.to_pylist() for column in rows.columns), strict=True)
    note = f"{source.path}, sha256 {source.sha256}"
    if n_shown < source.n_rows:
        note += f"; rows 1 to {n_shown:,} of {source.n_rows:,}, the rest is in the file"
    if persons:
        note += f"; without columns of persons: {', '.join(persons)}"
    return Table(
        source.source, f"Rows of {source.path}", columns, tuple(tuple(map(_cell, r)) for r in cells), note
    )


def _find(study: Study, source: SourceFile) -> Source:
    return next(said for said in study.sources if said.name == source.source)


def _names_person(study: Study, rows: pa.Table, column: str) -> bool:
    """By its name, unless it is the unit; numbers and dates only where they are keys."""
    if column == "_row" or column.lower() == study.design.unit.lower() or not _PERSON.search(column):
        return False
    kind = rows.schema.field(column).type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or _KEYS.search(column))


def _is_grain(column: pa.ChunkedArray) -> bool:
    """Whether each row is of another: then the row is of a person."""
    filled = column.drop_null()
    return len(filled) > 0 and len(filled.unique()) == len(column)


def _withheld(source: SourceFile) -> Table:
    note = f"{source.path}, sha256 {source.sha256}"
    why = "rows of people are in no default output"
    how = (
        "payoff learners export: rows under pseudonyms, for a declared purpose, on record; "
        "payoff explain: the rows behind a figure, at the terminal of whoever holds the workspace"
    )
    row = (source.n_rows, source.path, source.sha256, source.package, why, how)
    return Table(source.source, f"Rows of {source.path}", WITHHELD, (row,), note)


def _cell(value: Any) -> Cell:
    """Dates as ISO text: a workbook's date system would round-trip them differently."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
