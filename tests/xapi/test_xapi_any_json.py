"""Whatever is sent: statements, or a refusal; and what was taken can be taken again."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from xapi_bodies import ACTIVITY, ANN, ATTACHMENT, BEN, ID, REFERENCE, TEAM, VERB, VOIDED, Json, build, wrap

from payoff.xapi.equality import same_statement
from payoff.xapi.fault import RequestError
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Statement, Version

versions = st.sampled_from(list(Version))
FULL: Json = build(
    id=ID,
    actor=TEAM,
    object=ACTIVITY
    | {"definition": {"name": {"en": "x"}, "interactionType": "choice", "choices": [{"id": "a"}]}},
    result={"score": {"scaled": 0.5, "raw": 1, "min": 0, "max": 2}, "duration": "PT1S", "success": True},
    context={
        "registration": ID,
        "instructor": BEN,
        "team": TEAM,
        "language": "en",
        "statement": REFERENCE,
        "contextActivities": {"parent": [ACTIVITY], "other": ACTIVITY},
        "extensions": {"http://e.com/x": {"a": [1, None]}},
        "contextAgents": [{"objectType": "contextAgent", "agent": ANN, "relevantTypes": ["urn:t"]}],
    },
    attachments=[ATTACHMENT],
    timestamp="2026-01-01T00:00:00Z",
    authority=ANN,
)
FULL_WITHIN: Json = wrap({name: FULL[name] for name in FULL.keys() - {"id", "authority"}})
NAMES = sorted(
    {
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "id",
        "objectType",
        "definition",
        "member",
        "mbox",
        "account",
    }
    | {
        "homePage",
        "name",
        "display",
        "score",
        "scaled",
        "contextActivities",
        "parent",
        "extensions",
        "attachments",
    }
    | {"sha2", "contextAgents", "agent", "urn:x", "en", "timestamp", "choices", "interactionType", "team"}
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["Agent", "Group", "SubStatement", "StatementRef", "urn:x", ID, "en", VOIDED["id"], "1.0.0"]
    )
)
parts = st.sampled_from([ANN, BEN, TEAM, VERB, VOIDED, ACTIVITY, REFERENCE, ATTACHMENT])
values = st.recursive(
    scalars | parts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


def try_to_read(body: bytes, version: Version) -> bool:
    """Whether it is taken; a refusal must be a 400 with a place, words and a rule."""
    try:
        statements, _ = read_statements(body, version)
    except RequestError as error:
        refusal = error
    else:
        return check_taken(statements, body, version)
    assert refusal.status == 400
    assert all(fault.path.startswith("$") and fault.what and fault.rule for fault in refusal.faults)
    return False


def check_taken(statements: list[Statement], body: bytes, version: Version) -> bool:
    """What was taken stands in the body and is taken again, found by the same terms."""
    for statement in statements:
        assert statement.raw in body
        assert same_statement(statement.raw, statement.raw + b" ")
        ((again,), _) = read_statements(statement.raw, version)
        assert (again.terms, again.definitions, again.has) == (
            statement.terms,
            statement.definitions,
            statement.has,
        )
    return True


def find_places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a value with each of its names or numbers."""
    places: list[tuple[Any, Any]] = []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        places += [(value, name), *find_places(part)]
    return places


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), versions)
def test_any_bytes(body: bytes, version: Version) -> None:
    try_to_read(body, version)


@settings(max_examples=100, deadline=None)
@given(values, versions)
def test_any_json(value: object, version: Version) -> None:
    try_to_read(json.dumps(value).encode(), version)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([FULL, FULL_WITHIN]),
    st.integers(min_value=0),
    values,
    st.sampled_from(["replace", "add", "drop"]),
    versions,
)
def test_a_statement_with_one_place_changed(
    full: Json, at: int, new: object, how: str, version: Version
) -> None:
    value = copy.deepcopy(full)
    places = find_places(value)
    container, name = places[at % len(places)]
    if how == "drop":
        del container[name]
    elif how == "add" and isinstance(container, dict):
        container[NAMES[at % len(NAMES)]] = new
    else:
        container[name] = new
    try_to_read(json.dumps([value]).encode(), version)


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0), st.binary(min_size=1, max_size=3))
def test_a_statement_with_some_bytes_overwritten(at: int, noise: bytes) -> None:
    body = json.dumps(FULL).encode()
    place = at % len(body)
    try_to_read(body[:place] + noise + body[place + len(noise) :], Version.V2)


def test_the_statements_to_be_changed_are_right() -> None:
    assert try_to_read(json.dumps(FULL).encode(), Version.V2)
    assert try_to_read(json.dumps(FULL_WITHIN).encode(), Version.V2)
    assert not try_to_read(json.dumps(FULL).encode(), Version.V1)
