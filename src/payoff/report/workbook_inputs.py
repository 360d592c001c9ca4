"""The tabs a reader may edit: assumptions, and the effect with its counts.

Question  Which numbers go into the money, where do they come from, and which of them were changed?
Switch    One cell names the scenario in use. "In use" is then each input's value in that scenario's column;
          the yellow cells stay what they are: the base.
Trail     Beside each editable cell stands payoff's own value. The last column collects the names of
          changed cells, row by row down both tabs; its last cell is the list.
"""

from dataclasses import dataclass, field

from payoff.nouns.brief import WorkbookName
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.result import Result
from payoff.nouns.unit import WEEKS_PER_MONTH
from payoff.report.workbook_case import Frame
from payoff.report.workbook_cells import Cell, Names, Sheet, column_letters, quoted

VALUE, ENGINE, USED, LOW, HIGH, TRAIL = 2, 3, 4, 5, 6, 11  # columns, on both tabs
SWITCH_ROW, FIRST_SCENARIO_ROW = 3, 5  # of the switch on Assumptions; of the first input on Scenarios


@dataclass(slots=True)
class Inputs:
    """Where each input stands. References by the name the study's formulas use.

    assumptions, lifts: what is in use, under the scenario chosen. own, own_lifts: the base.
    ends: assumption or term index → references to its low and high end.
    units: a unit's plural → the reference of each term's count.
    trail: the cell that lists changed inputs so far. scenarios: those the switch offers, in column order.
    checks: what else must agree with payoff, and a formula that is true where it does.
    """

    names: Names = field(default_factory=Names)
    listed: list[WorkbookName] = field(default_factory=list)
    scenarios: tuple[str, ...] = ()
    assumptions: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    ends: dict[str | int, tuple[str, str]] = field(default_factory=dict)
    lifts: list[str] = field(default_factory=list)
    own_lifts: list[str] = field(default_factory=list)
    units: dict[str, list[str]] = field(default_factory=dict)
    in_benefits: dict[str, str] = field(default_factory=dict)
    in_costs: dict[str, str] = field(default_factory=dict)
    baseline: str = ""
    trail: str = ""
    checks: list[tuple[str, str]] = field(default_factory=list)


def assumption_sheet(assumptions: tuple[Assumption, ...], n_terms: int, inputs: Inputs) -> Sheet:
    """The switch, then one row per assumption, a row's yellow cell being its base value."""
    sheet = Sheet("Assumptions", (26, 24, 14, 14, 14, 12, 12, 16, 30, 22, 10, 22))
    sheet.add(Cell("Assumptions", "title"))
    sheet.add(Cell("Change a yellow cell: everything follows, and the cell turns violet.", "note"))
    _add_switch(sheet, inputs)
    sheet.add()
    head = sheet.head(
        *("Name", "In formulas", "Value", "payoff's value", "In use", "Low", "High", "Unit", "Source"),
        *("Owner", "Assumed", "Changed so far"),
        freeze=True,
    )
    for n, a in enumerate(assumptions):
        own = _input_row(
            sheet,
            inputs,
            a.words,
            f"in_{a.name}",
            a.mid,
            (
                Cell(a.low, "number"),
                Cell(a.high, "number"),
                Cell(a.unit_text or "pure number"),
                Cell(a.source, "wrap"),
                Cell(a.owner),
                Cell("assumed" if a.assumed else "", "warn" if a.assumed else "text"),
            ),
            f"Source: {a.source}\nOwner: {a.owner}" + ("\nAssumed: nobody has seen it" if a.assumed else ""),
        )
        row = len(sheet.rows)
        inputs.own[a.name] = own
        inputs.assumptions[a.name] = _in_use(
            sheet, inputs, f"use_{a.name}", own, a.mid, FIRST_SCENARIO_ROW + n_terms + n, "number"
        )
        inputs.ends[a.name] = (sheet.at(LOW, row), sheet.at(HIGH, row))
        inputs.listed.append(
            WorkbookName(own, a.words, a.mid, None, a.unit_text, a.source, a.owner, a.assumed)
        )
    if assumptions:
        sheet.highlight_changed(VALUE, ENGINE, head + 1, len(sheet.rows))
    return sheet


