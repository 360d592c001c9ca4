"""What a statement says of the activities it names, as JSON text.

Question  Which activities does a statement name, and what does it say that they are?
Text      A definition is cut out of the statement's own text, so that its numbers stay as they came.
"""

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
    """The activities of a statement that keeps the rules, as often as named, and what is said of them."""
    statement = _STATEMENT.decode(raw)
    things: list[_Thing] = [statement.object]
    _add_things(things, statement.context)
    if statement.object.kind == "SubStatement":
        things.append(statement.object.object)
        _add_things(things, statement.object.context)
    activities = [thing for thing in things if thing.kind == "Activity"]
    return tuple([Definition(activity.id, bytes(activity.definition)) for activity in activities])


def _add_things(things: list[_Thing], context: _Context) -> None:
    for more in context.activities.values():
        if isinstance(more, list):
            things += more
        else:
            things.append(more)
