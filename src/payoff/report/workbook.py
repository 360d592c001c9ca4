"""The audit workbook as bytes: plain cells in, an .xlsx file out, the same bytes every time.

Question  Does what finance opens show the same figures, with every formula live?
Assumes   The model holds only JSON values, so a stored brief renders the same file again.
Safety    Text is written as text: a cell that starts with = + - @ never becomes a formula.
Proof     tests/report/test_report_workbook_*.py
"""

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from payoff.nouns.brief import Brief, Table, Workbook
from payoff.nouns.brief import Cell as Scalar
from payoff.report.workbook_cells import LONGEST_TEXT, head_style, tab_name
from payoff.report.workbook_styles import CHANGED, LEGEND, SINCE, STYLES

CREATED_AT = dt.datetime(2020, 1, 1)  # a fixed date: the file depends on its contents alone
MOST_PRINTED = 60  # rows of a list on paper: the rest is for the screen
_WIDEST, _NARROWEST = 60, 9  # characters
_READ_ME_WIDTH = 110
_COMMENT = {"author": "payoff", "x_scale": 2.0, "font_size": 9}
_LINE, _MOST_LINES = 13.5, 12  # points a line takes; lines a row shows at most


def render_workbook(brief: Brief) -> bytes:
    """The brief's workbook. Raises ValueError when the brief has none (no money to recompute)."""
    if brief.workbook is None:
        raise ValueError(f"{brief.study} {brief.version} has no workbook: there is no valuation to recompute")
    model = cast("Mapping[str, Any]", brief.workbook.model)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties(
            {"title": f"{brief.title}: audit workbook", "author": "payoff", "created": CREATED_AT}
        )
        styles = {name: book.add_format(properties) for name, properties in STYLES.items()}
        taken: list[str] = []
        _write_read_me(_add_sheet(book, "Read me", taken), brief, brief.workbook, styles)
        for sheet in model["sheets"]:
            tab = _add_sheet(book, sheet["name"], taken)
            _write_sheet(book, tab, sheet, styles, book.add_format(CHANGED))
        for table in brief.workbook.sheets:
            _write_table(_add_sheet(book, table.title, taken), table, styles)
        for name, reference in model["names"].items():
            book.define_name(name, f"={reference}")
    return buffer.getvalue()


def _add_sheet(book: xlsxwriter.Workbook, wanted: str, taken: list[str]) -> Worksheet:
    """A new tab, landscape, one page wide."""
    name = tab_name(wanted, taken)
    taken.append(name)
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F&C&A&R&P of &N")
    sheet.hide_gridlines(2)
    return sheet


def _write_sheet(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    plain: Mapping[str, Any],
    styles: dict[str, Format],
    changed: Format,
) -> None:
    """A live tab."""
    for column, width in enumerate(plain["widths"]):
        sheet.set_column(column, column, width)
    for row, cells in enumerate(plain["rows"]):
        wrapped = [
            (cell["v"], width)
            for cell, width in zip(cells, plain["widths"], strict=False)
            if cell and cell["s"] in ("wrap", "wrap_note", "head", "head_right", "head_first")
        ]
        _set_height(sheet, row, wrapped)
        for column, cell in enumerate(cells):
            if cell is not None:
                _write_cell(sheet, row, column, cell["v"], cell["f"], _style_of(book, cell, styles))
                if said := "\n".join(cell[key] for key in ("was", "n") if key in cell):
                    sheet.write_comment(row, column, said, _COMMENT)
    for choice in plain["lists"]:
        sheet.data_validation(choice["cell"], {"validate": "list", "source": choice["words"]})
    for bars in plain["bars"]:
        sheet.insert_chart(bars["at"], _bar_chart(book, bars))
    for highlight in plain["highlights"]:
        sheet.conditional_format(
            highlight["range"], {"type": "formula", "criteria": highlight["rule"], "format": changed}
        )
    if plain["freeze"]:
        sheet.freeze_panes(plain["freeze"], 1)
        sheet.repeat_rows(plain["freeze"] - 1)


def _style_of(book: xlsxwriter.Workbook, cell: Mapping[str, Any], styles: dict[str, Format]) -> Format:
    """A cell's look; one that differs from the version before keeps its number format and turns blue."""
    name = cell["s"]
    if "was" not in cell:
        return styles[name]
    marked = f"{name}, since"
    if marked not in styles:
        styles[marked] = book.add_format(STYLES[name] | dict(SINCE))
    return styles[marked]


def _bar_chart(book: xlsxwriter.Workbook, bars: Mapping[str, Any]) -> Any:
    """One row an input, widest on top, both ends drawn from ROI as it stands."""
    chart: Any = book.add_chart({"type": "bar"})
    for name, fill in (("low", "#8A94A0"), ("high", "#1F5FA8")):
        series = {"name": f"{name} end", "categories": bars["names"], "values": bars[name]}
        chart.add_series(series | {"fill": {"color": fill}, "gap": 60, "overlap": 100})
    chart.set_title({"name": bars["title"], "name_font": {"size": 11}, "overlay": False})
    chart.set_y_axis({"reverse": True, "label_position": "low"})
    chart.set_x_axis(
        {
            "crossing": bars["from"],
            "num_format": "0%",
            "major_gridlines": {"visible": True, "line": {"color": "#D5DAE0"}},
        }
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": bars["height"]})
    return chart


def _write_cell(
    sheet: Worksheet, row: int, column: int, value: Scalar, formula: str | None, style: Format
) -> None:
    """One cell; a formula carries its value for viewers that do not recalculate."""
    if formula is not None:
        sheet.write_formula(row, column, f"={formula}", style, "" if value is None else value)
    elif value is None or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, value[:LONGEST_TEXT], style)


