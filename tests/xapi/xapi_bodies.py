"""Statements to break, and what reading says of them."""

import json
from copy import deepcopy
from typing import Any

import pytest

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Statement, Version

Json = dict[str, Any]

ID = "12345678-1234-5678-1234-567812345678"
ANN: Json = {"mbox": "mailto:ann@example.com"}
BEN: Json = {"account": {"homePage": "http://example.com", "name": "ben"}}
TEAM: Json = {"objectType": "Group", "member": [ANN, BEN]}
VERB: Json = {"id": "http://example.com/verbs/did", "display": {"en-US": "did"}}
ACTIVITY: Json = {"id": "http://example.com/activities/one"}
REFERENCE: Json = {"objectType": "StatementRef", "id": ID}
VOIDED: Json = {"id": "http://adlnet.gov/expapi/verbs/voided"}
ATTACHMENT: Json = {
    "usageType": "http://example.com/usages/essay",
    "display": {"en": "Essay"},
    "contentType": "text/plain; charset=ascii",
    "length": 27,
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
}


def build(**parts: object) -> Json:
    """A short statement with these parts."""
    return deepcopy({"actor": ANN, "verb": VERB, "object": ACTIVITY} | parts)


def wrap(part: Json) -> Json:
    """A statement whose object is the given one as a sub-statement."""
    return build(object={"objectType": "SubStatement"} | part)


def read(value: object, version: Version = Version.V1) -> Statement:
    """The one statement of a body: JSON to write, or its text."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    (statement,), _ = read_statements(text, version)
    return statement


def find_fault(value: object, version: Version = Version.V1) -> Fault:
    """The one fault for which a body is refused."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(RequestError) as caught:
        read_statements(text, version)
    assert caught.value.status == 400
    (fault,) = caught.value.faults
    assert fault.what
    assert fault.rule
    return fault
