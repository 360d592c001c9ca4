"""Reading the body of a request that brings statements: text, ids, what the record store learns of each."""

import json
from typing import Any

import pytest

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Sets, Version

STATEMENT: dict[str, Any] = {
    "actor": {"mbox": "mailto:ann@example.com"},
    "verb": {"id": "http://example.com/verbs/did"},
    "object": {"id": "http://example.com/activities/one"},
}
ID = "12345678-1234-5678-1234-567812345678"


def find_fault(body: bytes | object, version: Version = Version.V1) -> Fault:
    """The one fault for which a body is refused."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(RequestError) as caught:
        read_statements(text, version)
    assert caught.value.status == 400
    (fault,) = caught.value.faults
    return fault


def test_text_is_kept_byte_for_byte() -> None:
    one = b'{"actor" : {"mbox":"mailto:ann@example.com"},\n "verb":{"id":"http://e.com/v"},'
    one += b'"object":{"id":"http://e.com/a","definition":{"extensions":{"http://e.com/x":1.10}}}}'
    statements, is_array = read_statements(b" [ " + one + b" , " + one + b"\n] ", Version.V1)
    assert is_array
    assert [statement.raw for statement in statements] == [one, one]
    assert statements[0].definitions[0].text == b'{"extensions":{"http://e.com/x":1.10}}'


def test_one_statement_is_no_array() -> None:
    statements, is_array = read_statements(json.dumps(STATEMENT).encode(), Version.V2)
    assert not is_array
    assert len(statements) == 1
    assert len(statements[0].id) == 16
    assert statements[0].has == Sets.NONE


def test_what_the_text_already_holds_is_told() -> None:
    value = STATEMENT | {"id": ID.upper(), "timestamp": "2026-01-01T00:00:00Z", "version": "1.0.0"}
    value |= {"stored": "2026-01-01T00:00:00Z", "authority": {"mbox": "mailto:me@example.com"}}
    (statement,), _ = read_statements(json.dumps(value).encode(), Version.V1)
    assert statement.id.hex() == ID.replace("-", "")
    assert statement.has == Sets.ID | Sets.TIMESTAMP | Sets.VERSION | Sets.STORED | Sets.AUTHORITY


def test_a_batch_is_refused_with_the_place_of_the_broken_statement() -> None:
    broken = STATEMENT | {"actor": {"mbox": "ann@example.com"}}
    fault = find_fault([STATEMENT, STATEMENT, broken])
    assert fault.path == "$[2].actor.mbox"
    assert fault.rule == "Data 2.4.2.3"


def test_two_statements_of_one_id_are_refused() -> None:
    fault = find_fault([STATEMENT | {"id": ID}, STATEMENT, STATEMENT | {"id": ID.replace("a", "A")}])
    assert fault.path == "$[2].id"
