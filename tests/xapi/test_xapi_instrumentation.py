"""The plan says what is missing; nudges and competencies come to figures worked out by hand."""

from typing import Any

import pytest

from payoff.xapi.competency_gains import find_gains
from payoff.xapi.event import Event
from payoff.xapi.instrumentation import Told, build_plan, check_plan
from payoff.xapi.nudges import DAY_US, find_responses

MODULE, OTHER = "https://x.example/m1", "https://x.example/m2"
DAY = 1_767_225_600_000_000  # 2026-01-01


def event(n: int, touchpoint: str | None, actor: str = "a", at: int = DAY, **more: Any) -> Event:
    known: dict[str, Any] = {
        "timestamp": at,
        "actor": actor,
        "touchpoint": touchpoint,
        "parent_ids": (MODULE,),
    }
    return Event(1, f"e{n}", at + n, **(known | more))


def plan(*expects: dict[str, Any], **more: Any) -> Any:
    return build_plan({"plan": "P", "modules": [{"module": MODULE, "expects": list(expects)}], **more})


def statuses(told: tuple[Told, ...]) -> dict[str, str]:
    return {item.event: item.status for item in told}


ALL = tuple({"event": name} for name in ("launch", "assessment", "application"))


def test_a_module_without_an_application_event_is_flagged() -> None:
    rows = [event(1, "launch"), event(2, "assessment")]
    assert statuses(check_plan(plan(*ALL), rows)) == {
        "launch": "fine",
        "assessment": "fine",
        "application": "missing",
    }


def test_a_plan_without_an_application_event_is_flagged_too() -> None:
    told = check_plan(plan(*ALL[:2]), [event(1, "launch"), event(2, "assessment")])
    assert statuses(told)["application"] == "not planned"


def test_shares_are_of_the_learners_there_should_be() -> None:
    rows = [event(n, "launch", actor=f"a{n}") for n in range(3)] + [event(9, "application", actor="a0")]
    wanted = plan({"event": "launch", "share": "75%"}, {"event": "application", "share": 0.5}, learners=4)
    told = {item.event: item for item in check_plan(wanted, rows)}
    assert (told["launch"].status, told["launch"].n_learners) == ("fine", 3)
    assert (told["application"].status, told["application"].wanted) == ("short", "50% of 4 learners")
    seen = {item.event: item for item in check_plan(plan({"event": "launch", "share": 1.0}), rows)}
    assert seen["launch"].wanted == "100% of 3 learners"


def test_too_few_too_late_and_unexpected() -> None:
    rows = [
        event(1, "launch", at=DAY + DAY_US),
        event(2, "assessment"),
        event(3, None, verb="played", activity_type="video"),
        event(4, None, verb=None, verb_id="https://x.example/pondered"),
        event(5, None, verb="played", activity_type="video"),
    ]
    told = check_plan(
        plan(
            {"event": "launch", "by": "2026-01-01"},
            {"event": "assessment", "at_least": 2},
            {"event": "application"},
        ),
        rows,
    )
    assert statuses(told) == {
        "launch": "late",
        "assessment": "short",
        "application": "missing",
        "played video": "unexpected",
        "https://x.example/pondered": "unexpected",
    }
    assert [item.n_events for item in told if item.status == "unexpected"] == [2, 1]


def test_events_count_for_their_module_only() -> None:
    modules = [{"module": m, "expects": list(ALL)} for m in (MODULE, OTHER)]
    rows = [
        event(1, "launch", parent_ids=(), activity_id=MODULE),
        event(2, "assessment", parent_ids=(), grouping_ids=(MODULE,)),
        event(3, "application"),
        event(4, "launch", parent_ids=(OTHER,)),
    ]
    told = check_plan(build_plan({"modules": modules}), rows)
    assert statuses(tuple(t for t in told if t.module == MODULE)) == dict.fromkeys(
        ("launch", "assessment", "application"), "fine"
    )
    assert statuses(tuple(t for t in told if t.module == OTHER))["assessment"] == "missing"


