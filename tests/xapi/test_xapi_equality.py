"""When two texts are one statement: what is ignored, and what is not."""

import json
from copy import deepcopy
from typing import Any

import pytest

from payoff.xapi.equality import SIGNATURE_USAGE, same_statement

Json = dict[str, Any]
ANN, BEN = {"mbox": "mailto:ann@example.com"}, {"account": {"homePage": "http://e.com", "name": "ben"}}


def build() -> Json:
    """A statement with something in each part."""
    return {
        "id": "12345678-1234-5678-1234-5678123456ab",
        "actor": {"objectType": "Group", "member": [ANN, BEN]},
        "verb": {"id": "http://e.com/v", "display": {"en": "did"}},
        "object": {"id": "http://e.com/a", "definition": {"name": {"en": "One"}}},
        "result": {
            "score": {"raw": 1},
            "duration": "PT1.25S",
            "extensions": {"http://e.com/x": [True, None]},
        },
        "context": {
            "registration": "12345678-1234-5678-1234-5678123456cd",
            "language": "en-US",
            "contextActivities": {
                "parent": [{"id": "http://e.com/p", "definition": {"type": "http://e.com/t"}}]
            },
            "team": {"objectType": "Group", "member": [ANN, BEN]},
        },
        "timestamp": "2026-03-01T10:00:00.000Z",
        "attachments": [attach("a" * 64), attach("b" * 64)],
    }


def attach(sha2: str, usage: str = "http://e.com/u") -> Json:
    return {"usageType": usage, "display": {"en": "x"}, "contentType": "a/b", "length": 1, "sha2": sha2}


def put(value: Json, path: str, new: object) -> Json:
    """A copy in which the value at a path of names and numbers is another one; ... takes it away."""
    copy = deepcopy(value)
    *above, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    place: Any = copy
    for step in above:
        place = place[step]
    if new is ...:
        del place[last]
    else:
        place[last] = new
    return copy


def same(a: Json, b: Json, but_signatures: bool = False) -> bool:
    one = json.dumps(a).encode(), json.dumps(b).encode()
    answer = same_statement(*one, but_signatures=but_signatures)
    assert answer == same_statement(*reversed(one), but_signatures=but_signatures), (
        "equality has no direction"
    )
    return answer


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("id", ...),
        ("id", "12345678-1234-5678-1234-5678123456AB"),
        ("stored", "2026-03-01T10:00:00Z"),
        ("authority", ANN),
        ("version", "1.0.0"),
        ("timestamp", ...),
        ("timestamp", "2026-03-01T11:00:00+01:00"),
        ("verb/display", ...),
        ("object/definition", {"name": {"en": "Two"}}),
        ("object/definition", ...),
        ("context/contextActivities/parent/0/definition", ...),
        ("context/contextActivities/parent", {"id": "http://e.com/p"}),
        ("actor/member", [BEN, ANN]),
        ("context/team/member", [BEN, ANN]),
        ("actor/member/0/mbox", "mailto:ann@EXAMPLE.com"),
        ("context/registration", "12345678-1234-5678-1234-5678123456CD"),
        ("context/language", "en-us"),
        ("result/score/raw", 1.0),
        ("result/duration", "PT1.2599S"),
        ("attachments/0/sha2", "A" * 64),
    ],
)
def test_differences_that_do_not_count(path: str, new: object) -> None:
    assert same(build(), put(build(), path, new))


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("id", "12345678-1234-5678-1234-5678123456ff"),
        ("timestamp", "2026-03-01T10:00:00.001Z"),
        ("verb/id", "http://e.com/w"),
        ("object/id", "http://e.com/A"),
        ("object/objectType", "Activity"),
        ("actor/member", [ANN]),
        ("actor/member", [ANN, ANN]),
        ("actor/member/0/mbox", "mailto:Ann@example.com"),
        ("actor/name", "Team"),
        ("result", ...),
        ("result/score/raw", True),
        ("result/score/raw", 1.0000001),
        ("result/duration", "PT1.26S"),
        ("result/extensions/http:~~e.com~x", [True, 0]),
        ("context/contextActivities/parent", []),
        ("attachments", [attach("b" * 64), attach("a" * 64)]),
    ],
)
def test_differences_that_count(path: str, new: object) -> None:
    if "~" in path:
        changed = build()
        changed["result"]["extensions"]["http://e.com/x"] = new
    else:
        changed = put(build(), path, new)
    assert not same(build(), changed)


