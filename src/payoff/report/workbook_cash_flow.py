"""The cash flow tab: every month with money in it, and what it is worth at launch.

Question  Which money moves when, what has it added up to, and what is it worth at month 0?
Time      Month 0 is launch and is not discounted; month m is worth (1 + rate) ^ (−m ÷ 12).
"""

from payoff.report.workbook_case import (
    BALANCE_TOLERANCE,
    Case,
    Frame,
    cost_amount,
    flow_values,
    paid_in,
    shared_formula,
)
from payoff.report.workbook_cells import Cell, Sheet, column_letters
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import Calculation

# Columns after the month, the cash benefit and the cost lines.
_FLOW = ("cost", "net", "cumulative", "below", "factor", "pv_benefit", "pv_cost", "pv_net")
_STYLES = {"below": "count", "factor": "factor"}


def cash_flow_sheet(frame: Frame, case: Case, inputs: Inputs, done: Calculation) -> Sheet:
    """One row per month: benefits, cost lines, net, cumulative, present values."""
    lines = frame.costs
    sheet = Sheet("Cash flow", (10, 20, *(20 for _ in lines), 20, 20, 20, 12, 14, 20, 20, 20))
    sheet.title("Cash flow", "Month 0 is launch and is not discounted. Freed time is not in it.")
    head = sheet.head(
        *("Month", "Cash benefit", *(line.item for line in lines), "All costs", "Net", "Cumulative net"),
        *("Last row below zero", "Discount factor", "PV of benefits", "PV of costs", "PV of net"),
        freeze=True,
    )
    letters = {"month": "A", "benefit": "B"}
    letters |= {name: column_letters(2 + len(lines) + i) for i, name in enumerate(_FLOW)}
    last = head + len(frame.months)
    done.ranges = {name: f"'Cash flow'!${c}${head + 1}:${c}${last}" for name, c in letters.items()}
    values = flow_values(frame, case)
    amounts = [cost_amount(frame, line, case) for line in lines]
    for index, month in enumerate(frame.months):
        formulas = _row_formulas(letters, head + 1 + index, index, inputs.assumptions.get("discount"), done)
        sheet.add(
            Cell(month, "month"),
            Cell(float(values["benefit"][index]), "money", done.cash.get(month, "0")),
            *(
                _payment(amount, paid_in(frame, line, month), each, whole)
                for line, amount, each, whole in zip(lines, amounts, done.parts, done.amounts, strict=True)
            ),
            *(Cell(float(values[n][index]), _STYLES.get(n, "money"), formulas[n]) for n in _FLOW),
        )
    return sheet


def _payment(amount: float, paid: tuple[int, int] | None, each: str, whole: str) -> Cell | None:
    """each: cell of a line's equal payment; "" where payments differ, which are parts of the cell `whole`."""
    if paid is None:
        return None
    return Cell(amount * paid[0] / paid[1], "money", each or shared_formula(whole, paid))


def _row_formulas(
    letters: dict[str, str], row: int, index: int, discount: str | None, done: Calculation
) -> dict[str, str]:
    """One month's formulas. `below` keeps the number of the last row whose cumulative net is negative."""
    at = {name: f"${letter}{row}" for name, letter in letters.items()}
    above = {name: f"${letter}{row - 1}" for name, letter in letters.items()}
    in_debt = f"{at['cumulative']}<-{BALANCE_TOLERANCE:.0E}*SUM({done.ranges['cost']})"
    last_line = column_letters(1 + len(done.parts))
    return {
        "cost": f"SUM($C{row}:${last_line}{row})" if done.parts else "0",
        "net": f"{at['benefit']}-{at['cost']}",
        "cumulative": f"{above['cumulative']}+{at['net']}" if index else at["net"],
        "below": f"IF({in_debt},{index + 1},{above['below'] if index else 0})",
        "factor": f"(1+{discount})^(-{at['month']}/12)" if discount else "1",
        "pv_benefit": f"{at['benefit']}*{at['factor']}",
        "pv_cost": f"{at['cost']}*{at['factor']}",
        "pv_net": f"{at['net']}*{at['factor']}",
    }
