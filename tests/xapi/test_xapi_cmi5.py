"""cmi5: a session by the book has no finding, and each broken rule is found with its statements."""

from collections.abc import Callable
from typing import Any

import pytest

from payoff.xapi.cmi5 import CATEGORY, MOVE_ON_CATEGORY, check_sessions
from payoff.xapi.event import Event

DEFINED, JUDGED = (CATEGORY,), (CATEGORY, MOVE_ON_CATEGORY)


def row(at: int, verb: str, session: str | None = "s1", **more: Any) -> Event:
    known: dict[str, Any] = {
        "timestamp": at,
        "actor": "k",
        "verb": verb,
        "activity_id": "urn:au",
        "registration": "r1",
        "session_id": session,
        "category_ids": JUDGED if verb in ("completed", "passed", "failed", "waived") else DEFINED,
    }
    if verb in ("completed", "passed", "failed", "terminated"):
        known["duration_seconds"] = 10.0
    if verb == "completed":
        known["completion"] = True
    if verb in ("passed", "failed"):
        known |= {"success": verb == "passed", "score_scaled": 0.9 if verb == "passed" else 0.2}
    if verb == "launched":
        known |= {
            "cmi5_launch_mode": "Normal",
            "cmi5_move_on": "CompletedAndPassed",
            "cmi5_mastery_score": 0.7,
        }
    return Event(1, f"id{at}", at, **(known | more))


def session() -> list[Event]:
    return [
        row(1, "launched"),
        row(2, "initialized"),
        row(3, "completed"),
        row(4, "passed"),
        row(5, "terminated"),
        row(6, "satisfied", activity_id="urn:course", activity_type="course"),
    ]


def test_a_session_by_the_book_has_no_finding_in_any_order() -> None:
    assert check_sessions(session()) == ()
    assert check_sessions(reversed(session())) == ()


def test_statements_of_others_are_not_held_against_cmi5() -> None:
    other = row(7, "completed", completion=None, category_ids=("urn:other",))
    assert check_sessions([*session(), other]) == ()


def test_two_registrations_are_apart() -> None:
    again = [
        r._replace(registration="r2", session_id="s2", statement_id=f"{r.statement_id}b") for r in session()
    ]
    assert check_sessions([*session(), *again]) == ()


Change = Callable[[list[Event]], list[Event]]


def without(*verbs: str) -> Change:
    return lambda rows: [r for r in rows if r.verb not in verbs]


def change(which: str, **more: Any) -> Change:
    return lambda rows: [r._replace(**more) if r.verb == which else r for r in rows]


def adding(*more: Event) -> Change:
    return lambda rows: [*rows, *more]


@pytest.mark.parametrize(
    ("change", "rule", "what", "ids"),
    [
        (without("launched"), "9.3.1", "the session was never launched", ("id2",)),
        (
            change("launched", timestamp=3, statement_id="late"),
            "9.3.1",
            "initialized before it",
            ("id2", "late"),
        ),
        (adding(row(7, "launched")), "9.3", "launched more than once", ("id1", "id7")),
        (
            change("initialized", timestamp=4, stored=4),
            "9.3.2",
            "completed comes before initialized",
            ("id3", "id2"),
        ),
        (without("initialized"), "9.3.2", "completed comes before initialized", ("id3",)),
        (adding(row(7, "experienced")), "9.3.8", "statements come after terminated", ("id5", "id7")),
        (without("terminated"), "9.3.8", "never terminated nor abandoned", ("id2",)),
        (adding(row(7, "abandoned")), "9.3.6", "abandoned although it was terminated", ("id5", "id7")),
        (
            change("passed", score_scaled=0.5),
            "9.3.4",
            "passed with 0.5, below the mastery score 0.7",
            ("id4",),
        ),
        (
            change("passed", verb="failed", success=False),
            "9.3.5",
            "failed with 0.9, at or above 0.7",
            ("id4",),
        ),
        (change("passed", success=None), "9.5.2", "passed without success: true", ("id4",)),
        (change("completed", completion=None), "9.5.3", "completed without completion: true", ("id3",)),
        (change("completed", score_scaled=0.5), "9.5.1", "completed carries a score", ("id3",)),
        (change("terminated", duration_seconds=None), "9.5.4", "terminated has no duration", ("id5",)),
        (change("completed", category_ids=DEFINED), "9.6.2.2", "completed without the category", ("id3",)),
        (change("initialized", session_id=None), "9.6.3.1", "has no session id", ("id2",)),
        (
            lambda rows: [r._replace(registration=None) for r in rows if r.verb == "terminated"],
            "9.6.1",
            "has no registration",
            ("id5",),
        ),
        (
            change("launched", cmi5_launch_mode="Review"),
            "10.2.2",
            "completed in a session launched to",
            ("id3",),
        ),
        (without("passed"), "10.2", "the course is satisfied before a unit may move on", ("id6", "id1")),
        (
            adding(row(8, "satisfied", activity_id="urn:course", activity_type="course")),
            "9.3.9",
            "satisfied more than once",
            ("id6", "id8"),
        ),
        (
            adding(row(7, "launched", "s2"), row(8, "initialized", "s2"), row(9, "completed", "s2")),
            "9.3",
            "completed more than once in a registration",
            ("id3", "id9"),
        ),
        (
            adding(row(7, "launched", "s2"), row(8, "initialized", "s2"), row(9, "failed", "s2")),
            "9.3.5",
            "failed after it was passed",
            ("id4", "id9"),
        ),
    ],
)
def test_a_broken_rule_is_found_with_its_statements(
    change: Change, rule: str, what: str, ids: tuple[str, ...]
) -> None:
    found = [f for f in check_sessions(change(session())) if f.rule == rule and f.what.startswith(what)]
    assert [f.statement_ids for f in found] == [ids], check_sessions(change(session()))


def test_an_abandoned_session_needs_no_end() -> None:
    rows = [row(1, "launched"), row(2, "initialized"), row(3, "abandoned")]
    assert check_sessions(rows) == ()


def test_a_waived_unit_may_move_on() -> None:
    rows = [r for r in session() if r.verb not in ("passed", "completed")]
    assert check_sessions([*rows, row(2, "waived", "s0", activity_id="urn:au")]) == ()


@pytest.mark.parametrize(
    ("rule", "left_out", "n"),
    [
        ("Passed", "completed", 0),
        ("Passed", "passed", 1),
        ("Completed", "passed", 0),
        ("CompletedOrPassed", "passed", 0),
        ("CompletedAndPassed", "completed", 1),
        ("NotApplicable", "passed", 0),
    ],
)
def test_move_on(rule: str, left_out: str, n: int) -> None:
    rows = change("launched", cmi5_move_on=rule)(without(left_out)(session()))
    assert len(check_sessions(rows)) == n
