"""A record that is only ever added to: each line holds the hash of the one before it.

Question  Is the record whole, and what was written in it, oldest first?
Kept      One line of JSON each; `before` is the SHA-256 of the line before it, zeros in the first. A changed
          or missing line shows. Who can write the file can cut its end off: note the head elsewhere.
Turns     Whoever adds holds the file: two at once make two lines, never two ends of one chain.
Proof     tests/records/test_records_chain.py
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

BEGIN = "0" * 64
Entry = TypeVar("Entry")


class BrokenChainError(Exception):
    """The record was edited or cut at this line, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read_chain(path: Path, build: Callable[[dict[str, Any]], Entry]) -> tuple[Entry, ...]:
    """Every line as `build` makes it; none where there is no file. Raises BrokenChainError."""
    return _build(_split(path.read_text("utf-8")), build) if path.exists() else ()


def add_line(path: Path, said: Mapping[str, Any]) -> None:
    """One line more, on disk when this returns. Raises BrokenChainError: nothing is added then."""
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = _split(file.read())
        _build(lines, dict)
        text = json.dumps({**said, "before": _end(lines)}, ensure_ascii=False, sort_keys=True)
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def head_of(path: Path) -> str:
    """'LINES:HASH' of the last line: noted elsewhere, it shows whether the end was cut off."""
    lines = _split(path.read_text("utf-8")) if path.exists() else []
    return f"{len(lines)}:{_end(lines)}"


def _build(lines: Sequence[str], build: Callable[[dict[str, Any]], Entry]) -> tuple[Entry, ...]:
    found = []
    for n, line in enumerate(lines, start=1):
        try:
            said = json.loads(line)
            if said.pop("before") != _end(lines[: n - 1]):
                raise BrokenChainError(n)
            found.append(build(said))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BrokenChainError(n) from None
    return tuple(found)


def _split(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def _end(lines: Sequence[str]) -> str:
    """The hash that the next line holds."""
    return hashlib.sha256(lines[-1].encode()).hexdigest() if lines else BEGIN
