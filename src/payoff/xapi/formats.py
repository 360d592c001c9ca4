"""A stored statement as it is served: exact, or reduced to identifiers.

Question  Which bytes answer a reader who asks for this statement?
Exact     The text as it came. What the record store knows and the text lacks (id, stored, timestamp, version,
          authority) is spliced in at its end; `stored` and `authority` of the sender's own are replaced, for
          they are the record store's to say. A single activity in `contextActivities` becomes an array of one
          (1.0.3 Data 2.4.6.2). No other member is read: numbers past 2^53, order and escapes survive.
Versions  A statement is served in the version it was stored in, whichever version its reader speaks: 1.0.3
          forbids to convert newer statements into an older format (Communication 3.3), and a rewritten one
          would no longer be what was signed, compared and forwarded. So a reader of 1.0.3 may meet `version`
          2.0.0 and contextAgents, a reader of 2.0 meets `version` 1.0.0; both tell by `version`.
Ids       Only what identifies agents, groups, verbs and activities (1.0.3 Communication 2.1.3).
Canonical is in canonical.py.
"""

from collections.abc import Callable

from msgspec import UNSET, Raw, Struct, UnsetType, field
from msgspec.json import Decoder

from payoff.xapi.agents import IFIS
from payoff.xapi.identifier import write_uuid
from payoff.xapi.members import (
    is_array,
    is_object,
    read_list,
    read_members,
    read_text,
    write_list,
    write_members,
)
from payoff.xapi.statement import Sets
from payoff.xapi.times import write_time

_ID, _TIMESTAMP, _VERSION = int(Sets.ID), int(Sets.TIMESTAMP), int(Sets.VERSION)
_SENDERS_OWN = int(Sets.STORED | Sets.AUTHORITY)


class _Activities(Struct):
    parent: Raw | UnsetType = UNSET
    grouping: Raw | UnsetType = UNSET
    category: Raw | UnsetType = UNSET
    other: Raw | UnsetType = UNSET


class _Context(Struct):
    activities: _Activities | UnsetType = field(default=UNSET, name="contextActivities")


class _WithContext(Struct):
    context: _Context | UnsetType = UNSET


class _Contexts(Struct):
    """As much of a statement as tells whether a single activity stands where an array belongs."""

    context: _Context | UnsetType = UNSET
    object: _WithContext | UnsetType = UNSET


_CONTEXTS: Decoder[_Contexts] = Decoder(_Contexts)


def write_exact(raw: bytes, has: Sets, id: bytes, stored_us: int, version: str, authority: bytes) -> bytes:
    """The statement as it came, complete: `version` is that of the request that brought it."""
    there = int(has)  # operators of a flag cost more than all the rest of this function
    if there & _SENDERS_OWN:
        members = read_members(raw)
        raw = bytes(write_members({k: v for k, v in members.items() if k not in ("stored", "authority")}))
    if b'"contextActivities"' in raw or b"\\u" in raw:
        raw = _write_arrays(raw)
    stored = write_time(stored_us)
    known = f',"stored":"{stored}"'
    if not there & _ID:
        known += f',"id":"{write_uuid(id)}"'
    if not there & _TIMESTAMP:
        known += f',"timestamp":"{stored}"'
    if not there & _VERSION:
        known += ',"version":"1.0.0"' if version.startswith("1.") else ',"version":"2.0.0"'
    return b"".join((raw[: raw.rindex(b"}")], known.encode(), b',"authority":', authority, b"}"))


def _write_arrays(raw: bytes) -> bytes:
    """The statement with arrays in contextActivities, its own and its sub-statement's."""
    seen = _CONTEXTS.decode(raw)
    inner = seen.object.context if seen.object else UNSET
    if not (_has_single(seen.context) or _has_single(inner)):
        return raw
    return bytes(_with_arrays(_change(raw, "object", _with_arrays)))


def _has_single(context: _Context | UnsetType) -> bool:
    if not context or not context.activities:
        return False
    told = context.activities
    return any(kind and is_object(kind) for kind in (told.parent, told.grouping, told.category, told.other))


def _with_arrays(statement: Raw) -> Raw:
    return _change(statement, "context", _context_with_arrays)


def _context_with_arrays(context: Raw) -> Raw:
    return _change(context, "contextActivities", _each_an_array)


def _each_an_array(activities: Raw) -> Raw:
    members = read_members(activities)
    return write_members({k: write_list([v]) if is_object(v) else v for k, v in members.items()})


def _change(owner: bytes | Raw, name: str, change: Callable[[Raw], Raw]) -> Raw:
    """The object with one member changed, where it has it."""
    members = read_members(owner)
    if name in members:
        members[name] = change(members[name])
    return write_members(members)


def write_ids(exact: bytes) -> bytes:
    """A statement as `write_exact` gives it, reduced to what identifies its agents, verbs and activities."""
    return bytes(_statement_ids(Raw(exact)))


def _statement_ids(statement: Raw) -> Raw:
    members = read_members(statement)
    for name, reduce in _STATEMENT_IDS.items():
        if name in members:
            members[name] = reduce(members[name])
    return write_members(members)


def _actor_ids(actor: Raw) -> Raw:
    """Type and identifier; of a group that has none, its members, each so reduced."""
    members = read_members(actor)
    identified = any(name in members for name in IFIS)
    kept = {"objectType", *(IFIS if identified else ("member",))}
    reduced = {name: value for name, value in members.items() if name in kept}
    if "member" in reduced and is_array(reduced["member"]):
        reduced["member"] = write_list(map(_actor_ids, read_list(reduced["member"])))
    return write_members(reduced)


def _only_id(owner: Raw) -> Raw:
    return write_members({k: v for k, v in read_members(owner).items() if k == "id"})


def _object_ids(target: Raw) -> Raw:
    kind = read_members(target).get("objectType")
    match read_text(kind) if kind is not None else "Activity":
        case "Agent" | "Group":
            return _actor_ids(target)
        case "SubStatement":
            return _statement_ids(target)
        case "Activity":
            return _only_id(target)
        case _:
            return target


def _context_ids(context: Raw) -> Raw:
    members = read_members(context)
    for name in {"instructor", "team"} & members.keys():
        members[name] = _actor_ids(members[name])
    if "contextActivities" in members:
        kinds = read_members(members["contextActivities"])
        members["contextActivities"] = write_members({k: _each(v, _only_id) for k, v in kinds.items()})
    for name, actor in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in members:
            whole = (_change(entry, actor, _actor_ids) for entry in read_list(members[name]))
            members[name] = write_list(whole)
    return write_members(members)


def _each(activities: Raw, change: Callable[[Raw], Raw]) -> Raw:
    return write_list(map(change, read_list(activities)))


_STATEMENT_IDS: dict[str, Callable[[Raw], Raw]] = {
    "actor": _actor_ids,
    "verb": _only_id,
    "object": _object_ids,
    "context": _context_ids,
    "authority": _actor_ids,
}
