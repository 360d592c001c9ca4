"""A file as it was landed: the leaf of every audit trail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """sha256 of the file's bytes; n_rows data rows (a header is not counted); rows count from 1."""

    source: str
    path: str
    sha256: str
    n_rows: int
    columns: tuple[str, ...]
    package: str  # id of the load package that landed it
    licence: str | None = None
    warnings: tuple[str, ...] = ()
