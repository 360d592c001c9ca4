"""PostgreSQL, through psycopg.

Question  How does the same SQL run there, and how do writers of several processes take turns?
Turns     An advisory lock, held until the transaction ends, which is after it can be seen by others.
Together  What gives no rows is not waited for in a transaction of the writer: it goes with the next query
          that does, or with the commit, and its fault is told there. A group costs four round trips, not 15.
Plans     Every query of the store is served by an index. Sequential scans and hash joins are switched off for
          its sessions, since fresh or missing statistics would now and then make them look cheaper.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import lru_cache
from typing import Any

import psycopg

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.connection import WRITERS_LOCK, Connection, Highest, Look, Row, UnavailableError
from payoff.statements.postgres_values import pack_array, pack_integers, register

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
READING = "-c default_transaction_read_only=on"
WRITING = "-c plan_cache_mode=force_generic_plan"  # its queries are planned once, not again at each group
WAITS: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,
}  # unless the URL says
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
COPIED = 4_000  # values from which on COPY, which costs two round trips more, is the faster way in
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
            mode = WRITING if writing else READING
            options = f"{OPTIONS} {mode} {given.pop('options', None) or ''}".strip()
            where = psycopg.conninfo.make_conninfo(**(WAITS | given | {"options": options}))
            self._db = psycopg.connect(where, autocommit=True)
            register(self._db)
        self._pipeline: AbstractContextManager[psycopg.Pipeline] | None = None
        self._types: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    @property
    def broken(self) -> bool:
        return self._db.closed or self._db.broken

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        with _TELLING:
            cursor = self._send(sql, params)
            if self._pipeline is not None:
                return cursor.fetchall() if _gives_rows(sql) else []
            return cursor.fetchall() if cursor.description else []

    def execute_script(self, sql: str) -> None:
        with _TELLING:
            self._db.execute(sql)

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, skip_known: bool = False
    ) -> None:
        if not rows:
            return
        types = self._find_types(table, tuple(columns))
        if skip_known or (self._pipeline is not None and len(rows) * len(columns) < COPIED):
            arrays = ", ".join(f"?::{kind}[]" for kind in types)
            ending = "ON CONFLICT DO NOTHING" if skip_known else ""  # which COPY cannot
            self.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) {ending}",
                _pack_columns(rows, types),
            )
            return
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        with _TELLING, self._alone(), self._db.cursor(binary=True).copy(sql) as copy:
            if set(types) == {"bigint"}:
                copy.write(pack_integers(rows, len(types)))
                return
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def look_up(self, looks: Sequence[Look | Highest]) -> list[list[Row]]:
        with _TELLING:
            asked = [self._ask(look) for look in looks]
            return [cursor.fetchall() if cursor else [] for cursor in asked]

    def select_many(
        self, table: str, columns: Sequence[str], key: Sequence[str], values: Sequence[Row]
    ) -> list[Row]:
        return self.look_up([Look(table, columns, key, values)])[0]

    def _ask(self, look: Look | Highest) -> psycopg.Cursor[Row] | None:
        if isinstance(look, Highest):
            return self._send(f"SELECT max({look.column}) FROM {look.table}", ())
        types = self._find_types(look.table, tuple(look.key))
        return self._send(*_write_look(look, types)) if look.values else None

    def _send(self, sql: str, params: Sequence[Any]) -> psycopg.Cursor[Row]:
        cursor = self._db.cursor(binary=True)
        cursor.execute(_translate(sql), params)
        return cursor

    @contextmanager
    def transaction(self, *, together: bool = False) -> Iterator[None]:
        with _TELLING, self._send_together() if together else self._db.transaction():
            yield

    @contextmanager
    def _send_together(self) -> Iterator[None]:
        """A transaction in pipeline mode; psycopg's own would wait for BEGIN and before COMMIT."""
        self._enter_pipeline()
        try:
            self._db.execute("BEGIN")
            yield
            self._db.execute("COMMIT")
            self._leave_pipeline()  # here the commit is answered, or what went wrong is raised
        except BaseException:
            with suppress(psycopg.Error):  # it told already
                self._leave_pipeline()
            if not self.broken:
                self._db.rollback()
            raise

    def _enter_pipeline(self) -> None:
        pipeline = self._db.pipeline()
        pipeline.__enter__()
        self._pipeline = pipeline

    def _leave_pipeline(self) -> None:
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            pipeline.__exit__(None, None, None)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """COPY cannot be sent together with others."""
        together = self._pipeline is not None
        self._leave_pipeline()
        yield
        if together:
            self._enter_pipeline()

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


def _write_look(look: Look, types: Sequence[str]) -> tuple[str, list[bytes]]:
    arrays = ", ".join(f"?::{kind}[]" for kind in types)
    wanted = ", ".join(f"k{n}" for n in range(len(look.key)))
    equal = " AND ".join(f"t.{column} = w.k{n}" for n, column in enumerate(look.key))
    sql = (
        f"SELECT {', '.join(f't.{c}' for c in look.columns)} FROM unnest({arrays}) AS w ({wanted}) "
        f"CROSS JOIN {look.table} t WHERE {equal}"
    )
    return sql, _pack_columns(look.values, types)


def _pack_columns(rows: Sequence[Row], types: Sequence[str]) -> list[bytes]:
    return [pack_array(column, kind) for column, kind in zip(zip(*rows, strict=True), types, strict=True)]


@lru_cache(maxsize=512)
def _gives_rows(sql: str) -> bool:
    return sql.startswith(("SELECT", "WITH")) or " RETURNING " in sql


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
