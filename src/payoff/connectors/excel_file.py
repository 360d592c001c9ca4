"""Excel bytes → table: one sheet, its first filled row the header, every column one type.

Rows keep the distance they have on the sheet: `_row` + the header's row is the row in Excel.
A formula that failed (#N/A, #DIV/0!) and a blank cell are both null.
"""

import datetime as dt
import io
from collections import Counter
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from payoff.connectors.columns import check_names
from payoff.connectors.complaint import MAX_KEYS, complain, list_names
from payoff.nouns.study import Source

_KINDS: dict[type, str] = {
    bool: "yes/no",
    int: "number",
    float: "number",
    str: "text",
    dt.date: "date",
    dt.datetime: "time stamp",
    dt.time: "time",
    dt.timedelta: "duration",
}


def read_excel(source: Source, data: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    """Table with `_row` and warnings on columns of mixed types, which become text."""
    try:
        cells = _choose_sheet(source, CalamineWorkbook.from_filelike(io.BytesIO(data))).to_python()
    except CalamineError as error:
        raise complain(
            source,
            "D109",
            f"the workbook cannot be opened ({str(error).splitlines()[0][:120]})",
            "no row of it can be trusted",
            "save it again as .xlsx without a password; a text file is read with `csv:`",
        ) from None
    header, *rows = cells or [[]]
    names = [_show(name).strip() for name in header]
    check_names(source, names)
    numbered = [(n, row) for n, row in enumerate(rows, start=1) if any(cell != "" for cell in row)]
    numbers = [n for n, _ in numbered]
    warnings: list[str] = []
    columns = []
    for at, name in enumerate(names):
        column, warning = _build_column(name, [row[at] for _, row in numbered], numbers)
        columns.append(column)
        warnings += warning
    columns.append(pa.array(numbers, pa.int64()))
    return pa.table(columns, names=[*names, "_row"]), tuple(warnings)


def _choose_sheet(source: Source, workbook: CalamineWorkbook) -> CalamineSheet:
    if source.sheet is not None:
        if source.sheet not in workbook.sheet_names:
            raise complain(
                source,
                "D110",
                f"there is no sheet {source.sheet!r}",
                "the study reads its rows from that sheet",
                f"correct `sheet`{list_names(source.sheet, workbook.sheet_names, 'sheets there')}",
            )
        return workbook.get_sheet_by_name(source.sheet)
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    filled = [sheet for sheet in sheets if sheet.height > 0]
    if len(filled) > 1:
        raise complain(
            source,
            "D110",
            f"{len(filled)} sheets hold data: {', '.join(s.name for s in filled)}",
            "the wrong sheet would give wrong figures without a sign of it",
            "name one with `sheet:`",
        )
    return filled[0] if filled else sheets[0]


def _build_column(name: str, cells: list[Any], rows: list[int]) -> tuple[pa.Array, list[str]]:
    """One arrow column; a mixed one becomes text, with a warning that names the rows of the rarer kinds."""
    values = [None if cell == "" else cell for cell in cells]
    kinds = Counter(_KINDS[type(value)] for value in values if value is not None)
    if set(kinds) == {"date", "time stamp"}:
        values = [_to_time(value) for value in values]
    elif set(kinds) == {"number"}:
        whole = all(float(v).is_integer() and abs(v) < 2**53 for v in values if v is not None)
        values = [v if v is None else int(v) if whole else float(v) for v in values]
    elif len(kinds) > 1:
        main = kinds.most_common(1)[0][0]
        odd = [row for row, v in zip(rows, values, strict=True) if v is not None and _KINDS[type(v)] != main]
        counted = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
        where = ", ".join(map(str, odd[:MAX_KEYS])) + (", …" if len(odd) > MAX_KEYS else "")
        warning = f"column {name} mixes types ({counted}): kept as text; look at row {where}"
        return pa.array([None if v is None else _show(v) for v in values], pa.string()), [warning]
    elif not kinds:
        return pa.nulls(len(values)), [f"column {name} is empty"] if values else []
    return pa.array(values), []


def _to_time(value: Any) -> Any:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)


def _show(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
