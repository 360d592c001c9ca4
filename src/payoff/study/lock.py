"""`<study>.lock`: the promise, when, by whom, and every dated change of it.

Question  What was promised, is it still so, and was this file left alone?
Holds     For the lock and each amendment the plan itself as canonical JSON beside its hash, so that
          an old hash stays verifiable and a difference can be shown; a seal over the whole content.
The seal shows careless edits; against a forger only version control helps.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.nouns.study import Amendment, PlanLock, Study
from payoff.study.codes import build_problem
from payoff.study.plan import canonical_json, find_changes, hash_plan
from payoff.study.study_text import read_text
from payoff.study.tree import plain, read_tree
from payoff.study.values import read_date, read_window

MAX_BYTES = 8_000_000
_HEADER = """\
# The plan of this study as it was promised. Written by `payoff lock` and `payoff amend`: do not edit.
# To change the plan, edit the study and run: payoff amend STUDY --reason "…" --by NAME
"""
_FIELDS = frozenset(
    {"payoff_lock", "plan_lock", "on", "analyst", "finance", "retrospective", "threshold_lift"}
    | {"threshold_gain", "plan", "amendments", "seal"}
)


@dataclass(frozen=True, slots=True)
class _Content:
    """The file's content: the lock, and the plan each hash stands for, oldest first."""

    lock: PlanLock
    plans: tuple[str, ...] = field(repr=False)


def write_lock(
    study: Study,
    analyst: str,
    finance: str,
    on: dt.date,
    threshold_lift: float | None,
    threshold_gain: float | None = None,
    saw_outcomes: bool = False,
) -> bytes:
    """The text of a new lock. Raises PayoffError (2) unless two different people approve.

    threshold_lift, threshold_gain: max(break-even at the mid values, smallest useful), as a lift and in
    the metric's unit; fixed here. saw_outcomes: the sources hold follow-up outcomes already.
    """
    names = (analyst.strip(), finance.strip())
    if not all(names) or names[0].casefold() == names[1].casefold():
        what = f"analyst {names[0]!r} and finance {names[1]!r} are not two people"
        raise PayoffError([build_problem("L004", what, "--analyst A --finance F", None)], exit_code=2)
    retrospective = saw_outcomes or on >= study.design.follow_up.start_on
    lock = PlanLock(study.plan_lock, on, *names, retrospective, threshold_lift, threshold_gain)
    return _write(_Content(lock, (study.plan,)))


def read_lock(data: bytes, file: str) -> PlanLock:
    """The lock; raises PayoffError (5) when the file is no lock or was altered."""
    return _read(data, file).lock


def write_amendment(study: Study, lock: bytes, reason: str, by: str, on: dt.date) -> bytes:
    """The lock's text with the plan as it stands now appended as a dated amendment.

    The threshold stays. Raises PayoffError: (2) without reason or name, or when nothing changed, or
    dated before the last entry; (5) when the lock is unreadable or altered.
    """
    content = _read(lock, "the lock")
    last_on = content.lock.amendments[-1].on if content.lock.amendments else content.lock.on
    changes = find_changes(content.plans[-1], study.plan)
    if not reason.strip() or not by.strip() or not changes:
        what = "an amendment without reason, name or change"
        raise PayoffError([build_problem("L005", what, '--reason "…" --by NAME', None)], exit_code=2)
    if on < last_on:
        what = f"an amendment of {on}, but the last entry is of {last_on}"
        raise PayoffError([build_problem("L006", what, f"{last_on} or later", None)], exit_code=2)
    amendment = Amendment(on, reason.strip(), by.strip(), study.plan_lock, changes)
    old = content.lock
    new = replace(old, amendments=(*old.amendments, amendment))
    return _write(_Content(new, (*content.plans, study.plan)))


def find_drift(study: Study, lock: bytes) -> tuple[Problem, ...]:
    """What differs between the plan and the lock's newest entry; an altered lock is reported too."""
    try:
        content = _read(lock, f"{study.name}.lock")
    except PayoffError as error:
        return error.problems
    if hash_plan(content.plans[-1]) == study.plan_lock:
        return ()
    changes = find_changes(content.plans[-1], study.plan)
    fix = 'undo it, or: payoff amend STUDY --reason "…" --by NAME'
    return tuple(build_problem("L003", f"since the lock, {change}"[:600], fix, None) for change in changes)


