"""The query parameters of each resource, read.

Question  What does this query ask for, and is it a query this resource answers?
Refuses   A parameter that the resource does not have, one that is missing, sent twice or in the wrong case, a
          value of the wrong type, text that is no UTF-8 or holds a NUL, and parameters that may not stand
          together; each with 400 and the parameter's name.
Lenient   `since` beside stateId or profileId is checked and then means nothing, as 1.0.3 leaves it. A space
          where an offset's plus sign belongs is read as one: many clients forget to escape it.
Cites     xAPI 1.0.3 Communication 2.1 to 2.8, 3.2; IEEE 9274.1.1 4.1.6.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_to_bytes, urlencode
from uuid import UUID

from payoff.xapi.agents import read_agent
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.identifier import is_uuid, read_uuid
from payoff.xapi.iri import is_iri
from payoff.xapi.statement import Term, TermKind, Version
from payoff.xapi.times import read_time

Query = Mapping[str, str]
Names = Set[str]

MAX_PARAMETERS = 64
AFTER = "after"  # our own, in `more` links only: `stored_us` of the last statement of the page before
_RULE = "Communication 3.2"
_MAX_LIMIT = 2**63 - 1
_LONGEST_NAME = 80  # of a parameter that is repeated in an answer


class Format(StrEnum):
    """The forms in which statements are served."""

    IDS = "ids"
    EXACT = "exact"
    CANONICAL = "canonical"


@dataclass(frozen=True, slots=True)
class StatementsQuery:
    """GET /statements. `limit` 0: as many as the server gives at most. One id at most is set."""

    statement_id: bytes | None = None
    voided_statement_id: bytes | None = None
    terms: tuple[Term, ...] = ()
    since_us: int | None = None
    until_us: int | None = None
    after_us: int | None = None
    limit: int = 0
    ascending: bool = False
    attachments: bool = False
    format: Format = Format.EXACT


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """A document, or (`id` None) all of a place; empty text where a parameter is left out."""

    activity: str = ""
    agent: str = ""  # agent key
    registration: str = ""
    id: str | None = None
    since_us: int | None = None


def refuse(name: str, what: str, rule: str = _RULE) -> RequestError:
    """The answer to a query whose parameter `name` is wrong."""
    return RequestError(400, Fault(name[:_LONGEST_NAME], what, rule))


def read_query(text: bytes) -> dict[str, str]:
    """The parameters of a query string or a form, each once."""
    query: dict[str, str] = {}
    pairs = [pair for pair in text.split(b"&", MAX_PARAMETERS + 1) if pair]
    if len(pairs) > MAX_PARAMETERS:
        raise refuse("", f"more than {MAX_PARAMETERS} parameters")
    for pair in pairs:
        name_text, _, value_text = pair.partition(b"=")
        name = _unquote(name_text, "")
        if name in query:
            raise refuse(name, "is sent twice")
        query[name] = _unquote(value_text, name)
    return query


def _unquote(text: bytes, name: str) -> str:
    try:
        value = unquote_to_bytes(text.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise refuse(name, "is not UTF-8", "Communication 1.4") from None
    if "\0" in value:
        raise refuse(name, "holds the character U+0000", "Communication 1.4")
    return value


def read_statements_query(query: Query, version: Version) -> StatementsQuery:
    """GET /statements."""
    _check_names(query, _STATEMENTS)
    for name in ("statementId", "voidedStatementId"):
        beside = sorted(query.keys() - {name, "attachments", "format"})
        if name in query and beside:
            raise refuse(beside[0], f"may not stand beside {name}", "Communication 2.1.3")
    return StatementsQuery(
        statement_id=_read_id(query, "statementId"),
        voided_statement_id=_read_id(query, "voidedStatementId"),
        terms=_read_terms(query, version),
        since_us=_read_time(query, "since"),
        until_us=_read_time(query, "until"),
        after_us=_read_count(query, AFTER),
        limit=_read_count(query, "limit") or 0,
        ascending=_read_flag(query, "ascending"),
        attachments=_read_flag(query, "attachments"),
        format=_read_format(query),
    )


def write_more_query(query: Query, after_us: int) -> str:
    """The query string of a `more` link: the same question, from where the page ends."""
    return urlencode({**query, AFTER: str(after_us)})


def read_statement_id(query: Query) -> bytes:
    """PUT /statements."""
    _check_names(query, {"statementId"}, {"statementId"})
    return _read_uuid(query["statementId"], "statementId")


def read_nothing(query: Query) -> None:
    """POST /statements, GET /about: no parameters."""
    _check_names(query, set())


def read_state_query(query: Query, version: Version, method: str) -> DocumentQuery:
    """/activities/state; PUT and POST name one document, GET and DELETE one or all."""
    required = {"activityId", "agent"} | ({"stateId"} if method in ("PUT", "POST") else set())
    optional = {"registration", "stateId"} | ({"since"} if method in ("GET", "HEAD") else set())
    _check_names(query, required | optional, required)
    return DocumentQuery(
        activity=_read_iri(query, "activityId"),
        agent=_read_agent(query, version),
        registration=_read_registration(query),
        id=_read_document_id(query, "stateId"),
        since_us=_read_time(query, "since"),
    )


def read_activity_profile_query(query: Query, method: str) -> DocumentQuery:
    """/activities/profile; only GET may leave the document's name out."""
    _check_profile_names(query, method, "activityId")
    return DocumentQuery(
        activity=_read_iri(query, "activityId"),
        id=_read_document_id(query, "profileId"),
        since_us=_read_time(query, "since"),
    )


