"""The audit workbook as plain data: every cell, every formula, every name.

Question  How does finance get from the assumptions to ROI and NPV, and change one on the way?
Refuses   None where there is no money to recompute: an unlocked plan, a blocked or refused valuation.
Proof     tests/report/test_report_workbook_engine.py: recalculated by an office suite, equal to the engine.
"""

from payoff.nouns.brief import Table, Workbook
from payoff.nouns.effect import Effect
from payoff.nouns.result import Result
from payoff.nouns.valuation import Valuation
from payoff.report.workbook_case import Case, Frame, build_frame
from payoff.report.workbook_cash_flow import cash_flow_sheet
from payoff.report.workbook_cells import Sheet
from payoff.report.workbook_figures import list_returns
from payoff.report.workbook_grid import grid_sheets
from payoff.report.workbook_inputs import Inputs, assumption_sheet, effect_sheet
from payoff.report.workbook_lasting import amortisation_sheet
from payoff.report.workbook_money import Calculation, benefit_sheet, cost_sheet
from payoff.report.workbook_picture import picture_sheet
from payoff.report.workbook_rates import rates_sheet
from payoff.report.workbook_records import record_tables
from payoff.report.workbook_returns import Return, engine_point, returns_sheet
from payoff.report.workbook_scenario_sheet import scenario_sheet
from payoff.report.workbook_scenarios import break_even_formula, list_columns
from payoff.report.workbook_template import template_sheet
from payoff.report.workbook_tornado import tornado_sheets


def build_workbook(result: Result, source_rows: tuple[Table, ...] = ()) -> Workbook | None:
    """The workbook of a result; None when it has no valuation.

    source_rows: one table per source, its rows as landed; more than SOURCE_ROW_CAP become a sample.
    """
    valuation = result.valuation
    if not isinstance(valuation, Valuation):
        return None
    carrier = result.carrier
    if carrier is None:
        return None
    frame = build_frame(result.study, result.assumptions, result.counts, carrier, valuation)
    inputs = Inputs(scenarios=tuple(s.name for s in valuation.scenarios))
    sheets, returns = _live_sheets(result, valuation, carrier, frame, inputs)
    checks = [(r.label, r.name, engine_point(r.engine)[0]) for r in returns]
    return Workbook(
        inputs=tuple(inputs.listed),
        sheets=record_tables(result, valuation, source_rows),
        model={"sheets": [s.as_plain() for s in sheets], "names": dict(inputs.names.cells)},
        checks=tuple((label, name, engine) for label, name, engine in checks if engine is not None),
    )


def _live_sheets(
    result: Result, valuation: Valuation, carrier: Effect, frame: Frame, inputs: Inputs
) -> tuple[list[Sheet], list[Return]]:
    """Assumptions, effect, benefits, costs, cash flow, returns, rates, scenarios, tornado, what lasts."""
    assumptions = result.assumptions
    lifts = tuple(float(x) for x in carrier.lift(carrier.estimates))
    base = Case(lifts, {a.name: a.mid for a in assumptions})
    done = Calculation()
    assumed = {line.item: line.assumed for line in valuation.costs}
    sheets = [
        assumption_sheet(assumptions, len(carrier.terms), inputs),
        effect_sheet(result, carrier, valuation.carried_by, frame, inputs),
        benefit_sheet(frame, base, inputs, carrier.terms, done),
        cost_sheet(frame, base, inputs, done, assumed),
        cash_flow_sheet(frame, base, inputs, done),
    ]
    columns = list_columns(valuation.scenarios, carrier, assumptions, base, inputs)
    scenarios, totals = scenario_sheet(frame, columns, carrier.terms, assumptions, inputs)
    break_even = break_even_formula(frame, base, totals)
    rates, found = rates_sheet(frame, base, inputs, done, valuation)
    if break_even is not None:
        found["break_even_point"] = break_even
    returns = list_returns(valuation, frame, base, inputs, done, found)
    extra = [amortisation_sheet(frame, base, inputs, done, valuation)]
    extra.append(picture_sheet(frame, inputs, done, valuation))
    tornado = tornado_sheets(
        frame, base, valuation.tornado, carrier.terms, assumptions, inputs, break_even is not None
    )
    grid = valuation.doubt.grid if valuation.doubt is not None else None
    tornado += grid_sheets(frame, base, grid, carrier.terms, assumptions, inputs)
    cut = totals.get("haircut", {})
    page = template_sheet(result, carrier, frame, base, inputs)
    shown = returns_sheet(returns, inputs, valuation, cut)
    found_sheets = (*sheets, shown, page, rates, scenarios, *tornado, *extra)
    return [sheet for sheet in found_sheets if sheet is not None], returns
