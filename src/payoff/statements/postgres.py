"""PostgreSQL, through psycopg.

Question  How does the same SQL run there, and how do writers of several processes take turns?
Turns     An advisory lock, held until the transaction ends, which is after it can be seen by others.
Plans     Every query of the store is served by an index. Sequential scans and hash joins are switched off for
          its sessions, since fresh or missing statistics would now and then make them look cheaper.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Any

import psycopg

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.connection import WRITERS_LOCK, Connection, Row, UnavailableError

OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "synchronous_commit=on",
        "default_transaction_isolation=read\\ committed",  # a writer must see what came while it waited
        "enable_seqscan=off",
        "enable_hashjoin=off",
        "enable_mergejoin=off",
        "jit=off",
        "idle_in_transaction_session_timeout=60000",
        "lock_timeout=30000",
        "client_encoding=UTF8",
    )
)
WAITS: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,
}  # unless the URL says
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"
TOO_MUCH = "54"  # SQLSTATE class "program limit exceeded"


class PostgresEngine:
    """A store in a database."""

    many_writers = True

    def __init__(self, url: str) -> None:
        _check_url(url)
        self.url = url

    def connect(self, *, writing: bool = False) -> Connection:
        """A connection with the settings above; what the URL itself says in `options` comes after them."""
        return PostgresConnection(self.url, writing=writing)

    def wait_to_write(self) -> AbstractContextManager[None]:
        """Any number of processes may."""
        return nullcontext()


class PostgresConnection:
    """One connection, in autocommit outside `transaction`."""

    words: Mapping[str, str] = {
        "bytes": "BYTEA",
        "row_key": "BIGINT PRIMARY KEY",
        "clustered": "",
        # pairs: else a plan could walk all tenants in order of time to find the few statements of a small one
        "of_tenant": "(s.tenant, s.stored_us) > (?, ?) AND (s.tenant, s.stored_us) <= (?, ?)",
    }

    def __init__(self, url: str, *, writing: bool) -> None:
        with _TELLING:
            given = psycopg.conninfo.conninfo_to_dict(url)
            read_only = "" if writing else " -c default_transaction_read_only=on"
            options = f"{OPTIONS}{read_only} {given.pop('options', None) or ''}".strip()
            where = psycopg.conninfo.make_conninfo(**(WAITS | given | {"options": options}))
            self._db = psycopg.connect(where, autocommit=True)
        self._cursor = self._db.cursor(binary=True)
        self._types: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    @property
    def broken(self) -> bool:
        return self._db.closed or self._db.broken

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        with _TELLING:
            self._cursor.execute(_translate(sql), params)
            return self._cursor.fetchall() if self._cursor.description else []

    def execute_script(self, sql: str) -> None:
        with _TELLING:
            self._db.execute(sql)

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, skip_known: bool = False
    ) -> None:
        if not rows:
            return
        types = self._find_types(table, tuple(columns))
        if skip_known:  # which COPY cannot
            arrays = ", ".join(f"?::{kind}[]" for kind in types)
            self.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) "
                "ON CONFLICT DO NOTHING",
                [list(column) for column in zip(*rows, strict=True)],
            )
            return
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        with _TELLING, self._cursor.copy(sql) as copy:
            if set(types) == {"bigint"}:
                copy.write(_pack_integers(rows, len(types)))
                return
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def select_many(
        self, table: str, columns: Sequence[str], key: Sequence[str], values: Sequence[Row]
    ) -> list[Row]:
        if not values:
            return []
        types = self._find_types(table, tuple(key))
        arrays = ", ".join(f"?::{kind}[]" for kind in types)
        wanted = ", ".join(f"k{n}" for n in range(len(key)))
        equal = " AND ".join(f"t.{column} = w.k{n}" for n, column in enumerate(key))
        sql = (
            f"SELECT {', '.join(f't.{c}' for c in columns)} FROM unnest({arrays}) AS w ({wanted}) "
            f"CROSS JOIN {table} t WHERE {equal}"
        )
        return self.execute(sql, [list(column) for column in zip(*values, strict=True)])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with _TELLING, self._db.transaction():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with _TELLING, self._db.transaction():
            self._db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    def wait_for_turn(self) -> None:
        self.execute("SELECT pg_advisory_xact_lock(?)", (WRITERS_LOCK,))

    def overwrite_deleted(self) -> None:
        """Only `scrub` can."""

    def scrub(self, tables: Sequence[str]) -> bool:
        """Dead rows are freed; their bytes are overwritten as pages fill. The server's own log stays."""
        with _TELLING:
            for table in tables:
                self._db.execute(f"VACUUM {table}")
        return True

    def close(self) -> None:
        self._db.close()

    def _find_types(self, table: str, columns: tuple[str, ...]) -> list[str]:
        known = self._types.get((table, columns))
        if known is None:
            rows = self.execute(
                "SELECT attname::text, atttypid::regtype::text FROM pg_attribute "
                "WHERE attrelid = CAST(? AS text)::regclass AND attnum > 0",
                (table,),
            )
            by_name: dict[str, str] = dict(rows)
            known = self._types[table, columns] = [by_name[column] for column in columns]
        return known


def _check_url(url: str) -> None:
    """Before anything else reads it: psycopg's own complaint quotes the URL, password included."""
    try:
        psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        what, why = "the store's address is no PostgreSQL URL", "it is not shown here: it may hold a password"
        fix = "write postgresql://user@host/database; in a password % is %25, @ %40, / %2F, : %3A, blank %20"
        raise PayoffError([Problem("R103", what, why, fix)], 2) from None


def _pack_integers(rows: Sequence[Row], width: int) -> bytes:
    """The binary format of COPY for rows of integers, which postings are: several times as fast."""
    row_format = Struct(">h" + "iq" * width)
    sizes = [8] * width
    packed = [row_format.pack(width, *chain.from_iterable(zip(sizes, row, strict=True))) for row in rows]
    return COPY_HEAD + b"".join(packed) + COPY_END


@lru_cache(maxsize=512)
def _translate(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%b")


class _Telling:
    """Tells a database away from a wrong change; a class, for a generator would cost more than the query."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, AWAY):
            return
        if not (error.sqlstate or "").startswith(TOO_MUCH):  # which is the change's own fault
            raise UnavailableError(f"{type(error).__name__}: {error}".strip()) from error


_TELLING = _Telling()
