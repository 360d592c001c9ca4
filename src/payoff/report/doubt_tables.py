"""Where the doubt in the return comes from, and whether it would pay to learn more, for a reader.

Rules   Shares are of the variance of net money; the value of knowing is what a better decision to go would
        gain, at most, for a program of this size. What was refused says why.
Proof   tests/report/test_report_doubt.py
"""

from payoff.nouns.brief import Cell, Table
from payoff.nouns.doubt import Doubt, Grid
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import lowered, percent, sentence
from payoff.report.charts_inputs import input_value
from payoff.report.reading import Reading
from payoff.report.words import money

WORTH_NAMING = 0.01  # share of the variance below which an input is left to the document


def doubt_tables(reading: Reading) -> tuple[Table, ...]:
    """What drives the doubt, then the two widest inputs against each other."""
    doubt = reading.money.doubt if reading.money else None
    if doubt is None:
        return ()
    found = (_drivers(reading, doubt), _grid(reading, doubt.grid))
    return tuple(table for table in found if table is not None)


def _drivers(reading: Reading, doubt: Doubt) -> Table | None:
    """One row an input: its share alone, with the others, and what knowing it first is worth."""
    shares = () if isinstance(doubt.shares, Refusal) else doubt.shares
    worth = {} if isinstance(doubt.knowing, Refusal) else doubt.knowing.each
    by_name = {s.name: s for s in shares if max(s.first, s.total) >= WORTH_NAMING}
    names = list(by_name) if shares else list(worth)
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        share = by_name.get(name)
        said = ("not given", "not given") if share is None else (_share(share.first), _share(share.total))
        rows.append((reading.input_name(name), *said, _worth(reading, worth.get(name))))
    if not isinstance(doubt.knowing, Refusal):
        whole = "100%" if shares else "not given"
        rows.append(("Everything at once", whole, whole, _worth(reading, doubt.knowing.all)))
    refused = [
        f"{found.method}: {found.reason}"
        for found in (doubt.shares, doubt.knowing)
        if isinstance(found, Refusal)
    ]
    if not rows and not refused:
        return None
    note = (
        "Shares of the variance of net money. What knowing is worth: how much better the decision would be "
        "with the true value first, at this size; no further study may cost more."
    )
    note = " ".join([note, *(sentence(text) for text in refused)])
    columns = ("Input", "Share of the doubt, alone", "With the others", "Knowing it first is worth")
    return Table("doubt", "What drives the doubt, and what it is worth to know", columns, tuple(rows), note)


def _share(value: float) -> str:
    """A share cannot be below nothing or above all, whatever the sampling of it says."""
    return percent(min(1.0, max(0.0, value)))


def _worth(reading: Reading, value: float | None) -> str:
    if value is None:
        return "not given"
    return f"up to {money(value, reading.currency)}" if value >= 1 else "nothing"


def _grid(reading: Reading, grid: Grid | None) -> Table | None:
    if grid is None:
        return None
    down, across = lowered(reading.input_name(grid.row)), lowered(reading.input_name(grid.column))
    columns = (
        reading.input_name(grid.row),
        *(input_value(reading, grid.column, float(x)).split(" per ")[0] for x in grid.columns),
    )
    rows = tuple(
        (
            input_value(reading, grid.row, float(at)),
            *("no cost" if roi != roi else percent(float(roi)) for roi in line),
        )
        for at, line in zip(grid.rows, grid.roi, strict=True)
    )
    note = (
        f"ROI over {reading.horizon()}, undiscounted, all else at its middle value. Each input runs from its "
        "10th to its 90th percentile; live in the workbook."
    )
    return Table("two-way", f"Return by {down} (down) and {across} (across)", columns, rows, note)


def doubt_sentence(reading: Reading) -> str | None:
    """'82% of the doubt is the size of the effect; learning it first is worth up to $49k.'"""
    doubt = reading.money.doubt if reading.money else None
    if doubt is None or isinstance(doubt.shares, Refusal) or not doubt.shares:
        return None
    top = doubt.shares[0]
    said = f"{_share(top.total)} of the doubt in net money: {lowered(reading.input_name(top.name))}"
    if isinstance(doubt.knowing, Refusal):
        return f"{said}."
    worth = doubt.knowing.each.get(top.name, 0.0)
    if worth < 1:
        return f"{said}; no value of it within reach would change the decision, so learning it would not pay."
    return f"{said}; learning it first is worth up to {money(worth, reading.currency)}."
