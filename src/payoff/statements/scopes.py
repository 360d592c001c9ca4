"""What each scope may do on each resource.

Question  May somebody with these scopes send this method to this resource, and do they see everything there?
Names     Those of xAPI 1.0.3, Communication 4.2.
Reading   `define` is the leave to change what the store says an activity is: who writes statements without it
          stores them whole, and the definitions in them change nothing that others read.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from functools import lru_cache


class Scope(StrEnum):
    """Names as they stand in a key or in a claim of a token."""

    WRITE = "statements/write"
    READ_MINE = "statements/read/mine"
    READ = "statements/read"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    ALL_READ = "all/read"
    ALL = "all"


class Resource(StrEnum):
    """The resources, as their path below the endpoint."""

    ABOUT = "about"
    STATEMENTS = "statements"
    STATE = "activities/state"
    ACTIVITIES = "activities"
    ACTIVITY_PROFILE = "activities/profile"
    AGENTS = "agents"
    AGENT_PROFILE = "agents/profile"


class Reach(Enum):
    """How far a leave goes."""

    NOTHING = 0
    MINE = 1  # statements that carry this very authority
    EVERYTHING = 2  # of the tenant


DEFAULT_SCOPES = (Scope.WRITE, Scope.READ_MINE)  # Communication 4.2, where none is asked for
_READING = ("GET", "HEAD")
_WRITING = ("PUT", "POST", "DELETE")
_DOCUMENTS = _READING + _WRITING

# What nobody may is not here. Agents and activities tell of all that was ever stored about them, so that
# they need the leave to read all statements; writing activities happens through statements only.
GRANTS: Mapping[Scope, Mapping[Resource, tuple[str, ...]]] = {
    Scope.WRITE: {Resource.STATEMENTS: ("PUT", "POST")},
    Scope.READ_MINE: {Resource.STATEMENTS: _READING},
    Scope.READ: {
        Resource.STATEMENTS: _READING,
        Resource.ACTIVITIES: _READING,
        Resource.AGENTS: _READING,
    },
    Scope.STATE: {Resource.STATE: _DOCUMENTS},
    Scope.DEFINE: {Resource.ACTIVITIES: _READING},
    Scope.PROFILE: {Resource.ACTIVITY_PROFILE: _DOCUMENTS, Resource.AGENT_PROFILE: _DOCUMENTS},
    Scope.ALL_READ: dict.fromkeys(Resource, _READING),
    Scope.ALL: {
        Resource.STATEMENTS: (*_READING, "PUT", "POST"),
        Resource.ACTIVITIES: _READING,
        Resource.AGENTS: _READING,
        Resource.STATE: _DOCUMENTS,
        Resource.ACTIVITY_PROFILE: _DOCUMENTS,
        Resource.AGENT_PROFILE: _DOCUMENTS,
    },
}


@lru_cache(maxsize=1024)
def find_reach(scopes: tuple[Scope, ...], resource: Resource, method: str) -> Reach:
    """How far these scopes together reach; every request asks, so answers are kept."""
    if resource is Resource.ABOUT:
        return Reach.EVERYTHING if method in _READING else Reach.NOTHING
    granting = {scope for scope in scopes if method in GRANTS[scope].get(resource, ())}
    if not granting:
        return Reach.NOTHING
    return Reach.MINE if granting == {Scope.READ_MINE} else Reach.EVERYTHING


def name_missing(resource: Resource, method: str) -> tuple[Scope, ...]:
    """The scopes any of which would do, the narrowest first."""
    return tuple(scope for scope in Scope if method in GRANTS[scope].get(resource, ()))


def may_define(scopes: Iterable[Scope]) -> bool:
    """Whether definitions in statements become what the store says of an activity."""
    return any(scope in (Scope.DEFINE, Scope.ALL) for scope in scopes)


def read_scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    """Known scopes in the order of the table, each once; ValueError names what is none."""
    asked = {Scope(name) for name in names}
    return tuple(scope for scope in Scope if scope in asked)
