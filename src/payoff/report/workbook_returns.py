"""The verdict figures as formulas, each held against payoff's own figure.

Question  What are ROI, NPV and the rest for the inputs as they stand now, and does payoff agree?
Check     `matches_payoff` says "yes" or "no"; with edited inputs "changed inputs: …" and their names.
Tolerance 1e-9 of the figure, or of the cost where a difference of two large sums is compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.workbook_case import NEVER, NO_COST
from payoff.report.workbook_cells import Cell, Sheet
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import Calculation

_VALUE, _ENGINE = 1, 2
TOLERANCE = 1e-9
SHORT_NAMES = {"money_roi_point": ("roi",), "money_npv_point": ("npv_total",)}  # NPV is a function


@dataclass(frozen=True, slots=True)
class Return:
    """One row. value: what the formula comes to; engine: payoff's figure, None where it has none."""

    name: str
    label: str
    style: str
    value: float | str
    formula: str
    engine: Figure | Refusal | float | None


def returns_sheet(rows: list[Return], inputs: Inputs, figures: Valuation) -> Sheet:
    """One row per figure, then the check cell."""
    sheet = Sheet("Returns", (38, 22, 22, 16, 12, 20, 20, 70))
    sheet.title("Returns", "Live: recalculated from the yellow cells. The ranges are simulated by payoff.")
    head = sheet.head(
        *(
            "Figure",
            "This workbook",
            "payoff",
            "Difference",
            "Matches",
            "Low (10th pct.)",
            "High (90th pct.)",
        ),
        "Basis",
        freeze=True,
    )
    matching = []
    for returned in rows:
        row = len(sheet.rows) + 1
        for name in (returned.name, *SHORT_NAMES.get(returned.name, ())):
            inputs.names.define(name, sheet.at(_VALUE, row))
        matching.append(_return_row(sheet, returned, row))
    sheet.add()
    matches = all(matching)
    checks = ",".join(f'$E{row}<>"no"' for row in range(head + 1, head + 1 + len(rows)))
    trail = inputs.trail or '""'
    said = f'IF({trail}<>"","changed inputs: "&{trail},IF(AND({checks}),"yes","no"))'
    row = sheet.add(Cell("Matches payoff", "name"), Cell("yes" if matches else "no", "verdict", said))
    inputs.names.define("matches_payoff", sheet.at(_VALUE, row))
    sheet.add(Cell("Changed inputs", "name"), Cell("", "text", trail))
    for warning in figures.warnings:
        sheet.add(Cell(warning, "warn"))
    return sheet


def _return_row(sheet: Sheet, returned: Return, row: int) -> bool:
    """Append the row; whether the value matches payoff's figure, where there is one to match."""
    engine, refusal = engine_point(returned.engine)
    figure = returned.engine if isinstance(returned.engine, Figure) else None
    ratio = returned.style not in ("money", "total")
    size = f"MAX(1,ABS($C{row}))" if ratio else f"MAX(ABS($C{row}),money_cost)"
    both = f"ISNUMBER($B{row}),ISNUMBER($C{row})"
    compared = engine is not None
    matches = _close(returned.value, engine, ratio)
    apart = returned.value - engine if isinstance(returned.value, float) and engine is not None else ""
    sheet.add(
        Cell(returned.label, "name"),
        Cell(returned.value, returned.style, returned.formula),
        Cell(engine if compared else ("not given" if refusal else "none"), returned.style),
        Cell(
            apart,
            "number",
            f'IF(AND({both}),$B{row}-$C{row},"")',
        ),
        Cell(
            ("yes" if matches else "no") if compared else "",
            "text",
            f'IF(AND({both}),IF(ABS($B{row}-$C{row})<={TOLERANCE:.0E}*{size},"yes","no"),"no")'
            if compared
            else None,
        ),
        Cell(figure.low if figure else None, returned.style),
        Cell(figure.high if figure else None, returned.style),
        Cell(refusal or (figure.basis if figure else "recomputed here"), "wrap"),
    )
    return matches or not compared


def engine_point(engine: Figure | Refusal | float | None) -> tuple[float | None, str]:
    """payoff's number, or why it has none."""
    if isinstance(engine, Refusal):
        return None, engine.reason
    return (engine.point if isinstance(engine, Figure) else engine), ""


def _close(value: float | str, engine: float | None, ratio: bool) -> bool:
    if engine is None or isinstance(value, str):
        return False
    return abs(value - engine) <= TOLERANCE * max(1.0 if ratio else 0.0, abs(engine), abs(value))


def list_returns(
    valuation: Valuation,
    done: Calculation,
    values: Mapping[str, float | str],
    break_even: str,
    amortised: str,
) -> list[Return]:
    """The rows in the order a finance partner reads them. values: what each name comes to."""
    at = done.ranges
    given = valuation.figures

    def row(
        name: str, label: str, style: str, formula: str, engine: Figure | Refusal | float | None
    ) -> Return:
        return Return(f"money_{name}", label, style, values[name], formula, engine)

    def total(key: str) -> str:
        return f"SUM({at[key]})"

    def return_on(b: str, c: str, minus: str) -> str:
        return f'IF(money_{c}>0,money_{b}/money_{c}{minus},"{NO_COST}")'

    rows = [
        row("benefit", "Cash benefits", "money", total("benefit"), float(valuation.point.benefits.sum())),
        row("cost", "Costs", "money", total("cost"), float(valuation.point.costs.sum())),
        row("net_point", "Net benefit", "money", "money_benefit-money_cost", given.get("net")),
        row("bcr_point", "Benefit-cost ratio", "ratio", return_on("benefit", "cost", ""), given.get("bcr")),
        row("roi_point", "ROI", "share", return_on("benefit", "cost", "-1"), given.get("roi")),
    ]
    if "npv_point" in values:
        rows += [
            row("pv_benefit", "Present value of benefits", "money", total("pv_benefit"), None),
            row("pv_cost", "Present value of costs", "money", total("pv_cost"), None),
            row(
                "npv_point", "Net present value", "money", "money_pv_benefit-money_pv_cost", given.get("npv")
            ),
            row(
                "roi_pv_point",
                "ROI on present values",
                "share",
                return_on("pv_benefit", "pv_cost", "-1"),
                given.get("roi_pv"),
            ),
        ]
    if "roi_amortised_point" in values:
        rows.append(
            row(
                "roi_amortised_point",
                "ROI, costs over their useful life",
                "share",
                amortised,
                given.get("roi_amortised"),
            )
        )
    rows.append(
        row(
            "payback_months_point",
            "Payback, months from launch",
            "number",
            _payback(at),
            given.get("payback_months"),
        )
    )
    if break_even:
        rows.append(row("break_even_point", "Break-even lift", "share", break_even, given.get("break_even")))
    if "freed_time_point" in values:
        rows.append(
            row(
                "freed_time_point",
                "Freed time, not in any figure above",
                "money",
                done.freed_total,
                valuation.freed_time,
            )
        )
    return rows


def _payback(at: Mapping[str, str]) -> str:
    """The month after which cumulative net stays at or above zero, interpolated within it."""
    last = f"MAX({at['below']})"
    n = f"ROWS({at['below']})"
    after = f"INDEX({at['net']},{last}+1)"
    month = f"INDEX({at['month']},{last}+1)"
    short = f"INDEX({at['cumulative']},{last})"
    share = f"IF({after}>0,MIN(1,-{short}/{after}),1)"
    return f'IF(money_cost<=0,"{NO_COST}",IF({last}=0,0,IF({last}={n},"{NEVER}",MAX(0,{month}-1+{share}))))'
