"""What stewards took upon themselves: findings about data that a result was published in spite of.

Question  Who accepted which finding of which load, why, and until when?
Kept      One line of JSON per acceptance in `<study>.health.jsonl` beside the study file, only ever added to.
          Each line holds the SHA-256 of the line before it, so that a changed or missing one shows.
Asked     again with every new load, and once the last day is over: what was accepted is tied to both.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_health import Acceptance, Finding

ENDING = ".health.jsonl"
_BEGIN = "0" * 64


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Every acceptance, oldest first. Raises PayoffError D404 (4) when the record was changed."""
    before, found = _BEGIN, []
    for line in _lines(path):
        try:
            said = json.loads(line)
            if said.pop("before") != before:
                raise ValueError
            found.append(Acceptance(**said))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise PayoffError([_changed(path)], exit_code=4) from None
        before = _digest(line)
    return tuple(found)


def add_acceptance(path: Path, made: Acceptance) -> None:
    """One line more, on disk when this returns. Raises PayoffError D404 (4) on a damaged record."""
    read_acceptances(path)
    lines = _lines(path)
    before = _digest(lines[-1]) if lines else _BEGIN
    line = json.dumps({**asdict(made), "before": before}, ensure_ascii=False, sort_keys=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def in_force(
    record: Sequence[Acceptance], study: str, finding: Finding, load: str, today: str
) -> Acceptance | None:
    """The newest acceptance of exactly this finding of exactly this load; None: nobody answers for it now."""
    mine = [
        one
        for one in record
        if (one.study, one.finding, one.fingerprint, one.load)
        == (study, finding.id, finding.fingerprint, load)
        and one.on <= today <= one.until
    ]
    return mine[-1] if mine else None


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line] if path.exists() else []


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _changed(path: Path) -> Problem:
    return Problem(
        "D404",
        f"{path.name} was edited or cut off",
        "it says which damaged data somebody answers for, and is only ever added to",
        "restore it from version control or a backup",
    )
