"""As much of a statement's text as an analysis row needs, as msgspec reads it.

Question  Which members are read, and of what type? Everything else is skipped without being built.
Raw       Extensions stay text, so that numbers past 2^53 and the order of members survive.
"""

from typing import Any

from msgspec import Raw, Struct, field
from msgspec.json import Decoder


class Verb(Struct):
    id: str


class Definition(Struct):
    type: str | None = None
    extensions: Raw = field(default_factory=Raw)


class Activity(Struct):
    id: str
    definition: Definition | None = None


class Target(Struct):
    """An object of any kind: an agent or a sub-statement has no `id` that is read."""

    id: str | None = None
    object_type: str = field(default="Activity", name="objectType")
    definition: Definition | None = None


Near = Activity | list[Activity] | None  # 1.0.3 takes one where a list belongs


class Activities(Struct):
    parent: Near = None
    grouping: Near = None
    category: Near = None
    other: Near = None


class Reference(Struct):
    id: str


class Context(Struct):
    registration: str | None = None
    instructor: dict[str, Any] | None = None
    team: dict[str, Any] | None = None
    activities: Activities | None = field(default=None, name="contextActivities")
    revision: str | None = None
    platform: str | None = None
    language: str | None = None
    statement: Reference | None = None
    extensions: Raw = field(default_factory=Raw)


class Score(Struct):
    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None


class Outcome(Struct):
    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    duration: str | None = None
    extensions: Raw = field(default_factory=Raw)


class Shape(Struct):
    """A statement."""

    actor: dict[str, Any]
    verb: Verb
    object: Target
    result: Outcome | None = None
    context: Context | None = None
    timestamp: str | None = None


STATEMENT: Decoder[Shape] = Decoder(Shape)


def list_near(near: Near) -> list[Activity]:
    """The activities of one place in `contextActivities`."""
    if near is None:
        return []
    return [near] if isinstance(near, Activity) else near
