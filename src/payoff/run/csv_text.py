"""A CSV that people open in a spreadsheet: text that it would take for a formula stays text."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def write_csv(header: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A header and rows; nothing where a value is None."""
    text = io.StringIO()
    plain = csv.writer(text, lineterminator="\n")
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)  # not all releases quote a bare \r
    for row in (header, *rows):
        cells = [_plain(value) for value in row]
        ends_lines = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (quoted if ends_lines else plain).writerow(cells)
    return text.getvalue().encode()


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
