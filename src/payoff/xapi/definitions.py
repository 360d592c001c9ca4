"""What a statement says of the activities it names, as JSON text.

Question  Which activities does a statement name, and what does it say that they are?
Text      A definition is cut out of the statement's own text, so that its numbers stay as they came.
"""

from collections.abc import Iterator

from msgspec import Raw, Struct, field
from msgspec.json import Decoder

from payoff.xapi.statement import Definition

_NOTHING = Raw(b"")


class _Thing(Struct, frozen=True):
    """What stands as an object, or as an activity in a context; as far as activities go."""

    kind: str = field(name="objectType", default="Activity")
    id: str = ""
    definition: Raw = _NOTHING


class _Context(Struct, frozen=True):
    activities: dict[str, _Thing | list[_Thing]] = field(name="contextActivities", default={})


class _Object(_Thing, frozen=True):
    """An object; the last two are a sub-statement's."""

    object: _Thing = _Thing(kind="")
    context: _Context = _Context()


class _Statement(Struct, frozen=True):
    object: _Object
    context: _Context = _Context()


_STATEMENT = Decoder(_Statement)


def find_definitions(raw: bytes) -> tuple[Definition, ...]:
    """The distinct activities of a statement that keeps the rules, each with what is said of it."""
    statement = _STATEMENT.decode(raw)
    things = [statement.object, *_find_things(statement.context)]
    if statement.object.kind == "SubStatement":
        things += [statement.object.object, *_find_things(statement.object.context)]
    found = [Definition(thing.id, bytes(thing.definition)) for thing in things if thing.kind == "Activity"]
    return tuple(dict.fromkeys(found))


def _find_things(context: _Context) -> Iterator[_Thing]:
    for things in context.activities.values():
        if isinstance(things, list):
            yield from things
        else:
            yield things
