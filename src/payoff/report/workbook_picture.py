"""The cost picture and the views: which lines drive the cost, what a year and a person come to.

Question  Where does the money go, what was left out, what is that a year and for each person?
Order     Largest first as payoff found it; after an edit the shares follow, the order does not.
"""

from payoff.nouns.valuation import CostPicture, Valuation, View
from payoff.nouns.wording import plain, raised
from payoff.report.workbook_case import Frame
from payoff.report.workbook_cells import Cell, Sheet, all_close
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import Calculation


def picture_sheet(frame: Frame, inputs: Inputs, done: Calculation, valuation: Valuation) -> Sheet | None:
    """The tab; None where no cost is known."""
    picture = valuation.cost_picture
    if picture is None or not done.amounts:
        return None
    sheet = Sheet("Cost picture", (38, 22, 18, 14, 14, 18, 18))
    sheet.title("Cost picture", "Largest line first, one-time against running, by year, per person.")
    sheet.head("Item", "Category", "Amount", "Share", "Running share", freeze=True)
    _add_ranked(sheet, frame, done, picture)
    sheet.add()
    _add_kinds(sheet, frame, picture)
    sheet.add()
    _add_years(sheet, frame, inputs, done, picture)
    if valuation.views:
        sheet.add()
        _add_views(sheet, inputs, done, valuation.views)
    sheet.add()
    missing = ", ".join(plain(name) for name in picture.missing) or "none"
    sheet.add(Cell("Categories without a line", "name"), Cell(missing, "warn" if picture.missing else "text"))
    sheet.add(None, Cell("A blank is not zero: a free one is written with 0.", "note"))
    for n, text in enumerate(valuation.intangibles):
        sheet.add(Cell("" if n else "Named, never converted", "name"), Cell(text))
    return sheet


def _add_ranked(sheet: Sheet, frame: Frame, done: Calculation, picture: CostPicture) -> None:
    cells = {rule.item: cell for rule, cell in zip(frame.costs, done.amounts, strict=True)}
    first = len(sheet.rows) + 1
    for line in picture.ranked:
        row = len(sheet.rows) + 1
        sheet.add(
            Cell(line.item, "name"),
            Cell(raised(plain(line.category))),
            Cell(line.amount, "money", cells[line.item]),
            Cell(line.share, "share", f"IF(money_cost=0,0,C{row}/money_cost)"),
            Cell(line.cumulative, "share", f"SUM(D${first}:D{row})"),
        )


def _add_kinds(sheet: Sheet, frame: Frame, picture: CostPicture) -> None:
    first, last = 5, 4 + len(frame.costs)
    sheet.head("Kind", "", "Amount")
    for word, kind, amount in (("One-time", "one_time", picture.one_time), ("Running", "run", picture.run)):
        total = f'SUMIF(Costs!$C${first}:$C${last},"{kind}",Costs!$E${first}:$E${last})'
        sheet.add(Cell(word, "name"), None, Cell(amount, "money", total))


def _add_years(sheet: Sheet, frame: Frame, inputs: Inputs, done: Calculation, picture: CostPicture) -> None:
    """Year 1 also holds what falls before launch; what falls after the horizon has its own year."""
    sheet.head("Total cost of ownership", "Months", "Amount")
    month, cost = done.ranges["month"], done.ranges["cost"]
    last = frame.months[-1]
    n_years, ours, first = len(picture.by_year), [], len(sheet.rows) + 1
    for year, amount in enumerate(picture.by_year, start=1):
        after = f"*({month}>{12 * (year - 1)})" if year > 1 else ""
        until = f"*({month}<={12 * year})" if year < n_years else ""
        words = f"{12 * (year - 1) + 1} to {min(12 * year, last)}" + (
            ", and before" if year == 1 else ", after the horizon" * (12 * (year - 1) >= frame.horizon)
        )
        row = sheet.add(
            Cell(f"Year {year}", "name"),
            Cell(words),
            Cell(amount, "money", f"SUMPRODUCT({cost}{after}{until})"),
        )
        ours.append(sheet.at(2, row))
    total = sum(picture.by_year)
    row = sheet.add(
        Cell("All years", "name"), None, Cell(total, "total", f"SUM(C{first}:C{len(sheet.rows)})")
    )
    inputs.checks.append(("Years add up to the cost", all_close([sheet.at(2, row)], ["money_cost"])))


def _add_views(sheet: Sheet, inputs: Inputs, done: Calculation, views: tuple[View, ...]) -> None:
    """The same money per year and for each person assigned."""
    unit = views[0].unit
    sheet.head(
        *("The same money, told another way", "", "Total", "A year", "First year"),
        *(f"For each {unit}", f"payoff, each {unit}"),
    )
    month = done.ranges["month"]
    totals = {"benefit": "money_benefit", "cost": "money_cost", "net": "money_net_point"}
    assigned = _assigned(inputs)
    for view in views:
        row = len(sheet.rows) + 1
        first = f"SUMPRODUCT({done.ranges[view.name]}*({month}<=12))"
        each = f"IF({assigned}=0,0,C{row}/{assigned})" if assigned else f"C{row}/{max(1, view.units)}"
        sheet.add(
            Cell(raised(view.name), "name"),
            None,
            Cell(view.total, "money", totals[view.name]),
            Cell(view.per_year, "money", f"C{row}/{view.years!r}"),
            Cell(view.first_year, "money", first),
            Cell(view.per_unit, "money", each),
            Cell(view.per_unit, "money"),
        )
        inputs.checks.append(
            (f"{raised(view.name)} for each {unit}", all_close([sheet.at(5, row)], [sheet.at(6, row)]))
        )


def _assigned(inputs: Inputs) -> str:
    """Where the number of units assigned stands, when a formula of the study uses it."""
    return next((n for n in inputs.names.cells if n.startswith("n_") and n.endswith("_assigned")), "")
