"""What becomes of a file when a person's rows go: its new bytes, and which rows it was."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from payoff.identity.personal_rows import Judged

Judge = Callable[[pa.Table], Judged]


@dataclass(frozen=True, slots=True)
class Within:
    """A part of a file that counts rows of its own: a sheet, or a member of an archive."""

    name: str
    rows: tuple[int, ...]
    edited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """data: the file's new bytes. rows, edited: numbers of data records that go or lose a word, from 1.

    within: the same by part, of files that have parts; only parts with such rows.
    """

    data: bytes
    rows: tuple[int, ...]
    edited: tuple[int, ...]
    within: tuple[Within, ...] = ()
