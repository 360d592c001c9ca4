"""Scenarios, one column each, recomputed by formulas from the low and high ends of the inputs.

Question  What if everything goes badly, as expected, or well, and with the haircut?
Assumes   payoff chose which end of each range is the worse one; the column points at that end, so an
          edited range or value moves it. Two helper columns at lifts of 0 and 1 give the break-even.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from payoff.nouns.effect import Effect
from payoff.nouns.study import Assumption
from payoff.nouns.valuation import Scenario
from payoff.report.workbook_case import Case, Frame, cash_flow, lift_by_month
from payoff.report.workbook_cells import Cell, Sheet, column_letters
from payoff.report.workbook_formula import excel_formula
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import benefit_formula, decay_formula


@dataclass(frozen=True, slots=True)
class Column:
    """One scenario. lifts: per term, reference; settings: assumption → reference; engine: payoff's."""

    name: str
    case: Case
    lifts: tuple[str, ...]
    settings: Mapping[str, str]
    engine: Scenario | None


def list_columns(
    scenarios: tuple[Scenario, ...],
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    base: Case,
    inputs: Inputs,
) -> list[Column]:
    """payoff's scenarios, then the two helper columns."""
    n = len(effect.terms)
    ends = [effect.lift_interval(term) for term in range(n)]
    haircut = inputs.assumptions.get("haircut")
    cut = base.values.get("haircut", 1.0)
    lifts: dict[str, tuple[tuple[float, ...], tuple[str, ...]]] = {
        "worst": (tuple(e[0] for e in ends), tuple(inputs.ends[t][0] for t in range(n))),
        "base": (base.lifts, tuple(inputs.lifts)),
        "best": (tuple(e[1] for e in ends), tuple(inputs.ends[t][1] for t in range(n))),
        "haircut": (tuple(x * cut for x in base.lifts), tuple(f"{x}*{haircut}" for x in inputs.lifts)),
    }
    columns = []
    for scenario in scenarios:
        values, references = lifts[scenario.name]
        settings = {a.name: _end(a, scenario.inputs.get(a.name, a.mid), inputs) for a in assumptions}
        chosen = {a.name: scenario.inputs.get(a.name, a.mid) for a in assumptions}
        columns.append(Column(scenario.name, Case(values, chosen), references, settings, scenario))
    return columns + [
        Column(
            f"at lift {lift}",
            Case((float(lift),) * n, base.values),
            (str(lift),) * n,
            inputs.assumptions,
            None,
        )
        for lift in (0, 1)
    ]


def _end(assumption: Assumption, value: float, inputs: Inputs) -> str:
    """The cell that holds this value: the value used, or an end of the range."""
    low, high = inputs.ends[assumption.name]
    if value == assumption.mid:
        return inputs.assumptions[assumption.name]
    return low if value == assumption.low else high


def scenario_sheet(
    frame: Frame,
    columns: list[Column],
    terms: tuple[str, ...],
    assumptions: tuple[Assumption, ...],
    inputs: Inputs,
) -> tuple[Sheet, dict[str, str]]:
    """The tab, and where the net money of each column stands."""
    sheet = Sheet("Scenarios", (34, *(20 for _ in columns)))
    sheet.title(
        "Scenarios",
        "Worst and best: the effect at the ends of its 95 % interval, ranges at their worse or better end.",
    )
    sheet.head("", *(column.name for column in columns), freeze=True)
    rows = _row_numbers(frame, len(terms), assumptions, len(sheet.rows))
    for index, term in enumerate(terms):
        sheet.add(
            Cell(f"lift, {term}", "name"),
            *(Cell(c.case.lifts[index], "share", c.lifts[index] if c.engine else None) for c in columns),
        )
    for a in assumptions:
        sheet.add(
            Cell(a.name, "name"),
            *(Cell(c.case.values[a.name], "number", c.settings[a.name]) for c in columns),
        )
    sheet.add()
    _totals(sheet, frame, columns, rows)
    sheet.add()
    _months(sheet, frame, columns, rows, inputs, [a.name for a in assumptions])
    nets = {c.name: sheet.at(1 + n, rows["net"]) for n, c in enumerate(columns)}
    return sheet, nets


_TOTALS = ("benefit", "cost", "net", "ROI", "ROI, payoff", "NPV", "NPV, payoff")


def _row_numbers(
    frame: Frame, n_terms: int, assumptions: tuple[Assumption, ...], above: int
) -> dict[str, int]:
    """The row of each quantity, or the first row of each block of months."""
    rows = {"lift": above + 1}
    rows |= {a.name: above + n_terms + 1 + n for n, a in enumerate(assumptions)}
    start = above + n_terms + len(assumptions) + 2
    rows |= {name: start + n for n, name in enumerate(_TOTALS)}
    rows["lift months"] = start + len(_TOTALS) + 2
    rows["benefit months"] = rows["lift months"] + frame.horizon + 1
    rows["cost months"] = rows["benefit months"] + frame.horizon + 1
    return rows


