"""Claims: what lists say about which identifiers are one person's, and when.

Question  Which identifiers stand in one row of a list, that is, belong to one human, from which day to which?
Person    The identifier that a list calls the person's own (a staff number) is marked; a list of another
          system, such as users of a CRM with their addresses, may have none and then only links.
Days      Ordinals of the calendar, both ends included; FIRST and LAST where the list leaves them open.
"""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

FIRST, LAST = dt.date.min.toordinal(), dt.date.max.toordinal()
DAYS = LAST + 2  # more than any day, and the day after it
EPOCH = dt.date(1970, 1, 1).toordinal()

SCHEMA = pa.schema(
    [
        ("row", pa.int64()),  # of one list, in one version of it: a number found nowhere else
        ("system", pa.dictionary(pa.int32(), pa.string())),
        ("value", pa.string()),  # as written
        ("is_person", pa.bool_()),
        ("first", pa.int32()),
        ("last", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Claims:
    """table: SCHEMA, one record for each identifier of each row; the order says nothing."""

    table: pa.Table


def to_ordinals(days: pa.Array | pa.ChunkedArray, blank: int) -> pa.Array:
    """Dates as ordinals, `blank` for those left open."""
    numbers = days.cast(pa.date32()).cast(pa.int32())
    if isinstance(numbers, pa.ChunkedArray):
        numbers = numbers.combine_chunks()
    shifted = pa.compute.add(numbers, pa.scalar(EPOCH, pa.int32()))
    return shifted.fill_null(blank)
