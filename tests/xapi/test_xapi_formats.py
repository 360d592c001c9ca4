"""A statement as served: exact text with what the store knows, and reduced to identifiers."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.formats import write_exact, write_ids
from payoff.xapi.statement import Sets

ID = UUID("fd41c918-b88b-4b20-a0a5-a4c32391aaa0")
STORED_US = 1_795_348_800_123_456
STORED = "2026-11-22T12:00:00.123456Z"
KEY = b'{"account":{"homePage":"https://lrs.example","name":"key"}}'


def exact(raw: bytes, has: Sets = Sets.NONE, version: str = "1.0.3") -> bytes:
    return write_exact(raw, has, ID.bytes, STORED_US, version, KEY)


def statement(**members: Any) -> bytes:
    plain = {
        "actor": {"mbox": "mailto:a@example.com", "name": "Ann", "objectType": "Agent"},
        "verb": {"id": "http://example.com/did", "display": {"en": "did"}},
        "object": {
            "id": "http://example.com/it",
            "objectType": "Activity",
            "definition": {"name": {"en": "it"}},
        },
    }
    return json.dumps(plain | members).encode()


def test_what_the_text_lacks_is_spliced_in_and_the_rest_stays_byte_for_byte() -> None:
    raw = (
        b' { "verb" : {"id":"http:\\/\\/x"} , "result":{"score":{"raw":1234567890123456789.10}},"b":1e400 }\n'
    )
    served = exact(raw)
    assert served.startswith(raw.rstrip()[:-1])
    whole = json.loads(served)
    assert whole["id"] == str(ID)
    assert whole["stored"] == whole["timestamp"] == STORED
    assert whole["version"] == "1.0.0"
    assert whole["authority"] == json.loads(KEY)


def test_a_statement_of_2_0_without_version_gets_2_0_0() -> None:
    assert json.loads(exact(statement(), version="2.0.0"))["version"] == "2.0.0"


def test_what_the_sender_set_stays() -> None:
    own = {"id": str(ID).upper(), "timestamp": "2020-01-01T00:00:00+01:00", "version": "1.0.2"}
    served = exact(statement(**own), Sets.ID | Sets.TIMESTAMP | Sets.VERSION)
    assert served.count(b'"id"') == statement(**own).count(b'"id"')
    assert {name: json.loads(served)[name] for name in own} == own


def test_stored_and_authority_of_the_sender_are_replaced_and_nothing_else_touched() -> None:
    result = b'{"extensions" : {"http://x/e": [1.0, 9007199254740993,\t"\\u00e9"]}}'
    raw = b'{"stored":"2001-01-01T00:00:00Z","result":' + result + b',"authority":{"mbox":"mailto:me@x.y"}}'
    served = exact(raw, Sets.STORED | Sets.AUTHORITY)
    assert result in served
    assert served.count(b'"stored"') == served.count(b'"authority"') == 1
    assert json.loads(served)["stored"] == STORED
    assert json.loads(served)["authority"] == json.loads(KEY)


@pytest.mark.parametrize("name", ["parent", "grouping", "category", "other"])
@pytest.mark.parametrize("inner", [False, True])
def test_a_single_context_activity_is_served_in_an_array(name: str, inner: bool) -> None:
    context = {"contextActivities": {name: {"id": "http://x/p"}}}
    raw = statement(
        object={"objectType": "SubStatement", "context": context} if inner else {"id": "http://x"}
    )
    raw = raw if inner else statement(context=context)
    whole = json.loads(exact(raw))
    held = (whole["object"] if inner else whole)["context"]["contextActivities"]
    assert held == {name: [{"id": "http://x/p"}]}


def test_a_single_context_activity_under_an_escaped_name_is_found_too() -> None:
    raw = b'{"context":{"\\u0063ontextActivities":{"other":{"id":"http://x"}}}}'
    assert json.loads(exact(raw))["context"]["contextActivities"]["other"] == [{"id": "http://x"}]


def test_arrays_of_context_activities_are_left_alone() -> None:
    raw = b'{"context":{"contextActivities":{"other":[ {"id":"http://x"} ]}}}'
    assert exact(raw).startswith(raw[:-1])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["verb", "result", "stored", "authority"]), json_values), json_values)
def test_every_other_member_comes_back_equal(some: dict[str, Any], actor: Any) -> None:
    members = some | {"actor": actor}
    has = Sets.STORED if "stored" in members else Sets.NONE
    has |= Sets.AUTHORITY if "authority" in members else Sets.NONE
    whole = json.loads(exact(json.dumps(members).encode(), has))
    kept = {name: value for name, value in members.items() if name not in ("stored", "authority")}
    assert {name: whole[name] for name in kept} == kept


def test_ids_keep_only_what_identifies() -> None:
    group = {
        "objectType": "Group",
        "mbox": "mailto:g@example.com",
        "name": "G",
        "member": [{"openid": "http://o"}],
    }
    inner = json.loads(statement(objectType="SubStatement", actor=group))
    team = {"objectType": "Group", "name": "T", "member": [{"name": "B", "openid": "http://o/b"}]}
    context = {
        "team": team,
        "instructor": {"name": "I", "account": {"homePage": "http://h", "name": "i"}},
        "contextActivities": {"parent": [{"id": "http://p", "definition": {}}], "other": []},
        "contextAgents": [{"objectType": "contextAgent", "agent": {"name": "C", "mbox": "mailto:c@x.y"}}],
        "contextGroups": [{"objectType": "contextGroup", "group": team, "relevantTypes": ["http://t"]}],
        "extensions": {"http://e": {"name": "stays"}},
    }
    whole = json.loads(write_ids(exact(statement(object=inner, context=context))))
    assert whole["actor"] == {"mbox": "mailto:a@example.com", "objectType": "Agent"}
    assert whole["verb"] == {"id": "http://example.com/did"}
    assert whole["object"]["actor"] == {"objectType": "Group", "mbox": "mailto:g@example.com"}
    assert whole["object"]["object"] == {"id": "http://example.com/it"}
    assert whole["context"]["team"] == {"objectType": "Group", "member": [{"openid": "http://o/b"}]}
    assert whole["context"]["instructor"] == {"account": {"homePage": "http://h", "name": "i"}}
    assert whole["context"]["contextActivities"] == {"parent": [{"id": "http://p"}], "other": []}
    assert whole["context"]["contextAgents"][0]["agent"] == {"mbox": "mailto:c@x.y"}
    assert whole["context"]["contextGroups"][0]["group"] == whole["context"]["team"]
    assert whole["context"]["extensions"] == {"http://e": {"name": "stays"}}
    assert whole["stored"] == STORED


def test_ids_of_an_agent_object_and_of_a_reference() -> None:
    agent = {"objectType": "Agent", "name": "Z", "mbox_sha1sum": "a" * 40}
    reference = {"objectType": "StatementRef", "id": str(ID)}
    assert json.loads(write_ids(statement(object=agent)))["object"] == {
        "objectType": "Agent",
        "mbox_sha1sum": "a" * 40,
    }
    assert json.loads(write_ids(statement(object=reference)))["object"] == reference
