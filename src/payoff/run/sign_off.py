"""Finance signs a published version, or disputes it: who, when, why, for exactly which result.

Question  Does finance stand behind this figure?
Record    One line of JSON per decision in `<version>.sign-off.jsonl` beside the version's folder; lines are
          only ever added. Each holds the SHA-256 of the result it speaks of, so that a decision on other
          figures is never taken for one on these.
Rule      Two people: whoever locked the plan as analyst cannot sign for finance.
Shown     On every output at the next rendering (`payoff report`, `payoff run`).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from payoff.nouns.brief import Brief, Table
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.wording import sentence
from payoff.run.outputs import DRAFT
from payoff.run.plan import read
from payoff.run.published import open_version
from payoff.run.workspace import Workspace

Decision = Literal["signed", "disputed"]
TITLE = "Sign-off"


@dataclass(frozen=True, slots=True)
class SignOff:
    """One decision. result: SHA-256 of the document it speaks of. reason: "" where none was given."""

    on: str
    finance: str
    decision: Decision
    reason: str
    version: str
    result: str


def decide(
    workspace: Workspace, finance: str, decision: Decision, reason: str, on: dt.date, version: str | None
) -> tuple[SignOff, Path]:
    """Add one decision to the record of a version; the decision, and the file.

    Raises PayoffError (2): no such version, nothing to sign, no name, no reason, the same person as analyst.
    """
    brief, folder = open_version(workspace, version)
    name, why = " ".join(finance.split()), " ".join(reason.split())
    problems = [*_check_brief(brief, decision), *_check_person(workspace, name)]
    if decision == "disputed" and not why:
        problems.append(_no_reason())
    if problems:
        raise PayoffError(problems, exit_code=2)
    made = SignOff(on.isoformat(), name, decision, why, folder.name, result_hash(brief.result))
    path = record_of(folder)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
    return made, path


def record_of(folder: Path) -> Path:
    """Where the decisions on a version stand."""
    return folder.with_name(f"{folder.name}.sign-off.jsonl")


def read_record(folder: Path) -> tuple[SignOff, ...]:
    """Every decision on a version, oldest first. Raises PayoffError (2) when a line is damaged."""
    path = record_of(folder)
    if not path.exists():
        return ()
    try:
        return tuple(SignOff(**json.loads(line)) for line in path.read_text("utf-8").splitlines() if line)
    except (ValueError, TypeError):
        raise PayoffError([_damaged(path)], exit_code=2) from None


def result_hash(document: Mapping[str, object]) -> str:
    """SHA-256 of a result document, without what was decided about it."""
    plain = {key: value for key, value in document.items() if key != "sign_off"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def with_sign_off(brief: Brief, record: tuple[SignOff, ...]) -> Brief:
    """The brief as it is printed: finance's standing first among its banners, the history in the workbook."""
    if not record:
        return brief
    here = result_hash(brief.result)
    standing = {entry.finance: entry for entry in record if entry.result == here}
    banners = tuple(_banner(entry) for entry in standing.values())
    stale = [entry for entry in record if entry.result != here]
    if stale and not standing:
        last = stale[-1]
        banners = (f"Finance: {last.finance} {last.decision} other figures of this version, not these.",)
    book = brief.workbook
    if book is not None:
        book = replace(book, sheets=(*book.sheets, _history(record, here)))
    listed = [asdict(entry) | {"of_this_result": entry.result == here} for entry in record]
    return replace(
        brief,
        banners=(*brief.banners, *banners),
        workbook=book,
        result={**brief.result, "sign_off": listed},
    )


def _banner(entry: SignOff) -> str:
    if entry.decision == "disputed":
        return f"Disputed by finance ({entry.finance}, {entry.on}): {sentence(entry.reason)}"
    said = f": {sentence(entry.reason)}" if entry.reason else "."
    return f"Signed off by finance ({entry.finance}, {entry.on}){said}"


def _history(record: tuple[SignOff, ...], here: str) -> Table:
    return Table(
        "sign-off",
        TITLE,
        ("Date", "Finance", "Decision", "Reason", "Of these figures", "SHA-256 of the result"),
        tuple(
            (e.on, e.finance, e.decision, e.reason, "yes" if e.result == here else "no", e.result)
            for e in record
        ),
        "What finance decided about this version, oldest first; nothing is ever taken out.",
    )


def _check_brief(brief: Brief, decision: Decision) -> list[Problem]:
    """What there is to decide about: a final result, and money to sign."""
    if brief.state != "final" or brief.version == DRAFT:
        kind = "a draft" if brief.version == DRAFT else brief.state
        why = "finance signs figures of a plan that was promised before anybody looked"
        return [
            Problem(
                "U190",
                f"{brief.version} is {kind}, not final",
                why,
                "lock the plan, then payoff run",
            )
        ]
    if decision == "signed" and not brief.result["money"]:
        why = "there is no money figure to stand behind"
        return [
            Problem("U191", f"{brief.version} holds no money figure", why, "see `refusals` in result.json")
        ]
    return []


def _check_person(workspace: Workspace, name: str) -> list[Problem]:
    if not name:
        return [Problem("U192", "no name given", "a decision belongs to a person", "--finance NAME")]
    lock = read(workspace).lock
    if lock is not None and name.casefold() == " ".join(lock.analyst.split()).casefold():
        what = f"{name} locked this plan as analyst"
        why = "who made the figure cannot be the one who signs it: two people"
        return [Problem("U193", what, why, "somebody else in finance signs or disputes")]
    return []


def _no_reason() -> Problem:
    return Problem("U194", "a dispute without a reason", "nobody could answer it", '--reason "what is wrong"')


def _damaged(path: Path) -> Problem:
    why = "decisions are only ever added, one line each"
    return Problem(
        "U195", f"{path} was edited or cut off", why, "restore it from a copy; payoff never rewrites it"
    )
