"""The verdict figures as formulas, each held against payoff's own figure.

Question  What are ROI, NPV and the rest for the inputs as they stand now, and does payoff agree?
Check     `matches_payoff` says "yes" or "no"; with edited inputs "changed inputs: …" and their names.
Tolerance 1e-9 of the figure, or of the cost where a difference of two large sums is compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.money_sentences import warnings_of
from payoff.report.workbook_cells import Cell, Sheet
from payoff.report.workbook_inputs import Inputs

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


def returns_sheet(
    rows: list[Return], inputs: Inputs, figures: Valuation, haircut: Mapping[str, str]
) -> Sheet:
    """One row per figure, the same after the haircut, then the check cell. haircut: its totals' cells."""
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
    _add_haircut(sheet, figures, haircut)
    sheet.add()
    matches = all(matching)
    checks = ",".join(f'$E{row}<>"no"' for row in range(head + 1, head + 1 + len(rows)))
    trail = inputs.trail or '""'
    agree = ",".join([checks, *_add_checks(sheet, inputs)])
    said = f'IF({trail}<>"","changed inputs: "&{trail},IF(AND({agree}),"yes","no"))'
    row = sheet.add(Cell("Matches payoff", "name"), Cell("yes" if matches else "no", "verdict", said))
    inputs.names.define("matches_payoff", sheet.at(_VALUE, row))
    sheet.add(Cell("Changed inputs", "name"), Cell("", "text", trail))
    for warning in warnings_of(figures):
        sheet.add(Cell(warning, "warn"))
    return sheet


def _add_haircut(sheet: Sheet, figures: Valuation, totals: Mapping[str, str]) -> None:
    """What stands when only the declared share of the gain is believed: apart, never in a range."""
    scenario = next((s for s in figures.scenarios if s.name == "haircut"), None)
    if scenario is None or not totals:
        return
    sheet.add()
    share = scenario.inputs["haircut"]
    note = "The measured gain times the declared share, nothing else changed: a scenario, never in a range."
    sheet.add(
        Cell("With the haircut", "name"),
        Cell(share, "share"),
        None,
        None,
        None,
        None,
        None,
        Cell(note, "wrap"),
    )
    known = {"Net": scenario.net, "ROI": scenario.roi, "NPV": scenario.npv}
    labels = {"Net": "Net benefit", "ROI": "ROI", "NPV": "Net present value"}
    for name, engine in known.items():
        if engine is None:
            continue
        style = "share" if name == "ROI" else "money"
        row = len(sheet.rows) + 1
        sheet.add(
            Cell(f"{labels[name]}, with the haircut", "name"),
            Cell(engine, style, totals[name]),
            Cell(engine, style),
            Cell(0.0, "tiny", f"$B{row}-$C{row}"),
        )


def _add_checks(sheet: Sheet, inputs: Inputs) -> list[str]:
    """One row per further comparison with payoff; the cells that say yes or no, as conditions."""
    cells = []
    for label, formula in inputs.checks:
        row = sheet.add(Cell(f"{label}: matches", "name"), Cell("yes", "text", f'IF({formula},"yes","no")'))
        cells.append(f'$B{row}="yes"')
    return cells


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
        Cell(engine, returned.style) if compared else Cell("not given" if refusal else "none", "hint"),
        Cell(
            apart,
            "tiny",
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