def _add_switch(sheet: Sheet, inputs: Inputs) -> None:
    """The scenario in use; a study without a return has none to choose from."""
    if not inputs.scenarios:
        sheet.add()
        return
    inputs.names.define("scenario", sheet.at(VALUE, SWITCH_ROW))
    index = f"MATCH(scenario,'Scenarios'!$B$4:${column_letters(len(inputs.scenarios))}$4,0)"
    inputs.names.define("scenario_column", sheet.at(USED, SWITCH_ROW))
    sheet.add(
        Cell("Scenario in use", "name"),
        Cell("scenario", "code"),
        Cell("base", "input", None, f"One of: {', '.join(inputs.scenarios)}"),
        Cell("base"),
        Cell(inputs.scenarios.index("base") + 1, "count", index),
        Cell(f"one of: {', '.join(inputs.scenarios)}; each is a column of Scenarios", "hint"),
        *(None,) * 5,
        Cell("", "note", 'IF(scenario<>"base","scenario "&scenario,"")'),
    )
    sheet.lists.append({"cell": f"{column_letters(VALUE)}{SWITCH_ROW}", "words": list(inputs.scenarios)})
    sheet.highlight_changed(VALUE, ENGINE, SWITCH_ROW, SWITCH_ROW)
    inputs.trail = sheet.at(TRAIL, SWITCH_ROW)


def _in_use(
    sheet: Sheet, inputs: Inputs, name: str, own: str, value: float, scenario_row: int, style: str
) -> str:
    """Fill the row's cell "In use" from the chosen scenario's column; its defined name."""
    if not inputs.scenarios:
        return own
    row = len(sheet.rows)
    across = f"'Scenarios'!$B${scenario_row}:${column_letters(len(inputs.scenarios))}${scenario_row}"
    sheet.rows[-1][USED] = Cell(value, style, f"INDEX({across},1,scenario_column)")
    return inputs.names.define(name, sheet.at(USED, row))


def effect_sheet(result: Result, carrier: Effect, carried_by: str, frame: Frame, inputs: Inputs) -> Sheet:
    """Raw estimates to lifts; the counts; and every other estimate, as values."""
    sheet = Sheet("Effect", (26, 24, 14, 14, 14, 12, 12, 16, 14, 14, 12, 22))
    note = f"Carries the money: {carried_by}. {carrier.label or carrier.method}: {carrier.estimand}."
    sheet.title("Effect and counts", note)
    head = sheet.head(
        *("Raw estimate", "In formulas", "Value", "payoff's value", "", "Low (95 %)", "High (95 %)", "Unit"),
        *("Std. error", "Degrees of freedom", "Months", "Changed so far"),
        freeze=True,
    )
    for term, name in enumerate(carrier.terms):
        _estimate_row(sheet, inputs, carrier, term, name, frame)
    defined = _count_rows(sheet, inputs, carrier, frame)
    sheet.highlight_changed(VALUE, ENGINE, head + 1, len(sheet.rows))
    for name in frame.count_names:
        inputs.units[name] = [defined[f"n_{name}_analysed{s}"] for _, s in _by_term(carrier, frame.counts)]
    _refer(sheet, inputs, frame, defined)
    _lift_rows(sheet, inputs, carrier)
    _other_effects(sheet, result, carrier)
    return sheet


