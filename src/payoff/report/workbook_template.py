"""The return on one page: X, Y, Δ, B, C and ROI = (B − C) ÷ C, live.

Question  Where was the measure, where is it now, what is the change worth, and what did that cost?
Identity  Y = X + Δ, and Δ is the measured lift × X in the metric's own unit; B and C are the totals of the
          tabs before, so an edit there moves this page.
Lift      Y is told at the headline's lift; B rests on every month's own.
"""

from payoff.nouns.effect import Effect
from payoff.nouns.result import Result
from payoff.report.workbook_case import Case, Frame, flow_values
from payoff.report.workbook_cells import Cell, Sheet
from payoff.report.workbook_inputs import Inputs


def template_sheet(result: Result, carrier: Effect, frame: Frame, base: Case, inputs: Inputs) -> Sheet | None:
    """The page; None where costs are not known or the measure before is not."""
    flow = flow_values(frame, base)
    benefit, cost = float(flow["benefit"].sum()), float(flow["cost"].sum())
    before = frame.counts.baseline
    if cost <= 0 or not before > 0:
        return None
    metric = result.study.metric(carrier.metric)
    term = carrier.headline
    lift = base.lifts[term]
    way = 1 if metric.better == "higher" else -1
    after = before * (1 + way * lift)
    sign = "+" if way > 0 else "-"
    sheet = Sheet("X, Y, change", (16, 44, 22, 60))
    sheet.title(
        "The return on one page", "Live: change a yellow cell of Assumptions or Effect and this page follows."
    )
    sheet.head("Line", "What", "Value", "How", freeze=True)
    margin = inputs.assumptions.get("margin")
    unit = metric.unit_text or "pure number"
    rows = [
        ("X", f"{metric.label}, before ({unit})", before, inputs.baseline, "number", "measured"),
        (
            "Y",
            f"{metric.label}, with the program",
            after,
            f"template_x{sign}template_x*{inputs.lifts[term]}",
            "number",
            f"X {'+' if way > 0 else '−'} X × lift, {carrier.terms[term]}",
        ),
        ("Δ", "Change", after - before, "template_y-template_x", "number", "Y − X"),
        *(
            [("margin", "Contribution margin", base.values["margin"], margin, "share", "Assumptions")]
            if margin
            else []
        ),
        ("B", "Benefit in cash over the horizon", benefit, "money_benefit", "money", "Benefits, all months"),
        ("C", "Program cost over the horizon", cost, "money_cost", "money", "Costs, all lines"),
        (
            "ROI",
            "Return on investment",
            benefit / cost - 1,
            'IF(template_c>0,(template_b-template_c)/template_c,"no cost: means nothing")',
            "share",
            "(B − C) ÷ C",
        ),
    ]
    names = {"X": "x", "Y": "y", "Δ": "change", "margin": "margin", "B": "b", "C": "c", "ROI": "roi"}
    for line, what, value, formula, style, how in rows:
        row = sheet.add(
            Cell(line, "name"), Cell(what, "wrap"), Cell(value, style, formula), Cell(how, "wrap")
        )
        inputs.names.define(f"template_{names[line]}", sheet.at(2, row))
    inputs.checks.append(
        ("X, Y, change", "ABS(template_roi-money_roi_point)<=1E-9*MAX(1,ABS(money_roi_point))")
    )
    return sheet
