"""Who took rows of people out, when, what for: one line each, only ever added to.

Question  Which learner-level exports were made, in which role, with which columns, and is the record whole?
Kept      One line of JSON per export in `.payoff/exports.jsonl` of the workspace. Each holds the SHA-256 of
          the line before it, so that a changed or missing line shows. Who can write the file can cut its end
          off: against that, note the head elsewhere. No line names a learner.
Proof     tests/records/test_records_export_log.py
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.records.owner_only import make_file

BEGIN = "0" * 64


@dataclass(frozen=True, slots=True)
class Export:
    """at: UTC. n_blanked: rows whose telling columns are blank. smallest: fewest people who are alike."""

    at: str
    study: str
    by: str
    role: str
    purpose: str
    columns: tuple[str, ...]
    n_rows: int
    n_blanked: int
    smallest: int | None
    file: str
    sha256: str


def read_exports(path: Path) -> tuple[Export, ...]:
    """Every export, oldest first. Raises PayoffError N110 (6) when the record was changed."""
    before, found = BEGIN, []
    for n, line in enumerate(_lines(path), start=1):
        try:
            said = json.loads(line)
            if said.pop("before") != before:
                raise ValueError
            found.append(Export(**{**said, "columns": tuple(said["columns"])}))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise PayoffError([_changed(path, n)], exit_code=6) from None
        before = _digest(line)
    return tuple(found)


def head_of(path: Path) -> str:
    """'LINES:HASH' of the last line: noted elsewhere, it shows whether the end was cut off."""
    lines = _lines(path)
    return f"{len(lines)}:{_digest(lines[-1]) if lines else BEGIN}"


def add_export(path: Path, made: Export) -> None:
    """One line more, on disk when this returns. Raises PayoffError N110 (6) on a damaged record."""
    read_exports(path)
    lines = _lines(path)
    before = _digest(lines[-1]) if lines else BEGIN
    line = json.dumps({**asdict(made), "before": before}, ensure_ascii=False, sort_keys=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    make_file(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line] if path.exists() else []


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _changed(path: Path, n: int) -> Problem:
    return Problem(
        "N110",
        f"{path} was edited or cut at line {n}",
        "it says who took rows of people out, and is only ever added to",
        "restore it from a backup; find out who changed it",
    )
