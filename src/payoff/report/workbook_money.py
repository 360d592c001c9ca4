"""The calculation tabs between inputs and cash flow: benefits by month, and costs.

Question  How do lift and assumptions become money, one visible step after the other?
Identity  benefit(m) = formula(lift = lift of the term that covers m × decay(m), months = 1).
Proof     tests/report/test_report_workbook_engine.py recalculates every tab in an office suite.
"""

from dataclasses import dataclass, field

from payoff.nouns.arrays import Floats
from payoff.nouns.money_plan import BenefitRule
from payoff.report.workbook_case import (
    Case,
    Frame,
    benefit_by_month,
    cost_amount,
    decay,
    is_too_early,
    lift_by_month,
)
from payoff.report.workbook_cells import Cell, Sheet, column_letters
from payoff.report.workbook_formula import excel_formula
from payoff.report.workbook_inputs import Inputs, unit_reference


@dataclass(slots=True)
class Calculation:
    """Where the steps stand.

    cash: month → cell. totals: each benefit's total. amounts, parts: each cost line's total and single
    payment, "" where payments differ. ranges: columns of the cash flow.
    """

    cash: dict[int, str] = field(default_factory=dict)
    freed_total: str = ""
    totals: list[str] = field(default_factory=list)
    amounts: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    ranges: dict[str, str] = field(default_factory=dict)


def decay_formula(months_since: str, half_life: str) -> str:
    """Average of 0.5^(t ÷ half_life) over the k-th month after measurement ended."""
    return f"{half_life}/LN(2)*(0.5^(({months_since}-1)/{half_life})-0.5^({months_since}/{half_life}))"


def benefit_sheet(
    frame: Frame, case: Case, inputs: Inputs, terms: tuple[str, ...], done: Calculation
) -> Sheet:
    """Months 1..horizon in rows: term, decay, lift, units, then one column per benefit rule."""
    rules, units = frame.benefits, frame.count_names
    left = 5 + len(units)  # columns before the first rule
    sheet = Sheet("Benefits", (10, 16, 16, 12, 12, *(12 for _ in units), *(22 for _ in rules), 20, 20))
    sheet.title(
        "Benefits by month",
        "Each benefit is its formula with the lift of that month, the units it was measured for, months = 1.",
    )
    blank = [None] * (left - 1)
    sheet.add(*blank, Cell("formula", "note"), *(Cell(rule.formula.text, "wrap") for rule in rules))
    sheet.add(*blank, Cell("kind", "note"), *(Cell(_kind(frame, rule), "wrap_note") for rule in rules))
    first = 1 + sheet.head(
        *("Month", "Term used", "Months since measured", "Decay", "Lift"),
        *units,
        *(rule.label or rule.name for rule in rules),
        *("Cash benefit", "Freed time"),
        freeze=True,
    )
    lifts = lift_by_month(frame, case)
    amounts = [benefit_by_month(frame, rule, case) for rule in rules]
    for month in range(1, frame.horizon + 1):
        _benefit_row(sheet, frame, case, inputs, terms, month, float(lifts[month - 1]), amounts)
        done.cash[month] = sheet.at(left + len(rules), len(sheet.rows))
    last = len(sheet.rows)
    totals = [float(a.sum()) for a in amounts]
    columns = [
        (column_letters(left + n), value) for n, value in enumerate((*totals, *_by_kind(frame, totals)))
    ]
    sums = (Cell(value, "total", f"SUM({letter}{first}:{letter}{last})") for letter, value in columns)
    sheet.add(Cell("Total", "name"), *blank, *sums)
    done.totals = [sheet.at(left + n, len(sheet.rows)) for n in range(len(rules))]
    done.freed_total = sheet.at(left + 1 + len(rules), len(sheet.rows))
    return sheet


def _kind(frame: Frame, rule: BenefitRule) -> str:
    """What sort of money a column is, how its formula came about and from when on it counts."""
    said = [f"cash, {rule.category}" if rule.cash else "freed time, never added to cash"]
    if rule.converter:
        said.append(f"written by the converter {rule.converter}")
    if rule.gross:
        said.append("revenue without its margin, on purpose")
    if rule.onset_months:
        waits = f"nothing before month {rule.onset_months:g}"
        said.append(waits + (": not measured so far, so nothing yet" if is_too_early(frame, rule) else ""))
    return "; ".join(said)


