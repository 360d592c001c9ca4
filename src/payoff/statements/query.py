"""What a reader asks of the stored statements, and what a page of the answer is.

Order     Statements are ordered by `stored_us`, microseconds since 1970 in UTC: unique in a store and
          ascending with the commits, so it is row number, cursor and `stored` in one.
"""

from dataclasses import dataclass

from payoff.xapi.statement import Sets, Term


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """A page of statements. All of `terms` must be true of one statement: itself or one it refers to."""

    tenant: int
    terms: tuple[Term, ...] = ()
    since_us: int | None = None  # exclusive
    until_us: int | None = None  # inclusive
    ascending: bool = False
    limit: int = 100
    mine: str | None = None  # agent key of the authority whose statements alone may be seen
    after_us: int | None = (
        None  # the last statement of the page before, exclusive in the direction of reading
    )


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A row of the store: the text as it came, and what the store knows beside it."""

    stored_us: int
    id: bytes
    raw: bytes
    has: Sets
    version: str  # of the request that brought it
    authority: bytes  # JSON text of the agent or group
    voided: bool
    is_voiding: bool
    refers_to: bytes | None
    tenant: int = 1  # the feed reads all tenants in one go


@dataclass(frozen=True, slots=True)
class Page:
    """Statements in the order asked for; `more_after_us` where there are more."""

    statements: tuple[StoredStatement, ...]
    more_after_us: int | None
    consistent_through_us: int


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """The bytes of an attachment."""

    sha2: str
    content_type: str
    body: bytes
