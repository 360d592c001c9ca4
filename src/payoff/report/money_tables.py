"""Every money figure of the story in rows: returns, further returns, scenarios, per year and per head.

Rules   No bare figure: value, range and horizon in one cell, rate and prices in the basis; what was
        refused stands in its row with the reason.
Proof   tests/report/test_report_money_tables.py
"""

import numpy as np

from payoff.nouns.brief import Cell, Table
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, View
from payoff.nouns.wording import count, exact, lowered, number, percent, raised, sentence
from payoff.report.charts_inputs import input_value
from payoff.report.reading import Reading
from payoff.report.words import figure_text, figure_value, in_ten, lost_in_ten, money, months, span

FIRST_YEAR = 12  # months


def money_tables(reading: Reading) -> tuple[Table, ...]:
    """In the order a reader asks; what there is nothing for is left out."""
    tables = (
        _figures_table(reading),
        _further_table(reading),
        _views_table(reading),
        _scenario_table(reading),
        _switching_table(reading),
        _intangibles_table(reading),
    )
    return tuple(table for table in tables if table is not None)


FIGURE_NAMES = {
    "roi": "Return on investment",
    "roi_pv": "Return on present values",
    "roi_amortised": "Return, costs spread over their useful life",
    "npv": "Net present value",
    "net": "Net benefit",
    "bcr": "Benefit-cost ratio",
    "payback_months": "Payback",
    "break_even": "Break-even lift",
    "probability": "Chance of paying back",
}


def _figures_table(reading: Reading) -> Table | None:
    value = reading.money
    if value is None:
        return None
    found = ((label, reading.figure(name)) for name, label in FIGURE_NAMES.items())
    rows = [(label, _shown(reading, figure), figure.basis) for label, figure in found if figure is not None]
    return Table("figures", "Every money figure", ("Figure", "Middle value and range", "Basis"), tuple(rows))


def _shown(reading: Reading, figure: Figure) -> str:
    """Value, range and horizon: a ratio of benefit to cost is a plain number, a chance a frequency."""
    horizon = months(figure.horizon_months)
    if figure.point is not None and figure.name == "probability":
        return f"{in_ten(figure.point)} simulations over {horizon}"
    ends = (figure.point, figure.low, figure.high)
    if figure.name == "bcr" and None not in ends:
        point, low, high = (number(x) for x in ends if x is not None)
        return f"{point} (80%: {span(low, high)}) over {horizon}"
    return figure_text(figure, reading.currency)


FURTHER_NAMES = {
    "irr": "Internal rate of return, a year",
    "mirr": "Modified rate of return, a year",
    "payback_discounted": "Payback on present values",
    "equivalent_annual": "Even yearly value",
    "npv_hurdle": "Net present value at the hurdle rate",
    "loss_at_hurdle": "Chance of a loss at the hurdle rate",
    "net_without_risk": "Net benefit without losses avoided",
    "cost_per_completion": "Cost per completion",
    "cost_per_competent": "Cost per competent learner",
}


def _further_table(reading: Reading) -> Table | None:
    """Rates of return and the like (FIN-26, FIN-28), each beside its basis or the reason it was refused."""
    further = reading.money.further if reading.money else {}
    rows: list[tuple[Cell, ...]] = []
    for name, label in FURTHER_NAMES.items():
        found = further.get(name)
        if isinstance(found, Refusal):
            rows.append((label, "refused", sentence(found.reason)))
        elif found is not None:
            rows.append((label, _shown_further(found, reading.currency), raised(found.basis)))
    columns = ("Figure", "Middle value and range", "Basis, or why it was refused")
    return Table("further", "Further returns", columns, tuple(rows)) if rows else None


def _shown_further(figure: Figure, currency: str) -> str:
    """As every figure; a chance as a frequency, what no draw moves as fixed, an endless rate in words."""
    horizon = months(figure.horizon_months)
    if figure.name == "loss_at_hurdle" and figure.point is not None:
        return f"{lost_in_ten(figure.point)} simulations over {horizon}"
    text = figure_text(figure, currency)
    if figure.low == figure.point == figure.high and figure.point is not None:
        return f"{text.split(' (')[0]} (fixed) over {horizon}"
    if figure.name == "irr" and figure.point is not None and (figure.low is None) != (figure.high is None):
        low, high = (
            f"a {sign} at every rate" if end is None else figure_value(figure, end, currency)
            for sign, end in (("loss", figure.low), ("gain", figure.high))
        )
        return f"{figure_value(figure, figure.point, currency)} (80%: {span(low, high)}) over {horizon}"
    return text


