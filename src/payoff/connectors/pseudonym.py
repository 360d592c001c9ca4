"""Identifiers → keyed pseudonyms, before anything is written or shown.

Identity  HMAC-SHA256 (RFC 2104) under the workspace's secret, first 20 hexadecimal digits (80 bits):
          equal identifiers in two sources get equal pseudonyms, and without the secret nobody can
          try names against them, as a plain hash would allow.
"""

import hashlib
import hmac

import pyarrow as pa
import pyarrow.compute as pc

DIGITS = 20


def pseudonymise_columns(table: pa.Table, columns: tuple[str, ...], secret: bytes) -> pa.Table:
    """`table` with the named columns (any capitals) replaced by text pseudonyms; blanks stay blank."""
    wanted = {name.lower() for name in columns}
    for n, name in enumerate(table.column_names):
        if name.lower() in wanted and name != "_row":
            table = table.set_column(n, name, _replace(table[name], secret))
    return table


def _replace(column: pa.ChunkedArray, secret: bytes) -> pa.Array:
    """One HMAC per distinct value; a number and its text (7, 7.0, "7") are the same identifier."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    values = [_name(value, secret) for value in encoded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(encoded.indices)


def _name(value: object, secret: bytes) -> str | None:
    if value is None or value != value:
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return name_text(text, secret)


def name_text(text: str, secret: bytes) -> str:
    """The pseudonym of an identifier that is text."""
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:DIGITS]
