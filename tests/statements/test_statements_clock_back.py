"""A clock that is set back while the store is restarted: `stored` goes on behind what there was."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from made_statements import make, running, store_all

from payoff.statements import clock
from payoff.statements.clock import OwnClock
from payoff.statements.connection import UnavailableError
from payoff.statements.store import Store
from payoff.statements.writer import Writer

BEFORE_US, AFTER_US = 4_000_000_000_000_000, 1_000_000_000_000_000


@contextmanager
def at(now_us: int) -> Iterator[None]:
    """The clock of the process, and of the database, stands at a time."""
    plain = OwnClock.__init__

    def start(own: OwnClock) -> None:
        plain(own, lambda: now_us)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OwnClock, "__init__", start)
        patch.setattr(clock, "DATABASE_NOW", f"CAST({now_us} AS bigint)")
        yield


def list_stored(store: Store) -> list[int]:
    return [statement.stored_us for statement in store.read_after(0, 9)]


def test_what_comes_after_a_restart_is_stored_behind_what_was_there(store_url: str) -> None:
    with at(BEFORE_US), running(store_url) as store:
        store_all(store, make(1), make(2))
    with at(AFTER_US), running(store_url) as store:
        store_all(store, make(3))
        assert list_stored(store) == [BEFORE_US, BEFORE_US + 1, BEFORE_US + 2]
        assert store.consistent_through_us(1) == BEFORE_US + 2


def test_what_was_told_before_a_restart_stays_told(store_url: str) -> None:
    with at(BEFORE_US), running(store_url) as store:
        store_all(store, make(1))
    with at(BEFORE_US + 1_000), running(store_url) as store:
        told_us = store.consistent_through_us(1)
        assert told_us == BEFORE_US + 999
    with at(AFTER_US), running(store_url) as store:
        assert store.consistent_through_us(1) >= told_us
        store_all(store, make(2))
        assert list_stored(store) == [BEFORE_US, told_us + 1]


def test_a_database_that_is_away_at_the_end_keeps_nobody_from_closing(
    store_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def be_away(writer: Writer) -> None:
        raise UnavailableError("away")

    with running(store_url):
        monkeypatch.setattr(Writer, "_connect", be_away)
    assert "the store is away at its end" in caplog.text
