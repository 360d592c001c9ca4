"""SQLite, through apsw.

Question  How is a file opened so that what is acknowledged is on disk, and readers never wait for the writer?
Settings  WAL, `synchronous=FULL`: each commit is one append and one sync. A statement changes some ten pages,
          far apart, so pages are small; the writer folds the log into the file at every WAL_BYTES, a page
          that changed often once (docs/decisions/0039-small-pages-long-log.md).
Older     A file keeps the pages it was made with; a backup, and what is restored from it, has small ones.
Private   Files that are made here can be read by their owner alone: they hold learners' records.
Speed     Rows go in as `VALUES` of hundreds of rows: apsw gives up the interpreter lock once a call, and the
          insertion runs beside the threads that read requests.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.connection import Connection, Highest, Look, Row, UnavailableError

BUSY_MS = 10_000
CACHE_KIB = 64 * 1024
PAGE_BYTES = 2048
WAL_BYTES = 128 * 1024 * 1024
PRIVATE = 0o600
CACHED_TEXT = 16_000  # apsw keeps no prepared statement longer than 16 KiB

AWAY = (
    apsw.FullError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.NoMemError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.InterruptError,
    apsw.ProtocolError,
)


class SqliteEngine:
    """A store in a file. `sealed`: nobody writes it any more, and reading leaves no trace in or beside it."""

    many_writers = False

    def __init__(self, path: Path, *, sealed: bool = False) -> None:
        self.path = path
        self._sealed = sealed

    def connect(self, *, writing: bool = False) -> Connection:
        """A connection with the settings above."""
        return SqliteConnection(self.path, writing=writing, sealed=self._sealed)

    @contextmanager
    def wait_to_write(self) -> Iterator[None]:
        """One process writes: the lock of an empty database beside the file says which; it dies with it."""
        beside = self.path.with_name(self.path.name + "-writer")
        _make_private(beside)
        guard = apsw.Connection(str(beside))
        try:
            guard.execute("PRAGMA locking_mode = EXCLUSIVE")
            guard.execute("BEGIN EXCLUSIVE")
        except apsw.BusyError as error:
            guard.close()
            raise _build_taken(self.path) from error
        try:
            yield
        finally:
            guard.close()


class SqliteConnection:
    """One connection to the file."""

    words: Mapping[str, str] = {
        "bytes": "BLOB",
        "row_key": "INTEGER PRIMARY KEY",
        "clustered": "WITHOUT ROWID",
        "of_tenant": "s.tenant = ? AND s.stored_us > ? AND s.tenant = ? AND s.stored_us <= ?",
    }
    broken = False

    def __init__(self, path: Path, *, writing: bool, sealed: bool = False) -> None:
        with _TELLING:
            if sealed:  # as it may lie where nothing can be written
                address = f"file:{quote(str(path.absolute()))}?immutable=1"
                self._db = apsw.Connection(address, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
                return
            _make_private(path)
            self._db = apsw.Connection(str(path))
            self._db.set_busy_timeout(BUSY_MS)
            for setting in (
                f"page_size = {PAGE_BYTES}",  # of a new file; an older one is left as it is
                "journal_mode = WAL",
                "synchronous = FULL",
                "fullfsync = ON",  # macOS: past the drive's own cache
                f"cache_size = -{CACHE_KIB}",
                "temp_store = MEMORY",
                f"query_only = {0 if writing else 1}",
            ):
                self._db.execute(f"PRAGMA {setting}")
            [[page_bytes]] = self._db.execute("PRAGMA page_size")
            self._db.execute(f"PRAGMA wal_autocheckpoint = {WAL_BYTES // page_bytes}")

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        with _TELLING:
            return list(self._db.execute(sql, tuple(params)))

    def execute_script(self, sql: str) -> None:
        with _TELLING:
            self._db.execute(sql)

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, skip_known: bool = False
    ) -> None:
        verb = "INSERT OR IGNORE" if skip_known else "INSERT"
        head = f"{verb} INTO {table} ({', '.join(columns)}) VALUES "
        with _TELLING:
            for values, part in _divide(rows, len(columns)):
                self._db.execute(head + values, tuple(chain.from_iterable(part)))

    def look_up(self, looks: Sequence[Look | Highest]) -> list[list[Row]]:
        return [
            self.select_many(*look)
            if isinstance(look, Look)
            else self.execute(f"SELECT max({look.column}) FROM {look.table}")
            for look in looks
        ]

    def select_many(
        self, table: str, columns: Sequence[str], key: Sequence[str], values: Sequence[Row]
    ) -> list[Row]:
        wanted = ", ".join(f"k{n}" for n in range(len(key)))
        equal = " AND ".join(f"t.{column} = w.k{n}" for n, column in enumerate(key))
        found: list[Row] = []
        with _TELLING:
            for marks, part in _divide(values, len(key)):
                sql = (
                    f"WITH w ({wanted}) AS (VALUES {marks}) "
                    f"SELECT {', '.join(f't.{c}' for c in columns)} FROM w CROSS JOIN {table} t WHERE {equal}"
                )
                found += self._db.execute(sql, tuple(chain.from_iterable(part)))
        return found

    @contextmanager
    def transaction(self, *, together: bool = False) -> Iterator[None]:
        with _TELLING:
            self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            with _TELLING:
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                with _TELLING:
                    self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with _TELLING:
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            with _TELLING:
                self._db.execute("ROLLBACK")

    def wait_for_turn(self) -> None:
        """`BEGIN IMMEDIATE` already did."""

    def overwrite_deleted(self) -> None:
        with _TELLING:
            self._db.execute("PRAGMA secure_delete = ON")

    def scrub(self, tables: Sequence[str]) -> bool:
        """Write the file anew, for pages keep remains of rows that moved; then empty the log beside it."""
        with _TELLING:
            self._db.execute("PRAGMA temp_store = FILE")  # the copy may be larger than memory
            self._db.execute("VACUUM")
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        return not busy

    def close(self) -> None:
        self._db.close()


@lru_cache(maxsize=256)
def _marks(width: int, rows: int) -> str:
    return ",".join(["(" + ",".join("?" * width) + ")"] * rows)


def _divide(rows: Sequence[Row], width: int) -> Iterator[tuple[str, Sequence[Row]]]:
    """Parts of 4^n rows, so that few texts are prepared, and often."""
    start, left = 0, len(rows)
    most = max(CACHED_TEXT // (2 * width + 2) - 100, 1)
    while left:
        size = 1
        while size * 4 <= min(left, most):
            size *= 4
        yield _marks(width, size), rows[start : start + size]
        start, left = start + size, left - size


def _make_private(path: Path) -> None:
    """A new file is its owner's alone, and SQLite's log takes its mode; one that is there keeps its own."""
    with suppress(OSError):  # it is there, or SQLite will say why it cannot be
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))


class _Telling:
    """Tells a database away from a wrong change; a class, for a generator would cost more than the query."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AWAY):
            raise UnavailableError(f"{type(error).__name__}: {error}") from error


_TELLING = _Telling()


def _build_taken(path: Path) -> PayoffError:
    return PayoffError(
        [
            Problem(
                "R102",
                f"{path} is being written by another process",
                "two writers could store statements at or before a time already told to be complete",
                "stop the other server, or use PostgreSQL for several",
            )
        ],
        7,
    )
