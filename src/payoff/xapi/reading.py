"""The body of a request that brings statements.

Question  Which statements does this body hold, and do they all keep the rules?
Refuses   The whole body with the first broken rule; two statements of one id in a body.
Proof     tests/xapi/test_xapi_reading.py and its neighbours, a file for each part of a statement.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from payoff.xapi.activities import VOIDED
from payoff.xapi.definitions import find_definitions
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.identifier import read_uuid
from payoff.xapi.json_text import read_json, refuse_text
from payoff.xapi.members import read_members
from payoff.xapi.shapes import RuleError
from payoff.xapi.statement import Attachment, Sets, Statement, Version
from payoff.xapi.statement_rules import CHECK_STATEMENT
from payoff.xapi.terms import find_terms

_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_SETS = {
    "id": Sets.ID,
    "timestamp": Sets.TIMESTAMP,
    "version": Sets.VERSION,
    "stored": Sets.STORED,
    "authority": Sets.AUTHORITY,
}
_BITS = [(name, flag.value) for name, flag in _SETS.items()]
_HAS = [Sets(bits) for bits in range(1 << len(_SETS))]  # adding numbers is faster than adding flags


def read_statements(body: bytes, version: Version) -> tuple[list[Statement], bool]:
    """The statements of a body, and whether it is an array; RequestError 400."""
    texts, is_array = split_body(body)
    if not is_array:
        return [read_statement(texts[0], version)], False
    statements = [read_statement(text, version, f"$[{place}]") for place, text in enumerate(texts)]
    refuse_twins(statements)
    return statements, True


def split_body(body: bytes) -> tuple[list[bytes], bool]:
    """The text of each statement, its rules unread, and whether the body is an array; RequestError 400."""
    text = body.strip(b" \t\r\n")
    if not text.startswith(b"["):
        return [text], False
    try:
        return list(map(bytes, _LIST.decode(text))), True
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        refuse_text(text, error)


def read_statement(raw: bytes, version: Version, path: str = "$") -> Statement:
    """One statement from its text; RequestError 400 names the place under `path`."""
    value: Any = read_json(raw, path)
    try:
        CHECK_STATEMENT[version](value)
    except RuleError as broken:
        raise RequestError(400, Fault(broken.path(path), broken.what, broken.rule)) from None
    item = value["object"]
    kind = item.get("objectType", "Activity")
    definitions = find_definitions(raw)
    declares = "attachments" in value or kind == "SubStatement"
    return Statement(
        id=read_uuid(value["id"]) if "id" in value else uuid.uuid4().bytes,
        raw=raw,
        has=_HAS[sum([bits for name, bits in _BITS if name in value])],
        terms=find_terms(value, definitions),
        refers_to=read_uuid(item["id"]) if kind == "StatementRef" else None,
        is_voiding=value["verb"]["id"] == VOIDED,
        definitions=definitions,
        attachments=tuple(_find_attachments(value)) if declares else (),
    )


def find_declared_version(raw: bytes) -> Version | None:
    """The version a statement says it is of; None where it says none, or one that is unknown."""
    try:
        said = bytes(read_members(raw).get("version", b""))
    except ValueError:
        return None
    return next((version for version in Version if said.startswith(b'"%b.' % version[:1].encode())), None)


def _find_attachments(value: Mapping[str, Any]) -> Iterator[Attachment]:
    """What the statement declares, and what a sub-statement inside it does."""
    for attachment in value.get("attachments", ()):
        yield Attachment(
            sha2=attachment["sha2"].lower(),
            content_type=attachment["contentType"],
            length=attachment["length"],
            usage=attachment["usageType"],
            has_url="fileUrl" in attachment,
        )
    if value["object"].get("objectType") == "SubStatement":
        yield from _find_attachments(value["object"])


def refuse_twins(statements: list[Statement]) -> None:
    """Two statements of one id cannot both be stored, and nothing tells which is meant."""
    if len({statement.id for statement in statements}) == len(statements):
        return
    seen: set[bytes] = set()
    for place, statement in enumerate(statements):
        if statement.id in seen:
            fault = Fault(f"$[{place}].id", "an earlier statement of this request has this id", "Data 2.3.1")
            raise RequestError(400, fault)
        seen.add(statement.id)
