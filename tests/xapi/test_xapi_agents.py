"""Who somebody is: identifiers in every place an agent can stand, keys, and agents as query parameters."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xapi_bodies import ACTIVITY, ANN, BEN, TEAM, build, find_fault, read, wrap

from payoff.xapi.agents import agent_key, find_keys, read_agent, read_key
from payoff.xapi.fault import RequestError
from payoff.xapi.statement import Version

Json = dict[str, Any]
SHA1 = "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"

PLACES = {
    "$.actor": lambda agent: build(actor=agent),
    "$.object": lambda agent: build(object={"objectType": "Agent"} | agent),
    "$.authority": lambda agent: build(authority=agent),
    "$.context.instructor": lambda agent: build(context={"instructor": agent}),
    "$.context.team.member[1]": lambda agent: build(context={"team": TEAM | {"member": [ANN, agent]}}),
    "$.actor.member[0]": lambda agent: build(actor={"objectType": "Group", "member": [agent]}),
    "$.object.actor": lambda agent: wrap(build(actor=agent)),
    "$.object.context.instructor": lambda agent: wrap(build(context={"instructor": agent})),
}
FAULTS = [
    ({}, "", "Data 2.4.2.1"),
    ({"name": "Ann"}, "", "Data 2.4.2.1"),
    (ANN | BEN, "", "Data 2.4.2.1"),
    ({"mbox": "ann@example.com"}, ".mbox", "Data 2.4.2.3"),
    ({"mbox": "mailto:example.com"}, ".mbox", "Data 2.4.2.3"),
    ({"mbox": "mailto:a nn@example.com"}, ".mbox", "Data 2.4.2.3"),
    ({"mbox": 5}, ".mbox", "Data 2.4.2.3"),
    ({"mbox": None}, ".mbox", "Data 2.4.2.3"),
    ({"mbox_sha1sum": SHA1[1:]}, ".mbox_sha1sum", "Data 2.4.2.3"),
    ({"mbox_sha1sum": SHA1[1:] + "g"}, ".mbox_sha1sum", "Data 2.4.2.3"),
    ({"openid": "ann.example.com"}, ".openid", "Data 2.2"),
    ({"account": "ann"}, ".account", "Data 2.4.2.4"),
    ({"account": {"name": "ann"}}, ".account", "Data 2.4.2.4"),
    ({"account": {"homePage": "http://e.com"}}, ".account", "Data 2.4.2.4"),
    ({"account": {"homePage": "e.com", "name": "ann"}}, ".account.homePage", "Data 2.2"),
    ({"account": {"homePage": "http://e.com", "name": 7}}, ".account.name", "Data 2.2"),
    ({"account": {"homePage": "http://e.com", "name": "a", "id": 1}}, ".account.id", "Data 2.4.2.4"),
    (ANN | {"name": 5}, ".name", "Data 2.2"),
    (ANN | {"member": []}, ".member", "Data 2.4.2.1"),
    ({"Mbox": "mailto:ann@example.com"}, ".Mbox", "Data 2.4.2.1"),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("agent", "below", "rule"), FAULTS)
def test_an_agent_must_be_somebody_wherever_it_stands(place: str, agent: Json, below: str, rule: str) -> None:
    fault = find_fault(PLACES[place](agent))
    assert (fault.path, fault.rule) == (place + below, rule)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "agent", [ANN, BEN, {"mbox_sha1sum": SHA1.upper()}, {"openid": "https://ann.e.com/"}]
)
def test_each_kind_of_identifier_is_taken(place: str, agent: Json) -> None:
    assert read(PLACES[place](agent))


@pytest.mark.parametrize(
    ("group", "path", "rule"),
    [
        ({"objectType": "Group"}, "$.actor", "Data 2.4.2.2"),
        ({"objectType": "Group", "member": ANN}, "$.actor.member", "Data 2.4.2.2"),
        ({"objectType": "Group", "member": [TEAM]}, "$.actor.member[0].objectType", "Data 2.4.2.1"),
        ({"objectType": "Group"} | ANN | BEN, "$.actor", "Data 2.4.2.2"),
        ({"objectType": "group", "member": [ANN]}, "$.actor.objectType", "Data 2.4.2"),
        ({"objectType": None} | ANN, "$.actor.objectType", "Data 2.4.2"),
        ({"objectType": "Group", "members": [ANN]}, "$.actor.members", "Data 2.4.2.2"),
        ([ANN], "$.actor", "Data 2.4.2"),
        ("ann", "$.actor", "Data 2.4.2"),
    ],
)
def test_groups_keep_their_rules(group: object, path: str, rule: str) -> None:
    fault = find_fault(build(actor=group))
    assert (fault.path, fault.rule) == (path, rule)


@pytest.mark.parametrize("group", [TEAM, TEAM | ANN, {"objectType": "Group", "name": "x"} | BEN])
def test_groups_may_be_anonymous_or_identified(group: Json) -> None:
    assert read(build(actor=group, object=group, context={"team": group, "instructor": group}))


@pytest.mark.parametrize(
    "authority",
    [
        TEAM | ANN,
        {"objectType": "Group", "member": [ANN, ANN]},
        {"objectType": "Group", "member": [BEN]},
        {"objectType": "Group", "member": [BEN, ANN, ANN]},
        {"objectType": "Group", "member": []},
    ],
)
def test_an_authority_is_an_agent_or_an_application_with_its_user(authority: Json) -> None:
    assert find_fault(build(authority=authority)).path == "$.authority"


KEYS = [
    (ANN, "mbox mailto:ann@example.com"),
    ({"mbox": "mailto:Ann@EXAMPLE.com", "name": "Ann"}, "mbox mailto:Ann@example.com"),
    ({"mbox_sha1sum": SHA1.upper()}, f"mbox_sha1sum {SHA1}"),
    ({"openid": "https://Ann.e.com/"}, "openid https://Ann.e.com/"),
    (BEN, "account http://example.com ben"),
    ({"account": {"homePage": "http://e.com", "name": "a%00 b"}}, "account http://e.com a%00 b"),
    ({"account": {"homePage": "http://e.com", "name": "a%\0b"}}, "account-escaped http://e.com a%25%00b"),
]


@pytest.mark.parametrize(("agent", "key"), KEYS)
def test_a_key_is_one_text_for_one_identifier(agent: Json, key: str) -> None:
    assert agent_key(agent) == key
    assert agent_key(read_key(key)) == key


@given(st.text(max_size=8), st.text(max_size=8))
def test_accounts_have_one_key_only_where_they_are_one(one: str, other: str) -> None:
    agents = [{"account": {"homePage": "http://e.com", "name": name}} for name in (one, other)]
    keys = [agent_key(agent) for agent in agents]
    assert (keys[0] == keys[1]) == (one == other)
    assert [read_key(key) for key in keys] == agents
    assert "\0" not in "".join(keys)


def test_a_group_is_found_by_itself_and_by_its_members() -> None:
    assert find_keys(ANN) == [agent_key(ANN)]
    assert find_keys(TEAM | {"member": [ANN, BEN, ANN]}) == [agent_key(ANN), agent_key(BEN)]
    assert find_keys({"objectType": "Group", "member": [BEN]} | ANN) == [agent_key(ANN), agent_key(BEN)]


@pytest.mark.parametrize("version", list(Version))
def test_an_agent_in_a_query_is_read_to_its_key(version: Version) -> None:
    assert read_agent(json.dumps(BEN | {"name": "Ben"}), version) == agent_key(BEN)
    assert read_agent(json.dumps(TEAM | ANN), version) == agent_key(ANN)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("ann", "agent"),
        ("", "agent"),
        ("[]", "agent"),
        ("\udc80", "agent"),
        ('{"mbox":"\udc80"}', "agent"),
        (json.dumps(ANN | BEN), "agent"),
        (json.dumps(TEAM), "agent"),
        (json.dumps({"mbox": "x"}), "agent.mbox"),
        (json.dumps(ACTIVITY), "agent.id"),
        ('{"mbox":"mailto:a@e.com","mbox":"mailto:b@e.com"}', "agent.mbox"),
        ("[" * 100_000, "agent"),
    ],
)
def test_what_is_no_agent_in_a_query_is_refused(text: str, path: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_agent(text, Version.V1)
    assert (caught.value.status, caught.value.faults[0].path) == (400, path)
