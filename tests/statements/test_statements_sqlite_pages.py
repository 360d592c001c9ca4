"""A SQLite store writes few bytes a statement, and files made with larger pages go on as they are."""

import random
from pathlib import Path

import apsw
from made_statements import find, make, put, running

from payoff.statements.backup import back_up, restore
from payoff.statements.connection import Connection
from payoff.statements.sqlite import WAL_BYTES, SqliteEngine
from payoff.statements.store import Store

HELD = 6_000
AGENTS = 3_000
OLDER_PAGE = 4096


def make_older(path: Path) -> str:
    """A file of large pages, as stores were made before."""
    file = apsw.Connection(str(path))
    file.execute(f"PRAGMA page_size = {OLDER_PAGE}")
    file.execute("PRAGMA journal_mode = WAL").fetchall()
    file.close()
    Store.open(str(path)).close()
    return str(path)


def read_page_bytes(connection: Connection) -> int:
    [[size]] = connection.execute("PRAGMA page_size")
    return int(size)


def measure_log(url: str) -> float:
    """Bytes of the log a statement, where each comes alone and the store holds many of everybody."""
    rng = random.Random(1)
    made = [make(n, agent=f"a{rng.randrange(AGENTS)}", activity=f"b{n % 999}") for n in range(HELD + 40)]
    with running(url) as store:
        store.write(put(*made[:HELD]))
        connection = store.engine.connect(writing=True)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for statement in made[HELD:]:
            store.write(put(statement))
        return Path(url + "-wal").stat().st_size / 40


def test_a_single_statement_writes_less_than_two_thirds_of_what_large_pages_did(tmp_path: Path) -> None:
    large = measure_log(make_older(tmp_path / "large.db"))
    small = measure_log(str(tmp_path / "small.db"))
    assert small < large * 2 / 3, (small, large)


def test_a_file_of_large_pages_is_served_on_and_its_backup_has_small_ones(tmp_path: Path) -> None:
    url = make_older(tmp_path / "older.db")
    with running(url) as store:
        store.write(put(*(make(n) for n in range(9))))
        connection = store.engine.connect(writing=True)
        assert read_page_bytes(connection) == OLDER_PAGE
        connection.close()
        back_up(store.engine, tmp_path / "r.backup", "ann")
    restored = SqliteEngine(tmp_path / "restored.db")
    restore(tmp_path / "r.backup", restored, "ann")
    connection = restored.connect()
    assert read_page_bytes(connection) == 2048
    connection.close()
    with running(str(tmp_path / "restored.db")) as store:
        assert find(store) == list(range(9))


def test_the_log_is_folded_in_at_as_many_bytes_whatever_the_pages(tmp_path: Path) -> None:
    make_older(tmp_path / "older.db")
    for name in ("older.db", "new.db"):
        connection = SqliteEngine(tmp_path / name).connect(writing=True)
        [[pages]] = connection.execute("PRAGMA wal_autocheckpoint")
        assert pages * read_page_bytes(connection) == WAL_BYTES
        connection.close()