def read_agent_profile_query(query: Query, version: Version, method: str) -> DocumentQuery:
    """/agents/profile; only GET may leave the document's name out."""
    _check_profile_names(query, method, "agent")
    return DocumentQuery(
        agent=_read_agent(query, version),
        id=_read_document_id(query, "profileId"),
        since_us=_read_time(query, "since"),
    )


def read_agent_query(query: Query, version: Version) -> str:
    """GET /agents: the agent's key."""
    _check_names(query, {"agent"}, {"agent"})
    return _read_agent(query, version)


def read_activity_query(query: Query) -> str:
    """GET /activities: the activity's IRI."""
    _check_names(query, {"activityId"}, {"activityId"})
    return _read_iri(query, "activityId")


_STATEMENTS = {
    *("statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "related_activities"),
    *("related_agents", "since", "until", "limit", "format", "attachments", "ascending", AFTER),
}


def _check_names(query: Query, known: Names, required: Names = frozenset()) -> None:
    for name in query:
        if name not in known:
            near = next((right for right in known if right.lower() == name.lower()), None)
            hint = f"; it is written {near}" if near else ""
            raise refuse(name, f"is no parameter of this resource{hint}")
    for name in sorted(required):
        if name not in query:
            raise refuse(name, "is missing")


def _check_profile_names(query: Query, method: str, owner: str) -> None:
    if method in ("GET", "HEAD"):
        _check_names(query, {owner, "profileId", "since"}, {owner})
    else:
        _check_names(query, {owner, "profileId"}, {owner, "profileId"})


def _read_terms(query: Query, version: Version) -> tuple[Term, ...]:
    """What statements are to be found by."""
    terms = []
    related_agents = _read_flag(query, "related_agents")
    related_activities = _read_flag(query, "related_activities")
    if "agent" in query:
        kind = TermKind.ANY_AGENT if related_agents else TermKind.AGENT
        terms.append(Term(kind, _read_agent(query, version)))
    if "verb" in query:
        terms.append(Term(TermKind.VERB, _read_iri(query, "verb")))
    if "activity" in query:
        kind = TermKind.ANY_ACTIVITY if related_activities else TermKind.ACTIVITY
        terms.append(Term(kind, _read_iri(query, "activity")))
    if "registration" in query:
        terms.append(Term(TermKind.REGISTRATION, _read_registration(query)))
    return tuple(terms)


def _read_id(query: Query, name: str) -> bytes | None:
    return _read_uuid(query[name], name) if name in query else None


def _read_uuid(value: str, name: str) -> bytes:
    if not is_uuid(value):
        raise refuse(name, "must be a UUID in standard form", "Data 4.4")
    return read_uuid(value)


def _read_registration(query: Query) -> str:
    id = _read_id(query, "registration")
    return str(UUID(bytes=id)) if id else ""


def _read_agent(query: Query, version: Version) -> str:
    try:
        return read_agent(query["agent"], version)
    except RequestError as error:
        named = (Fault(f.path or "agent", f.what, f.rule) for f in error.faults)
        raise RequestError(error.status, *named) from None


def _read_iri(query: Query, name: str) -> str:
    if not is_iri(query[name]):
        raise refuse(name, "must be an absolute IRI, scheme included", "Data 2.2")
    return query[name]


def _read_document_id(query: Query, name: str) -> str | None:
    if query.get(name) == "":
        raise refuse(name, "must not be empty")
    return query.get(name)


def _read_time(query: Query, name: str) -> int | None:
    value = query.get(name)
    if value is None:
        return None
    if value[-6:-5] == " " or value[-5:-4] == " ":
        value = "+".join(value.rsplit(" ", 1))
    try:
        return read_time(value)
    except ValueError as why:
        raise refuse(name, str(why), "Data 4.5") from None


def _read_count(query: Query, name: str) -> int | None:
    value = query.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()):
        raise refuse(name, "must be a whole number, 0 or more", "Communication 2.1.3")
    digits = value.lstrip("0") or "0"
    if len(digits) > len(str(_MAX_LIMIT)) or int(digits) > _MAX_LIMIT:
        raise refuse(name, f"is too large: {_MAX_LIMIT} at most", "Communication 2.1.3")
    return int(digits)


def _read_flag(query: Query, name: str) -> bool:
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise refuse(name, "must be true or false", "Communication 2.1.3")
    return value == "true"


def _read_format(query: Query) -> Format:
    try:
        return Format(query.get("format", "exact"))
    except ValueError:
        raise refuse("format", "must be ids, exact or canonical", "Communication 2.1.3") from None
