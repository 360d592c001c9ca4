"""Rows as they were read from one file, checked but not yet landed."""

from dataclasses import dataclass

import pyarrow as pa

from payoff.nouns.source_file import Part

LINEAGE = ("_row", "_file", "_file_row")  # columns that say where a row came from


@dataclass(frozen=True, slots=True)
class Batch:
    """table: the source's columns plus `_row` (int64, the 1-based number of the data record).

    sha256: of the file's bytes. path: as written in the study. reading: fingerprint of how the bytes
    were read (options, reader version, pseudonyms): with sha256 it decides what is in `table`.
    parts: what it was made of, where that is several files; `_file` and `_file_row` are then in `table`.
    headers: the columns as the file names them.
    """

    table: pa.Table
    sha256: str
    path: str
    warnings: tuple[str, ...]
    reading: str
    parts: tuple[Part, ...] = ()
    headers: tuple[str, ...] = ()
