"""Who took rows of people out, when, what for: one line each, only ever added to.

Question  Which learner-level exports were made, in which role, with which columns, and is the record whole?
Kept      One line per export in `.payoff/exports.jsonl` of the workspace (`records.chain`). No line names a
          learner.
Proof     tests/records/test_records_export_log.py
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from payoff.nouns.problem import PayoffError, Problem
from payoff.records.chain import BrokenChainError, add_line, read_chain
from payoff.records.owner_only import make_file


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
    try:
        return read_chain(path, _build)
    except BrokenChainError as broken:
        raise PayoffError([_changed(path, broken.line)], exit_code=6) from None


def add_export(path: Path, made: Export) -> None:
    """One line more, on disk when this returns. Raises PayoffError N110 (6) on a damaged record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make_file(path)
    try:
        add_line(path, asdict(made))
    except BrokenChainError as broken:
        raise PayoffError([_changed(path, broken.line)], exit_code=6) from None


def _build(said: dict[str, Any]) -> Export:
    return Export(**{**said, "columns": tuple(said["columns"])})


def _changed(path: Path, n: int) -> Problem:
    return Problem(
        "N110",
        f"{path} was edited or cut at line {n}",
        "it says who took rows of people out, and is only ever added to",
        "restore it from a backup; find out who changed it",
    )
