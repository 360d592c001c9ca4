"""Objects that answer GET /agents, /activities and /about, and what is known of an activity."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.about import write_about
from payoff.xapi.agents import agent_key
from payoff.xapi.known_activities import merge_definition, write_activity
from payoff.xapi.persons import write_person


def merge(known: Any, told: Any) -> Any:
    return json.loads(merge_definition(json.dumps(known).encode(), json.dumps(told).encode()))


@pytest.mark.parametrize(
    "identity",
    [
        {"mbox": "mailto:ann@example.com"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "http://ann.example.com"},
        {"account": {"homePage": "http://h", "name": "Rick James"}},
    ],
)
def test_a_person_holds_the_identifier_asked_for_in_an_array(identity: dict[str, Any]) -> None:
    person = json.loads(
        write_person(agent_key(identity), ["Ann", "A."], json.dumps({**identity, "name": "Ann"}))
    )
    ((kind, value),) = identity.items()
    assert person == {"objectType": "Person", "name": ["Ann", "A."], kind: [value]}


def test_a_person_nobody_spoke_of() -> None:
    key = agent_key({"openid": "http://x"})
    assert json.loads(write_person(key, [])) == {"objectType": "Person", "openid": ["http://x"]}
    assert json.loads(write_person(key, [], '{"openid":"http://x","name":"X"}'))["name"] == ["X"]


def test_about_names_versions_and_extensions() -> None:
    assert json.loads(write_about()) == {"version": ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"]}
    about = json.loads(write_about(["1.0.1"], {"http://x/e": 1}))
    assert about == {"version": ["1.0.1"], "extensions": {"http://x/e": 1}}


def test_an_activity_with_and_without_definition() -> None:
    assert json.loads(write_activity('http://a/"', None)) == {"objectType": "Activity", "id": 'http://a/"'}
    definition = b'{"extensions":{"http://e":12345678901234567890}}'
    assert definition in write_activity("http://a", definition)


def test_languages_and_extensions_add_up_and_the_later_wins() -> None:
    known = {"name": {"en": "a", "de": "b"}, "type": "http://t/1", "extensions": {"http://e/1": 1}}
    told = {
        "name": {"fr": "c", "de": "d"},
        "type": "http://t/2",
        "extensions": {"http://e/2": 2},
        "moreInfo": "http://m",
    }
    assert merge(known, told) == {
        "name": {"en": "a", "de": "d", "fr": "c"},
        "type": "http://t/2",
        "extensions": {"http://e/1": 1, "http://e/2": 2},
        "moreInfo": "http://m",
    }


def test_components_of_the_same_ids_add_up_their_languages() -> None:
    known = {
        "choices": [{"id": "1", "description": {"en": "one"}}, {"id": "2", "description": {"en": "two"}}]
    }
    told = {"choices": [{"id": "2", "description": {"fr": "deux"}}, {"id": "1"}]}
    assert merge(known, told)["choices"] == [
        {"id": "2", "description": {"en": "two", "fr": "deux"}},
        {"id": "1", "description": {"en": "one"}},
    ]


def test_components_of_other_ids_replace_the_earlier() -> None:
    told = {"choices": [{"id": "2"}], "correctResponsesPattern": ["2"]}
    assert merge({"choices": [{"id": "1"}], "correctResponsesPattern": ["1"]}, told) == told


maps = st.dictionaries(st.sampled_from(["en", "fr"]), st.sampled_from(["a", "b"]))
components = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("12")}, optional={"description": maps}),
    unique_by=lambda c: str(c["id"]),
)
definitions = st.fixed_dictionaries(
    {}, optional={"name": maps, "choices": components, "type": st.sampled_from("xy"), "extensions": maps}
)


@given(definitions, definitions, st.sampled_from([None, 1]))
def test_what_is_known_already_changes_no_byte(known: Any, told: Any, indent: int | None) -> None:
    first, second = json.dumps(known, indent=indent).encode(), json.dumps(told).encode()
    merged = merge_definition(first, second)
    assert merge_definition(merged, second) == merged
    assert (
        merge_definition(first, first)
        == merge_definition(first, b"")
        == merge_definition(b"", first)
        == first
    )
    assert merge_definition(first, json.dumps(known).encode()) == first


@given(definitions, definitions)
def test_nothing_of_the_later_is_lost(known: Any, told: Any) -> None:
    merged = merge(known, told)
    assert merged.keys() == known.keys() | told.keys()
    for name in ("name", "extensions"):
        assert merged.get(name, {}) == known.get(name, {}) | told.get(name, {})
