"""Records that are not whole: too few or too many fields, or a quote that never closes."""

import re

import pyarrow as pa
import pyarrow.csv as pacsv

from payoff.connectors.complaint import complain
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Source


def complain_of_records(source: Source, bad: list[pacsv.InvalidRow], n_good: int) -> PayoffError:
    """The error for records of the wrong width; `bad` in file order, numbered with the header as 1."""
    last = bad[-1]
    cut = last.number - 1 == n_good + len(bad) and last.actual_columns < last.expected_columns
    whys = [f"{len(bad):,} {'record has' if len(bad) == 1 else 'records have'} the wrong number of fields"]
    if cut:
        whys.append(f"the last record is cut off ({last.actual_columns} of {last.expected_columns} fields)")
    if len(bad) == 1 and cut:
        whys = whys[1:]
    fix = "export or copy the file again: it did not arrive whole"
    if len(bad) > cut:
        fix = "put fields that hold the separator in quotes, or export the file again"
    keys = [f"row {row.number - 1} ({row.actual_columns} of {row.expected_columns} fields)" for row in bad]
    return complain(
        source, "D105", "; ".join(whys), "values would slip into the wrong columns or be lost", fix, keys
    )


def check_quotes(source: Source, data: bytes, delimiter: str, table: pa.Table | None) -> None:
    """Raises PayoffError when a quote opens and does not close where its field ends: it swallows records.

    table: what was read, None when nothing could be. Where no record spans lines nothing was swallowed,
    and the slow look at every quoted field is not needed.
    """
    if b'"' not in data:
        return
    end = len(data.rstrip())
    n_breaks = data.count(b"\n", 0, end) or data.count(b"\r", 0, end)
    if table is not None and n_breaks <= table.num_rows and data.count(b'"') % 2 == 0:
        return
    start = find_open_quote(data, delimiter)
    if start is None:
        return
    line = data.count(b"\n", 0, start) + 1
    raise complain(
        source,
        "D105",
        f"line {line}: a quote opens and never closes, or the last record is cut off",
        "every record after the quote would be read as one field",
        'close the quote (a quote within a quoted field is written ""), or export the file again',
        [f"line {line}"],
    )


def find_open_quote(data: bytes, delimiter: str) -> int | None:
    """Position of the first quote that opens a field and is not closed at the field's end; None: all are.

    One that closes in mid-text was opened by accident, and closed by the next accident.
    """
    ends = rb"%s\r\n" % re.escape(delimiter.encode())
    field = rb'(?<![^%s])"(?:[^"]+|"")*+("?+)([^%s])?' % (ends, ends)
    return next((m.start() for m in re.finditer(field, data) if not m.group(1) or m.group(2)), None)
