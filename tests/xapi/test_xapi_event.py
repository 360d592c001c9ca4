"""A statement becomes one row: what it says, nothing it does not say, and nobody's name."""

import json
import uuid
from typing import Any

import pytest

from payoff.xapi.duration import read_seconds
from payoff.xapi.event import Event, shape_event
from payoff.xapi.personal import mask_json, mask_text, name_agent

ID = uuid.UUID("12345678-1234-4234-8234-123456789abc")
STORED = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
VERBS = "http://adlnet.gov/expapi/verbs/"
VIDEO = "https://w3id.org/xapi/video/extensions/"
CMI5 = "https://w3id.org/xapi/cmi5/context/extensions/"


def name(text: str) -> str:
    return f"<{len(text)}>"


def statement(**members: Any) -> dict[str, Any]:
    said = {
        "actor": {"name": "Ann Lee", "account": {"homePage": "https://hr.example", "name": "E17"}},
        "verb": {"id": f"{VERBS}completed"},
        "object": {"id": "https://x.example/a"},
    }
    return said | members


def shape(**members: Any) -> Event:
    raw = json.dumps(statement(**members)).encode()
    return shape_event(3, STORED, ID.bytes, raw, "1.0.3", name)


def test_a_bare_statement_leaves_everything_else_unknown() -> None:
    event = shape()
    told = {k: v for k, v in event._asdict().items() if v not in (None, ())}
    assert told == {
        "tenant": 3,
        "statement_id": str(ID),
        "stored": STORED,
        "timestamp": STORED,  # as the specification says
        "actor": name("account https://hr.example E17"),
        "person": name("E17"),
        "actor_kind": "account",
        "verb": "completed",
        "verb_id": f"{VERBS}completed",
        "touchpoint": "completion",
        "object_kind": "Activity",
        "activity_id": "https://x.example/a",
        "version": "1.0.3",
    }


def test_result_and_context_come_into_their_columns() -> None:
    event = shape(
        timestamp="2025-12-31T23:59:50.25+00:00",
        result={
            "success": True,
            "completion": False,
            "score": {"scaled": 0.85, "raw": 17, "min": 0, "max": 20},
            "duration": "PT1M30.5S",
            "response": "sötä",
        },
        context={
            "registration": "ABCDEF00-0000-4000-8000-000000000000",
            "platform": "Moodle",
            "language": "de-AT",
            "revision": "r2",
            "statement": {"objectType": "StatementRef", "id": "AAAAAAAA-0000-4000-8000-000000000000"},
            "contextActivities": {
                "parent": {"id": "https://x.example/module"},  # 1.0.3: one where a list belongs
                "grouping": [{"id": "https://x.example/course"}, {"id": "https://x.example/path"}],
            },
            "instructor": {"mbox": "mailto:coach@x.example"},
        },
    )
    assert (event.success, event.completion) == (True, False)
    assert (event.score_scaled, event.score_raw, event.score_min, event.score_max) == (0.85, 17.0, 0.0, 20.0)
    assert (event.duration_seconds, event.response_length) == (90.5, 4)
    assert event.registration == "abcdef00-0000-4000-8000-000000000000"
    assert event.refers_to == "aaaaaaaa-0000-4000-8000-000000000000"
    assert (event.platform, event.language, event.revision) == ("Moodle", "de-AT", "r2")
    assert event.parent_ids == ("https://x.example/module",)
    assert event.grouping_ids == ("https://x.example/course", "https://x.example/path")
    assert event.timestamp == STORED - 9_750_000
    assert event.clock_skew_seconds == 9.75
    assert event.instructor == name("mbox mailto:coach@x.example")


def test_profiles_fill_their_columns() -> None:
    event = shape(
        context={"extensions": {f"{VIDEO}session-id": "s1", f"{VIDEO}length": 263.24}},
        result={"extensions": {f"{VIDEO}time-from": 12.5, f"{VIDEO}time-to": 20, f"{VIDEO}progress": "half"}},
    )
    assert (event.session_id, event.video_length) == ("s1", 263.24)
    assert (event.video_time_from, event.video_time_to) == (12.5, 20.0)
    assert event.video_progress is None  # not a number: unknown, and still in the text
    assert event.result_extensions is not None
    assert "half" in event.result_extensions
    event = shape(
        context={
            "extensions": {
                f"{CMI5}sessionid": "s2",
                f"{CMI5}launchmode": "Normal",
                f"{CMI5}moveon": "Passed",
                f"{CMI5}masteryscore": 0.7,
            }
        }
    )
    assert (event.session_id, event.cmi5_launch_mode, event.cmi5_move_on) == ("s2", "Normal", "Passed")
    assert event.cmi5_mastery_score == 0.7


def test_extensions_stay_the_text_they_came_as() -> None:
    text = '{ "https://x.example/e" : 12345678901234567890123, "https://x.example/a":1.50}'
    raw = json.dumps(statement()).encode()[:-1] + b', "result": {"extensions": ' + text.encode() + b"}}"
    assert shape_event(1, STORED, ID.bytes, raw, "1.0.3", name).result_extensions == text


def test_an_unknown_verb_keeps_its_iri() -> None:
    event = shape(verb={"id": "https://x.example/verbs/pondered"}, object={"id": "https://x.example/a"})
    assert (event.verb, event.verb_id) == (None, "https://x.example/verbs/pondered")
    assert event.fault is None