def test_a_sub_statement_is_compared_like_a_statement() -> None:
    inner = {name: part for name, part in build().items() if name != "id"} | {"objectType": "SubStatement"}
    outer = {"actor": ANN, "verb": {"id": "http://e.com/v"}, "object": inner}
    assert same(outer, put(outer, "object/object/definition", ...))
    assert same(outer, put(outer, "object/actor/member", [BEN, ANN]))
    assert not same(outer, put(outer, "object/timestamp", ...))
    assert not same(outer, put(outer, "object/object/id", "http://e.com/b"))


def test_agents_and_groups_around_are_compared_by_who_they_are() -> None:
    around = {"contextGroups": [{"objectType": "contextGroup", "group": build()["actor"]}]}
    around |= {"contextAgents": [{"objectType": "contextAgent", "agent": ANN}]}
    one = put(build(), "context", around)
    assert same(one, put(one, "context/contextGroups/0/group/member", [BEN, ANN]))
    assert not same(one, put(one, "context/contextAgents/0/agent", BEN))


@pytest.mark.parametrize(
    ("a", "b", "is_same"),
    [
        ("9007199254740993", "9007199254740992", False),
        ("9007199254740993", "9007199254740993.0", True),
        ("0.1", "0.1000", True),
        ("0.1", "0.10000000000000000001", False),
        ("1e2", "100", True),
        ("1e-9999999999999999999", "2e-9999999999999999999", False),
        ("-0", "0", True),
        ('"1"', "1", False),
        ("true", "1", False),
        ("null", "0", False),
        ("{}", "[]", False),
        ('"\\u0041"', '"A"', True),
    ],
)
def test_numbers_are_decimals(a: str, b: str, is_same: bool) -> None:
    text = '{"object":{"id":"http://e.com/a"},"result":{"extensions":{"http://e.com/x":%s}}}'
    assert same_statement((text % a).encode(), (text % b).encode()) is is_same


def test_a_signature_does_not_sign_itself() -> None:
    unsigned = put(build(), "attachments", ...)
    signed = put(build(), "attachments", [attach("c" * 64, SIGNATURE_USAGE)])
    assert same(unsigned, signed, but_signatures=True)
    assert not same(unsigned, signed)
    with_file = put(build(), "attachments", [attach("a" * 64), attach("c" * 64, SIGNATURE_USAGE)])
    assert not same(unsigned, with_file, but_signatures=True)
    assert same(put(build(), "attachments", [attach("a" * 64)]), with_file, but_signatures=True)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"1",
        b"{",
        b'"\xff"',
        b"[" * 5000,
        b'{"object":' * 90 + b'{"a":[' + b"[" * 90 + b"]" * 91 + b"}" * 91,
    ],
)
def test_what_is_no_statement_equals_none(text: bytes) -> None:
    assert not same_statement(json.dumps(build()).encode(), text)


@pytest.mark.parametrize("name", ["actor", "verb", "object", "result", "context", "timestamp", "attachments"])
@pytest.mark.parametrize(
    "odd", [None, 1, "x", [1], {"member": 1}, {"contextActivities": 1, "id": 1, "duration": 1}]
)
def test_parts_of_the_wrong_type_are_compared_too(name: str, odd: object) -> None:
    one = put(build(), name, odd)
    assert same(one, one | {"version": "1.0.0"})
    assert not same(build(), one)
