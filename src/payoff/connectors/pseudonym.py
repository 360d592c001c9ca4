"""Identifiers → keyed pseudonyms, before anything is written or shown.

Identity  HMAC-SHA256 (RFC 2104) under the workspace's secret, first 20 hexadecimal digits (80 bits):
          equal identifiers in two sources get equal pseudonyms, and without the secret nobody can
          try names against them, as a plain hash would allow.
Many      The two blocks that the secret fills are hashed once and copied for each text, as section 4 of the
          RFC has it: a million in seconds.
Proof     tests/connectors/test_connectors_pseudonym.py holds it against the standard library's HMAC.
"""

import hashlib
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

DIGITS = 20
_BLOCK = 64  # bytes of SHA-256
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


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
    texts = [_spell(value) for value in encoded.dictionary.to_pylist()]
    named = iter(name_texts((text for text in texts if text is not None), secret))
    values = [None if text is None else next(named) for text in texts]
    return pa.array(values, pa.string()).take(encoded.indices)


def _spell(value: object) -> str | None:
    if value is None or value != value:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def name_text(text: str, secret: bytes) -> str:
    """The pseudonym of an identifier that is text."""
    (name,) = name_texts((text,), secret)
    return name


def name_texts(texts: Iterable[str], secret: bytes) -> list[str]:
    """The pseudonyms of many texts, in their order."""
    key = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
    inner, outer = hashlib.sha256(key.translate(_INNER)), hashlib.sha256(key.translate(_OUTER))
    names = []
    for text in texts:
        within, around = inner.copy(), outer.copy()
        within.update(text.encode())
        around.update(within.digest())
        names.append(around.hexdigest()[:DIGITS])
    return names
