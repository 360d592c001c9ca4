"""What is asked of the writer, and how it ended. One group of works is one transaction.

Question  What does one request change, all of it or nothing?
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from payoff.statements.document import DocumentPlace, Precondition
from payoff.statements.query import StoredAttachment
from payoff.xapi.statement import Statement


class Outcome(Enum):
    """How a work ended; STORED and UNCHANGED are acknowledged, and then they are on disk."""

    STORED = "stored"
    UNCHANGED = "unchanged"  # the same statements again, or nothing to delete
    CONFLICT = "conflict"  # 409: another statement has this id; a document that needs a precondition
    PRECONDITION_FAILED = "precondition failed"  # 412
    NOT_MERGEABLE = "not mergeable"  # 400: POST where the stored or the sent document is no JSON object
    UNAVAILABLE = "unavailable"  # 503: disk full, database away; nothing was stored, try again


@dataclass(frozen=True, slots=True)
class Authority:
    """Who sent it, as it stands in `authority`."""

    key: str  # agent key
    text: bytes  # JSON text


@dataclass(frozen=True, slots=True)
class PutStatements:
    """All of a request's statements, with the bytes of their attachments."""

    tenant: int
    authority: Authority
    version: str
    statements: Sequence[Statement]
    attachments: Sequence[StoredAttachment] = ()


@dataclass(frozen=True, slots=True)
class PutDocument:
    """Write one document; `merge`: POST, top-level members of a JSON object into the one there."""

    place: DocumentPlace
    id: str
    content_type: str
    body: bytes
    precondition: Precondition
    merge: bool = False


@dataclass(frozen=True, slots=True)
class DeleteDocuments:
    """Delete one document, or all of a place (`id` None: state only)."""

    place: DocumentPlace
    id: str | None
    precondition: Precondition


Change = PutStatements | PutDocument | DeleteDocuments


@dataclass(slots=True)
class Work:
    """A change on its way. The writer sets `outcome` (and `detail`, for people) before it is delivered."""

    change: Change
    outcome: Outcome | None = None
    detail: str = ""
    etag: str = ""  # of a document as it now stands
    waiter: object = field(default=None)  # whoever waits; the store never looks at it
