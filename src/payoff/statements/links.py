"""Links to other record stores, how far each has come, and the statements that one side refused.

Question  From where are statements pulled, to where are they forwarded, what is through, and what is not?
Secret    A link names the environment variable that holds its secret; the secret is never stored.
Cursor    `cursor_us` moves after the statements up to it are on disk on the other side of the link. A run
          that was broken off repeats some; a store knows them by their ids.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

from payoff.statements.clock import read_now_us
from payoff.statements.connection import Connection, Engine, Row
from payoff.xapi.statement import Version


class Direction(IntEnum):
    """Which way statements go; the numbers are in stored rows and never change."""

    FROM = 1
    TO = 2


@dataclass(frozen=True, slots=True)
class Link:
    """Another record store and the way to it."""

    name: str
    tenant: int
    direction: Direction
    endpoint: str
    user: str
    secret_env: str
    version: Version
    cursor_us: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A statement refused by one side: its text, and why."""

    link: str
    statement_id: bytes
    raw: bytes
    reason: str
    at_us: int


PAGE = 250  # dead letters at a time, each with its statement
ENDLESS_US = 2**62
_COLUMNS = "name, tenant, direction, endpoint, user_name, secret_env, version, cursor_us"


class Links:
    """The links of one store, on a connection of their own: servers and commands change rows of their own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def of(cls, engine: Engine) -> Iterator["Links"]:
        """Open while the context lasts; raises UnavailableError when the database is away."""
        connection = engine.connect(writing=True)
        try:
            yield cls(connection)
        finally:
            connection.close()

    def find(self, name: str) -> Link | None:
        """The link of that name."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM link WHERE name = ?", (name,))
        return _build_link(rows[0]) if rows else None

    def find_all(self) -> list[Link]:
        """All of them, by name."""
        return [
            _build_link(row) for row in self._connection.execute(f"SELECT {_COLUMNS} FROM link ORDER BY name")
        ]

    def add(self, link: Link) -> None:
        """Keep a link; its name is new."""
        columns = _COLUMNS.split(", ")
        row = (
            link.name,
            link.tenant,
            int(link.direction),
            link.endpoint,
            link.user,
            link.secret_env,
            str(link.version),
            link.cursor_us,
        )
        with self._connection.transaction():
            self._connection.insert_many("link", columns, [row])

    def remove(self, name: str) -> None:
        """Forget a link and its dead letters; what went through it stays."""
        with self._connection.transaction():
            self._connection.execute("DELETE FROM dead_letter WHERE link = ?", (name,))
            self._connection.execute("DELETE FROM link WHERE name = ?", (name,))

    def move(self, name: str, cursor_us: int) -> None:
        """All up to `cursor_us` is through."""
        with self._connection.transaction():
            self._connection.execute("UPDATE link SET cursor_us = ? WHERE name = ?", (cursor_us, name))

    def bury(self, link: str, statement_id: bytes, raw: bytes, reason: str) -> None:
        """Keep a statement that was refused; refused again, its newer reason stands."""
        row = (link, statement_id, raw, reason.encode(errors="replace"), read_now_us())
        columns = ("link", "statement_id", "raw", "reason", "at_us")
        with self._connection.transaction():
            self.raise_again(link, statement_id)
            self._connection.insert_many("dead_letter", columns, [row])

    def raise_again(self, link: str, statement_id: bytes) -> None:
        """A dead letter went through, or is given up."""
        self._connection.execute(
            "DELETE FROM dead_letter WHERE link = ? AND statement_id = ?", (link, statement_id)
        )

    def is_buried(self, link: str, statement_id: bytes) -> bool:
        """Whether a statement was refused and waits."""
        sql = "SELECT 1 FROM dead_letter WHERE link = ? AND statement_id = ?"
        return bool(self._connection.execute(sql, (link, statement_id)))

    def find_dead_pages(self, link: str, until_us: int) -> Iterator[list[DeadLetter]]:
        """All that was refused up to then, oldest first, so many at a time that memory stays small."""
        after = (0, b"")
        while page := self.find_dead(link, PAGE, after, until_us):
            yield page
            after = (page[-1].at_us, page[-1].statement_id)

    def find_dead(
        self, link: str, limit: int = 1_000, after: tuple[int, bytes] = (0, b""), until_us: int = ENDLESS_US
    ) -> list[DeadLetter]:
        """The oldest refused statements of a link, after a time and id."""
        rows = self._connection.execute(
            "SELECT link, statement_id, raw, reason, at_us FROM dead_letter "
            "WHERE link = ? AND (at_us, statement_id) > (?, ?) AND at_us <= ? "
            "ORDER BY at_us, statement_id LIMIT ?",
            (link, *after, until_us, limit),
        )
        return [
            DeadLetter(name, bytes(i), bytes(raw), bytes(why).decode(), at) for name, i, raw, why, at in rows
        ]

    def find_buried_after(self, link: str, at_us: int) -> set[bytes]:
        """Ids of the dead letters that were refused, or refused again, after this time."""
        rows = self._connection.execute(
            "SELECT statement_id FROM dead_letter WHERE link = ? AND at_us > ?", (link, at_us)
        )
        return {bytes(statement_id) for (statement_id,) in rows}

    def count_dead(self, link: str) -> int:
        """How many were refused and wait."""
        return int(self._connection.execute("SELECT count(*) FROM dead_letter WHERE link = ?", (link,))[0][0])


def _build_link(row: Row) -> Link:
    name, tenant, direction, endpoint, user, secret_env, version, cursor_us = row
    return Link(name, tenant, Direction(direction), endpoint, user, secret_env, Version(version), cursor_us)
