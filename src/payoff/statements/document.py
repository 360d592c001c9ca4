"""Documents of the state, activity-profile and agent-profile resources.

Question  Which document is meant, what is in it, and under which condition may it be written?
"""

from dataclasses import dataclass
from enum import IntEnum


class DocumentKind(IntEnum):
    """The three resources; the numbers are in stored rows and never change."""

    STATE = 1
    ACTIVITY_PROFILE = 2
    AGENT_PROFILE = 3


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Where documents lie; an empty string where the resource has no such parameter or it is left out."""

    tenant: int
    kind: DocumentKind
    activity: str = ""
    agent: str = ""  # agent key
    registration: str = ""  # lower case


@dataclass(frozen=True, slots=True)
class Document:
    """A document as stored; `etag` without quotes."""

    id: str
    content_type: str
    body: bytes
    etag: str
    updated_us: int


@dataclass(frozen=True, slots=True)
class Precondition:
    """If-Match and If-None-Match, read: etags without quotes, "*" alone for any; None: not sent.

    `required`: an existing document may be replaced only when one of the two was sent (profiles; in 2.0 state
    too): without, 409.
    """

    if_match: tuple[str, ...] | None = None
    if_none_match: tuple[str, ...] | None = None
    required: bool = False
