"""A file as it was landed: the leaf of every audit trail."""

from dataclasses import dataclass
from typing import Literal

FileFormat = Literal["csv", "parquet", "excel", "jsonl", "zip"]
_ENDINGS: dict[str, FileFormat] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".xlsx": "excel", ".xlsm": "excel",
    ".xls": "excel", ".jsonl": "jsonl", ".ndjson": "jsonl", ".zip": "zip",
}  # fmt: skip


def format_of(path: str) -> FileFormat | None:
    """What a file is by the end of its name, `.gz` left aside; None: unknown."""
    name = path.lower().removesuffix(".gz")
    return next((form for end, form in _ENDINGS.items() if name.endswith(end)), None)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files or pulls that a source is made of. n_rows: in it, rows of one key counted apart."""

    path: str
    sha256: str
    n_rows: int


@dataclass(frozen=True, slots=True)
class SourceFile:
    """sha256 of the file's bytes; n_rows data rows (a header is not counted); rows count from 1.

    parts: in order, of a source of several; sha256 is then theirs together, and `_file` and `_file_row`
    say where a row stands.
    """

    source: str
    path: str
    sha256: str
    n_rows: int
    columns: tuple[str, ...]
    package: str  # id of the load package that landed it
    licence: str | None = None
    warnings: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
