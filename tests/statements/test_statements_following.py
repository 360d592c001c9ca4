"""Consistent-Through and `stored`: who follows them misses nothing and repeats nothing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path

import pytest
from made_statements import find, make, put, running, store_all

from payoff.statements.clock import OwnClock
from payoff.statements.connection import Connection
from payoff.statements.query import StatementQuery
from payoff.statements.statement_writing import StatementHand
from payoff.statements.store import Store
from payoff.statements.work import Outcome, Work


@pytest.fixture
def slow_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each group lies open for a while between its time and its commit."""
    plain = StatementHand.write

    def write(hand: StatementHand, connection: Connection, works: list[Work], now_us: int) -> None:
        plain(hand, connection, works, now_us)
        time.sleep(0.01)

    monkeypatch.setattr(StatementHand, "write", write)


def follow(store: Store, done: threading.Event) -> Iterator[int]:
    """As a client does: from Consistent-Through to Consistent-Through, a page at a time."""
    since_us, last = 0, False
    while not last:
        last = done.is_set()
        page = store.find_page(StatementQuery(1, since_us=since_us, ascending=True, limit=7))
        through_us = page.consistent_through_us
        while True:
            yield from (s.stored_us for s in page.statements if s.stored_us <= through_us)
            if page.more_after_us is None:
                break
            page = store.find_page(
                StatementQuery(1, since_us=since_us, after_us=page.more_after_us, ascending=True, limit=7)
            )
        since_us = through_us


@pytest.mark.usefixtures("slow_writer")
def test_who_follows_consistent_through_misses_nothing_and_repeats_nothing(store_url: str) -> None:
    with running(store_url) as store, running_too(store_url, store) as second:
        done = threading.Event()
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.extend(follow(store, done)))
        reader.start()
        writers = [
            threading.Thread(target=write_slowly, args=((store, second)[n % 2], range(n * 100, n * 100 + 30)))
            for n in range(6)
        ]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        time.sleep(0.01)
        done.set()
        reader.join()
        stored = [s.stored_us for s in store.read_after(0, 1_000)]
        assert len(stored) == 180
        assert seen == stored


def write_slowly(store: Store, numbers: range) -> None:
    for n in numbers:
        assert store.write(put(make(n))).outcome is Outcome.STORED


@contextmanager
def running_too(url: str, store: Store) -> Iterator[Store]:
    """On PostgreSQL a second writer, as of another process; SQLite has one only."""
    if not store.engine.many_writers:
        yield store
        return
    with running(url) as second:
        yield second


@pytest.mark.usefixtures("slow_writer")
def test_the_feed_reads_each_statement_once_in_order(store_url: str) -> None:
    with running(store_url) as store:
        writer = threading.Thread(target=write_slowly, args=(store, range(60)))
        writer.start()
        seen: list[int] = []
        while writer.is_alive() or store.read_after(seen[-1] if seen else 0, 1):
            seen += [s.stored_us for s in store.read_after(seen[-1] if seen else 0, 5)]
        writer.join()
        assert seen == sorted(set(seen))
        assert len(seen) == 60


def test_an_idle_store_is_complete_up_to_now(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1))
        stored_us = store.read_after(0, 1)[0].stored_us
        first = store.consistent_through_us(1)
        time.sleep(0.002)
        second = store.consistent_through_us(1)
        assert stored_us <= first < second
        store_all(store, make(2))
        assert store.read_after(stored_us, 1)[0].stored_us > second


def test_a_clock_set_back_neither_repeats_nor_reorders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = chain([5_000_000, 5_000_100], count(1_000, -1))
    clock_before = OwnClock.__init__

    def start(own: OwnClock) -> None:
        clock_before(own, lambda: next(times))

    monkeypatch.setattr(OwnClock, "__init__", start)
    with running(str(tmp_path / "records.db")) as store:
        store_all(store, make(1))
        told_us = store.consistent_through_us(1)
        assert told_us == 5_000_099
        store_all(store, make(2))
        assert store.consistent_through_us(1) == 5_000_100
        store_all(store, make(3))
        assert [s.stored_us for s in store.read_after(0, 9)] == [5_000_000, 5_000_100, 5_000_101]


def test_a_store_that_is_only_read_is_complete_up_to_what_was_told(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1))
        told_us = store.consistent_through_us(1)
    reader = Store.open(store_url)
    try:
        assert reader.consistent_through_us(1) >= told_us
        assert find(reader) == [1]
        if not reader.engine.many_writers:
            assert reader.consistent_through_us(1) == told_us
    finally:
        reader.close()
