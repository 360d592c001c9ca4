"""What a system answered, as bytes that are read like any file, and how far it reached.

Question  What has come, and from which value of the cursor does the next pull go on?
Cursor    Kept as text with its kind, so that 9 comes before 10 and an instant stays an instant.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Source

Cursor = int | float | str | Decimal | dt.datetime | dt.date


@dataclass(frozen=True, slots=True)
class Extract:
    """data: Parquet or JSON lines. reached: the highest cursor in it and before it."""

    data: bytes
    n_rows: int
    reached: str | None = None


_READERS: dict[str, Callable[[str], Any]] = {
    "bool": int,
    "int": int,
    "float": float,
    "str": str,
    "Decimal": Decimal,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
}


def write_cursor(value: object) -> str:
    """For example "int:42"."""
    text = value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
    return f"{type(value).__name__}:{text}"


def read_cursor(text: str) -> Any:
    """The value that `write_cursor` wrote."""
    kind, _, value = text.partition(":")
    return _READERS[kind](value)


def is_cursor(value: object) -> bool:
    """Whether values of this kind can be put in order and kept."""
    return type(value).__name__ in _READERS


def unreachable(source: Source, what: str, fix: str, code: str = "D133") -> PayoffError:
    """Another system did not answer, or not so (exit code 7)."""
    why = "no newer rows than those of the last load are known"
    return PayoffError(
        [Problem(code, f"source {source.name} ({source.path}): {what}", why, fix)], exit_code=7
    )


def lacking(source: Source, library: str) -> PayoffError:
    """The extra is not installed (exit code 7)."""
    problem = Problem(
        "D136",
        f"source {source.name}: {library} is not installed",
        "databases and services are asked through it",
        "pip install 'payoff[sources]'",
    )
    return PayoffError([problem], exit_code=7)