def _write(content: _Content) -> bytes:
    lock = content.lock
    body = _body(lock)
    lines = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in body.items()
        if key != "amendments"
    ]
    text = _HEADER + "\n".join(lines) + f"\nplan: |\n{_block(content.plans[0], 2)}"
    if lock.amendments:
        text += "amendments:\n"
    for entry, plan in zip(body["amendments"], content.plans[1:], strict=True):
        items = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
        text += "  - " + "\n    ".join(items) + f"\n    plan: |\n{_block(plan, 6)}"
    return (text + f"seal: {_seal(body)}\n").encode()


def _body(lock: PlanLock) -> dict[str, Any]:
    """Everything but the plans, which their hashes stand for."""
    return {
        "payoff_lock": 1,
        "plan_lock": lock.hash,
        "on": lock.on.isoformat(),
        "analyst": lock.analyst,
        "finance": lock.finance,
        "retrospective": lock.retrospective,
        "threshold_lift": lock.threshold_lift,
        "threshold_gain": lock.threshold_gain,
        "amendments": [
            {
                "on": a.on.isoformat(),
                "by": a.by,
                "reason": a.reason,
                "lock": a.lock,
                "changes": list(a.changes),
            }
            for a in lock.amendments
        ],
    }


def _seal(body: dict[str, Any]) -> str:
    return hash_plan(canonical_json(body))


def _block(plan: str, indent: int) -> str:
    """The plan as indented JSON, so that version control shows what changed."""
    text = json.dumps(json.loads(plan), sort_keys=True, indent=1, ensure_ascii=False)
    return "".join(f"{' ' * indent}{line}\n" for line in text.splitlines())


def _read(data: bytes, file: str) -> _Content:
    try:
        tree, problems = read_tree(read_text(data, file, MAX_BYTES))
    except PayoffError as error:
        raise _altered(file, "L001", error.problems[0].what) from None
    fields: Any = plain(tree.root)
    if problems or not isinstance(fields, dict) or not fields.keys() <= _FIELDS:
        raise _altered(file, "L001", "it holds what payoff does not write")
    try:
        content = _content(fields)
        faults = list(_faults(content, fields))
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _altered(file, "L001", "a field is missing or damaged") from None
    if faults:
        raise _altered(file, "L002", faults[0])
    return content


def _content(fields: dict[str, Any]) -> _Content:
    entries = fields.get("amendments") or []
    amendments = tuple(
        Amendment(
            read_date(e["on"]), _text(e["reason"]), _text(e["by"]), _text(e["lock"]), tuple(e["changes"])
        )
        for e in entries
    )
    lock = PlanLock(
        _text(fields["plan_lock"]),
        read_date(fields["on"]),
        _text(fields["analyst"]),
        _text(fields["finance"]),
        fields["retrospective"] is True,
        _number(fields["threshold_lift"]),
        _number(fields.get("threshold_gain")),  # locks of the first release do not have it
        amendments,
    )
    plans = (fields["plan"], *(e["plan"] for e in entries))
    return _Content(lock, tuple(canonical_json(json.loads(plan)) for plan in plans))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _faults(content: _Content, fields: dict[str, Any]) -> Iterator[str]:
    lock = content.lock
    hashes = (lock.hash, *(amendment.lock for amendment in lock.amendments))
    for expected, plan in zip(hashes, content.plans, strict=True):
        if hash_plan(plan) != expected:
            yield f"the plan kept in it does not have the hash {expected[:12]}…"
    starts = read_window(json.loads(content.plans[0])["design"]["follow_up"]).start_on
    if lock.on >= starts and not lock.retrospective:
        yield f"it is dated {lock.on}, after follow-up began, yet not retrospective"
    body = _body(lock)
    if "threshold_gain" not in fields:  # the seal is over what was written then
        del body["threshold_gain"]
    if _seal(body) != fields["seal"]:
        yield "its content does not fit its seal"


def _altered(file: str, code: str, what: str) -> PayoffError:
    place = Place(file, 1, 1)
    fix = "restore it from version control"
    return PayoffError([build_problem(code, f"{file}: {what}", fix, place)], exit_code=5)
