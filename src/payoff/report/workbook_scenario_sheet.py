"""The scenarios tab: the whole calculation once per column.

Question  What do lift, benefit and cost come to in each month of each scenario?
Layout    Inputs on top, totals beneath them, then three blocks of months: lift, benefit, cost.
"""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.money_plan import Assumption
from payoff.report.workbook_case import Frame, cash_flow, lift_by_month, paid_in, shared_formula
from payoff.report.workbook_cells import Cell, Sheet, all_close, column_letters
from payoff.report.workbook_formula import excel_formula
from payoff.report.workbook_inputs import Inputs, unit_reference
from payoff.report.workbook_money import after_onset, benefit_formula, decay_formula
from payoff.report.workbook_scenarios import Column

_TOTALS = ("Benefit", "Cost", "Net", "ROI", "ROI, payoff", "NPV", "NPV, payoff")


@dataclass(frozen=True, slots=True)
class Rows:
    """The row of each quantity, or the first row of each block of months."""

    lift: int
    settings: dict[str, int]
    totals: dict[str, int]
    lifts: int
    benefits: int
    costs: int


def scenario_sheet(
    frame: Frame,
    columns: list[Column],
    terms: tuple[str, ...],
    assumptions: tuple[Assumption, ...],
    inputs: Inputs,
) -> tuple[Sheet, dict[str, dict[str, str]]]:
    """The tab, and where each total of each column stands; payoff's own are held against it."""
    note = "Worst and best: the effect at the ends of its 95 % interval, ranges at their worse or better end."
    sheet, at = column_sheet("Scenarios", note, frame, columns, terms, assumptions, inputs)
    for column in columns:
        if column.engine is None:
            continue
        known = {"ROI": column.engine.roi, "NPV": column.engine.npv}
        names = [name for name, value in known.items() if value is not None]
        here = at[column.name]
        agree = (
            all_close([here[n] for n in names], [here[f"{n}, payoff"] for n in names]) if names else "TRUE"
        )
        inputs.checks.append((f"Scenario {column.name}", agree))
    return sheet, at


def column_sheet(
    name: str,
    note: str,
    frame: Frame,
    columns: list[Column],
    terms: tuple[str, ...],
    assumptions: tuple[Assumption, ...],
    inputs: Inputs,
) -> tuple[Sheet, dict[str, dict[str, str]]]:
    """The calculation once per column, and where each total of each column stands."""
    sheet = Sheet(name, (34, *(20 for _ in columns)))
    sheet.title(name, note)
    sheet.head("", *(column.name for column in columns), freeze=True)
    rows = _place(frame, len(terms), assumptions, len(sheet.rows))
    for index, term in enumerate(terms):
        lifts = (Cell(c.case.lifts[index], "share", c.lifts[index] or None) for c in columns)
        sheet.add(Cell(f"lift, {term}", "name"), *lifts)
    for a in assumptions:
        settings = (Cell(c.case.values[a.name], "number", c.settings[a.name]) for c in columns)
        sheet.add(Cell(a.words, "name"), *settings)
    sheet.add()
    totals = [_totals(frame, c, column_letters(1 + n), rows) for n, c in enumerate(columns)]
    compared = any(column.engine for column in columns)
    for total in _TOTALS:
        if compared or not total.endswith("payoff"):
            sheet.add(Cell(total, "name"), *(cells[total] for cells in totals))
        else:
            sheet.add()
    sheet.add()
    _add_lifts(sheet, frame, columns, rows)
    _add_benefits(sheet, frame, columns, rows, inputs)
    _add_costs(sheet, frame, columns, rows, inputs)
    return sheet, {
        c.name: {total: sheet.at(1 + n, row) for total, row in rows.totals.items()}
        for n, c in enumerate(columns)
    }


def _place(frame: Frame, n_terms: int, assumptions: tuple[Assumption, ...], above: int) -> Rows:
    start = above + n_terms + len(assumptions) + 2
    lifts = start + len(_TOTALS) + 2
    return Rows(
        lift=above + 1,
        settings={a.name: above + n_terms + 1 + n for n, a in enumerate(assumptions)},
        totals={name: start + n for n, name in enumerate(_TOTALS)},
        lifts=lifts,
        benefits=lifts + frame.horizon + 1,
        costs=lifts + 2 * (frame.horizon + 1),
    )


