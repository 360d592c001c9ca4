"""The amortisation tab: what lasts, month by month, and what of it is not charged yet.

Question  Which part of a lasting cost belongs to this horizon, and what balance is left at its end?
Method    Straight line, from the month after purchase to the end of the horizon, at most the whole life.
Place     Only the amortised view of ROI rests on it; every other figure takes full dated cash.
"""

from dataclasses import dataclass

from payoff.nouns.valuation import Valuation
from payoff.report.workbook_case import Case, Frame, charged_months, cost_amount
from payoff.report.workbook_cells import Cell, Sheet, all_close, column_letters
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import Calculation


@dataclass(frozen=True, slots=True)
class Lasting:
    """One lasting line. amount: reference; months: charged within the horizon, of `life`."""

    item: str
    amount: str
    value: float
    bought: int
    life: int
    months: int


def amortisation_sheet(
    frame: Frame, case: Case, inputs: Inputs, done: Calculation, valuation: Valuation
) -> Sheet | None:
    """One pair of columns a line, charge and balance; None where nothing lasts."""
    lines = _lasting(frame, case, done)
    if not lines:
        return None
    sheet = Sheet("Amortisation", (30, *(18 for _ in range(2 * len(lines)))))
    sheet.title(
        "Amortisation", "Straight line. Only ROI over the useful life rests on it; cash stays as paid."
    )
    sheet.head("", *(label for line in lines for label in (line.item, "")), freeze=True)
    facts = (
        ("Amount", "money", [(line.value, line.amount) for line in lines]),
        ("Month bought", "count", [(line.bought, None) for line in lines]),
        ("Useful life, months", "count", [(line.life, None) for line in lines]),
        ("Months charged here", "count", [(line.months, None) for line in lines]),
    )
    at = {}
    for label, style, cells in facts:
        pairs = [c for value, formula in cells for c in (Cell(value, style, formula), None)]
        at[label] = sheet.add(Cell(label, "name"), *pairs)
    sheet.add()
    sheet.head("Month", *("Charged", "Balance") * len(lines))
    _add_months(sheet, lines, at)
    _add_totals(sheet, lines, at, inputs, valuation)
    return sheet


def _lasting(frame: Frame, case: Case, done: Calculation) -> list[Lasting]:
    found = []
    for rule, cell in zip(frame.costs, done.amounts, strict=True):
        months = charged_months(frame, rule)
        if months is not None and rule.useful_life_months:
            amount = cost_amount(frame, rule, case)
            found.append(Lasting(rule.item, cell, amount, rule.month, rule.useful_life_months, months))
    return found


def _add_months(sheet: Sheet, lines: list[Lasting], at: dict[str, int]) -> None:
    first = min(line.bought for line in lines) + 1
    last = max((line.bought + line.months for line in lines), default=first)
    for month in range(first, last + 1):
        row = len(sheet.rows) + 1
        cells: list[Cell | None] = []
        for n, line in enumerate(lines):
            letter, balance = column_letters(1 + 2 * n), column_letters(2 + 2 * n)
            age = month - line.bought
            if not 1 <= age <= line.months:
                cells += [None, None]
                continue
            each = line.value / line.life
            start = f"{letter}${at['Amount']}" if age == 1 else f"{balance}{row - 1}"
            cells.append(Cell(each, "money", f"{letter}${at['Amount']}/{letter}${at['Useful life, months']}"))
            cells.append(Cell(line.value - age * each, "money", f"{start}-{letter}{row}"))
        sheet.add(Cell(month, "month"), *cells)


def _add_totals(
    sheet: Sheet, lines: list[Lasting], at: dict[str, int], inputs: Inputs, valuation: Valuation
) -> None:
    """Charged and left at the horizon's end, payoff's own beside them."""
    months = (at["Months charged here"] + 3, len(sheet.rows))
    charged, left, own = [], [], []
    picture = valuation.cost_picture
    known = {a.item: a for a in picture.amortised} if picture else {}
    for n, line in enumerate(lines):
        letter = column_letters(1 + 2 * n)
        value = line.value * line.months / line.life
        charged += [Cell(value, "total", f"SUM({letter}{months[0]}:{letter}{months[1]})"), None]
        balance = f"{letter}{at['Amount']}-{letter}{len(sheet.rows) + 2}"
        left += [Cell(line.value - value, "total", balance), None]
        engine = known.get(line.item)
        remains = engine.balance[-1] if engine and engine.balance else line.value
        own += [Cell(remains if engine else "", "money"), None]
    sheet.add()
    row = sheet.add(Cell("Charged to this horizon", "name"), *charged)
    row = sheet.add(Cell("Not charged at its end", "name"), *left)
    sheet.add(Cell("Not charged, payoff", "name"), *own)
    for n, line in enumerate(lines):
        inputs.names.define(f"balance_{line.item.lower()}", sheet.at(1 + 2 * n, row))
    spots = [sheet.at(1 + 2 * n, row) for n in range(len(lines))]
    theirs = [sheet.at(1 + 2 * n, row + 1) for n in range(len(lines))]
    if known:
        inputs.checks.append(("Amortisation", all_close(spots, theirs)))
