"""State and profiles, agents and activities, over the application."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha1
from typing import Any

import pytest
from in_process import KEY, SECRET, InProcess, open_store
from postgres_server import fresh_database
from served_store import build_statement, unique_activity, unique_agent

from payoff.apps.lrs.settings import Settings
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.work import Outcome, PutDocument

SETTINGS = Settings("", dev_key=(KEY, SECRET))
PLACES = ("activities/state", "activities/profile", "agents/profile")


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    path = tmp_path_factory.mktemp("records") / "records.db"
    with open_store(replace(SETTINGS, store=str(path))) as opened:
        yield opened


@pytest.fixture(scope="module")
def on_postgres(postgres_server_url: str) -> Iterator[InProcess]:
    with fresh_database(postgres_server_url) as url, open_store(replace(SETTINGS, store=url)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def lrs(request: pytest.FixtureRequest) -> InProcess:
    """One store for all tests of the file, each with owners of its own."""
    found = request.getfixturevalue(f"on_{request.param}")
    assert isinstance(found, InProcess)
    found.version = "2.0.0"
    return found


def place(resource: str, id: str | None = "one") -> dict[str, Any]:
    """Parameters of a document nobody else writes."""
    owner: dict[str, Any] = {}
    if resource != "agents/profile":
        owner["activityId"] = unique_activity()
    if resource != "activities/profile":
        owner["agent"] = unique_agent()
    named = "stateId" if resource == "activities/state" else "profileId"
    return owner if id is None else {**owner, named: id}


@pytest.mark.parametrize("resource", PLACES)
def test_a_document_is_served_as_it_came(lrs: InProcess, resource: str) -> None:
    where, body = place(resource), bytes(range(256))
    headers = {"content-type": "image/png", "if-none-match": "*"}
    assert lrs.put(resource, body, headers=headers, **where).status == 204
    answer = lrs.get(resource, **where)
    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"] == f'"{sha1(body, usedforsecurity=False).hexdigest()}"'
    assert answer.headers["last-modified"].endswith("GMT")
    head = lrs.request("HEAD", resource, params=where)
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", answer.headers["etag"])


@pytest.mark.parametrize("resource", PLACES)
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_replacing_needs_the_etag_of_what_is_there(lrs: InProcess, resource: str, version: str) -> None:
    lrs.version = version
    where = place(resource)
    fresh = lrs.put(resource, {"n": 1}, **where)
    if version == "1.0.3" and resource != "activities/state":
        assert fresh.status == 400  # 1.0.3: a profile is never put without a precondition
        assert lrs.get(resource, **where).status == 404
        fresh = lrs.put(resource, {"n": 1}, headers={"if-none-match": "*"}, **where)
    assert fresh.status == 204
    bare = lrs.put(resource, {"n": 2}, **where)
    if version == "1.0.3" and resource == "activities/state":
        assert bare.status == 204
    else:
        assert bare.status == 409
        assert "If-Match" in bare.body.decode()
    etag = lrs.get(resource, **where).headers["etag"]
    assert lrs.put(resource, {"n": 3}, headers={"if-match": '"0000"'}, **where).status == 412
    assert lrs.put(resource, {"n": 3}, headers={"if-none-match": "*"}, **where).status == 412
    assert lrs.put(resource, {"n": 3}, headers={"if-match": etag}, **where).status == 204
    assert lrs.get(resource, **where).json() == {"n": 3}


@pytest.mark.parametrize("resource", PLACES)
def test_posting_merges_objects_and_nothing_else(lrs: InProcess, resource: str) -> None:
    where = place(resource)
    assert lrs.post(resource, {"a": 1, "b": {"c": 1}}, **where).status == 204
    assert lrs.post(resource, {"b": {"d": 2}}, **where).status == 204
    assert lrs.get(resource, **where).json() == {"a": 1, "b": {"d": 2}}
    assert lrs.post(resource, [1], **where).status == 400
    assert lrs.post(resource, b"text", headers={"content-type": "text/plain"}, **where).status == 400
    assert lrs.get(resource, **where).json() == {"a": 1, "b": {"d": 2}}


@pytest.mark.parametrize("resource", PLACES)
def test_ids_are_listed_and_documents_deleted(lrs: InProcess, resource: str) -> None:
    where = place(resource, id=None)
    named = "stateId" if resource == "activities/state" else "profileId"
    for id in ("a", "b"):
        assert lrs.post(resource, {}, **{**where, named: id}).status == 204
    assert sorted(lrs.get(resource, **where).json()) == ["a", "b"]
    assert lrs.get(resource, **where, since="2126-01-01T00:00:00Z").json() == []
    assert lrs.request("DELETE", resource, params={**where, named: "a"}).status == 204
    assert lrs.get(resource, **where).json() == ["b"]
    assert lrs.get(resource, **{**where, named: "a"}).status == 404
    everything = lrs.request("DELETE", resource, params=where)
    assert everything.status == (204 if resource == "activities/state" else 400)


def test_thirty_merges_at_once_keep_thirty_keys(lrs: InProcess) -> None:
    where = place("activities/state")
    statuses = []

    def merge(n: int) -> None:
        statuses.append(lrs.post("activities/state", {f"k{n}": n}, **where).status)

    threads = [threading.Thread(target=merge, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 30
    assert len(lrs.get("activities/state", **where).json()) == 30


def test_an_agent_is_a_person_with_the_names_seen(lrs: InProcess) -> None:
    agent = unique_agent()
    lrs.post("statements", build_statement({**agent, "name": "Ann"}, unique_activity()))
    told = lrs.get("agents", agent=agent).json()
    assert told == {"objectType": "Person", "name": ["Ann"], "mbox": [agent["mbox"]]}


def test_an_activity_is_told_with_its_definition(lrs: InProcess) -> None:
    activity = unique_activity()
    assert lrs.get("activities", activityId=activity).json() == {"objectType": "Activity", "id": activity}
    sent = build_statement(unique_agent(), activity)
    sent["object"]["definition"] = {"name": {"en": "Hello", "de": "Hallo"}}
    lrs.post("statements", sent)
    assert lrs.get("activities", activityId=activity).json() == {"objectType": "Activity", **sent["object"]}


@pytest.mark.parametrize(
    ("resource", "wrong"),
    [
        ("activities/state", {"agent": None}),
        ("activities/state", {"activityId": "no iri"}),
        ("activities/state", {"registration": "1"}),
        ("activities/profile", {"stateId": "x"}),
        ("agents/profile", {"agent": json.dumps({"mbox": "nobody"})}),
        ("agents/profile", {"since": "2026-01-01T00:00:00Z"}),
    ],
)
def test_wrong_parameters_write_nothing(lrs: InProcess, resource: str, wrong: dict[str, Any]) -> None:
    where = {k: v for k, v in {**place(resource), **wrong}.items() if v is not None}
    assert lrs.post(resource, {}, **where).status == 400


@pytest.mark.parametrize("stored", ["text/plain\r\nset-cookie: a=b", "text/\u4e2d"])
def test_a_content_type_that_no_header_can_hold_is_not_sent(lrs: InProcess, stored: str) -> None:
    service = lrs.application.service
    assert service is not None
    where = place("activities/profile")
    lies_at = DocumentPlace(1, DocumentKind.ACTIVITY_PROFILE, where["activityId"])
    change = PutDocument(lies_at, where["profileId"], stored, b"x", Precondition())
    assert lrs.run(service.write(change)).outcome is Outcome.STORED
    answer = lrs.get("activities/profile", **where)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert "set-cookie" not in answer.headers