def _views_table(reading: Reading) -> Table | None:
    """Benefit, cost and net in all, per year and per head: told another way, never another sum (FIN-11)."""
    views = reading.money.views if reading.money else ()
    rows = [row for view in views for row in (_view_row(reading, view),) if row is not None]
    if not rows:
        return None
    first = views[0]
    per_unit = f"Per {reading.unit}, {count(first.units)} assigned" if first.units else ""
    first_year = "Of it in year 1" if first.years > 1 else ""
    columns = ("Money", f"Over {reading.horizon()}", *filter(None, (first_year, "Per year", per_unit)))
    note = (
        f"80% of simulations in brackets; undiscounted. Per year × {exact(first.years)} years"
        f"{f' and per {reading.unit} × {count(first.units)}' if first.units else ''} give the same total."
    )
    if first.years < 1:
        note += " The horizon is shorter than a year: per year is that total scaled up, not a forecast."
    return Table("views", f"The same money per year and per {reading.unit}", columns, tuple(rows), note)


def _view_row(reading: Reading, view: View) -> tuple[Cell, ...] | None:
    """One kind of money: the total, year 1 of a longer horizon, and the total divided by one number each."""
    figure = reading.figure(view.name)
    if figure is None or figure.low is None or figure.high is None:
        return None
    shares = (1.0, view.years, *((float(view.units),) if view.units else ()))
    ends = (view.total, figure.low, figure.high)
    whole, *divided = (_with_ends(reading, *(x / by for x in ends)) for by in shares)
    year = (_with_ends(reading, view.first_year, *_first_year(reading, view)),) if view.years > 1 else ()
    return (raised(view.name), whole, *year, *divided)


def _first_year(reading: Reading, view: View) -> tuple[float, float]:
    """The middle 80 % of months 1 to 12 and what was paid before: its own months, not an average."""
    assert reading.money is not None
    flow = reading.money.draws
    parts = {"benefit": flow.benefits, "cost": flow.costs}
    draws = parts.get(view.name, flow.benefits - flow.costs)[:, flow.months <= FIRST_YEAR].sum(axis=1)
    low, high = np.quantile(draws, [0.1, 0.9], method="inverted_cdf")
    return float(low), float(high)


def _with_ends(reading: Reading, mid: float, low: float, high: float) -> str:
    """Two figures, three where the ends would read the same."""
    alike = money(low, reading.currency) == money(high, reading.currency)
    said, *ends = (money(x, reading.currency, 3 if alike else 2) for x in (mid, low, high))
    return f"{said} (fixed)" if low == high else f"{said} ({span(*ends)})"


def _intangibles_table(reading: Reading) -> Table | None:
    """Gains that are named and never turned into money."""
    gains = reading.money.intangibles if reading.money else ()
    rows = tuple((what, sentence(why)) for what, _, why in (gain.partition(": ") for gain in gains))
    columns = ("Gain", "Why it has no price")
    note = "Named, never turned into money: none of this is in any figure."
    return Table("intangibles", "Gains without a price", columns, rows, note) if rows else None


def _scenario_table(reading: Reading) -> Table | None:
    value = reading.money
    if value is None or not value.scenarios:
        return None
    rows = [
        (
            raised(s.name),
            "none" if s.roi is None else percent(s.roi),
            money(s.net, reading.currency),
            "; ".join(
                f"{lowered(reading.input_name(k))} {input_value(reading, k, v)}" for k, v in s.inputs.items()
            ),
        )
        for s in value.scenarios
    ]
    return Table(
        "scenarios",
        "Scenarios, recomputed from named inputs",
        ("Scenario", "ROI", "Net", "Inputs"),
        tuple(rows),
        f"Over {reading.horizon()}, undiscounted. Read them together: together they are the range.",
    )


def _switching_table(reading: Reading) -> Table | None:
    value = reading.money
    if value is None or not value.switching:
        return None
    rows = [
        (
            reading.input_name(s.name),
            input_value(reading, s.name, s.mid),
            "no value in reach" if s.value is None else input_value(reading, s.name, s.value),
            s.note,
        )
        for s in value.switching
    ]
    return Table(
        "switching",
        "Where the return turns to zero",
        ("Input", "Middle value", "Return is zero at", "Note"),
        tuple(rows),
    )
