"""The rates tab: internal and modified rate of return, discounted payback, annual value, hurdle.

Question  At which annual rate is the money worth nothing, and what does it come to at finance's rates?
Internal  The spreadsheet searches a monthly rate; one Newton step makes it exact; (1 + rate) ^ 12 − 1 is
          the annual one. One change of direction of the money: one rate. None: no rate. More than one:
          the rate stands only where payoff found a single one.
Modified  Outlays carry the finance rate back to the first month that moves money, receipts earn the
          reinvestment rate up to the last one.
Proof     tests/report/test_report_workbook_engine.py recalculates it in an office suite.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.workbook_case import BALANCE_TOLERANCE, NEVER, NO_COST, Case, Frame, flow_values
from payoff.report.workbook_cells import Cell, Sheet, column_letters
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import Calculation

ONE_WAY, SEVERAL, NO_OUTLAY = (
    "none: one way only",
    "several rates may fit",
    "no month costs more than it brings",
)
_HEADS = (
    *("Month", "Net", "Direction so far", "Last month that moved", "Outlay, at the start"),
    *("Receipt, at the end", "Cumulative present value", "Last row below zero"),
)
_COLUMNS = ("month", "net", "direction", "moved", "outlay", "receipt", "cumulative", "below")
Found = tuple[float | str, str]  # what it comes to, and its formula


@dataclass(frozen=True, slots=True)
class Rates:
    """One column per step, (n_months,) each, and the figures they lead to."""

    steps: Mapping[str, Floats]
    start: float
    end: float


def rates_sheet(
    frame: Frame, case: Case, inputs: Inputs, done: Calculation, valuation: Valuation
) -> tuple[Sheet, dict[str, Found]]:
    """The tab, and each figure's value and formula by the name it has in the workbook."""
    sheet = Sheet("Rates of return", (10, 20, 16, 20, 20, 20, 24, 18))
    sheet.title("Rates of return", "Monthly steps behind the rates on Returns; years are months ÷ 12.")
    head = sheet.head(*_HEADS, freeze=True)
    last = head + len(frame.months)
    at = {name: f"{column_letters(n)}" for n, name in enumerate(_COLUMNS)}
    spans = {n: f"'Rates of return'!${c}${head + 1}:${c}${last}" for n, c in at.items()}
    found = _work_out(frame, case)
    carry = _rate_cells(inputs)
    for index, month in enumerate(frame.months):
        formulas = _row(at, head + 1 + index, index, done, spans, carry)
        values = (float(found.steps[name][index]) for name in _COLUMNS[1:])
        styles = ("money", "count", "count", "money", "money", "money", "count")
        cells = zip(values, styles, _COLUMNS[1:], strict=True)
        sheet.add(Cell(month, "month"), *(Cell(v, style, formulas[name]) for v, style, name in cells))
    sheet.add()
    _add_anchors(sheet, inputs, found, spans)
    return sheet, _figures(sheet, frame, case, inputs, found, spans, valuation)


def _rate_cells(inputs: Inputs) -> tuple[str, str] | None:
    """Where the finance and the reinvestment rate stand; None without any rate."""
    discount = inputs.assumptions.get("discount")
    if discount is None:
        return None
    return inputs.assumptions.get("finance_rate", discount), inputs.assumptions.get("reinvest_rate", discount)


def _row(
    at: Mapping[str, str],
    row: int,
    index: int,
    done: Calculation,
    spans: Mapping[str, str],
    carry: tuple[str, str] | None,
) -> dict[str, str]:
    here = {name: f"${letter}{row}" for name, letter in at.items()}
    above = {name: f"${letter}{row - 1}" for name, letter in at.items()}
    net = f"INDEX({done.ranges['net']},{index + 1})"
    worth = f"INDEX({done.ranges['pv_net']},{index + 1})"
    owed = f"{here['cumulative']}<-{BALANCE_TOLERANCE:.0E}*SUM({done.ranges['pv_cost']})"
    formulas = {
        "net": net,
        "direction": f"IF({here['net']}=0,{above['direction'] if index else 0},SIGN({here['net']}))",
        "moved": f"IF({here['net']}<>0,{here['month']},{above['moved'] if index else here['month']})",
        "outlay": "0",
        "receipt": "0",
        "cumulative": f"{above['cumulative']}+{worth}" if index else worth,
        "below": f"IF({owed},{index + 1},{above['below'] if index else 0})",
    }
    if carry is not None:
        back, on = f"({here['month']}-flow_start)/12", f"(flow_end-{here['month']})/12"
        formulas["outlay"] = f"-MIN(0,{here['net']})*(1+{carry[0]})^(-{back})"
        formulas["receipt"] = f"MAX(0,{here['net']})*(1+{carry[1]})^({on})"
    return formulas