def _totals(sheet: Sheet, frame: Frame, columns: list[Column], rows: dict[str, int]) -> None:
    """Benefits, costs, net, ROI and NPV, payoff's own below them."""
    cells: dict[str, list[Cell]] = {name: [] for name in _TOTALS}
    for index, column in enumerate(columns):
        letter = column_letters(1 + index)
        first, end = rows["benefit months"], rows["benefit months"] + frame.horizon - 1
        paid, paid_end = rows["cost months"], rows["cost months"] + len(frame.months) - 1
        benefit, cost = f"{letter}{first}:{letter}{end}", f"{letter}{paid}:{letter}{paid_end}"
        benefits, costs = cash_flow(frame, column.case)
        b, c = float(benefits.sum()), float(costs.sum())
        cells["benefit"].append(Cell(b, "money", f"SUM({benefit})"))
        cells["cost"].append(Cell(c, "money", f"SUM({cost})"))
        cells["net"].append(Cell(b - c, "money", f"{letter}{rows['benefit']}-{letter}{rows['cost']}"))
        roi = f'IF({letter}{rows["cost"]}>0,{letter}{rows["benefit"]}/{letter}{rows["cost"]}-1,"no cost")'
        cells["ROI"].append(Cell(b / c - 1 if c > 0 else "no cost", "share", roi))
        cells["ROI, payoff"].append(Cell(column.engine.roi if column.engine else None, "share"))
        rate = column.case.values.get("discount")
        if rate is not None:
            factor = (1 + rate) ** (-np.array(frame.months) / 12)
            growth = f"(1+{letter}${rows['discount']})"
            npv = (
                f"SUMPRODUCT({benefit},{growth}^(-$A{first}:$A{end}/12))"
                f"-SUMPRODUCT({cost},{growth}^(-$A{paid}:$A{paid_end}/12))"
            )
            cells["NPV"].append(Cell(float(((benefits - costs) * factor).sum()), "money", npv))
        else:
            cells["NPV"].append(Cell("no rate"))
        cells["NPV, payoff"].append(Cell(column.engine.npv if column.engine else None, "money"))
    for name in _TOTALS:
        sheet.add(Cell(name[0].upper() + name[1:], "name"), *cells[name])


def _months(
    sheet: Sheet, frame: Frame, columns: list[Column], rows: dict[str, int], inputs: Inputs, names: list[str]
) -> None:
    """Three blocks of months: lift, cash benefit, cost."""
    flows = [cash_flow(frame, c.case) for c in columns]
    lifts = [lift_by_month(frame, c.case) for c in columns]
    half_life = rows.get("half_life")
    settings = [
        {name: f"{column_letters(1 + n)}${rows[name]}" for name in names} for n in range(len(columns))
    ]
    sheet.head("Lift in month")
    for m in range(1, frame.horizon + 1):
        term, since = frame.spans[m - 1]
        cells = []
        for n in range(len(columns)):
            letter = column_letters(1 + n)
            formula = f"{letter}${rows['lift'] + term}" if term is not None else None
            if formula and since and half_life:
                formula += "*" + decay_formula(str(since), f"{letter}${half_life}")
            cells.append(Cell(float(lifts[n][m - 1]), "share", formula))
        sheet.add(Cell(m, "month"), *cells)
    sheet.head("Cash benefit in month")
    for m in range(1, frame.horizon + 1):
        cells = []
        for n in range(len(columns)):
            lift = f"{column_letters(1 + n)}{rows['lift months'] + m - 1}"
            parts = [
                benefit_formula(frame, i, inputs, settings[n], lift)
                for i, rule in enumerate(frame.benefits)
                if rule.cash
            ]
            value = float(flows[n][0][frame.months.index(m)])
            cells.append(Cell(value, "money", "+".join(f"({part})" for part in parts) or "0"))
        sheet.add(Cell(m, "month"), *cells)
    sheet.head("Cost in month")
    for index, m in enumerate(frame.months):
        costs = [
            Cell(float(flows[n][1][index]), "money", _cost_formula(frame, m, inputs.in_costs | settings[n]))
            for n in range(len(columns))
        ]
        sheet.add(Cell(m, "month"), *costs)


def _cost_formula(frame: Frame, month: int, references: dict[str, str]) -> str:
    parts = []
    for line in frame.costs:
        first, last = (line.month, line.month) if line.kind == "one_time" else (1, frame.horizon)
        if first <= month <= last:
            parts.append(f"({excel_formula(line.amount.tree, references)})/{last - first + 1}")
    return "+".join(parts) or "0"


def break_even_formula(frame: Frame, columns: list[Column], nets: dict[str, str]) -> tuple[float, str] | None:
    """The lift at which net money is zero, where net money is a straight line in the lift; else None."""

    def net(lift: float) -> float:
        n = len(columns[-1].case.lifts)
        benefits, costs = cash_flow(frame, Case((lift,) * n, columns[-1].case.values))
        return float(benefits.sum() - costs.sum())

    at_zero, at_one = net(0.0), net(1.0)
    slope = at_one - at_zero
    size = abs(at_zero) + abs(at_one)
    if slope <= 0 or abs(net(0.5) - (at_zero + slope / 2)) > 1e-9 * size:
        return None
    zero, one = nets["at lift 0"], nets["at lift 1"]
    return -at_zero / slope, f'IF({one}>{zero},-{zero}/({one}-{zero}),"no lift pays")'