def _benefit_row(
    sheet: Sheet,
    frame: Frame,
    case: Case,
    inputs: Inputs,
    terms: tuple[str, ...],
    month: int,
    lift: float,
    amounts: list[Floats],
) -> None:
    row = len(sheet.rows) + 1
    term, since = frame.spans[month - 1]
    half_life = inputs.assumptions.get("half_life")
    fades = since > 0 and half_life is not None
    values = [float(a[month - 1]) for a in amounts]
    here = {name: f"${column_letters(5 + n)}{row}" for n, name in enumerate(frame.count_names)}
    sheet.add(
        Cell(month, "month"),
        Cell(terms[term] if term is not None else "not measured yet"),
        Cell(since, "count"),
        Cell(
            decay(since, case.values.get("half_life")),
            "share",
            _fading(f"$C{row}", half_life) if fades else None,
        ),
        Cell(lift, "share", f"{inputs.lifts[term]}*$D{row}" if term is not None else None),
        *(
            Cell(frame.counts.units_in(term), "count", unit_reference(inputs, name, term))
            for name in frame.count_names
        ),
        *(
            Cell(
                value,
                "money",
                after_onset(frame, n, benefit_formula(frame, n, inputs, here, f"$E{row}"), f"$A{row}")
                if term is not None
                else None,
            )
            for n, value in enumerate(values)
        ),
        *(
            Cell(value, "money", _sum_of(frame, cash, row))
            for cash, value in zip((True, False), _by_kind(frame, values), strict=True)
        ),
    )


def _fading(months_since: str, half_life: str | None) -> str | None:
    return decay_formula(months_since, half_life) if half_life else None


def benefit_formula(frame: Frame, rule: int, inputs: Inputs, changes: dict[str, str], lift: str) -> str:
    """One rule's money in the month whose lift stands in the cell `lift`.

    changes: references that are not the inputs' own: each count's in that month, a scenario's settings.
    """
    references = inputs.in_benefits | changes
    references |= {"lift": lift, "gain": f"({lift}*{references['baseline']})"}
    formula = frame.benefits[rule].formula
    text = excel_formula(formula.tree, references)
    return text if "months" in formula.names else f"({text})/{frame.horizon}"


def after_onset(frame: Frame, rule: int, formula: str, month: str) -> str:
    """A month's formula times the share of the month that lies after the rule's onset."""
    benefit = frame.benefits[rule]
    if not benefit.onset_months:
        return formula
    if is_too_early(frame, benefit):
        return "0"
    return f"({formula})*MAX(0,MIN(1,{month}-{benefit.onset_months:g}))"


def _by_kind(frame: Frame, values: list[float]) -> tuple[float, float]:
    """Cash and freed time apart."""
    cash = sum(v for v, rule in zip(values, frame.benefits, strict=True) if rule.cash)
    return cash, sum(values) - cash


def _sum_of(frame: Frame, cash: bool, row: int) -> str:
    left = 5 + len(frame.count_names)
    cells = [f"{column_letters(left + n)}{row}" for n, rule in enumerate(frame.benefits) if rule.cash == cash]
    return "+".join(cells) or "0"


def cost_sheet(
    frame: Frame, case: Case, inputs: Inputs, done: Calculation, assumed: dict[str, bool]
) -> Sheet:
    """One row per cost line: its formula, its total, and its payment where all are equal."""
    sheet = Sheet("Costs", (30, 20, 12, 44, 20, 10, 10, 10, 20, 14, 30, 22, 12))
    sheet.title("Costs", "Positive amounts, subtracted once. Every assigned unit costs in full.")
    sheet.head(
        *("Item", "Category", "Kind", "Formula", "Amount", "Payments", "First month", "Last month"),
        *("Each payment", "Useful life, months", "Source", "Owner", "Assumed"),
        freeze=True,
    )
    for line in frame.costs:
        row = len(sheet.rows) + 1
        paid = line.payments(frame.horizon)
        equal = len({parts for _, parts in paid}) == 1
        amount = cost_amount(frame, line, case)
        sheet.add(
            Cell(line.item, "name"),
            Cell(line.category),
            Cell(line.kind),
            Cell(line.amount.text, "wrap"),
            Cell(amount, "money", excel_formula(line.amount.tree, inputs.in_costs)),
            Cell(len(paid), "count"),
            Cell(paid[0][0], "count"),
            Cell(paid[-1][0], "count"),
            Cell(amount / len(paid), "money", f"$E{row}/$F{row}") if equal else Cell("as booked"),
            Cell(line.useful_life_months, "count"),
            Cell(line.source, "wrap"),
            Cell(line.owner),
            Cell("assumed" if assumed.get(line.item) else "", "warn" if assumed.get(line.item) else "text"),
        )
        inputs.names.define(f"cost_{line.item.lower()}", sheet.at(4, row))
        done.amounts.append(sheet.at(4, row))
        done.parts.append(sheet.at(8, row) if equal else "")
    return sheet