def test_competencies_come_from_activities_around_and_from_our_extension() -> None:
    competency = {"type": "https://w3id.org/xapi/catch/activitytypes/competency"}
    event = shape(
        object={
            "id": "https://x.example/quiz",
            "definition": {"extensions": {"urn:payoff:extension:competencies": ["urn:c:3", "urn:c:1"]}},
        },
        context={
            "contextActivities": {
                "category": [{"id": "urn:c:1", "definition": competency}, {"id": "urn:profile"}],
                "grouping": [{"id": "urn:c:2", "definition": competency}],
            }
        },
    )
    assert event.competency_ids == ("urn:c:2", "urn:c:1", "urn:c:3")
    assert event.category_ids == ("urn:c:1", "urn:profile")


def test_a_voiding_statement_names_what_it_voids() -> None:
    target = {"objectType": "StatementRef", "id": "BBBBBBBB-0000-4000-8000-000000000000"}
    event = shape(verb={"id": f"{VERBS}voided"}, object=target)
    assert (event.voids, event.object_kind) == ("bbbbbbbb-0000-4000-8000-000000000000", "StatementRef")
    assert event.activity_id is None
    assert shape(object=target).voids is None


def test_objects_that_are_no_activity() -> None:
    event = shape(object={"objectType": "Agent", "mbox": "mailto:bo@x.example"})
    assert (event.object_kind, event.activity_id) == ("Agent", None)
    inner = statement() | {"objectType": "SubStatement"}
    assert shape(object=inner).object_kind == "SubStatement"


def test_a_text_that_is_no_statement_keeps_its_row_and_says_why() -> None:
    for raw in (
        b'{"actor":{}}',
        b"nothing",
        b'{"actor":{"mbox":"mailto:a@x.example"},"verb":{"id":3},"object":{}}',
    ):
        event = shape_event(1, STORED, ID.bytes, raw, "2.0.0", name)
        assert event.fault
        assert (event.statement_id, event.stored, event.verb) == (str(ID), STORED, None)


def test_deep_nesting_ends_in_a_fault_not_in_a_crash() -> None:
    raw = (
        b'{"actor":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b',"verb":{"id":"x"},"object":{"id":"y"}}'
    )
    assert shape_event(1, STORED, ID.bytes, raw, "2.0.0", name).fault


def test_a_time_nobody_can_read_is_unknown() -> None:
    event = shape(timestamp="yesterday")
    assert (event.timestamp, event.clock_skew_seconds) == (None, None)


def test_nobodys_name_or_address_gets_into_a_row() -> None:
    who = {"name": "Ann Lee", "mbox": "mailto:ann.lee@x.example"}
    event = shape(
        actor={"objectType": "Group", "name": "Lee team", "mbox": "mailto:lee@x.example", "member": [who]},
        object={
            "id": "https://x.example/users/ann.lee@x.example/task",
            "definition": {
                "extensions": {"https://x.example/by": who, "https://x.example/t": "to ann%40x.example"}
            },
        },
        result={"response": "I am Ann Lee", "extensions": {"https://x.example/l": [{"to": "ann@x.example"}]}},
        context={
            "team": {"objectType": "Group", "member": [who]},
            "instructor": who,
            "platform": "mail of ann@x.example",
            "extensions": {"https://x.example/a": {"account": {"homePage": "https://h", "name": "annlee"}}},
        },
        authority=who,
    )
    text = repr(event).lower()
    for secret in ("ann", "lee@", "lee ", "@x.example", "annlee"):
        assert secret not in text, secret
    assert event.actor_kind == "mbox"


@pytest.mark.parametrize(
    ("agent", "kind", "person"),
    [
        ({"mbox": "mailto:a@x.example"}, "mbox", "a@x.example"),
        ({"openid": "https://a.example"}, "openid", None),
        ({"mbox_sha1sum": "0" * 40}, "mbox_sha1sum", None),
        ({"account": {"homePage": "https://h", "name": "n"}}, "account", "n"),
        ({"objectType": "Group", "member": []}, "group", None),
        ({}, None, None),
    ],
)
def test_every_identifier_of_an_agent(agent: dict[str, Any], kind: str | None, person: str | None) -> None:
    keys = name_agent(agent, lambda text: text)
    assert (keys.kind, keys.person) == (kind, person)


def test_text_without_people_is_not_touched() -> None:
    assert mask_text("block-v1:org+type@problem+block@a1", name) == "block-v1:org+type@problem+block@a1"
    assert mask_json('{"n": 1.0 }', name) == '{"n": 1.0 }'
    assert mask_json('{"n":1.0,"t":"\\u0041"}', name) == '{"n":1.0,"t":"A"}'


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1M30.5S", 90.5),
        ("P1DT2H", 93_600.0),
        ("P2W", 1_209_600.0),
        ("PT0,25H", 900.0),
        ("P0Y0M1D", 86_400.0),
        ("PT36H", 129_600.0),
        ("P1M", None),  # how long is a month?
        ("P1Y2D", None),
        ("PT1.5H30M", None),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("1H", None),
        ("PT-5S", None),
        ("", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert read_seconds(text) == seconds
