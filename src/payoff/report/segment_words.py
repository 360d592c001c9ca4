"""Segment tables in words: who stands where, which gaps are more than chance, what is withheld and why."""

from collections.abc import Sequence
from typing import Any

from payoff.nouns.brief import Table
from payoff.nouns.people import hidden_note, told
from payoff.nouns.segments import Segment, SegmentTable
from payoff.nouns.wording import exact, number, percent, plain, points, raised
from payoff.report.words import span

COLUMNS = ("Measure", "By", "Segment", "People", "Mean", "Gap to the rest (95%)", "Standing")


def segments_table(tables: Sequence[SegmentTable]) -> Table:
    """Every measure by every column, one below the other; no rows where nothing was asked."""
    rows = [
        (table.label, raised(plain(table.column)), row.level, told(row.n_units), *_figures(table, row))
        for table in tables
        for row in (table.everybody, *table.rows)
    ]
    hidden = any(row.n_units is None for table in tables for row in (table.everybody, *table.rows))
    note = "A description of who stands where, no effect of the program; chances allow for all segments."
    if hidden:
        note += f" {hidden_note(tables[0].floor)}"
    return Table("segments", "By segment", COLUMNS, tuple(rows), note)


def segment_document(table: SegmentTable) -> dict[str, Any]:
    """As JSON; null where withheld."""
    return {
        "column": table.column,
        "measure": table.measure,
        "unit": table.unit,
        "window": table.window,
        "fewest_shown": table.floor,
        "everybody": _row_document(table.everybody),
        "segments": [_row_document(row) for row in table.rows],
    }


def _row_document(row: Segment) -> dict[str, Any]:
    return {
        "segment": row.level,
        "n_units": row.n_units,
        "mean": row.mean,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "gap": row.gap,
        "interval": None if row.interval is None else list(row.interval),
        "adjusted_p": row.chance,
        "stands": row.stands,
        "untested": row.untested,
    }


def _figures(table: SegmentTable, row: Segment) -> tuple[str, str, str]:
    if row.mean is None:
        return "", "", "" if row.n_units is None else row.untested
    share = table.unit == "share"
    mean = percent(row.mean) if share else number(row.mean, 3)
    if row.numerator is not None and row.denominator is not None:
        mean += f" ({exact(row.numerator)} of {exact(row.denominator)})"
    if row.gap is None or row.interval is None or row.chance is None:
        return mean, "", row.untested
    say = points if share else number
    gap = f"{say(row.gap)} ({span(say(row.interval[0]), say(row.interval[1]))})"
    return mean, gap, f"{'stands apart' if row.stands else 'may be chance'} (adjusted p = {row.chance:.3f})"
