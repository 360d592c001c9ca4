"""Query parameters: read where they are right, refused by name where they are not."""

import contextlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi import parameters
from payoff.xapi.fault import RequestError
from payoff.xapi.parameters import AFTER, DocumentQuery, Format, StatementsQuery
from payoff.xapi.statement import Term, TermKind, Version

ID = UUID("fd41c918-b88b-4b20-a0a5-a4c32391aaa0")
ANN = json.dumps({"mbox": "mailto:ann@example.com"})
ANN_KEY = "mbox mailto:ann@example.com"
COURSE = "http://example.com/course"


def read(**query: str) -> StatementsQuery:
    return parameters.read_statements_query(query, Version.V1)


def refused(act: Callable[..., object], name: str, *given: Any) -> None:
    with pytest.raises(RequestError) as caught:
        act(*given)
    assert caught.value.status == 400
    assert caught.value.faults[0].path.startswith(name)


def test_nothing_asked_is_everything() -> None:
    assert read() == StatementsQuery(format=Format.EXACT, limit=0)


def test_all_filters_of_statements() -> None:
    registration = str(ID).upper()
    found = read(
        agent=ANN, verb="http://v/did", activity=COURSE, registration=registration, related_agents="true",
        since="2026-11-22T12:00:00.0000019Z", until="2026-11-22T13:00:00+01:00", limit="7", ascending="true",
        attachments="true", format="canonical",
    )  # fmt: skip
    assert found.terms == (
        Term(TermKind.ANY_AGENT, ANN_KEY),
        Term(TermKind.VERB, "http://v/did"),
        Term(TermKind.ACTIVITY, COURSE),
        Term(TermKind.REGISTRATION, str(ID)),
    )
    noon_us = 1_795_348_800_000_000
    assert (found.since_us, found.until_us, found.limit) == (noon_us + 1, noon_us, 7)
    assert (found.ascending, found.attachments, found.format) == (True, True, Format.CANONICAL)


def test_related_activities_look_everywhere() -> None:
    assert read(activity=COURSE, related_activities="true").terms == (Term(TermKind.ANY_ACTIVITY, COURSE),)
    assert read(related_activities="true", related_agents="false").terms == ()


@pytest.mark.parametrize("name", ["statementId", "voidedStatementId"])
def test_one_statement_by_its_id(name: str) -> None:
    found = read(**{name: str(ID)}, attachments="true", format="ids")
    assert ID.bytes in (found.statement_id, found.voided_statement_id)
    for other in ("limit", "since", "agent", "ascending", "related_agents", AFTER):
        refused(parameters.read_statements_query, other, {name: str(ID), other: "x"}, Version.V1)


def test_an_id_and_a_voided_id_may_not_stand_together() -> None:
    refused(lambda: read(statementId=str(ID), voidedStatementId=str(ID)), "voidedStatementId")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("statementId", "1"), ("voidedStatementId", "{" + str(ID) + "}"), ("registration", str(ID)[:-1])),
        *(("registration", ""), ("verb", "did"), ("activity", ""), ("agent", "ann"), ("agent", "{}")),
        *(("agent", '{"objectType":"Group","member":[]}'), ("related_agents", "True"), ("ascending", "1")),
        *(("attachments", ""), ("limit", "-1"), ("limit", "1.0"), ("limit", "١"), ("limit", "9" * 19)),
        *(
            ("limit", ""),
            ("format", "Exact"),
            ("format", ""),
            ("since", "yesterday"),
            ("until", "2026-11-22"),
        ),
        *(("since", "2026-11-22T12:00:00-00:00"), ("StatementId", str(ID)), ("Limit", "1"), ("foo", "bar")),
        *((AFTER, "x"), ("", ""), ("method", "GET")),
    ],
)
def test_wrong_parameters_are_refused_by_name(name: str, value: str) -> None:
    refused(lambda: read(**{name: value}), name)


def test_a_name_in_the_wrong_case_is_answered_with_the_right_one() -> None:
    with pytest.raises(RequestError, match="it is written statementId"):
        read(statementid=str(ID))


def test_a_plus_sign_that_was_not_escaped() -> None:
    query = parameters.read_query(b"since=2026-11-22T13:00:00+01:00")
    assert read(**query).since_us == 1_795_348_800_000_000


def test_a_query_string_is_read_as_forms_are() -> None:
    text = b"agent=%7B%22mbox%22%3A%22mailto%3Aa%2Bb@x.y%22%7D&&limit=1&name=a+b%C3%A9"
    assert parameters.read_query(text) == {"agent": '{"mbox":"mailto:a+b@x.y"}', "limit": "1", "name": "a bé"}
    assert parameters.read_query(b"") == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"limit=1&limit=1", "limit"),
        (b"limit=1&%6Cimit=2", "limit"),
        (b"agent=%FF", "agent"),
        (b"%ED%A0%80=1", ""),
        (b"stateId=a%00b", "stateId"),
        (b"&".join(b"p%d=" % i for i in range(65)), ""),
    ],
)
def test_query_strings_that_mean_more_than_one_thing_are_refused(text: bytes, name: str) -> None:
    refused(lambda: parameters.read_query(text), name)