def _input_row(
    sheet: Sheet,
    inputs: Inputs,
    label: str,
    name: str,
    value: float,
    more: tuple[Cell | None, ...],
    note: str = "",
) -> str:
    """Append an editable cell with payoff's value beside it; its defined name."""
    row = len(sheet.rows) + 1
    reference = inputs.names.define(name, sheet.at(VALUE, row))
    changed = f"{sheet.at(VALUE, row)}<>{sheet.at(ENGINE, row)}"
    said = quoted(label)
    trail = f'IF({changed},{said},"")'
    if inputs.trail:
        trail = f'{inputs.trail}&IF({changed},IF({inputs.trail}="","",", ")&{said},"")'
    fill = (None,) * (6 - len(more))
    sheet.add(
        Cell(label, "name"),
        Cell(reference, "code"),
        Cell(value, "input", None, note),
        Cell(value, "number"),
        None,
        *(*more, *fill)[:6],
        Cell("", "note", trail),
    )
    inputs.trail = sheet.at(TRAIL, row)
    return reference


def _estimate_row(sheet: Sheet, inputs: Inputs, effect: Effect, term: int, name: str, frame: Frame) -> None:
    low, high = (float(x) for x in effect.intervals[term])
    spans = frame.counts.term_months
    months = f"{spans[term][0]} to {spans[term][1]}" if term < len(spans) else ""
    df = float(effect.df[term])
    reference = _input_row(
        sheet,
        inputs,
        name,
        f"eff_{name}",
        float(effect.estimates[term]),
        (
            Cell(low, "number"),
            Cell(high, "number"),
            Cell(effect.unit),
            Cell(float(effect.std_errors[term]), "number"),
            Cell(df if df != float("inf") else "normal", "number"),
            Cell(months),
        ),
        f"Source: {effect.method}, {effect.estimand}\nOwner: payoff",
    )
    inputs.lifts.append(reference)
    row = len(sheet.rows)
    inputs.ends[term] = (sheet.at(LOW, row), sheet.at(HIGH, row))
    inputs.listed.append(
        WorkbookName(
            reference,
            f"{effect.metric}, {name}",
            float(effect.estimates[term]),
            None,
            effect.unit,
            effect.method,
            "payoff",
        )
    )


def _count_rows(sheet: Sheet, inputs: Inputs, effect: Effect, frame: Frame) -> dict[str, str]:
    """Baseline and counts, defined names by wanted ones.

    A month's benefit takes the units its term was measured for, costs the units assigned. A level
    effect has one baseline: what its lift was divided by is what the money multiplies again.
    """
    counts = frame.counts
    unit = effect.unit if effect.scale == "level" else ""
    wanted = [
        ("baseline: arithmetic mean of the program group before launch", "in_baseline", counts.baseline, unit)
    ]
    for name in frame.count_names:
        wanted += [
            (
                f"{name} analysed{of}",
                f"n_{name}_analysed{suffix}",
                float(counts.units_in(term)),
                "in benefits",
            )
            for term, (of, suffix) in enumerate(_by_term(effect, counts))
        ]
        wanted.append((f"{name} assigned", f"n_{name}_assigned", float(counts.assigned), "in costs"))
    defined: dict[str, str] = {}
    for label, name, value, unit in wanted:
        defined[name] = _input_row(sheet, inputs, label, name, value, (None, None, Cell(unit)))
        inputs.listed.append(WorkbookName(defined[name], label, value, None, unit, "panel", "payoff"))
    return defined


def _by_term(effect: Effect, counts: Counts) -> list[tuple[str, str]]:
    """What a term's count adds to label and name; one count serves all terms that none was counted by."""
    if len(effect.terms) == 1 or not counts.analysed_by_term:
        return [("", "")]
    return [(f" ({term})", f"_{term}") for term in effect.terms[: len(counts.analysed_by_term)]]


def unit_reference(inputs: Inputs, name: str, term: int | None) -> str:
    """The count that a month carried by `term` takes; nothing was measured in a month without one."""
    if term is None:
        return "0"
    counted = inputs.units[name]
    return counted[term] if len(counted) > 1 else counted[0]


