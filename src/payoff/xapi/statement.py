"""A statement that passed the rules, ready to be stored.

Question  What must a store know of a statement beside its text?
Text      `raw` is the JSON text as it came, byte for byte: it is served again, never written anew from a
          decoded copy, so numbers past 2^53, the order of members and escapes survive.
"""

from enum import IntEnum, IntFlag, StrEnum
from typing import NamedTuple


class Version(StrEnum):
    """The two versions spoken, as the header X-Experience-API-Version names them."""

    V1 = "1.0.3"
    V2 = "2.0.0"


class TermKind(IntEnum):
    """What a statement can be found by; the numbers are in stored rows and never change."""

    VERB = 1
    AGENT = 2  # actor or object
    ANY_AGENT = 3  # wherever an agent can stand (`related_agents`), the authority included
    ACTIVITY = 4  # object
    ANY_ACTIVITY = 5  # wherever an activity can stand (`related_activities`)
    REGISTRATION = 6
    AUTHORITY = 7  # who sent it: what `statements/read/mine` may see


class Term(NamedTuple):
    """One way to find a statement.

    `value`: an IRI, a registration in lower case, or an agent's identifier as `agent_key` writes it.
    """

    kind: TermKind
    value: str


class Sets(IntFlag):
    """Members that a record store fills in or replaces and that the text already holds."""

    NONE = 0
    ID = 1
    TIMESTAMP = 2
    VERSION = 4
    STORED = 8
    AUTHORITY = 16


class Definition(NamedTuple):
    """What a statement says an activity is: JSON text of the definition, or empty when it says nothing."""

    activity: str
    text: bytes


class Attachment(NamedTuple):
    """An attachment as a statement declares it; `has_url`: its bytes may stay away, `fileUrl` says where."""

    sha2: str  # lower case
    content_type: str
    length: int
    usage: str
    has_url: bool


class Statement(NamedTuple):
    """A statement and what it is found by."""

    id: bytes  # 16 bytes; made up where the text has none
    raw: bytes
    has: Sets
    terms: tuple[Term, ...]  # distinct; those of the authority are added by who knows it
    refers_to: bytes | None  # id of the statement its object points to
    is_voiding: bool  # its verb is voided: then `refers_to` is what it voids
    definitions: tuple[Definition, ...]
    attachments: tuple[Attachment, ...]
