"""The audit workbook as plain data: every cell, every formula, every name.

Question  How does finance get from the assumptions to ROI and NPV, and change one on the way?
Refuses   None where there is no money to recompute: an unlocked plan, a blocked or refused valuation.
Proof     tests/report/test_report_workbook_engine.py: recalculated by an office suite, equal to the engine.
"""

from payoff.nouns.brief import Table, Workbook
from payoff.nouns.effect import Effect
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.workbook_case import (
    NO_COST,
    Case,
    Frame,
    benefit_by_month,
    build_frame,
    cost_amount,
    flow_values,
    payback_of,
)
from payoff.report.workbook_cells import Sheet
from payoff.report.workbook_inputs import Inputs, assumption_sheet, effect_sheet
from payoff.report.workbook_money import (
    Calculation,
    benefit_sheet,
    cash_flow_sheet,
    cost_sheet,
)
from payoff.report.workbook_records import record_tables
from payoff.report.workbook_returns import Return, engine_point, list_returns, returns_sheet
from payoff.report.workbook_scenarios import Column, break_even_formula, list_columns, scenario_sheet


def build_workbook(result: Result, source_rows: tuple[Table, ...] = ()) -> Workbook | None:
    """The workbook of a result; None when it has no valuation.

    source_rows: one table per source, its rows as landed; more than SOURCE_ROW_CAP become a sample.
    """
    valuation = result.valuation
    if not isinstance(valuation, Valuation):
        return None
    carrier = result.locked if valuation.carried_by == "locked" else result.second
    if not isinstance(carrier, Effect):
        return None
    frame = build_frame(result.study, result.assumptions, result.counts, carrier, valuation)
    inputs = Inputs()
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
    """Assumptions, effect, benefits, costs, cash flow, returns, scenarios."""
    assumptions = result.assumptions
    lifts = tuple(float(x) for x in carrier.lift(carrier.estimates))
    base = Case(lifts, {a.name: a.mid for a in assumptions})
    done = Calculation()
    assumed = {line.item: line.assumed for line in valuation.costs}
    sheets = [
        assumption_sheet(assumptions, inputs),
        effect_sheet(result, carrier, valuation.carried_by, frame, inputs),
        benefit_sheet(frame, base, inputs, carrier.terms, done),
        cost_sheet(frame, base, inputs, done, assumed),
        cash_flow_sheet(frame, base, inputs, done),
    ]
    columns = list_columns(valuation.scenarios, carrier, assumptions, base, inputs)
    scenarios, nets = scenario_sheet(frame, columns, carrier.terms, assumptions, inputs)
    returns = _returns(valuation, frame, base, columns, nets, done)
    return [*sheets, returns_sheet(returns, inputs, valuation), scenarios], returns


def _returns(
    valuation: Valuation,
    frame: Frame,
    base: Case,
    columns: list[Column],
    nets: dict[str, str],
    done: Calculation,
) -> list[Return]:
    values = _values(frame, base)
    root = break_even_formula(frame, columns, nets)
    if root is not None:
        values["break_even_point"] = root[0]
    charged = [_charged_share(frame, n) for n in range(len(frame.costs))]
    amortised = ""
    if isinstance(valuation.figures.get("roi_amortised"), Figure):
        amounts = [cost_amount(frame, line, base) for line in frame.costs]
        cost = sum(a * share for a, (share, _) in zip(amounts, charged, strict=True))
        values["roi_amortised_point"] = float(values["benefit"]) / cost - 1
        parts = (f"{cell}{text}" for cell, (_, text) in zip(done.amounts, charged, strict=True))
        amortised = f"money_benefit/({'+'.join(parts)})-1"
    if valuation.freed_time is not None:
        freed = (benefit_by_month(frame, rule, base).sum() for rule in frame.benefits if not rule.cash)
        values["freed_time_point"] = float(sum(freed))
    return list_returns(valuation, done, values, root[1] if root else "", amortised)


def _charged_share(frame: Frame, index: int) -> tuple[float, str]:
    """Share of a cost line charged to the horizon in the period view, and as a factor in a formula."""
    line = frame.costs[index]
    life = line.useful_life_months
    if line.kind == "one_time" and life is not None and life > frame.horizon:
        return frame.horizon / life, f"*{frame.horizon}/{life}"
    return 1.0, ""


def _values(frame: Frame, base: Case) -> dict[str, float | str]:
    """What each figure comes to at the inputs as payoff has them."""
    flow = flow_values(frame, base)
    b, c = float(flow["benefit"].sum()), float(flow["cost"].sum())
    values: dict[str, float | str] = {
        "benefit": b,
        "cost": c,
        "net_point": b - c,
        "bcr_point": b / c if c > 0 else NO_COST,
        "roi_point": b / c - 1 if c > 0 else NO_COST,
        "payback_months_point": payback_of(frame, flow),
    }
    if "discount" in base.values:
        pv_b, pv_c = float(flow["pv_benefit"].sum()), float(flow["pv_cost"].sum())
        values |= {"pv_benefit": pv_b, "pv_cost": pv_c, "npv_point": pv_b - pv_c}
        values["roi_pv_point"] = pv_b / pv_c - 1 if pv_c > 0 else NO_COST
    return values
