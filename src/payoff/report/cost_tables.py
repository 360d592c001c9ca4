"""What the program costs, whole: every line by size, which lines are missing, which year pays.

Rules   A blank is not zero: lines of every program that are not written are named (FIN-17 to FIN-25).
        Every amount carries its range: the middle 80 % of the draws, or "fixed".
Proof   tests/report/test_report_money_tables.py
"""

from collections.abc import Sequence

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.brief import Cell, Table
from payoff.nouns.cost_line import CostLine
from payoff.nouns.valuation import CostPicture, Valuation
from payoff.nouns.wording import count, listed, named, percent, plain, raised
from payoff.report.reading import Reading
from payoff.report.result_costs import costs_by_size
from payoff.report.words import money

_KINDS = {"one_time": "one-time", "run": "recurring"}
_FIGURES = 3  # one more than in sentences, so that lines are seen to add up
_COLUMNS = ("Middle value", "80% low", "80% high")


def cost_tables(reading: Reading) -> tuple[Table, ...]:
    """The lines; by year where there are several; what lasts, where something does."""
    value = reading.money
    if value is None or value.cost_picture is None:
        return ()
    picture = value.cost_picture
    tables = (
        _lines_table(reading, value, picture),
        _years_table(reading, value, picture),
        _lasting_table(reading, value, picture),
    )
    return tuple(table for table in tables if table is not None)


def incomplete_banner(reading: Reading) -> str | None:
    """Which costs nobody wrote down, in short: for the head of every output."""
    missing = _missing(reading)
    if not missing:
        return None
    return f"Incomplete cost: no line for {named(missing)}. A blank is not zero."


def incomplete_sentence(reading: Reading) -> str | None:
    """Which costs nobody wrote down, all of them, and what it does to the return."""
    missing = _missing(reading)
    if not missing:
        return None
    return (
        f"Incomplete cost: no line is written for {listed(missing)}. A blank is not zero: the return is "
        "overstated by whatever these cost. Write a line of 0 for what was free."
    )


def _missing(reading: Reading) -> list[str]:
    picture = reading.money.cost_picture if reading.money else None
    return [plain(category) for category in picture.missing] if picture else []


def _lines_table(reading: Reading, value: Valuation, picture: CostPicture) -> Table:
    lines = costs_by_size(value)
    rows: list[tuple[Cell, ...]] = [
        (
            line.item + (" (assumed)" if line.assumed else ""),
            *_ends(reading, line.point, line.draws),
            percent(ranked.share),
            percent(ranked.cumulative),
            _KINDS[line.kind],
            plain(line.category),
        )
        for line, ranked in zip(lines, picture.ranked, strict=True)
    ]
    total = picture.one_time + picture.run
    sums = (("All one-time", "one_time", picture.one_time), ("All recurring", "run", picture.run))
    for label, kind, amount in sums:
        drawn = _sum_draws([line for line in lines if line.kind == kind])
        rows.append((label, *_ends(reading, amount, drawn), _share(amount, total), "", _KINDS[kind], ""))
    rows.append(("Total", *_ends(reading, total, _sum_draws(lines)), _share(total, total), "", "", ""))
    rows += [(raised(line), "no line written", *[""] * 5, line) for line in _missing(reading)]
    columns = ("Cost", *_COLUMNS, "Share", "Running share", "Kind", "Category")
    note = f"Largest first, over {reading.horizon()}, undiscounted, {reading.result.study.price_base}."
    return Table("cost-picture", "What it costs, and what drives it", columns, tuple(rows), note)


def _years_table(reading: Reading, value: Valuation, picture: CostPicture) -> Table | None:
    """Total cost of ownership: the first year also holds what falls before launch (FIN-24).

    A cost after the horizon has the year it falls in, which says so.
    """
    years = len(picture.by_year)
    if years < 2:
        return None
    flow = value.draws
    year_of = np.clip((flow.months - 1) // 12, 0, years - 1)
    rows: list[tuple[Cell, ...]] = [
        (
            _year_words(n, reading.result.study.horizon_months),
            *_ends(reading, amount, flow.costs[:, year_of == n].sum(axis=1)),
        )
        for n, amount in enumerate(picture.by_year)
    ]
    rows.append(("Total", *_ends(reading, sum(picture.by_year), flow.costs.sum(axis=1))))
    title = f"Total cost of ownership over {reading.horizon()}"
    return Table("cost-years", title, ("When", *_COLUMNS), tuple(rows), "As paid, undiscounted.")


def _year_words(year: int, horizon: int) -> str:
    """year counts from 0."""
    after = ", after the horizon" if 12 * year >= horizon else ""
    return f"Year {year + 1}{after}" if year else "Before and in year 1"


def _lasting_table(reading: Reading, value: Valuation, picture: CostPicture) -> Table | None:
    """What outlasts its month: charged within the horizon, and not charged yet at its end (FIN-22)."""
    lasting = [line for line in value.costs if line.kind == "one_time" and line.useful_life_months]
    rows: list[tuple[Cell, ...]] = []
    for line, spread in zip(lasting, picture.amortised, strict=True):
        charged = sum(spread.charged) / spread.amount if spread.amount else 0.0
        cells = (_in_words(reading, line, part) for part in (1.0, charged, 1.0 - charged))
        rows.append((line.item, f"{count(line.useful_life_months or 0)} months", *cells))
    columns = ("Cost", "Useful life", "Paid", "Charged within the horizon", "Not charged yet")
    note = (
        f"In equal parts from the month after it is paid, over {reading.horizon()}; 80% of simulations in "
        "brackets. Only the return with costs spread over their useful life uses it."
    )
    return Table("lasting", "What lasts longer than its month", columns, tuple(rows), note) if rows else None


def _in_words(reading: Reading, line: CostLine, part: float) -> str:
    """That part of a line, with its range."""
    mid, low, high = _ends(reading, line.point * part, line.draws * part)
    return f"{mid} (fixed)" if low == "fixed" else f"{mid} ({low} to {high})"


def _ends(reading: Reading, mid: float, draws: Floats) -> tuple[str, str, str]:
    """Middle value, 10th and 90th percentile, each of them a draw; "fixed" where no draw moves it."""
    low, high = np.quantile(draws, [0.1, 0.9], method="inverted_cdf")
    said, *ends = (money(float(x), reading.currency, _FIGURES) for x in (mid, low, high))
    return (said, "fixed", "fixed") if low == high else (said, ends[0], ends[1])


def _sum_draws(lines: Sequence[CostLine]) -> Floats:
    total: Floats = np.sum([line.draws for line in lines], axis=0) if lines else np.zeros(1)
    return total


def _share(amount: float, total: float) -> str:
    return percent(amount / total) if total else ""
