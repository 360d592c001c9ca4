"""Whether sessions of cmi5 units keep the rules of cmi5.

Question  Which statements of a registration contradict what cmi5 promises, so that a completion or a score
          drawn from them would rest on sand?
Reads     Rows in any order; sorted by their time, and by when they were stored where that is the same.
Cites     cmi5 (Quartz, 1st edition) 9.3 verbs, 9.5 results, 9.6 context, 10.2 launch data.
Limit     The course structure is not in the statements: moveOn is judged by what a launch says of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from payoff.xapi.event import Event

CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON_CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/moveon"
_UNIT_VERBS = frozenset({"initialized", "completed", "passed", "failed", "terminated"})
_PLATFORM_VERBS = frozenset({"launched", "abandoned", "waived", "satisfied"})
_JUDGED = frozenset({"completed", "passed", "failed"})
_NEEDS_DURATION = _JUDGED | {"terminated"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule, and the statements that show it."""

    rule: str
    what: str
    registration: str | None
    session_id: str | None
    statement_ids: tuple[str, ...]


def check_sessions(events: Iterable[Event]) -> tuple[Finding, ...]:
    """Findings, registration by registration, in the order of time."""
    registrations: dict[tuple[int, str | None], list[Event]] = defaultdict(list)
    for event in events:
        if event.verb is not None and CATEGORY in event.category_ids:
            registrations[event.tenant, event.registration].append(event)
    found: list[Finding] = []
    for rows in registrations.values():
        rows.sort(key=lambda e: (e.timestamp or e.stored, e.stored))
        found += _check_registration(rows)
    return tuple(found)


def _check_registration(rows: Sequence[Event]) -> Iterator[Finding]:
    for row in rows:
        yield from _check_statement(row)
    sessions: dict[str, list[Event]] = defaultdict(list)
    units: dict[str, list[Event]] = defaultdict(list)
    for row in rows:
        if row.session_id is not None and row.verb != "satisfied":
            sessions[row.session_id].append(row)
        if row.activity_id is not None:
            units[row.activity_id].append(row)
    for session in sessions.values():
        yield from _check_session(session)
    for unit in units.values():
        yield from _check_unit(unit)
    yield from _check_satisfied(rows, units)


def _check_statement(row: Event) -> Iterator[Finding]:
    """What one statement must hold by itself."""
    if row.registration is None:
        yield _find("9.6.1", "has no registration", row)
    if row.session_id is None and row.verb in _UNIT_VERBS | _PLATFORM_VERBS:
        yield _find("9.6.3.1", "has no session id", row)
    if row.verb in _NEEDS_DURATION and row.duration_seconds is None:
        yield _find("9.5.4", f"{row.verb} has no duration", row)
    if row.verb == "completed" and row.completion is not True:
        yield _find("9.5.3", "completed without completion: true", row)
    if row.verb in ("passed", "failed") and row.success is not (row.verb == "passed"):
        yield _find("9.5.2", f"{row.verb} without success: {str(row.verb == 'passed').lower()}", row)
    if row.verb in _JUDGED | {"waived"} and MOVE_ON_CATEGORY not in row.category_ids:
        yield _find("9.6.2.2", f"{row.verb} without the category moveon", row)
    if row.score_scaled is not None and row.verb not in ("passed", "failed"):
        yield _find("9.5.1", f"{row.verb} carries a score", row)


