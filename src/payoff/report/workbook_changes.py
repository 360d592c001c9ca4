"""What changed since the version before: cells coloured, and a tab that lists them.

Question  Which inputs and figures are not what they were when finance last looked?
Compares  Every named cell of the two workbooks; a change below 1e-12 of the number is none.
Proof     tests/report/test_report_workbook_changes.py
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from payoff.nouns.brief import Brief, Cell, Table, Workbook
from payoff.nouns.wording import exact

_REFERENCE = re.compile(r"'(?P<sheet>(?:[^']|'')+)'!\$(?P<column>[A-Z]+)\$(?P<row>\d+)")
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Named:
    """A named cell: what a reader calls it, and what stands in it."""

    label: str
    value: Cell


def mark_changes(brief: Brief, before: Brief | None) -> Brief:
    """The brief with its workbook marked against the version before; unchanged where either has none."""
    book = brief.workbook
    if book is None or before is None or before.workbook is None:
        return brief
    old, new = _named_cells(before.workbook), _named_cells(book)
    changed = {n: old[n] for n in new if n in old and not _alike(old[n].value, new[n].value)}
    notes = {n: f"{_said(was.value)} in {before.version}" for n, was in changed.items()}
    rows = [
        *(
            (new[n].label, n, was.value, new[n].value, _apart(was.value, new[n].value))
            for n, was in changed.items()
        ),
        *((new[n].label, n, "not there", new[n].value, None) for n in new if n not in old),
        *((old[n].label, n, old[n].value, "not there", None) for n in old if n not in new),
    ]
    table = Table(
        "since",
        f"Since {before.version}"[:31],
        ("What", "In formulas", f"In {before.version}", f"In {brief.version}", "Difference"),
        tuple(rows) or (("nothing", "", None, None, None),),
        f"Named cells that differ from version {before.version}; they are blue on their own tabs.",
    )
    model = {**_noted(book, notes), "since": before.version}
    return replace(brief, workbook=replace(book, sheets=(table, *book.sheets), model=model))


def since(brief: Brief) -> str:
    """The version a workbook is marked against; "" when it is not."""
    return str(brief.workbook.model.get("since", "")) if brief.workbook is not None else ""


def _named_cells(book: Workbook) -> dict[str, Named]:
    """Defined name → the cell it points at; steps without a name of their own are left out."""
    sheets = {s["name"]: s["rows"] for s in cast("list[Mapping[str, Any]]", book.model["sheets"])}
    found = {}
    for name, sheet, row, column in _places(book):
        cells = sheets[sheet][row]
        label = next((c["v"] for c in cells if c and isinstance(c["v"], str)), name)
        found[name] = Named(str(label), cells[column]["v"])
    return found


def _places(book: Workbook) -> Iterator[tuple[str, str, int, int]]:
    """Defined name, sheet, row and column from 0; a second name of the same cell is left out."""
    seen = set()
    for name, reference in cast("Mapping[str, str]", book.model["names"]).items():
        match = _REFERENCE.fullmatch(reference)
        if match is None or reference in seen or name.startswith("use_"):
            continue
        seen.add(reference)
        column = 0
        for letter in match["column"]:
            column = 26 * column + ord(letter) - ord("A") + 1
        yield name, match["sheet"].replace("''", "'"), int(match["row"]) - 1, column - 1


def _noted(book: Workbook, notes: Mapping[str, str]) -> dict[str, Any]:
    """The model with a note on every changed cell."""
    wanted = {(sheet, row, column): notes[n] for n, sheet, row, column in _places(book) if n in notes}
    sheets = []
    for sheet in cast("list[Mapping[str, Any]]", book.model["sheets"]):
        rows = [
            [_with_note(cell, wanted.get((sheet["name"], r, c))) for c, cell in enumerate(cells)]
            for r, cells in enumerate(sheet["rows"])
        ]
        sheets.append({**sheet, "rows": rows})
    return {**book.model, "sheets": sheets}


def _with_note(cell: Mapping[str, Any] | None, note: str | None) -> Mapping[str, Any] | None:
    return cell if cell is None or note is None else {**cell, "was": note}


def _alike(a: Cell, b: Cell) -> bool:
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=_SAME, abs_tol=0.0)
    return a == b


def _apart(a: Cell, b: Cell) -> float | None:
    both = isinstance(a, (int, float)) and isinstance(b, (int, float))
    return float(b) - float(a) if both and a is not None and b is not None else None


def _said(value: Cell) -> str:
    return exact(float(value)) if isinstance(value, (int, float)) else str(value)
