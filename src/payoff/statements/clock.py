"""The time statements are stored at, and up to which time nothing more will come.

Question  Which `stored` does the next statement get, and what may Consistent-Through say?
Truth     `stored` is unique and ascends with the commits, however the clock is set back. A time told to be
          complete is never reached again by a later `stored` of this process nor, once it has ended in order,
          of those after it. Where the clock is set back after a crash, or another worker told more, only what
          was stored last is safe.
Reading   A reader asks for Consistent-Through first and for rows after: then it has seen all up to there.
"""

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Protocol

from payoff.statements.connection import WRITERS_LOCK, Connection

# a statement that was erased keeps its time, which was told: nothing is stored at or before it, nor before
# what a process had told when it ended
LAST = (
    "(SELECT max(stored_us) FROM statement), (SELECT last_us FROM erasure_revision WHERE id = 1), "
    "(SELECT revision FROM erasure_revision WHERE id = 1)"
)
DATABASE_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"


def read_now_us() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


class Clock(Protocol):
    """`begin` and `end` stand around each transaction of the writer; all else may come from any thread."""

    @property
    def n_erasures(self) -> int:
        """A number that had grown with every erasure when `begin` looked."""

    def begin(self, connection: Connection) -> int:
        """Inside the transaction: from which time on its statements may be stored."""

    def end(self) -> None:
        """The transaction is on disk, or given up."""

    def find_consistent_through(self, connection: Connection) -> int:
        """Nothing will ever be stored at or before this time."""

    def keep(self, connection: Connection) -> None:
        """Inside the last transaction of the writer: what was told holds for those after it."""


class OwnClock:
    """Where this process alone writes, or none does: then what is stored last is all that is known."""

    def __init__(self, now_us: Callable[[], int] = read_now_us) -> None:
        self.writing = False
        self.n_erasures = 0
        self._now_us = now_us
        self._told_us = 0
        self._open_from_us: int | None = None
        self._lock = Lock()

    def begin(self, connection: Connection) -> int:
        last_us, self.n_erasures = _read_last(connection.execute(f"SELECT {LAST}")[0])
        with self._lock:
            start_us = max(self._now_us(), last_us + 1, self._told_us + 1)
            self._open_from_us = start_us
        return start_us

    def end(self) -> None:
        with self._lock:
            self._open_from_us = None

    def find_consistent_through(self, connection: Connection) -> int:
        last_us, _ = _read_last(connection.execute(f"SELECT {LAST}")[0])
        with self._lock:
            if not self.writing:
                return last_us
            now_us = self._now_us() if self._open_from_us is None else self._open_from_us
            self._told_us = max(self._told_us, now_us - 1, last_us)
            return self._told_us

    def keep(self, connection: Connection) -> None:
        with self._lock:
            self.writing = False
        _keep(connection, self._told_us)


class DatabaseClock:
    """Where many processes write: the database's clock, read under the writers' lock.

    A reader that gets the lock, shared and for an instant, knows that nobody is writing: the present is
    complete. One that does not get it knows what was stored last; all that is on its way comes after.
    """

    def __init__(self) -> None:
        self.n_erasures = 0
        self._told_us = 0
        self._lock = Lock()

    def begin(self, connection: Connection) -> int:
        now_us, *last = connection.execute(f"SELECT {DATABASE_NOW}, {LAST}")[0]
        last_us, self.n_erasures = _read_last(last)
        with self._lock:
            return max(int(now_us), last_us + 1, self._told_us + 1)

    def end(self) -> None:
        """The lock went with the transaction."""

    def find_consistent_through(self, connection: Connection) -> int:
        now_us, *last = connection.execute(
            f"SELECT CASE WHEN pg_try_advisory_xact_lock_shared(?) THEN {DATABASE_NOW} END, {LAST}",
            (WRITERS_LOCK,),
        )[0]
        through_us = max(now_us - 1 if now_us else 0, _read_last(last)[0])
        with self._lock:
            self._told_us = max(self._told_us, through_us)
        return int(through_us)

    def keep(self, connection: Connection) -> None:
        with self._lock:
            told_us = self._told_us
        _keep(connection, told_us)


def _keep(connection: Connection, told_us: int) -> None:
    connection.execute(
        "UPDATE erasure_revision SET last_us = ? WHERE id = 1 AND last_us < ?", (told_us, told_us)
    )


def _read_last(columns: Sequence[int | None]) -> tuple[int, int]:
    """Of LAST: the latest `stored` there ever was, and how many erasures there were."""
    stored_us, erased_us, n_erasures = columns
    return max(stored_us or 0, erased_us or 0), n_erasures or 0
