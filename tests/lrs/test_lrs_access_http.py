"""Who may, at a running server on both stores: each scope on each resource, tenants apart, keys that end."""

import json
import time
import uuid
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from served_store import Answer, ServedStore, build_statement, unique_activity, unique_agent

from payoff.statements.engines import find_engine
from payoff.statements.key_changes import FreshSecret, KeyChanges, NewKey
from payoff.statements.keys import KeyLimits
from payoff.statements.scopes import Reach, Resource, Scope, find_reach

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")


class Caller:
    """Somebody with a key of their own."""

    def __init__(self, served: ServedStore, *scopes: Scope, tenant: str = "default", **limits: Any) -> None:
        self.served = served
        new = NewKey(tenant, "test", scopes or (Scope.ALL,), limits=KeyLimits(**limits))
        self.fresh: FreshSecret = changes(served).add_key(new)
        pair = f"{self.fresh.key.key}:{self.fresh.secret}"
        self.headers = {"Authorization": "Basic " + b64encode(pair.encode()).decode()}

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> Answer:
        return self.served.request(method, path, body, params=params, headers=self.headers)

    def store(self, statement: dict[str, Any]) -> str:
        answer = self.ask("POST", "statements", statement)
        assert answer.status == 200, answer.body
        found: str = answer.json()[0]
        return found


def changes(served: ServedStore) -> KeyChanges:
    return KeyChanges(find_engine(served.store), "ann")


def add_tenant(served: ServedStore) -> str:
    return changes(served).add_tenant("t" + uuid.uuid4().hex[:12]).name


def parameters(resource: Resource, method: str, activity: str, agent: dict[str, Any]) -> dict[str, Any]:
    """What a right request of this kind needs."""
    if resource is Resource.STATE:
        return {"activityId": activity, "agent": agent, "stateId": "s"}
    if resource is Resource.ACTIVITY_PROFILE:
        return {"activityId": activity, "profileId": "p"}
    if resource is Resource.AGENT_PROFILE:
        return {"agent": agent, "profileId": "p"}
    if resource is Resource.ACTIVITIES:
        return {"activityId": activity}
    if resource is Resource.AGENTS:
        return {"agent": agent}
    return {"statementId": str(uuid.uuid4())} if method == "PUT" else {}


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_opens_what_it_says_and_nothing_else(served: ServedStore, scope: Scope) -> None:
    caller, activity, agent = Caller(served, scope), unique_activity(), unique_agent()
    for resource in Resource:
        for method in METHODS:
            if resource in (Resource.ABOUT, Resource.ACTIVITIES, Resource.AGENTS) and method in METHODS[2:]:
                continue
            if resource is Resource.STATEMENTS and method == "DELETE":
                continue
            body: Any = None
            if method in ("PUT", "POST"):
                body = build_statement(agent, activity) if resource is Resource.STATEMENTS else {"a": 1}
            answer = caller.ask(method, resource, body, **parameters(resource, method, activity, agent))
            reach = find_reach((scope,), resource, method)
            assert (answer.status == 403) == (reach is Reach.NOTHING), (resource, method, answer.status)
            assert reach is Reach.NOTHING or answer.status in (200, 204, 404, 409), (
                resource,
                method,
                answer.body,
            )
            if answer.status == 403 and method != "HEAD":
                assert b"needs the scope" in answer.body


def test_who_reads_mine_finds_what_this_key_sent(served: ServedStore) -> None:
    ann, activity = Caller(served, Scope.WRITE, Scope.READ_MINE), unique_activity()
    bob = Caller(served, Scope.WRITE, Scope.READ_MINE)
    whole = Caller(served, Scope.READ)
    of_ann = ann.store(build_statement(unique_agent(), activity))
    of_bob = bob.store(build_statement(unique_agent(), activity))

    def found(caller: Caller) -> set[str]:
        return {s["id"] for s in caller.ask("GET", "statements", activity=activity).json()["statements"]}

    assert (found(ann), found(bob), found(whole)) == ({of_ann}, {of_bob}, {of_ann, of_bob})
    assert ann.ask("GET", "statements", statementId=of_ann).status == 200
    assert ann.ask("GET", "statements", statementId=of_bob).status == 404