def _write_table(sheet: Worksheet, table: Table, styles: Mapping[str, Format]) -> None:
    """A read-only tab: title, note, header, rows."""
    _set_height(sheet, 0, ())
    _write_cell(sheet, 0, 0, table.title, None, styles["title"])
    _write_cell(sheet, 1, 0, table.note, None, styles["note"])
    widths = []
    for column, label in enumerate(table.columns):
        values = [row[column] for row in table.rows[:200]]
        first = next((value for value in values if value is not None), None)
        _write_cell(sheet, 3, column, label, None, styles[head_style(column, first)])
        widths.append(_width(label, values))
        sheet.set_column(column, column, widths[-1])
    for row, cells in enumerate(table.rows, start=4):
        _set_height(sheet, row, list(zip(cells, widths, strict=True)))
        for column, value in enumerate(cells):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            _write_cell(
                sheet, row, column, value, None, styles["number" if number else "wrap" if column else "first"]
            )
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    if table.rows:
        sheet.autofilter(3, 0, 3 + len(table.rows), len(table.columns) - 1)
    if len(table.rows) > MOST_PRINTED:
        sheet.print_area(0, 0, 3 + MOST_PRINTED, len(table.columns) - 1)
        sheet.set_header(f"&RPrinted: the first {MOST_PRINTED} of {len(table.rows):,} rows")


def _set_height(sheet: Worksheet, row: int, wrapped: Sequence[tuple[Scalar, float]]) -> None:
    """Room for wrapped text and for the title: not every viewer finds the height itself."""
    lines = max(
        (math.ceil(len(str(text)) / (1.05 * width)) for text, width in wrapped if text is not None), default=1
    )
    if lines > 1 or row == 0:
        sheet.set_row(row, _LINE * 1.7 if row == 0 else _LINE * min(lines, _MOST_LINES))


def _width(label: str, values: Sequence[Scalar]) -> float:
    longest = max((len(str(value)) for value in (label, *values) if value is not None), default=0)
    return min(_WIDEST, max(_NARROWEST, longest + 2))


def _write_read_me(sheet: Worksheet, brief: Brief, workbook: Workbook, styles: Mapping[str, Format]) -> None:
    """What this is, what it says, how to use it, what the colours mean, whether it agrees."""
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, _READ_ME_WIDTH)
    page, result = brief.page, brief.result
    facts = [
        ("Study", brief.title),
        ("Version", brief.version),
        *(("Mind", banner) for banner in brief.banners),
        ("Did it work?", page.headline.text),
        ("Does it pay?", page.money.text),
        ("Plan lock", str(result.get("plan_lock") or "not locked")),
        ("Data to", str(result.get("data_on") or "unknown")),
        *(("" if n else "How to use", line) for n, line in enumerate(_HOW_TO_USE)),
    ]
    _set_height(sheet, 0, ())
    _write_cell(sheet, 0, 0, f"{brief.title}: audit workbook", None, styles["title"])
    row = 2
    for label, text in facts:
        _set_height(sheet, row, ((text, _READ_ME_WIDTH),))
        _write_cell(sheet, row, 0, label, None, styles["name"])
        _write_cell(sheet, row, 1, text, None, styles["wrap"])
        row += 1
    names = cast("Mapping[str, str]", workbook.model["names"])
    if "matches_payoff" in names:
        _write_cell(sheet, row, 0, "Matches payoff", None, styles["name"])
        _write_cell(sheet, row, 1, _cached(workbook), "matches_payoff", styles["verdict"])
        row += 1
    row += 1
    for style, text in LEGEND:
        _write_cell(sheet, row, 0, style if style in ("changed", "since") else "colour", None, styles[style])
        _write_cell(sheet, row, 1, text, None, styles["wrap"])
        row += 1


_HOW_TO_USE = (
    "Change a yellow cell on Assumptions or Effect; every figure on the later tabs follows.",
    "Returns holds ROI and NPV (names money_roi_point and money_npv_point) beside payoff's own figures.",
    "The check cell says yes or no, or names the inputs you changed. Undo them to compare again.",
    "Simulated ranges (Simulation, and the low and high columns) are payoff's values; they do not move.",
)


def _cached(workbook: Workbook) -> Scalar:
    """The value of the check cell as it was computed with the model."""
    sheets = cast("Sequence[Mapping[str, Any]]", workbook.model["sheets"])
    returns = next(sheet for sheet in sheets if sheet["name"] == "Returns")
    value: Scalar = next(
        cell["v"] for row in returns["rows"] for cell in row if cell and cell["s"] == "verdict"
    )
    return value
