"""Processes that take turns: what comes while another writes is one group with what waits already."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

import pytest
from made_statements import find, make, put

from payoff.statements.connection import Connection
from payoff.statements.postgres import PostgresEngine
from payoff.statements.statement_writing import StatementHand
from payoff.statements.store import Store
from payoff.statements.work import Outcome, PutStatements, Work

WAITS = (  # in this database: others have locks of their own
    "FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname = current_database() "
    "WHERE locktype = 'advisory' AND NOT granted"
)
WAITING = f"SELECT count(*) {WAITS}"
CUT = f"SELECT pg_terminate_backend(pid, 10000) {WAITS}"


@contextmanager
def another_writes(url: str) -> Iterator[Connection]:
    """A process in the midst of its transaction."""
    other = PostgresEngine(url).connect(writing=True)
    try:
        with other.transaction():
            other.wait_for_turn()
            yield other
    finally:
        other.close()


def wait_until_somebody_waits(other: Connection) -> None:
    deadline = time.monotonic() + 30
    while other.execute(WAITING) == [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def submit_in_another_turn(url: str, store: Store, works: Sequence[Work]) -> None:
    """The first waits for its turn before the others come."""
    with another_writes(url) as other:
        store.submit(works[0])
        wait_until_somebody_waits(other)
        for work in works[1:]:
            store.submit(work)


def build_works(n: int) -> list[Work]:
    return [Work(put(make(number))) for number in range(n)]


def test_what_comes_while_another_process_writes_joins_the_group_that_waits(postgres_url: str) -> None:
    store, groups, works = Store.open(postgres_url), list[list[Work]](), build_works(5)
    store.start(lambda group: groups.append(list(group)))
    submit_in_another_turn(postgres_url, store, works)
    store.close()
    assert groups == [works]
    assert [work.outcome for work in works] == [Outcome.STORED] * 5


def test_a_change_that_came_late_and_cannot_be_stored_fails_alone(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = StatementHand.write

    def write(hand: StatementHand, connection: Connection, group: Sequence[Work], now_us: int) -> None:
        if works[2] in group:
            connection.execute("SELECT 1 / 0")
        plain(hand, connection, group, now_us)

    monkeypatch.setattr(StatementHand, "write", write)
    store, groups, works = Store.open(postgres_url), list[list[Work]](), build_works(4)
    store.start(lambda group: groups.append(list(group)))
    submit_in_another_turn(postgres_url, store, works)
    store.close()
    assert groups == [works]
    assert [work.outcome is Outcome.STORED for work in works] == [True, True, False, True]
    reader = Store.open(postgres_url)
    assert sorted(find(reader)) == [0, 1, 3]
    reader.close()


def test_who_closes_while_another_process_writes_has_all_that_was_accepted(postgres_url: str) -> None:
    store, groups, works = Store.open(postgres_url), list[list[Work]](), build_works(3)
    store.start(lambda group: groups.append(list(group)))
    closing = Thread(target=store.close)
    with another_writes(postgres_url):
        for work in works:
            store.submit(work)
        closing.start()
        closing.join(0.2)
        assert closing.is_alive()
        assert not groups
    closing.join()
    assert [work.outcome for work in works] == [Outcome.STORED] * 3


def test_a_connection_that_is_cut_while_it_waits_loses_and_doubles_nothing(postgres_url: str) -> None:
    store, groups, works = Store.open(postgres_url), list[list[Work]](), build_works(5)
    store.start(lambda group: groups.append(list(group)))
    assert store.write(works[0].change).outcome is Outcome.STORED
    with another_writes(postgres_url) as other:
        store.submit(works[1])
        wait_until_somebody_waits(other)
        store.submit(works[2])
        other.execute(CUT)
        wait_until_somebody_waits(other)
        for work in works[3:]:
            store.submit(work)
        assert groups == []
    store.close()
    assert groups == [works[1:]]
    assert [work.outcome for work in works[1:]] == [Outcome.STORED] * 4
    reader = Store.open(postgres_url)
    assert sorted(find(reader)) == [0, 1, 2, 3, 4]
    reader.close()


def test_a_group_that_waits_stays_within_its_bound(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payoff.statements.writer.GROUP_STATEMENTS", 3)
    store, groups, works = Store.open(postgres_url), list[list[Work]](), build_works(7)
    store.start(lambda group: groups.append(list(group)))
    submit_in_another_turn(postgres_url, store, works)
    store.close()
    assert [len(group) for group in groups] == [3, 3, 1]
    assert all(isinstance(work.change, PutStatements) and work.outcome is Outcome.STORED for work in works)
