"""Values in PostgreSQL's binary format, many at a time.

Question  Which bytes are a column of values as an array, and which are rows for COPY?
Why       psycopg looks at every element of a list to find its type; ours are known by the column. Packed
          here they cost a fraction, and as the type of a parameter never changes, the query stays prepared.
Format    `array_send` and COPY BINARY of PostgreSQL: big-endian, a length before each value, -1 for NULL.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from struct import Struct
from typing import Any

from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_HEAD = Struct(">iiIii")  # dimensions, whether there are NULLs, element type, length, first index
_LENGTH = Struct(">i")
_NULL = _LENGTH.pack(-1)
_INTEGERS = {"bigint": (20, 8, "q"), "integer": (23, 4, "i"), "smallint": (21, 2, "h")}
_BYTEA, _TEXT, _DOUBLE = 17, 25, 701


class Packed(bytes):
    """An array, packed; the statement says its type."""


class _PackedDumper(Dumper):
    format = Format.BINARY
    oid = 0  # the server takes it from the cast

    def dump(self, obj: Any) -> Buffer:
        return bytes(obj)


def register(context: AdaptContext) -> None:
    """Let a connection send `Packed` as it is."""
    context.adapters.register_dumper(Packed, _PackedDumper)


def pack_array(values: Sequence[Any], kind: str) -> Packed:
    """One column of values of the type `kind` as a one-dimensional array."""
    if kind in _INTEGERS and None not in values:
        oid, size, code = _INTEGERS[kind]
        body = Struct(f">{f'i{code}' * len(values)}").pack(*chain.from_iterable((size, v) for v in values))
        return Packed(_HEAD.pack(1, 0, oid, len(values), 1) + body)
    oid, write = _find_writer(kind)
    pieces: list[bytes] = []
    for value in values:
        if value is None:
            pieces.append(_NULL)
        else:
            data = write(value)
            pieces += (_LENGTH.pack(len(data)), data)
    return Packed(_HEAD.pack(1, int(None in values), oid, len(values), 1) + b"".join(pieces))


def pack_integers(rows: Sequence[Sequence[int]], width: int) -> bytes:
    """Rows of `width` bigints for COPY, which postings are."""
    row_format = Struct(">h" + "iq" * width)
    sizes = [8] * width
    packed = [row_format.pack(width, *chain.from_iterable(zip(sizes, row, strict=True))) for row in rows]
    return _COPY_HEAD + b"".join(packed) + _COPY_END


def _find_writer(kind: str) -> tuple[int, Callable[[Any], bytes]]:
    if kind in _INTEGERS:
        oid, _, code = _INTEGERS[kind]
        return oid, Struct(f">{code}").pack
    if kind == "double precision":
        return _DOUBLE, Struct(">d").pack
    return (_BYTEA, bytes) if kind == "bytea" else (_TEXT, str.encode)