def test_an_event_may_be_narrowed_to_verb_type_and_activity() -> None:
    rows = [event(1, "job aid viewed", verb="viewed", activity_type="job aid", activity_id="urn:aid")]
    for wanted, status in (
        ({"type": "job aid", "verb": "viewed"}, "fine"),
        ({"event": "job aid viewed", "activity": "urn:aid"}, "fine"),
        ({"event": "job aid viewed", "activity": "urn:other"}, "missing"),
        ({"verb": "downloaded", "type": "job aid"}, "missing"),
    ):
        assert check_plan(plan(wanted), rows)[0].status == status, wanted


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "the plan: "),
        ({"modules": []}, "modules: name at least one"),
        ({"modules": [{"module": MODULE, "expects": []}]}, r"modules\[0\].expects"),
        ({"modules": [{"expects": [{"event": "launch"}]}]}, r"modules\[0\].module"),
        ({"modules": [{"module": MODULE, "expects": [{"event": "lunch"}]}]}, "'lunch' is none of launch"),
        ({"modules": [{"module": MODULE, "expects": [{"verb": "did"}]}]}, "'did' is none of"),
        ({"modules": [{"module": MODULE, "expects": [{"at_least": 1}]}]}, "name an event, a verb or a type"),
        ({"modules": [{"module": MODULE, "expects": [{"event": "launch", "share": "9"}]}]}, "9 is no share"),
        ({"modules": [{"module": MODULE, "expects": [{"event": "launch", "share": "x"}]}]}, "x is no share"),
        ({"modules": [{"module": MODULE, "expects": [{"event": "launch", "by": "soon"}]}]}, "by: soon"),
        ({"modules": [{"module": MODULE, "expects": [{"event": "launch", "at_least": 0}]}]}, "at_least"),
        ({"modules": [{"module": MODULE, "expects": [{"event": "launch", "n": 1}]}]}, "n is none of"),
        ({"modules": [{"module": MODULE, "expects": ["launch"]}], "learners": 0}, "learners"),
        ({"modules": [{"module": MODULE, "expects": ["launch"]}]}, r"expects\[0\]: "),
    ],
)
def test_a_plan_that_cannot_be_meant_says_where(document: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_plan(document)


def nudge(n: int, sent: bool, actor: str, day: float, **more: Any) -> Event:
    kind = "nudge sent" if sent else "nudge acted"
    return event(n, kind, actor, DAY + int(day * DAY_US), **({"activity_id": "urn:nudge"} | more))


def test_the_response_rate_is_the_one_worked_out_by_hand() -> None:
    rows = [
        nudge(1, True, "a", 0),
        nudge(2, True, "a", 3),
        nudge(3, False, "a", 3.5),  # answers 2, the latest before it: 12 hours
        nudge(4, True, "b", 0),
        nudge(5, False, "b", 8),  # too late
        nudge(6, True, "c", 0),
        nudge(7, False, "c", 1, activity_id="urn:other", refers_to="e6"),  # points to 6: 24 hours
        nudge(8, False, "c", 2),  # 6 is answered already
        nudge(9, True, "d", 5),
        nudge(10, False, "d", 4),  # before it was sent
    ]
    found = find_responses(reversed(rows))
    assert (found.n_sent, found.n_acted, found.rate) == (5, 2, 0.4)
    assert found.median_hours == 18.0
    assert set(found.pairs) == {("e2", "e3"), ("e6", "e7")}
    assert find_responses(rows, days=10).n_acted == 3
    assert find_responses([]).rate is None


def scored(n: int, actor: str, score: float | None, *competencies: str, **more: Any) -> Event:
    return event(n, "assessment", actor, DAY + n, score_scaled=score, competency_ids=competencies, **more)


def test_gains_by_competency_are_those_worked_out_by_hand() -> None:
    rows = [
        scored(1, "a", 0.4, "urn:listen", "urn:ask"),
        scored(2, "a", 0.3, "urn:listen"),
        scored(3, "a", 0.8, "urn:listen"),
        scored(4, "b", 0.5, "urn:listen"),
        scored(5, "b", None, "urn:listen", score_raw=14.0, score_min=0.0, score_max=20.0),
        scored(6, "c", 0.9, "urn:listen"),  # once only
        scored(7, "c", None, "urn:listen", score_raw=9.0),  # out of how many?
    ]
    ask, listen = find_gains(reversed(rows))
    assert (listen.n_learners, listen.n_once) == (2, 1)
    assert listen.mean_first == pytest.approx(0.45)
    assert listen.mean_last == pytest.approx(0.75)
    assert listen.mean_gain == pytest.approx(0.3)
    assert set(listen.statement_ids) == {"e1", "e3", "e4", "e5"}
    assert (ask.n_learners, ask.n_once, ask.mean_gain) == (0, 1, None)
