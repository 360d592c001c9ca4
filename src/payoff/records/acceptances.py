"""What stewards took upon themselves: findings about data that a result was published in spite of.

Question  Who accepted which finding of which load, why, and until when?
Kept      One line per acceptance in `<study>.health.jsonl` beside the study file (`records.chain`).
Asked     again with every new load, and once the last day is over: what was accepted is tied to both.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_health import Acceptance, Finding
from payoff.records.chain import BrokenChainError, add_line, read_chain

ENDING = ".health.jsonl"


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Every acceptance, oldest first. Raises PayoffError D404 (4) when the record was changed."""
    try:
        return read_chain(path, lambda said: Acceptance(**said))
    except BrokenChainError:
        raise PayoffError([_changed(path)], exit_code=4) from None


def add_acceptance(path: Path, made: Acceptance) -> None:
    """One line more, on disk when this returns. Raises PayoffError D404 (4) on a damaged record."""
    try:
        add_line(path, asdict(made))
    except BrokenChainError:
        raise PayoffError([_changed(path)], exit_code=4) from None


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


def _changed(path: Path) -> Problem:
    return Problem(
        "D404",
        f"{path.name} was edited or cut off",
        "it says which damaged data somebody answers for, and is only ever added to",
        "restore it from version control or a backup",
    )
