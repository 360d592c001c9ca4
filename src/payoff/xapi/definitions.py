"""What a statement says of the activities it names, as JSON text.

Question  Which activities does a statement name, and what does it say that they are?
Text      A definition is cut out of the statement's own text, so that its numbers stay as they came.
Speed     Of the statement only two pieces are cut out: the object and the activities of the context. Both
          come again and again, in the same words, so what was found in a piece is kept by its text.
"""

from functools import lru_cache

from msgspec import Raw, Struct, field
from msgspec.json import Decoder

from payoff.xapi.statement import Definition

_NOTHING = Raw(b"")
_LONGEST_KEPT = 2000  # bytes of a piece; with the number of pieces it bounds what the caches can weigh
_MOST_KEPT = 2048
Definitions = tuple[Definition, ...]


class _Thing(Struct, frozen=True):
    """What stands as an object, or as an activity in a context; as far as activities go."""

    kind: str = field(name="objectType", default="Activity")
    id: str = ""
    definition: Raw = _NOTHING


class _Context(Struct, frozen=True):
    activities: Raw = field(name="contextActivities", default=_NOTHING)


_NO_CONTEXT = _Context()


class _Object(_Thing, frozen=True):
    """An object; the last two are a sub-statement's."""

    object: _Thing = _Thing(kind="")
    context: _Context = _NO_CONTEXT


class _Statement(Struct, frozen=True):
    object: Raw
    context: _Context = _NO_CONTEXT


_STATEMENT = Decoder(_Statement)
_OBJECT = Decoder(_Object)
_ACTIVITIES = Decoder(dict[str, _Thing | list[_Thing]])


def find_definitions(raw: bytes) -> Definitions:
    """The activities of a statement that keeps the rules, as often as named, and what is said of them."""
    statement = _STATEMENT.decode(raw)
    found = bytes(statement.object)
    named = _keep_object(found) if len(found) <= _LONGEST_KEPT else _read_object(found)
    around = statement.context.activities
    return named + _find_around(around) if around is not _NOTHING else named


def _find_around(piece: Raw) -> Definitions:
    """The activities of a context."""
    text = bytes(piece)
    return _keep_activities(text) if len(text) <= _LONGEST_KEPT else _read_activities(text)


def _read_object(text: bytes) -> Definitions:
    """The object, where it is an activity; of a sub-statement its object and the activities around."""
    item = _OBJECT.decode(text)
    if item.kind != "SubStatement":
        return _define([item])
    named = _define([item.object])
    return named if item.context is _NO_CONTEXT else named + _find_around(item.context.activities)


def _read_activities(text: bytes) -> Definitions:
    """Wherever they stand in `contextActivities`, alone or in arrays."""
    things: list[_Thing] = []
    for more in _ACTIVITIES.decode(text).values() if text else ():
        if isinstance(more, list):
            things += more
        else:
            things.append(more)
    return _define(things)


_keep_object = lru_cache(maxsize=_MOST_KEPT)(_read_object)
_keep_activities = lru_cache(maxsize=_MOST_KEPT)(_read_activities)


def _define(things: list[_Thing]) -> Definitions:
    activities = [thing for thing in things if thing.kind == "Activity"]
    return tuple([Definition(activity.id, bytes(activity.definition)) for activity in activities])