@given(st.binary(max_size=60) | st.text(alphabet="limtsnceagn=&%+0AFé", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    with contextlib.suppress(RequestError):
        query = parameters.read_query(text)
        for version in Version:
            with contextlib.suppress(RequestError):
                parameters.read_statements_query(query, version)


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=10))
def test_what_the_standard_library_writes_is_read_back(query: dict[str, str]) -> None:
    if "\0" not in "".join([*query, *query.values()]):
        assert parameters.read_query(urlencode(query).encode()) == query


VALUES: dict[str, st.SearchStrategy[str]] = {
    "statementId": st.just(str(ID)) | st.text(max_size=5),
    "agent": st.just(ANN) | st.text(max_size=30) | st.recursive(st.none(), st.lists).map(json.dumps),
    "activityId": st.just(COURSE) | st.text(max_size=9),
    "stateId": st.text(max_size=4),
    "profileId": st.text(max_size=4),
    "registration": st.just(str(ID)) | st.text(max_size=4),
    "since": st.datetimes().map(str) | st.text(max_size=9),
    "limit": st.integers().map(str),
}


@given(st.fixed_dictionaries({}, optional=VALUES), st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE"]))
def test_every_resource_reads_or_refuses_any_query(query: dict[str, str], method: str) -> None:
    readers: list[Callable[[], Any]] = [
        lambda: parameters.read_statements_query(query, Version.V2),
        lambda: parameters.read_statement_id(query),
        lambda: parameters.read_nothing(query),
        lambda: parameters.read_state_query(query, Version.V1, method),
        lambda: parameters.read_activity_profile_query(query, method),
        lambda: parameters.read_agent_profile_query(query, Version.V2, method),
        lambda: parameters.read_agent_query(query, Version.V1),
        lambda: parameters.read_activity_query(query),
    ]
    for reader in readers:
        with contextlib.suppress(RequestError):
            reader()


def test_put_of_a_statement_needs_its_id_and_nothing_else() -> None:
    assert parameters.read_statement_id({"statementId": str(ID)}) == ID.bytes
    refused(lambda: parameters.read_statement_id({}), "statementId")
    refused(lambda: parameters.read_statement_id({"statementId": str(ID), "limit": "1"}), "limit")


def test_post_of_statements_takes_no_parameters() -> None:
    parameters.read_nothing({})
    refused(lambda: parameters.read_nothing({"method": "PUT"}), "method")


def test_state_names_a_document_or_all() -> None:
    place = {"activityId": COURSE, "agent": ANN}
    one = {**place, "registration": str(ID), "stateId": "bookmark"}
    assert parameters.read_state_query(one, Version.V1, "PUT") == DocumentQuery(
        COURSE, ANN_KEY, str(ID), "bookmark", None
    )
    assert parameters.read_state_query(place, Version.V2, "DELETE").id is None
    since = {**place, "since": "1970-01-01T00:00:01Z"}
    assert parameters.read_state_query(since, Version.V1, "GET").since_us == 1_000_000
    refused(lambda: parameters.read_state_query(since, Version.V1, "DELETE"), "since")
    refused(lambda: parameters.read_state_query(place, Version.V1, "POST"), "stateId")
    refused(lambda: parameters.read_state_query({**place, "stateId": ""}, Version.V1, "GET"), "stateId")
    for name in place:
        rest = {other: value for other, value in one.items() if other != name}
        refused(parameters.read_state_query, name, rest, Version.V1, "GET")


def test_profiles_name_a_document_except_when_read() -> None:
    assert parameters.read_activity_profile_query({"activityId": COURSE}, "GET") == DocumentQuery(COURSE)
    named = {"agent": ANN, "profileId": "p"}
    assert parameters.read_agent_profile_query(named, Version.V1, "PUT") == DocumentQuery(
        agent=ANN_KEY, id="p"
    )
    since = {**named, "since": "1970-01-01T00:00:01Z"}
    for method in ("PUT", "POST", "DELETE"):
        refused(parameters.read_activity_profile_query, "profileId", {"activityId": COURSE}, method)
        refused(parameters.read_agent_profile_query, "since", since, Version.V1, method)
    refused(lambda: parameters.read_activity_profile_query({**named, "activityId": COURSE}, "GET"), "agent")


def test_agents_and_activities_need_their_one_parameter() -> None:
    assert parameters.read_agent_query({"agent": ANN}, Version.V1) == ANN_KEY
    assert parameters.read_activity_query({"activityId": COURSE}) == COURSE
    refused(lambda: parameters.read_agent_query({}, Version.V1), "agent")
    refused(lambda: parameters.read_activity_query({"activityId": "course"}), "activityId")


def test_more_asks_the_same_question_from_where_the_page_ended() -> None:
    query = {"agent": ANN, "format": "ids", "limit": "5", AFTER: "3"}
    text = parameters.write_more_query(query, 1_795_348_800_000_001)
    assert dict(parse_qsl(text)) == {**query, AFTER: "1795348800000001"}
    assert read(**parameters.read_query(text.encode())).after_us == 1_795_348_800_000_001


def test_a_number_that_is_too_large_is_told_so() -> None:
    with pytest.raises(RequestError, match="limit: is too large: 9223372036854775807 at most"):
        parameters.read_statements_query({"limit": "9" * 20}, Version.V2)
    assert parameters.read_statements_query({"limit": "0" * 30 + "7"}, Version.V2).limit == 7
