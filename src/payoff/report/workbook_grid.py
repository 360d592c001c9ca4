"""Two inputs against each other, live: ROI over a grid whose margins are yellow cells.

Question  What is the return where both of the widest inputs are other than thought?
Lift      One lift held over the measured months, as in payoff's own grid; everything else as it is in use.
Check     Every live cell must equal payoff's, which stands below; a margin that was moved counts as a change.
"""

import math

from payoff.nouns.doubt import Grid
from payoff.nouns.money_plan import Assumption
from payoff.report.workbook_case import Case, Frame
from payoff.report.workbook_cells import Cell, Sheet, all_close, column_letters, quoted
from payoff.report.workbook_inputs import TRAIL, Inputs
from payoff.report.workbook_scenario_sheet import column_sheet
from payoff.report.workbook_scenarios import Column

_TAB, _HEAD = "Two inputs", 5  # the row of the live grid's margin


def grid_sheets(
    frame: Frame,
    base: Case,
    grid: Grid | None,
    terms: tuple[str, ...],
    assumptions: tuple[Assumption, ...],
    inputs: Inputs,
) -> list[Sheet]:
    """The grid, and the tab of steps behind it; [] where fewer than two inputs move ROI."""
    if grid is None:
        return []
    places = [(r, c) for r in range(len(grid.rows)) for c in range(len(grid.columns))]
    columns = [_column(grid, r, c, base, inputs) for r, c in places]
    note = f"The whole calculation once per cell of the grid. Inputs are the yellow cells of {_TAB}."
    steps, totals = column_sheet(f"{_TAB}, steps", note, frame, columns, terms, assumptions, inputs)
    live = {place: totals[column.name]["ROI"] for place, column in zip(places, columns, strict=True)}
    return [_table(grid, {"lift": "Lift"} | {a.name: a.words for a in assumptions}, live, inputs), steps]


def _column(grid: Grid, row: int, column: int, base: Case, inputs: Inputs) -> Column:
    """One cell of the grid as a whole calculation."""
    lifts, values = base.lifts, dict(base.values)
    references, settings = tuple(inputs.lifts), dict(inputs.assumptions)
    across = f"{column_letters(1 + column)}${_HEAD}"
    ends = (
        (grid.row, float(grid.rows[row]), f"'{_TAB}'!$A${_HEAD + 1 + row}"),
        (grid.column, float(grid.columns[column]), f"'{_TAB}'!${across}"),
    )
    for name, value, cell in ends:
        if name == "lift":
            lifts, references = (value,) * len(lifts), (cell,) * len(lifts)
        else:
            values[name], settings[name] = value, cell
    return Column(f"row {row + 1}, column {column + 1}", Case(lifts, values), references, settings, None)


def _table(grid: Grid, words: dict[str, str], live: dict[tuple[int, int], str], inputs: Inputs) -> Sheet:
    """The live grid, then payoff's, margin under margin."""
    sheet = Sheet(_TAB, (26, *(16 for _ in range(TRAIL - 1)), 22))
    down, across = words[grid.row], words[grid.column]
    sheet.title(
        "Return by two inputs", f"Live: ROI by {down} (down) and {across} (across). Change a yellow cell."
    )
    sheet.add(Cell("This workbook", "name"))
    sheet.add(None, *(Cell(float(x), "input", None, f"payoff's value: {float(x)!r}") for x in grid.columns))
    for r, at in enumerate(grid.rows):
        found = (Cell(_shown(float(roi)), "share", live[r, c]) for c, roi in enumerate(grid.roi[r]))
        sheet.add(Cell(float(at), "input", None, f"payoff's value: {float(at)!r}"), *found)
    sheet.add()
    sheet.add(Cell("payoff", "name"))
    second = sheet.add(None, *(Cell(float(x), "number") for x in grid.columns))
    for r, at in enumerate(grid.rows):
        sheet.add(Cell(float(at), "number"), *(Cell(_shown(float(x)), "share") for x in grid.roi[r]))
    _add_trail(sheet, grid, second, inputs)
    known = [(r, c) for r, c in live if math.isfinite(grid.roi[r, c])]
    ours = [sheet.at(1 + c, _HEAD + 1 + r) for r, c in known]
    theirs = [sheet.at(1 + c, second + 1 + r) for r, c in known]
    inputs.checks.append(("Two inputs", all_close(ours, theirs) if known else "TRUE"))
    return sheet


def _shown(roi: float) -> float | str:
    return roi if math.isfinite(roi) else "no cost"


def _add_trail(sheet: Sheet, grid: Grid, second: int, inputs: Inputs) -> None:
    """A margin that was moved joins the list of changed inputs."""
    apart = second - _HEAD
    cells = [(1 + c, _HEAD) for c in range(len(grid.columns))]
    cells += [(0, _HEAD + 1 + r) for r in range(len(grid.rows))]
    moved = ",".join(
        f"{column_letters(column)}{row}<>{column_letters(column)}{row + apart}" for column, row in cells
    )
    said, before = quoted("two inputs"), inputs.trail
    trail = f'IF(OR({moved}),{said},"")'
    if before:
        trail = f'{before}&IF(OR({moved}),IF({before}="","",", ")&{said},"")'
    sheet.add(Cell("Changed so far", "name"), *(None,) * (TRAIL - 1), Cell("", "note", trail))
    inputs.trail = sheet.at(TRAIL, len(sheet.rows))
