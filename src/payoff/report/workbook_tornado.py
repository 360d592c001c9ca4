"""The tornado, live: ROI with one input at each end, everything else as it is in use.

Question  Which input moves the return most, and what if its range were another?
Ends      payoff's 10th and 90th percentile of each input, as yellow cells; every bar is recomputed from
          them, month by month, on the tab of steps.
Lift      One lift held over the measured months, worth as much as the terms' own; it stands as payoff's
          value where money is no straight line in the lift and the effect has several terms.
"""

from payoff.nouns.money_plan import Assumption
from payoff.nouns.valuation import TornadoBar
from payoff.report.workbook_case import Case, Frame, flow_values
from payoff.report.workbook_cells import Cell, Sheet, all_close, quoted
from payoff.report.workbook_inputs import TRAIL, Inputs
from payoff.report.workbook_scenario_sheet import column_sheet
from payoff.report.workbook_scenarios import Column

MOST_BARS = 12
_FIRST_ROW = 5


def tornado_sheets(
    frame: Frame,
    base: Case,
    bars: tuple[TornadoBar, ...],
    terms: tuple[str, ...],
    assumptions: tuple[Assumption, ...],
    inputs: Inputs,
    straight: bool,
) -> list[Sheet]:
    """The table with its ends, and the tab of steps behind it; [] where nothing moves ROI."""
    shown = bars[:MOST_BARS]
    if not shown:
        return []
    words = _unlike({"lift": "Lift"} | {a.name: a.words for a in assumptions})
    columns = [
        column
        for n, bar in enumerate(shown)
        if bar.name != "lift" or straight or len(terms) == 1
        for column in _columns(bar, _FIRST_ROW + n, base, inputs, words[bar.name])
    ]
    note = "The whole calculation once per end of a bar. Inputs are the yellow cells of Tornado."
    steps, totals = column_sheet("Tornado steps", note, frame, columns, terms, assumptions, inputs)
    flow = flow_values(frame, base)
    base_roi = float(flow["benefit"].sum() / flow["cost"].sum() - 1)
    return [_table(shown, words, inputs, totals, base_roi), steps]


def _unlike(words: dict[str, str]) -> dict[str, str]:
    """Names as a reader knows them; where two read alike, as the formulas have them."""
    said = list(words.values())
    return {name: text if said.count(text) == 1 else name for name, text in words.items()}


def _columns(bar: TornadoBar, row: int, base: Case, inputs: Inputs, words: str) -> list[Column]:
    found = []
    for side, letter, value in (("low", "C", bar.low_value), ("high", "D", bar.high_value)):
        cell = f"'Tornado'!${letter}${row}"
        lifts, values = base.lifts, dict(base.values)
        references, settings = tuple(inputs.lifts), dict(inputs.assumptions)
        if bar.name == "lift":
            lifts, references = (value,) * len(lifts), (cell,) * len(lifts)
        else:
            values[bar.name], settings[bar.name] = value, cell
        found.append(Column(f"{words}, {side}", Case(lifts, values), references, settings, None))
    return found


def _table(
    bars: tuple[TornadoBar, ...],
    words: dict[str, str],
    inputs: Inputs,
    totals: dict[str, dict[str, str]],
    base_roi: float,
) -> Sheet:
    sheet = Sheet("Tornado", (34, 22, *(16 for _ in range(9)), 22))
    sheet.title("Tornado", "Live: ROI with one input at each end. Change a yellow end to try another range.")
    sheet.head(
        *("Input", "In formulas", "Low end", "High end", "ROI at low", "ROI at high", "payoff at low"),
        *("payoff at high", "Width", "payoff's low end", "payoff's high end", "Changed so far"),
        freeze=True,
    )
    ours, theirs = [], []
    for bar in bars:
        row, name = len(sheet.rows) + 1, words[bar.name]
        live = [totals.get(f"{name}, {side}", {}).get("ROI") for side in ("low", "high")]
        sheet.add(
            Cell(name, "name"),
            Cell("lift" if bar.name == "lift" else inputs.assumptions[bar.name], "code"),
            *(_end(inputs, bar, side, live[0] is not None) for side in ("low", "high")),
            Cell(bar.roi_at_low, "share", live[0]),
            Cell(bar.roi_at_high, "share", live[1]),
            Cell(bar.roi_at_low, "share"),
            Cell(bar.roi_at_high, "share"),
            Cell(abs(bar.roi_at_high - bar.roi_at_low), "share", f"ABS(F{row}-E{row})"),
            Cell(bar.low_value, "number"),
            Cell(bar.high_value, "number"),
            _trail(sheet, inputs, row, name),
        )
        for side, column in (("low", 2), ("high", 3)):
            inputs.names.define(f"tornado_{bar.name}_{side}", sheet.at(column, row))
        ours += [sheet.at(4, row), sheet.at(5, row)]
        theirs += [sheet.at(6, row), sheet.at(7, row)]
    inputs.checks.append(("Tornado", all_close(ours, theirs)))
    last = len(sheet.rows)
    for column in (2, 3):
        sheet.highlight_changed(column, column + 7, _FIRST_ROW, last)
    sheet.bars.append(
        {
            "title": "ROI with one input at its low and high end",
            "names": ["Tornado", _FIRST_ROW - 1, 0, last - 1, 0],
            "low": ["Tornado", _FIRST_ROW - 1, 4, last - 1, 4],
            "high": ["Tornado", _FIRST_ROW - 1, 5, last - 1, 5],
            "from": base_roi,
            "at": f"A{last + 3}",
            "height": 120 + 34 * len(bars),
        }
    )
    return sheet


def _end(inputs: Inputs, bar: TornadoBar, side: str, live: bool) -> Cell:
    value = bar.low_value if side == "low" else bar.high_value
    percentile = "10th" if side == "low" else "90th"
    note = f"payoff's value: {value!r}, the {percentile} percentile of this input"
    return Cell(value, "input" if live else "number", None, note if live else "")


def _trail(sheet: Sheet, inputs: Inputs, row: int, name: str) -> Cell:
    """An edited end joins the list of changed inputs."""
    changed = f"OR($C{row}<>$J{row},$D{row}<>$K{row})"
    said, before = quoted(f"tornado {name}"), inputs.trail
    trail = f'IF({changed},{said},"")'
    if before:
        trail = f'{before}&IF({changed},IF({before}="","",", ")&{said},"")'
    inputs.trail = sheet.at(TRAIL, row)
    return Cell("", "note", trail)
