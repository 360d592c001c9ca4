"""Rows of a table that are a person's own, and cells of other rows that name them.

Question  Which rows go when somebody is erased, and which rows of others only lose a word?
Own       The person stands in a column that says whose row it is: `unit` columns, or any that is not named
          for somebody beside (manager, requester, rater, coach …). Such a row goes.
Beside    In every other row that names the person, the cell gets the finder's word: the row is another's
          record, and groups made by that cell stay groups. Numbers become null.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.identity.sought import Finder

_BESIDE = re.compile(
    r"manager|supervisor|leader|lead\b|requester|customer|client|contact|rater|coach|review|approv|"
    r"instructor|team|created.?by|updated.?by|sponsor|steward|mentor|observer",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"e-?mail|person|people|employee|worker|staff|agent|user|learner|student|owner|assignee|login|actor|"
    r"participant|member|rep(_|\b)|hire|\bwho\b|full.?name|first.?name|last.?name|display.?name|^name$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a study says of a table's columns, names in lower case.

    persons: hold persons for sure. units: say whose row it is, whatever their names.
    """

    persons: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def holds_person(self, column: str) -> bool:
        """Whether identifiers that mean other things elsewhere may be looked for here."""
        named = _PERSON.search(column) or _BESIDE.search(column)
        return column.lower() in self.persons | self.units or named is not None

    def is_own(self, column: str) -> bool:
        """Whether who stands here is whose row it is."""
        return column.lower() in self.units or not _BESIDE.search(column)


@dataclass(frozen=True, slots=True)
class Judged:
    """gone: row index → the word of who it was. edits: column → {row index: new cell}, of rows that stay."""

    gone: dict[int, str]
    edits: dict[str, dict[int, str | None]]

    @property
    def n_edited(self) -> int:
        """Rows that stay and lose a word."""
        return len({row for cells in self.edits.values() for row in cells})

    @property
    def is_empty(self) -> bool:
        return not (self.gone or self.edits)

    def count(self, word: str) -> tuple[int, int]:
        """(rows that go, rows that lose a word) because of the person whose word this is."""
        edited = {
            row for cells in self.edits.values() for row, new in cells.items() if new is None or word in new
        }
        return sum(one == word for one in self.gone.values()), len(edited)


def judge_rows(table: pa.Table, finder: Finder, columns: Columns, kept: Collection[str] = ()) -> Judged:
    """What an erasure does to a table. `kept`: columns in which a word takes their place, and no row goes."""
    gone: dict[int, str] = {}
    edits: dict[str, dict[int, str | None]] = {}
    for name in table.column_names:
        if name == "_row":
            continue
        own = columns.is_own(name) and name not in kept
        for row, (word, new) in _find_cells(table[name], name, finder, columns).items():
            if word is not None and own:
                gone[row] = word
            else:
                edits.setdefault(name, {})[row] = new
    left = {name: {r: new for r, new in cells.items() if r not in gone} for name, cells in edits.items()}
    return Judged(gone, {name: cells for name, cells in left.items() if cells})


def apply_judgement(table: pa.Table, judged: Judged) -> pa.Table:
    """The table without the rows that go and with the edited cells; types and schema stay."""
    for name, cells in judged.edits.items():
        at = table.schema.get_field_index(name)
        values = table[name].to_pylist()
        for row, new in cells.items():
            values[row] = _as_kind(values[row], new, table.schema.field(name).type)
        table = table.set_column(
            at, table.schema.field(name), pa.array(values, table.schema.field(name).type)
        )
    stay = np.ones(table.num_rows, dtype=bool)
    stay[list(judged.gone)] = False
    return table.filter(pa.array(stay))


Found = tuple[str | None, str | None]  # the word where the whole cell is the person; what stays of the cell


def _find_cells(column: pa.ChunkedArray, name: str, finder: Finder, columns: Columns) -> dict[int, Found]:
    """What is found, by row; each distinct cell is looked at once."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    number, person = pa.types.is_integer(kind) or pa.types.is_floating(kind), columns.holds_person(name)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _find_in_lists(column, finder)
    if (number and not person) or not (number or _is_text(kind)):
        return {}
    encoded = pa.chunked_array(column.chunks, kind).combine_chunks().dictionary_encode()
    judged: dict[int, Found] = {}
    for code, value in enumerate(encoded.dictionary.to_pylist()):
        word = finder.find_word(str(value), in_person_column=person)
        new = word if word is not None or number else finder.redact(str(value))
        if word is not None or (new != value and not number):
            judged[code] = (word, None if number else new)
    if not judged:
        return {}
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return {int(row): judged[int(codes[row])] for row in np.flatnonzero(np.isin(codes, list(judged)))}


def _find_in_lists(column: pa.ChunkedArray, finder: Finder) -> dict[int, Found]:
    """Lists of texts only ever mention; the new cell's texts have a zero byte between them."""
    if not _is_text(column.type.value_type):
        return {}
    distinct = {text for text in column.combine_chunks().flatten().to_pylist() if text}
    named = {text: new for text in distinct if (new := finder.redact(text)) != text}
    if not named:
        return {}
    return {
        row: (None, "\0".join(named.get(text, text) for text in cell))
        for row, cell in enumerate(column.to_pylist())
        if cell and any(text in named for text in cell)
    }


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _as_kind(old: object, new: str | None, kind: pa.DataType) -> object:
    if new is None or not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return new
    return new.split("\0") if isinstance(old, list) else new
