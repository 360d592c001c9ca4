"""Cells, sheets and names of the workbook, as plain data.

Question  What stands in which cell, by which formula, and what must it come to?
Assumes   A sheet is filled from the top, row by row, so a cell's address is known when it is written.
Why       Every formula carries the value it comes to, so that a viewer that does not recalculate
          still shows the right number.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_TEXT = 32_000  # Excel holds 32,767 characters in a cell
LONGEST_TAB = 31

Scalar = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """`formula` starts without "="; `value` is then what it comes to. note: shown as the cell's comment."""

    value: Scalar
    style: str = "text"
    formula: str | None = None
    note: str = ""

    def as_plain(self) -> dict[str, Scalar]:
        """For JSON: no infinities, nothing that a cell cannot hold."""
        value = self.value
        if isinstance(value, float) and not math.isfinite(value):
            value = None
        if isinstance(value, str):
            value = value[:LONGEST_TEXT]
        plain = {"v": value, "s": self.style, "f": self.formula}
        return plain | {"n": self.note} if self.note else plain


@dataclass(slots=True)
class Sheet:
    """One tab in the making. widths: of the columns, in characters. freeze: rows kept in sight.

    lists: cells that take one of a few words. bars: a bar chart, as ranges.
    """

    name: str
    widths: Sequence[float]
    freeze: int = 0
    rows: list[list[Cell | None]] = field(default_factory=list)
    highlights: list[dict[str, str]] = field(default_factory=list)
    lists: list[dict[str, object]] = field(default_factory=list)
    bars: list[dict[str, object]] = field(default_factory=list)

    def add(self, *cells: Cell | None) -> int:
        """Append a row; its number, counted from 1."""
        self.rows.append(list(cells))
        return len(self.rows)

    def head(self, *labels: str, freeze: bool = False) -> int:
        """Append a row of column headings."""
        row = self.add(*(Cell(label, "head") for label in labels))
        if freeze:
            self.freeze = row
        return row

    def title(self, title: str, note: str) -> None:
        """The first two rows and a blank one."""
        self.add(Cell(title, "title"))
        self.add(Cell(note, "note"))
        self.add()

    def at(self, column: int, row: int) -> str:
        """Absolute reference from any sheet; columns count from 0, rows from 1."""
        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!${column_letters(column)}${row}"

    def highlight_changed(self, value_column: int, engine_column: int, first: int, last: int) -> None:
        """Colour the cells of one column that differ from the engine's value beside them."""
        value, engine = column_letters(value_column), column_letters(engine_column)
        self.highlights.append(
            {"range": f"{value}{first}:{value}{last}", "rule": f"=${value}{first}<>${engine}{first}"}
        )

    def _aligned(self) -> list[list[Cell | None]]:
        """The rows, each heading standing like the cells below it."""
        aligned = [list(row) for row in self.rows]
        for number, row in enumerate(aligned, start=1):
            for column, cell in enumerate(row):
                if cell and cell.style == "head":
                    below = (r[column] for r in self.rows[number : number + 5] if column < len(r))
                    under = next((c for c in below if c and c.value is not None), None)
                    row[column] = Cell(cell.value, head_style(column, under.value if under else None, under))
        return aligned

    def as_plain(self) -> dict[str, object]:
        """For JSON."""
        return {
            "name": self.name,
            "widths": list(self.widths),
            "freeze": self.freeze,
            "rows": [[cell.as_plain() if cell else None for cell in row] for row in self._aligned()],
            "highlights": self.highlights,
            "lists": self.lists,
            "bars": self.bars,
        }


def head_style(column: int, value: Scalar, under: Cell | None = None) -> str:
    """How a heading stands over a value: numbers to the right, text indented, the first column flush."""
    if under is not None and under.style == "month":
        return "head_first"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "head_right"
    return "head" if column else "head_first"


def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def quoted(text: str) -> str:
    """The text as it stands inside a formula, where at most 255 characters are allowed."""
    return '"' + text[:200].replace('"', '""') + '"'


def all_close(ours: list[str], theirs: list[str]) -> str:
    """A formula, true where every cell equals its counterpart to 1e-9 of the larger."""
    pairs = (f"ABS({a}-{b})<=1E-9*MAX(1,ABS({b}))" for a, b in zip(ours, theirs, strict=True))
    return f"AND({','.join(pairs)})"


class Names:
    """Defined names, unique whatever their case: `name` (in the study) → name in the workbook."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}

    def define(self, name: str, reference: str) -> str:
        """A free name like `name`, pointing at `reference`.

        Every name here has an underscore or is a plain word, so none looks like a cell (A1, R1C1).
        """
        stem = re.sub(r"\W", "_", name)[:200]
        free, n = stem, 2
        taken = {known.lower() for known in self.cells}
        while free.lower() in taken:
            free, n = f"{stem}_{n}", n + 1
        self.cells[free] = reference
        return free


def tab_name(wanted: str, taken: Mapping[str, object] | Sequence[str]) -> str:
    """A tab name Excel accepts and no other tab has."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip("' ")[:LONGEST_TAB] or "Sheet"
    free, n = clean, 2
    lower = {name.lower() for name in taken}
    while free.lower() in lower:
        suffix = f" {n}"
        free, n = clean[: LONGEST_TAB - len(suffix)] + suffix, n + 1
    return free
