"""A whole store in one file, taken while it serves, and put back into an empty one.

Question  Can all that was acknowledged be had again, on either engine, and how is that known?
Format    A backup is a record store in a SQLite file, with two tables more: when it was made, by which
          release and until when it may be kept, and of each table the number of rows and a hash over them.
Moment    All tables as of one moment, while writers go on. The file gets its name once it is whole, on disk.
Restore   Into an empty store of either engine, in one transaction, after the backup was found whole; then the
          rows are read back and must have the same hashes. So a backup also moves a store between engines.
Secrets   Keys are in it as hashes; learners' records are in it as they are: guard it like the store.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from payoff.nouns.fingerprint import CODE_VERSION
from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.audit_log import Deed, Event, append_entry
from payoff.statements.clock import read_now_us
from payoff.statements.connection import Connection, Engine, UnavailableError
from payoff.statements.migrations import migrate, read_migrations
from payoff.statements.sqlite import SqliteEngine
from payoff.statements.table_rows import Contents, Table, Tally, find_tables, read_contents, read_rows
from payoff.xapi.times import write_time

EXIT_USAGE, EXIT_DATA = 2, 4
_MANIFEST = """
CREATE TABLE backup (made_us INTEGER NOT NULL, release TEXT NOT NULL, keep_until_us INTEGER);
CREATE TABLE backup_table (name TEXT PRIMARY KEY, n_rows INTEGER NOT NULL, sha256 TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file says of itself, found true."""

    path: Path
    made_us: int
    release: str
    keep_until_us: int | None
    tables: dict[str, Contents]

    @property
    def n_statements(self) -> int:
        """How many it holds, voided ones too."""
        return self.tables["statement"].n_rows


def back_up(engine: Engine, path: Path, who: str, keep_until_us: int | None = None) -> Backup:
    """Write a backup to a new file and verify it. Raises PayoffError, UnavailableError, OSError."""
    if path.exists():
        why = "a backup is never written over another"
        raise _build_error("R131", f"{path} is there already", why, "name a new file", EXIT_USAGE)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(engine, draft, keep_until_us)
        found = verify(draft)
        os.replace(draft, path)
        _sync(path.parent)
    finally:
        for rest in (draft, *(draft.with_name(draft.name + tail) for tail in ("-wal", "-shm", "-writer"))):
            rest.unlink(missing_ok=True)
    _log(engine, who, Deed.BACKED_UP, found)
    return Backup(path, found.made_us, found.release, found.keep_until_us, found.tables)


def verify(path: Path) -> Backup:
    """What a backup holds; PayoffError where it is none, or not what was written."""
    with _open(SqliteEngine(path, sealed=True), path) as connection:
        made_us, release, keep_until_us = connection.execute("SELECT * FROM backup")[0]
        said = {name: Contents(n, sha) for name, n, sha in connection.execute("SELECT * FROM backup_table")}
        found = {table.name: read_contents(connection, table) for table in find_tables(connection)}
    if found != said:
        wrong = sorted(name for name in found.keys() | said.keys() if found.get(name) != said.get(name))
        raise _build_damaged(path, f"its tables {', '.join(wrong)} are not what was written")
    return Backup(path, made_us, release, keep_until_us, found)


def restore(path: Path, engine: Engine, who: str) -> Backup:
    """Put a backup into an empty store and read it back. Raises PayoffError, UnavailableError."""
    backup = verify(path)
    beside = path.parent if os.access(path.parent, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="payoff-restore-", dir=beside) as folder:
        copy = Path(
            shutil.copyfile(path, Path(folder) / "backup.db")
        )  # an older one is migrated, not touched
        with (
            _connected(SqliteEngine(copy), writing=True) as source,
            _connected(engine, writing=True) as target,
        ):
            migrate(source, read_migrations())
            migrate(target, read_migrations())
            tables = find_tables(source)
            with engine.wait_to_write():
                _fill(source, target, tables)
            _compare(source, target, tables)
    _log(engine, who, Deed.RESTORED, backup)
    return backup


def _write(engine: Engine, path: Path, keep_until_us: int | None) -> None:
    with _connected(SqliteEngine(path), writing=True) as target, _connected(engine) as source:
        migrate(target, read_migrations())
        target.execute_script(_MANIFEST)
        tables = find_tables(target)
        with source.snapshot(), target.transaction():
            target.insert_many(
                "backup",
                ("made_us", "release", "keep_until_us"),
                [(read_now_us(), CODE_VERSION, keep_until_us)],
            )
            for table in tables:
                _empty(target, table)
                n_rows, sha = _copy(source, target, table)
                target.insert_many("backup_table", ("name", "n_rows", "sha256"), [(table.name, n_rows, sha)])
        target.execute("PRAGMA journal_mode = DELETE")  # all of it in the one file


def _fill(source: Connection, target: Connection, tables: tuple[Table, ...]) -> None:
    with target.transaction():
        target.wait_for_turn()
        _refuse_unless_empty(target)
        for table in tables:
            _empty(target, table)
            _copy(source, target, table)


def _copy(source: Connection, target: Connection, table: Table) -> Contents:
    tally = Tally()
    for rows in read_rows(source, table):
        tally.add(rows)
        target.insert_many(table.name, table.columns, rows)
    return tally.finish()


def _empty(target: Connection, table: Table) -> None:
    """Of the few rows that a new store begins with."""
    target.execute(f"DELETE FROM {table.name}")


def _refuse_unless_empty(target: Connection) -> None:
    for name in ("statement", "document", "access_key", "audit"):
        if target.execute(f"SELECT 1 FROM {name} LIMIT 1"):
            raise _build_error(
                "R132",
                f"the store is not empty: there are rows in {name}",
                "restoring would mix two histories",
                "restore into a new file or database, then serve that",
                EXIT_USAGE,
            )


def _compare(source: Connection, target: Connection, tables: tuple[Table, ...]) -> None:
    for table in tables:
        if read_contents(source, table) != read_contents(target, table):
            raise _build_error(
                "R133",
                f"the restored table {table.name} differs from the backup",
                "the store cannot be trusted",
                "check the disk, drop what was restored and restore again",
                EXIT_DATA,
            )


def _log(engine: Engine, who: str, deed: Deed, backup: Backup) -> None:
    detail = {"statements": str(backup.n_statements), "sha256": backup.tables["statement"].sha256}
    if backup.keep_until_us is not None:  # so that an erasure can say how long it lives on there
        detail["keep_until"] = write_time(backup.keep_until_us)
    with _connected(engine, writing=True) as connection, connection.transaction():
        append_entry(connection, Event(who, deed, "", detail), read_now_us())


@contextmanager
def _connected(engine: Engine, *, writing: bool = False) -> Iterator[Connection]:
    connection = engine.connect(writing=writing)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _open(engine: Engine, path: Path) -> Iterator[Connection]:
    """A backup file, to be read only."""
    if not path.is_file():
        raise _build_error(
            "R134", f"there is no file {path}", "nothing was done", "name a backup", EXIT_USAGE
        )
    try:
        with _connected(engine) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'backup_table'"):
                raise _build_damaged(path, "it is a store, but not a backup")
            yield connection
    except UnavailableError as error:
        raise _build_damaged(path, str(error)) from error


def _build_damaged(path: Path, what: str) -> PayoffError:
    fix = "use another backup; a backup is whole when `payoff lrs verify-backup` says so"
    return _build_error("R135", f"{path} is no whole backup: {what}", "nothing was restored", fix, EXIT_DATA)


def _build_error(code: str, what: str, why: str, fix: str, exit_code: int) -> PayoffError:
    return PayoffError([Problem(code, what, why, fix)], exit_code)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
