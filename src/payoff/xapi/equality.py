"""Whether two texts are the same statement.

Question  A statement of this id is there already: is the one that comes now the same again, or another one?
Ignores   What the record store sets (`stored`, `authority`, `version`; `id` and `timestamp` where one text
          has none), activity definitions, verb display, the order of a group's members, how one instant is
          written, an only context activity with or without its array, the case of what has none (UUIDs,
          digests, mail domains, language tags), and durations beyond 0.01 s.
Numbers   1 and 1.0 are one number; none is rounded.
Keeps     All else: `objectType` written out or not, the order of every other array, attachments included.
Cites     xAPI 1.0.3 Data 2.3.1, 2.4.6.2, 2.4.11, 4.6; IEEE 9274.1.1 4.2.4, 4.2.7.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from payoff.xapi.duration import cut_duration
from payoff.xapi.json_text import is_deeper_than
from payoff.xapi.times import read_time

SIGNATURE_USAGE = "http://adlnet.gov/expapi/attachments/signature"

Reduce = Callable[[Any], Any]


def _read_number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of more than 18 digits: equal where its text is
        return text


_DECODER = msgspec.json.Decoder(float_hook=_read_number)
_DEEPEST = 120  # levels; a statement that keeps the rules has fewer
_SET_BY_STORE = ("stored", "authority", "version")
_MAY_BE_SET_BY_STORE = ("id", "timestamp")


def same_statement(a_raw: bytes, b_raw: bytes, *, but_signatures: bool = False) -> bool:
    """Whether two texts are one statement; False where one is no JSON object.

    `but_signatures`: attachments that are signatures do not count, for a signature cannot sign itself.
    """
    if a_raw == b_raw:
        return True
    a, b = _read_object(a_raw), _read_object(b_raw)
    if a is None or b is None:
        return False
    for name in _SET_BY_STORE:
        a.pop(name, None)
        b.pop(name, None)
    for name in _MAY_BE_SET_BY_STORE:
        if name not in a or name not in b:
            a.pop(name, None)
            b.pop(name, None)
    if but_signatures:
        _drop_signatures(a)
        _drop_signatures(b)
    return _same(_reduce_statement(a), _reduce_statement(b))


def _read_object(raw: bytes) -> dict[str, Any] | None:
    try:
        value = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) and not is_deeper_than(value, _DEEPEST) else None


def _drop_signatures(statement: dict[str, Any]) -> None:
    attachments = statement.get("attachments")
    if not isinstance(attachments, list):
        return
    rest = [a for a in attachments if not (isinstance(a, dict) and a.get("usageType") == SIGNATURE_USAGE)]
    if rest:
        statement["attachments"] = rest
    else:
        del statement["attachments"]


def _reduce_members(value: Any, reduce: Mapping[str, Reduce], without: str = "") -> Any:
    """An object with some of its members reduced, and one left out; anything else as it is."""
    if not isinstance(value, dict):
        return value
    return {
        name: reduce[name](part) if name in reduce else part
        for name, part in value.items()
        if name != without
    }


def _reduce_items(value: Any, reduce: Reduce) -> Any:
    """An array with its items reduced; anything else as it is."""
    return [reduce(item) for item in value] if isinstance(value, list) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _reduce_mbox(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    local, at, domain = value.rpartition("@")
    return local + at + domain.lower()


def _reduce_time(value: Any) -> Any:
    try:
        return read_time(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _reduce_members_of_group(value: Any) -> Any:
    """Members in an order that depends on nothing but who they are."""
    members = _reduce_items(value, _reduce_agent)
    if not isinstance(members, list):
        return members
    return sorted(members, key=lambda member: json.dumps(member, sort_keys=True, default=str))


_AGENT: dict[str, Reduce] = {
    "mbox": _reduce_mbox,
    "mbox_sha1sum": _lower,
    "member": _reduce_members_of_group,
}


def _reduce_agent(value: Any) -> Any:
    return _reduce_members(value, _AGENT)


def _reduce_activity(value: Any) -> Any:
    return _reduce_members(value, {}, without="definition")


def _reduce_activities(value: Any) -> Any:
    """Context activities of one kind: always an array."""
    return _reduce_items(value if isinstance(value, list) else [value], _reduce_activity)


def _reduce_reference(value: Any) -> Any:
    return _reduce_members(value, {"id": _lower})


def _reduce_duration(value: Any) -> Any:
    return cut_duration(value) if isinstance(value, str) else value


def _reduce_object(value: Any) -> Any:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else None
    if kind == "Activity":
        return _reduce_activity(value)
    if kind == "StatementRef":
        return _reduce_reference(value)
    return _reduce_statement(value) if kind == "SubStatement" else _reduce_agent(value)


_CONTEXT: dict[str, Reduce] = {
    "registration": _lower,
    "instructor": _reduce_agent,
    "team": _reduce_agent,
    "contextActivities": lambda value: _reduce_members(
        value, dict.fromkeys(("parent", "grouping", "category", "other"), _reduce_activities)
    ),
    "contextAgents": lambda value: _reduce_items(
        value, lambda v: _reduce_members(v, {"agent": _reduce_agent})
    ),
    "contextGroups": lambda value: _reduce_items(
        value, lambda v: _reduce_members(v, {"group": _reduce_agent})
    ),
    "language": _lower,
    "statement": _reduce_reference,
}
_STATEMENT: dict[str, Reduce] = {
    "id": _lower,
    "actor": _reduce_agent,
    "verb": lambda value: _reduce_members(value, {}, without="display"),
    "object": _reduce_object,
    "result": lambda value: _reduce_members(value, {"duration": _reduce_duration}),
    "context": lambda value: _reduce_members(value, _CONTEXT),
    "timestamp": _reduce_time,
    "attachments": lambda value: _reduce_items(value, lambda v: _reduce_members(v, {"sha2": _lower})),
}


def _reduce_statement(value: Any) -> Any:
    return _reduce_members(value, _STATEMENT)


def _same(a: Any, b: Any) -> bool:
    """Equal as JSON: true is not 1, but 1 is 1.0."""
    if isinstance(a, dict):
        return (
            isinstance(b, dict)
            and a.keys() == b.keys()
            and all(_same(part, b[name]) for name, part in a.items())
        )
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)
