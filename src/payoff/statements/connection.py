"""A connection to the store's database: the little that SQLite and PostgreSQL must both do.

Question  How is one SQL text run on either engine, and what tells a database away from a wrong change?
SQL       One text for both, `?` for parameters. What the engines spell differently in a table's definition
          stands as `{bytes}` and the like and is filled in from `Connection.words`.
Speed     `insert_many` and `look_up` are one call into the database for many rows: a thread that crosses
          into C once for each row would lose the interpreter lock, and its turn, once for each row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple, Protocol, TypeVar

Row = tuple[Any, ...]
Answer = TypeVar("Answer")

WRITERS_LOCK = 0x7061796F66660001  # "payoff", 1: the advisory lock of `wait_for_turn` in PostgreSQL
INDEXED_BYTES = 1_000  # PostgreSQL refuses index entries of more than 2,704 bytes


class UnavailableError(Exception):
    """The database cannot be written or read now: disk full, locked, away. Nothing of the call was kept."""


class Look(NamedTuple):
    """A question for rows of `table` whose `key` columns, led by an index, equal one of `values`."""

    table: str
    columns: Sequence[str]
    key: Sequence[str]
    values: Sequence[Row]


class Highest(NamedTuple):
    """A question for the greatest `column` of `table`: one row, of None where there is none."""

    table: str
    column: str


class Connection(Protocol):
    """One connection, used by one thread at a time. Outside `transaction` each call is its own."""

    @property
    def words(self) -> Mapping[str, str]:
        """What stands for `{bytes}`, `{row_key}` and `{clustered}` in migrations; `of_tenant`: a condition on
        statements `s` with the tenant, a time before, the tenant, and the last time."""

    @property
    def broken(self) -> bool:
        """Whether the connection is lost for good."""

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and give all its rows."""

    def execute_script(self, sql: str) -> None:
        """Run statements without parameters, divided by semicolons."""

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, skip_known: bool = False
    ) -> None:
        """Insert rows the fastest way the engine has; a row already there fails the call or is skipped."""

    def look_up(self, looks: Sequence[Look | Highest]) -> list[list[Row]]:
        """The rows of each, in no order; in a transaction `together` at the price of one question."""

    def select_many(
        self, table: str, columns: Sequence[str], key: Sequence[str], values: Sequence[Row]
    ) -> list[Row]:
        """The rows of one `Look`."""

    def transaction(self, *, together: bool = False) -> AbstractContextManager[None]:
        """All or nothing; what is written when the context ends is on disk.

        together: what gives no rows may be told to have failed later than at its call.
        """

    def snapshot(self) -> AbstractContextManager[None]:
        """All reads inside see one moment, while others write."""

    def wait_for_turn(self) -> None:
        """Inside a transaction: let writers of all processes take turns until it ends."""

    def overwrite_deleted(self) -> None:
        """From now on what this connection deletes is overwritten, where the engine can."""

    def scrub(self, tables: Sequence[str]) -> bool:
        """Leave nothing of deleted rows in the database's own files; False where readers held it up."""

    def close(self) -> None: ...


class Engine(Protocol):
    """Where a store lies and how to reach it."""

    @property
    def many_writers(self) -> bool:
        """Whether several processes may write."""

    def connect(self, *, writing: bool = False) -> Connection:
        """A new connection; raises UnavailableError when the database is away."""

    def wait_to_write(self) -> AbstractContextManager[None]:
        """Held as long as this process writes statements; refuses where one process alone may."""


def encode(text: str) -> bytes:
    """UTF-8, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def find_index_key(text: str) -> bytes:
    """What stands for a text in unique indexes: its UTF-8, or a SHA-256 where that would be too long.

    Bytes, for a text may hold U+0000 or lone surrogates, which PostgreSQL's `text` refuses.
    """
    raw = encode(text)
    return raw if len(raw) <= INDEXED_BYTES else b"\x00sha256\x00" + sha256(raw).digest()


class Pool:
    """Connections that wait for their next reader; any number may be lent at once."""

    KEPT = 16

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """A connection for one reader."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._engine.connect()
        try:
            yield connection
        finally:
            self._take_back(connection)

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """Ask once more where the connection was lost while it waited, as in a restart of the database."""
        lent: Connection | None = None
        try:
            with self.lend() as lent:
                return question(lent)
        except UnavailableError:
            if lent is None or not lent.broken:
                raise
        with self.lend() as connection:
            return question(connection)

    def _take_back(self, connection: Connection) -> None:
        with self._lock:
            if not (connection.broken or self._closed) and len(self._idle) < self.KEPT:
                self._idle.append(connection)
                return
            # after a restart of the database all that wait are as lost as this one
            lost = [connection, *self._idle] if connection.broken else [connection]
            if connection.broken:
                self._idle = []
        for each in lost:
            each.close()

    def close(self) -> None:
        """Close all that wait; those lent are closed when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