def _work_out(frame: Frame, case: Case) -> Rates:
    """The same steps as numbers."""
    flow, months = flow_values(frame, case), np.array(frame.months, dtype=np.float64)
    net = flow["net"]
    moved = np.flatnonzero(net)
    start, end = (months[moved[0]], months[moved[-1]]) if moved.size else (months[0], months[0])
    direction = np.sign(net)
    for n in range(1, net.size):
        direction[n] = direction[n] or direction[n - 1]
    worth = np.cumsum(flow["pv_net"])
    owed = np.where(worth < -BALANCE_TOLERANCE * flow["pv_cost"].sum(), np.arange(1, net.size + 1), 0)
    steps: dict[str, Floats] = {
        "month": months,
        "net": net,
        "direction": direction,
        "moved": np.maximum.accumulate(np.where(net != 0, months, months[0])),
        "outlay": np.zeros(net.size),
        "receipt": np.zeros(net.size),
        "cumulative": worth,
        "below": np.maximum.accumulate(owed).astype(np.float64),
    }
    if "discount" in case.values:
        finance, reinvest = (
            case.values.get(n, case.values["discount"]) for n in ("finance_rate", "reinvest_rate")
        )
        steps["outlay"] = -np.minimum(0, net) * (1 + finance) ** (-(months - start) / 12)
        steps["receipt"] = np.maximum(0, net) * (1 + reinvest) ** ((end - months) / 12)
    return Rates(steps, float(start), float(end))


def _add_anchors(sheet: Sheet, inputs: Inputs, found: Rates, spans: Mapping[str, str]) -> None:
    """First and last month that moves money, and how often the direction changes."""
    first = f"INDEX({spans['month']},1)"
    rows = (
        (
            "First month that moves money",
            "flow_start",
            found.start,
            f"{first}+COUNTIF({spans['direction']},0)",
        ),
        ("Last month that moves money", "flow_end", found.end, f"MAX({spans['moved']})"),
        (
            "Changes of direction",
            "flow_changes",
            float(_changes(found)),
            _changes_formula(spans["direction"]),
        ),
    )
    for label, name, value, formula in rows:
        row = sheet.add(Cell(label, "name"), Cell(value, "count", formula), Cell(name, "code"))
        inputs.names.define(name, sheet.at(1, row))


def _changes(found: Rates) -> int:
    direction = found.steps["direction"]
    return int((direction[1:] * direction[:-1] < 0).sum())


def _changes_formula(span: str) -> str:
    """Months whose direction is not that of the month before: over the range and itself, one row down."""
    tab, cells = span.rsplit("!", 1)
    (_, letter, first), (_, _, last) = (part.split("$") for part in cells.split(":"))
    above = f"{tab}!${letter}${first}:${letter}${int(last) - 1}"
    below = f"{tab}!${letter}${int(first) + 1}:${letter}${last}"
    return f"SUMPRODUCT(--({above}*{below}<0))"


def _figures(
    sheet: Sheet,
    frame: Frame,
    case: Case,
    inputs: Inputs,
    found: Rates,
    spans: Mapping[str, str],
    valuation: Valuation,
) -> dict[str, Found]:
    figures = {"irr_point": _internal(sheet, inputs, found, spans, valuation)}
    rate = inputs.assumptions.get("discount")
    if rate is not None:
        years = frame.horizon / 12
        figures["mirr_point"] = _modified(found, spans)
        figures["payback_discounted_point"] = _payback(frame, case, found, spans)
        figures["equivalent_annual_point"] = (
            _annual(float(found.steps["cumulative"][-1]), case.values["discount"], years),
            f"money_npv_point*IF({rate}=0,1/{years!r},{rate}/(1-(1+{rate})^-{years!r}))",
        )
    hurdle = inputs.assumptions.get("hurdle")
    if hurdle is not None:
        factor = (1 + case.values["hurdle"]) ** (-found.steps["month"] / 12)
        worth = float((found.steps["net"] * factor).sum())
        formula = f"SUMPRODUCT({spans['net']},(1+{hurdle})^(-{spans['month']}/12))"
        figures["npv_hurdle_point"] = (worth, formula)
    return figures


