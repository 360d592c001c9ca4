"""Rows as they were read from one file, checked but not yet landed."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Batch:
    """table: the source's columns plus `_row` (int64, the 1-based number of the data record).

    sha256: of the file's bytes. path: as written in the study. reading: fingerprint of how the bytes
    were read (options, reader version, pseudonyms): with sha256 it decides what is in `table`.
    """

    table: pa.Table
    sha256: str
    path: str
    warnings: tuple[str, ...]
    reading: str