def test_tenants_find_nothing_of_each_other(served: ServedStore) -> None:
    ours, theirs = Caller(served), Caller(served, tenant=add_tenant(served))
    activity, agent, id = unique_activity(), unique_agent() | {"name": "Ann"}, str(uuid.uuid4())
    registration = str(uuid.uuid4())
    statement = build_statement(agent, activity, id=id, context={"registration": registration})
    statement["object"]["definition"] = {"name": {"en": "Ours"}}
    ours.store(statement)
    documents = (Resource.STATE, Resource.ACTIVITY_PROFILE, Resource.AGENT_PROFILE)
    for resource in documents:
        params = parameters(resource, "PUT", activity, agent)
        assert ours.ask("PUT", resource, b'{"ours":1}', **params).status == 204

    assert theirs.ask("GET", "statements", statementId=id).status == 404
    verb = statement["verb"]["id"]
    filters: list[dict[str, Any]] = [
        {},
        {"agent": agent},
        {"agent": agent, "related_agents": "true"},
        {"activity": activity},
        {"activity": activity, "related_activities": "true"},
        {"registration": registration},
        {"verb": verb, "ascending": "true"},
    ]
    for params in filters:
        answer = theirs.ask("GET", "statements", **params)
        assert answer.json()["statements"] == [], params
    assert b"Ours" not in theirs.ask("GET", "activities", activityId=activity).body
    assert (
        b"Ann" not in theirs.ask("GET", "agents", agent={k: v for k, v in agent.items() if k != "name"}).body
    )
    for resource in documents:
        params = parameters(resource, "GET", activity, agent)
        assert theirs.ask("GET", resource, **params).status == 404
        several = {name: value for name, value in params.items() if name not in ("stateId", "profileId")}
        assert theirs.ask("GET", resource, **several).json() == []


def test_tenants_change_nothing_of_each_other(served: ServedStore) -> None:
    ours, theirs = Caller(served), Caller(served, tenant=add_tenant(served))
    activity, agent, id = unique_activity(), unique_agent(), str(uuid.uuid4())
    ours.store(build_statement(agent, activity, id=id))
    place = parameters(Resource.STATE, "PUT", activity, agent)
    assert ours.ask("PUT", Resource.STATE, b'{"ours":1}', **place).status == 204

    other = build_statement(unique_agent(), unique_activity(), id=id)
    assert theirs.ask("POST", "statements", other).status == 200  # the same id is free in another tenant
    reference = {"objectType": "StatementRef", "id": id}
    void = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    theirs.store({"actor": agent, "verb": void, "object": reference})
    assert theirs.ask("POST", Resource.STATE, {"theirs": 1}, **place).status == 204
    assert theirs.ask("DELETE", Resource.STATE, activityId=activity, agent=agent).status == 204

    kept = ours.ask("GET", "statements", statementId=id)
    assert kept.json()["actor"]["mbox"] == agent["mbox"]
    assert [s["id"] for s in ours.ask("GET", "statements", activity=activity).json()["statements"]] == [id]
    assert ours.ask("GET", Resource.STATE, **place).body == b'{"ours":1}'
    assert theirs.ask("GET", "statements", voidedStatementId=id).status == 200


def test_a_revoked_key_stops_within_a_second(served: ServedStore) -> None:
    caller = Caller(served)
    assert caller.ask("GET", "statements", limit="1").status == 200
    changes(served).revoke_key(caller.fresh.key.key)
    revoked = time.monotonic()
    while caller.ask("GET", "statements", limit="1").status != 401:
        assert time.monotonic() - revoked < 5
    assert time.monotonic() - revoked < 1


def test_who_may_not_define_leaves_definitions_as_they_are(served: ServedStore) -> None:
    activity, reader = unique_activity(), Caller(served, Scope.READ)
    for scope, name in ((Scope.ALL, "first"), (Scope.WRITE, "second")):
        statement = build_statement(unique_agent(), activity)
        statement["object"]["definition"] = {"name": {"en": name}}
        Caller(served, scope).store(statement)
    assert reader.ask("GET", "activities", activityId=activity).json()["definition"]["name"] == {
        "en": "first"
    }
    told = reader.ask("GET", "statements", activity=activity, limit="1").json()["statements"][0]
    assert told["object"]["definition"]["name"] == {"en": "second"}  # what was sent is kept whole


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !",
        "Basic a2V5",
        "Basic /////w==",
        "Basic Og==",
        "Bearer x",
        "Bearer a.b.c",
        "x" * 20_000,
    ],
)
def test_who_is_not_known_is_told_what_to_send(served: ServedStore, header: str) -> None:
    answer = served.get("statements", headers={"Authorization": header})
    assert answer.status in (401, 400, 431) if len(header) > 10_000 else answer.status == 401
    if answer.status == 401:
        assert 'Basic realm="payoff"' in answer.headers["WWW-Authenticate"]


def test_limits_of_a_key_hold(served: ServedStore) -> None:
    slow = Caller(served, requests_per_second=1.0)
    statuses = [slow.ask("GET", "statements", limit="1") for _ in range(5)]
    late = next(answer for answer in statuses if answer.status == 429)
    assert int(late.headers["Retry-After"]) >= 1
    small = Caller(served, batch=2, body_bytes=2000)
    statement = build_statement(unique_agent(), unique_activity())
    assert small.ask("POST", "statements", [statement] * 2).status == 200
    assert small.ask("POST", "statements", [statement] * 3).status == 413
    padded = statement | {"context": {"language": "en", "platform": "x" * 2000}}
    assert small.ask("POST", "statements", padded).status == 413
    form = urlencode({"content": json.dumps(padded)}).encode()  # the limit is the content's in a form, too
    headers = {**small.headers, "X-Experience-API-Version": "1.0.3"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    inside = served.request("POST", "statements", form, params={"method": "POST"}, headers=headers)
    assert inside.status == 413, inside.body