def _internal(
    sheet: Sheet, inputs: Inputs, found: Rates, spans: Mapping[str, str], valuation: Valuation
) -> Found:
    """The annual rate. The search starts from payoff's own rate where it has one."""
    engine = valuation.further.get("irr")
    rate = engine.point if isinstance(engine, Figure) else None
    changes = _changes(found)
    monthly = None if rate is None else (1 + rate) ** (1 / 12) - 1
    guess = 0.01 if monthly is None else float(f"{monthly:.3g}")
    search = f'IFERROR(IRR({spans["net"]},{guess!r}),"none")'.replace("e-", "E-")
    once = "=1" if rate is None else ">0"
    row = sheet.add(
        Cell("Monthly rate, searched", "name"),
        Cell("none" if monthly is None else monthly, "factor", f'IF(flow_changes{once},{search},"none")'),
        Cell("irr_monthly", "code"),
    )
    inputs.names.define("irr_monthly", sheet.at(1, row))
    since = f"({spans['month']}-flow_start)"
    worth = f"SUMPRODUCT({spans['net']},(1+irr_monthly)^(-{since}))"
    slope = f"SUMPRODUCT({spans['net']},-{since},(1+irr_monthly)^(-{since}-1))"
    exact = f'IF(ISNUMBER(irr_monthly),(1+irr_monthly-{worth}/{slope})^12-1,"none")'
    several = f'"{SEVERAL}"' if rate is None else exact
    formula = f'IF(flow_changes=0,"{ONE_WAY}",IF(flow_changes=1,{exact},{several}))'
    said = ONE_WAY if changes == 0 else (SEVERAL if changes > 1 else "none")
    return (rate if rate is not None else said), formula


def _modified(found: Rates, spans: Mapping[str, str]) -> Found:
    paid, received = (float(found.steps[name].sum()) for name in ("outlay", "receipt"))
    ratio = f"(SUM({spans['receipt']})/SUM({spans['outlay']}))^(12/(flow_end-flow_start))-1"
    formula = f'IF(OR(SUM({spans["outlay"]})<=0,flow_end<=flow_start),"{NO_OUTLAY}",{ratio})'
    if paid <= 0 or found.end <= found.start:
        return NO_OUTLAY, formula
    return (received / paid) ** (12 / (found.end - found.start)) - 1, formula


def _payback(frame: Frame, case: Case, found: Rates, spans: Mapping[str, str]) -> Found:
    """Payback on present values, interpolated within its month."""
    last, n = f"MAX({spans['below']})", f"ROWS({spans['below']})"
    before, after = (f"INDEX({spans['cumulative']},{last}{k})" for k in ("", "+1"))
    month = f"INDEX({spans['month']},{last}+1)"
    share = f"IF({after}>{before},MIN(1,-{before}/({after}-{before})),1)"
    formula = (
        f'IF(money_cost<=0,"{NO_COST}",IF({last}=0,0,IF({last}={n},"{NEVER}",MAX(0,{month}-1+{share}))))'
    )
    return _payback_value(frame, case, found), formula


def _payback_value(frame: Frame, case: Case, found: Rates) -> float | str:
    if flow_values(frame, case)["cost"].sum() <= 0:
        return NO_COST
    last, worth = int(found.steps["below"].max()), found.steps["cumulative"]
    if last == 0:
        return 0.0
    if last == worth.size:
        return NEVER
    rise = float(worth[last] - worth[last - 1])
    share = min(1.0, -float(worth[last - 1]) / rise) if rise > 0 else 1.0
    return max(0.0, frame.months[last] - 1 + share)


def _annual(npv: float, rate: float, years: float) -> float:
    return npv / years if rate == 0 else npv * rate / (1 - (1 + rate) ** -years)
