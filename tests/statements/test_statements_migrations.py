"""Stores of older releases open and are brought up to date; those of newer ones are refused."""

import threading
from pathlib import Path

import pytest
from made_statements import find, make, running, store_all

from payoff.nouns.problem import PayoffError
from payoff.statements import store as store_module
from payoff.statements.engines import find_engine
from payoff.statements.migrations import Migration, migrate, read_migrations
from payoff.statements.sqlite import SqliteEngine
from payoff.statements.store import Store

NEXT = Migration(9_999, "9999_next", "CREATE TABLE next_release (id {row_key}, text {bytes});")


def test_files_are_numbered_from_one_without_gaps() -> None:
    assert [m.number for m in read_migrations()] == list(range(1, len(read_migrations()) + 1))


def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_holds(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(store_url) as store:
        store_all(store, make(1))
    monkeypatch.setattr(store_module, "read_migrations", lambda: (*read_migrations(), NEXT))
    with running(store_url) as store:
        connection = store.engine.connect()
        assert connection.execute("SELECT count(*) FROM next_release") == [(0,)]
        connection.close()
        assert find(store) == [1]


def test_a_newer_store_is_refused(store_url: str) -> None:
    connection = find_engine(store_url).connect(writing=True)
    migrate(connection, (*read_migrations(), NEXT))
    connection.close()
    with pytest.raises(PayoffError, match="the store has schema 9999, this release knows") as refused:
        Store.open(store_url)
    assert refused.value.exit_code == 7


def test_a_store_whose_applied_steps_differ_is_refused(store_url: str) -> None:
    connection = find_engine(store_url).connect(writing=True)
    migrate(connection, read_migrations())
    connection.execute("UPDATE schema_migration SET checksum = 'other' WHERE number = 1")
    connection.close()
    with pytest.raises(PayoffError, match="schema step 1 of the store"):
        Store.open(store_url)


def test_a_step_that_fails_leaves_the_store_as_it_was(store_url: str) -> None:
    broken = Migration(
        9_999, "9999_broken", "CREATE TABLE half (id {row_key}); CREATE TABLE half (id {row_key});"
    )
    connection = find_engine(store_url).connect(writing=True)
    with pytest.raises(Exception, match="already exists"):
        migrate(connection, (*read_migrations(), broken))
    migrate(connection, read_migrations())
    with pytest.raises(Exception, match="half"):
        connection.execute("SELECT * FROM half")
    connection.close()


def test_many_that_open_a_new_store_at_once_make_it_once(store_url: str) -> None:
    failed: list[BaseException] = []

    def open_store() -> None:
        try:
            Store.open(store_url).close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_store) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_addresses_of_stores(tmp_path: Path) -> None:
    for url, path in {
        "records.db": "records.db",
        "/var/records.db": "/var/records.db",
        "sqlite:///records.db": "records.db",
        "sqlite:////var/records.db": "/var/records.db",
    }.items():
        engine = find_engine(url)
        assert isinstance(engine, SqliteEngine)
        assert engine.path == Path(path)
    with pytest.raises(PayoffError, match="neither a file nor a PostgreSQL URL"):
        find_engine("mysql://host/records")
    with pytest.raises(PayoffError, match="cannot be opened"):
        Store.open(str(tmp_path / "nowhere" / "records.db"))
    with pytest.raises(PayoffError, match="cannot be opened"):
        Store.open("postgresql://127.0.0.1:1/nowhere")