def _totals(frame: Frame, column: Column, letter: str, rows: Rows) -> dict[str, Cell]:
    """Benefit, cost, net, ROI and NPV of one column, payoff's own below them."""
    benefit = f"{letter}{rows.benefits}:{letter}{rows.benefits + frame.horizon - 1}"
    cost = f"{letter}{rows.costs}:{letter}{rows.costs + len(frame.months) - 1}"
    benefits, costs = cash_flow(frame, column.case)
    b, c = float(benefits.sum()), float(costs.sum())
    at = {name: f"{letter}{row}" for name, row in rows.totals.items()}
    roi = f'IF({at["Cost"]}>0,{at["Benefit"]}/{at["Cost"]}-1,"no cost")'
    cells = {
        "Benefit": Cell(b, "money", f"SUM({benefit})"),
        "Cost": Cell(c, "money", f"SUM({cost})"),
        "Net": Cell(b - c, "money", f"{at['Benefit']}-{at['Cost']}"),
        "ROI": Cell(b / c - 1 if c > 0 else "no cost", "share", roi),
        "ROI, payoff": Cell(column.engine.roi if column.engine else None, "share"),
        "NPV": Cell("no rate"),
        "NPV, payoff": Cell(column.engine.npv if column.engine else None, "money"),
    }
    rate = column.case.values.get("discount")
    if rate is None:
        return cells
    growth = f"(1+{letter}{rows.settings['discount']})"
    npv = f"{_present(benefit, growth)}-{_present(cost, growth)}"
    factor = (1 + rate) ** (-np.array(frame.months) / 12)
    return cells | {"NPV": Cell(float(((benefits - costs) * factor).sum()), "money", npv)}


def _present(cells: str, growth: str) -> str:
    """The present value of a run of months, whose numbers stand in column A."""
    first, last = (part.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for part in cells.split(":"))
    return f"SUMPRODUCT({cells},{growth}^(-$A{first}:$A{last}/12))"


def _add_lifts(sheet: Sheet, frame: Frame, columns: list[Column], rows: Rows) -> None:
    lifts = [lift_by_month(frame, column.case) for column in columns]
    half_life = rows.settings.get("half_life")
    sheet.head("Lift in month")
    for month, (term, since) in enumerate(frame.spans, start=1):
        cells = []
        for n, lift in enumerate(lifts):
            letter = column_letters(1 + n)
            formula = f"{letter}${rows.lift + term}" if term is not None else None
            if formula and since and half_life:
                formula += "*" + decay_formula(str(since), f"{letter}${half_life}")
            cells.append(Cell(float(lift[month - 1]), "share", formula))
        sheet.add(Cell(month, "month"), *cells)


def _add_benefits(sheet: Sheet, frame: Frame, columns: list[Column], rows: Rows, inputs: Inputs) -> None:
    flows = [cash_flow(frame, column.case)[0] for column in columns]
    cash = [index for index, rule in enumerate(frame.benefits) if rule.cash]
    sheet.head("Cash benefit in month")
    for month, (term, _) in enumerate(frame.spans, start=1):
        units = {name: unit_reference(inputs, name, term) for name in frame.count_names}
        row = len(sheet.rows) + 1
        cells = []
        for n, flow in enumerate(flows):
            lift = f"{column_letters(1 + n)}{rows.lifts + month - 1}"
            changes = units | _settings(rows, n)
            parts = (
                after_onset(frame, i, f"({benefit_formula(frame, i, inputs, changes, lift)})", f"$A{row}")
                for i in (cash if term is not None else ())
            )
            cells.append(Cell(float(flow[frame.months.index(month)]), "money", "+".join(parts) or "0"))
        sheet.add(Cell(month, "month"), *cells)


def _add_costs(sheet: Sheet, frame: Frame, columns: list[Column], rows: Rows, inputs: Inputs) -> None:
    flows = [cash_flow(frame, column.case)[1] for column in columns]
    sheet.head("Cost in month")
    for index, month in enumerate(frame.months):
        cells = []
        for n, flow in enumerate(flows):
            references = inputs.in_costs | _settings(rows, n)
            parts = (
                shared_formula(f"({excel_formula(line.amount.tree, references)})", paid)
                for line in frame.costs
                if (paid := paid_in(frame, line, month)) is not None
            )
            cells.append(Cell(float(flow[index]), "money", "+".join(parts) or "0"))
        sheet.add(Cell(month, "month"), *cells)


def _settings(rows: Rows, column: int) -> dict[str, str]:
    """Each assumption's cell in one column."""
    return {name: f"{column_letters(1 + column)}${row}" for name, row in rows.settings.items()}