def _check_session(rows: Sequence[Event]) -> Iterator[Finding]:
    """What the statements of one session must be to each other."""
    own = [row for row in rows if row.verb not in _PLATFORM_VERBS]
    by_verb: dict[str | None, list[Event]] = defaultdict(list)
    for row in rows:
        by_verb[row.verb].append(row)
    launches, starts, ends = by_verb["launched"], by_verb["initialized"], by_verb["terminated"]
    if not launches and own:
        yield _find("9.3.1", "the session was never launched", *own[:1])
    for verb in ("launched", "initialized", "terminated", "abandoned", *sorted(_JUDGED)):
        if len(by_verb[verb]) > 1:
            yield _find("9.3", f"{verb} more than once in a session", *by_verb[verb])
    if own and own[0].verb != "initialized":
        yield _find("9.3.2", f"{own[0].verb} comes before initialized", own[0], *starts[:1])
    if launches and starts and _at(starts[0]) < _at(launches[0]):
        yield _find("9.3.1", "initialized before it was launched", starts[0], launches[0])
    late = own[own.index(ends[0]) + 1 :] if ends else []
    if late:
        yield _find("9.3.8", "statements come after terminated", ends[0], *late)
    if starts and not ends and not by_verb["abandoned"]:
        yield _find("9.3.8", "never terminated nor abandoned", *starts[:1])
    if ends and by_verb["abandoned"]:
        yield _find("9.3.6", "abandoned although it was terminated", ends[0], *by_verb["abandoned"])
    yield from _check_terms(rows, launches)


def _check_terms(rows: Sequence[Event], launches: Sequence[Event]) -> Iterator[Finding]:
    """What the launch laid down: mode and mastery score."""
    told = [*launches, *rows]
    mode = next((row.cmi5_launch_mode for row in told if row.cmi5_launch_mode), None)
    mastery = next((row.cmi5_mastery_score for row in told if row.cmi5_mastery_score is not None), None)
    for row in rows:
        if row.verb in _JUDGED and mode in ("Browse", "Review"):
            yield _find("10.2.2", f"{row.verb} in a session launched to {mode.lower()}", row)
        if mastery is None or row.score_scaled is None:
            continue
        if row.verb == "passed" and row.score_scaled < mastery:
            yield _find(
                "9.3.4", f"passed with {row.score_scaled:g}, below the mastery score {mastery:g}", row
            )
        if row.verb == "failed" and row.score_scaled >= mastery:
            yield _find("9.3.5", f"failed with {row.score_scaled:g}, at or above {mastery:g}", row)


def _check_unit(rows: Sequence[Event]) -> Iterator[Finding]:
    """What holds of a unit over all sessions of a registration."""
    completed = [row for row in rows if row.verb == "completed"]
    passed = [row for row in rows if row.verb == "passed"]
    for verb, found in (("completed", completed), ("passed", passed)):
        if len({row.session_id for row in found}) > 1:
            yield _find("9.3", f"{verb} more than once in a registration", *found)
    after = [row for row in rows if row.verb == "failed" and passed and _at(row) > _at(passed[0])]
    if after:
        yield _find("9.3.5", "failed after it was passed", passed[0], *after)


def _check_satisfied(rows: Sequence[Event], units: dict[str, list[Event]]) -> Iterator[Finding]:
    """Satisfied once for each block or course; a course only when every unit launched so far may move on."""
    seen: dict[str | None, Event] = {}
    for row in rows:
        if row.verb != "satisfied":
            continue
        if row.activity_id in seen:
            yield _find("9.3.9", "satisfied more than once", seen[row.activity_id], row)
        seen.setdefault(row.activity_id, row)
        for unit in units.values() if row.activity_type == "course" else ():
            before = [other for other in unit if _at(other) <= _at(row)]
            if not _may_move_on(before):
                yield _find("10.2", "the course is satisfied before a unit may move on", row, before[0])


def _may_move_on(rows: Sequence[Event]) -> bool:
    verbs = {row.verb for row in rows}
    rule = next((row.cmi5_move_on for row in rows if row.verb == "launched"), None)
    if "waived" in verbs or "launched" not in verbs:
        return True
    match rule:
        case "Passed":
            return "passed" in verbs
        case "Completed":
            return "completed" in verbs
        case "CompletedAndPassed":
            return {"completed", "passed"} <= verbs
        case "CompletedOrPassed":
            return bool({"completed", "passed"} & verbs)
    return True  # NotApplicable, or not told


def _at(row: Event) -> int:
    return row.timestamp or row.stored


def _find(rule: str, what: str, *rows: Event) -> Finding:
    ids = tuple(dict.fromkeys(row.statement_id for row in rows))
    return Finding(rule, what, rows[0].registration, rows[0].session_id, ids)
