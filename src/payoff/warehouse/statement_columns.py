"""Statements as columns: types that DuckDB and Spark read alike.

Question  Which Arrow type has each member of an event, and which columns say where a row lies?
Types     Text, 64-bit integers and floats, booleans, lists of text, instants in microseconds UTC: no unsigned
          numbers, no nanoseconds.
Place     `segment_from_us` (exclusive) and `segment_to_us` (inclusive) name the segment a row is in; the view
          needs them to pass over parts that a wider segment replaces.
"""

from collections.abc import Sequence
from types import NoneType
from typing import get_args, get_type_hints

import pyarrow as pa

from payoff.xapi.event import Event

_INSTANT = pa.timestamp("us", tz="UTC")
_ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def _find_type(name: str, hint: object) -> pa.DataType:
    if name in ("stored", "timestamp"):
        return _INSTANT
    members = [member for member in get_args(hint) if member not in (NoneType, ...)]
    kind = members[0] if members else hint
    arrow = _ARROW[kind]  # type: ignore[index]
    return pa.list_(arrow) if str(hint).startswith("tuple") else arrow


EVENT_SCHEMA = pa.schema([(n, _find_type(n, hint)) for n, hint in get_type_hints(Event).items()])
SEGMENT_SCHEMA = pa.schema(
    [*EVENT_SCHEMA, pa.field("segment_from_us", pa.int64()), pa.field("segment_to_us", pa.int64())]
)


def build_table(events: Sequence[Event], from_us: int, to_us: int) -> pa.Table:
    """The rows of one segment."""
    members = zip(*events, strict=True) if events else ((),) * len(EVENT_SCHEMA)
    columns = [pa.array(m, field.type) for m, field in zip(members, EVENT_SCHEMA, strict=True)]
    return name_place(pa.table(columns, schema=EVENT_SCHEMA), from_us, to_us)


def name_place(table: pa.Table, from_us: int, to_us: int) -> pa.Table:
    """The same rows, said to lie in this segment."""
    places = [pa.repeat(pa.scalar(us, pa.int64()), table.num_rows) for us in (from_us, to_us)]
    rows = table.select(EVENT_SCHEMA.names)
    return pa.table([*rows.columns, *places], schema=SEGMENT_SCHEMA)