def _refer(sheet: Sheet, inputs: Inputs, frame: Frame, defined: dict[str, str]) -> None:
    """What each name of a formula points at, in costs and in benefits (units there differ by month)."""
    row = sheet.add(
        Cell("weeks per month", "name"),
        Cell("weeks_per_month", "code"),
        Cell(WEEKS_PER_MONTH, "number", "52/12"),
    )
    weeks = inputs.names.define("weeks_per_month", sheet.at(VALUE, row))
    inputs.baseline = defined["in_baseline"]
    shared = inputs.assumptions | {"baseline": inputs.baseline, "weeks_per_month": weeks}
    assigned = {n: defined[f"n_{n}_assigned"] for n in frame.count_names}
    inputs.in_benefits = shared | {"months": "1"}
    inputs.in_costs = shared | {"months": str(frame.horizon)} | assigned


def _lift_rows(sheet: Sheet, inputs: Inputs, effect: Effect) -> None:
    """Raw estimates turned towards better, as a share: positive is better, 0.1 is 10 %."""
    sheet.add()
    sheet.head("Lift", "In formulas", "Value", "", "In use", "Low (95 %)", "High (95 %)", "How")
    for term, name in enumerate(effect.terms):
        low, high = effect.lift_interval(term)
        raw_low, raw_high = inputs.ends[term]
        worse, better = (raw_high, raw_low) if effect.better == "lower" else (raw_low, raw_high)
        row = len(sheet.rows) + 1
        reference = inputs.names.define(f"lift_{name}", sheet.at(VALUE, row))
        formula = lift_formula(effect, inputs.lifts[term], inputs.baseline)
        value = float(effect.lift(float(effect.estimates[term])))
        sheet.add(
            Cell(name, "name"),
            Cell(reference, "code"),
            Cell(value, "share", formula),
            None,
            None,
            Cell(low, "share", lift_formula(effect, worse, inputs.baseline)),
            Cell(high, "share", lift_formula(effect, better, inputs.baseline)),
            Cell("= " + formula, "code"),
        )
        inputs.own_lifts.append(reference)
        inputs.lifts[term] = _in_use(
            sheet, inputs, f"use_lift_{name}", reference, value, FIRST_SCENARIO_ROW + term, "share"
        )
        inputs.ends[term] = (sheet.at(LOW, row), sheet.at(HIGH, row))
        inputs.listed.append(
            WorkbookName(
                reference, f"lift, {name}", None, formula, "share", "from the raw estimate", "payoff"
            )
        )


def lift_formula(effect: Effect, raw: str, baseline: str) -> str:
    """Relative improvement from a raw estimate, as an Excel formula without "="."""
    if effect.scale == "log":
        return f"1-EXP({raw})" if effect.better == "lower" else f"EXP({raw})-1"
    return f"-{raw}/{baseline}" if effect.better == "lower" else f"{raw}/{baseline}"


def _other_effects(sheet: Sheet, result: Result, carrier: Effect) -> None:
    others = [e for e in result.effects if isinstance(e, Effect) and e is not carrier]
    if not others:
        return
    sheet.add()
    sheet.add(Cell("Other estimates: values, they carry no money", "note"))
    sheet.head(
        *("Method", "What", "Estimate", "Std. error", "Low (95 %)", "High (95 %)", "Unit", "Term", "Metric"),
        *("Role", "Lift"),
    )
    for effect in others:
        role = effect.role if effect.causal else "misleads"
        for term, name in enumerate(effect.terms):
            sheet.add(
                Cell(effect.method),
                Cell(effect.label, "wrap"),
                Cell(float(effect.estimates[term]), "number"),
                Cell(float(effect.std_errors[term]), "number"),
                Cell(float(effect.intervals[term, 0]), "number"),
                Cell(float(effect.intervals[term, 1]), "number"),
                Cell(effect.unit),
                Cell(name),
                Cell(effect.metric),
                Cell(role),
                Cell(float(effect.lift(float(effect.estimates[term]))), "share")
                if effect.shows != "exploration"
                else Cell(""),
            )
