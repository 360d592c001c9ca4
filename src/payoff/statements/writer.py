"""The one thread that writes.

Question  How are many small changes made durable together, and each answered by how it went?
Group     All that waits, up to a bound, is one transaction: one sync to disk. Nothing waits for company; but
          what comes while another process has its turn joins the group that waits for it
          (docs/decisions/0041-workers-take-turns-through-the-sync.md).
Failure   When the database cannot write (disk full, locked, away), nothing of the group is stored, all of it
          is answered UNAVAILABLE, and the next group tries again. When one change makes the group fail, each
          is tried alone, so that it fails alone.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Protocol

from payoff.statements.clock import Clock
from payoff.statements.connection import Connection, Engine, UnavailableError
from payoff.statements.work import Outcome, PutDocument, PutStatements, Work

GROUP_STATEMENTS = 2_000
GROUP_BYTES = 16 * 1024 * 1024

Deliver = Callable[[Sequence[Work]], None]
log = logging.getLogger(__name__)


class Hand(Protocol):
    """Writes one kind of change within the writer's transaction."""

    def write(self, connection: Connection, works: Sequence[Work], now_us: int) -> None:
        """Decide and write works in order, setting their outcomes."""

    def settle(self, kept: bool) -> None:
        """The transaction is on disk, or nothing of it is."""

    def forget(self, n_erasures: int) -> None:
        """So many erasures there were: what is remembered of the database may be gone."""


class Writer:
    """Takes works from any thread and delivers them, in groups, from its own."""

    def __init__(self, engine: Engine, clock: Clock, hands: Mapping[type, Hand], deliver: Deliver) -> None:
        self._engine = engine
        self._clock = clock
        self._hands = hands
        self._deliver = deliver
        self._n_erasures = 0
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._begun = False
        self._open: _Group | None = None  # to which works may be added yet
        self._ending = False
        self._closed = False
        self._lock = Lock()
        self._turn = ExitStack()
        self._turn.enter_context(engine.wait_to_write())
        self._thread = Thread(target=self._run, name="payoff-store-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many works wait."""
        return self._queue.qsize()

    def submit(self, work: Work) -> None:
        """Have a work done; after `close` it is answered at once, as unavailable."""
        with self._lock:
            if not self._closed:
                self._queue.put(work)
                return
        work.outcome, work.detail = Outcome.UNAVAILABLE, "the store is closing"
        self._hand_back([work])

    def close(self) -> None:
        """Finish what was accepted, then stop."""
        with self._lock:
            closed, self._closed = self._closed, True
            if not closed:
                self._queue.put(None)
        self._thread.join()
        self._turn.close()

    def _run(self) -> None:
        while not self._ending:
            group = self._open = _Group()
            self._fill(group, self._queue.get())
            if group.works:
                self._finish(group.works)
                self._hand_back(group.works)
        self._end()

    def _end(self) -> None:
        """A clock that is set back before the next process begins does not repeat a time that was told."""
        try:
            connection = self._connect()
            with connection.transaction():
                connection.wait_for_turn()
                self._clock.keep(connection)
        except UnavailableError as error:
            log.warning("the store is away at its end: a clock set back now may repeat times", exc_info=error)
        if self._connection is not None:
            self._connection.close()

    def _fill(self, group: "_Group", work: Work | None) -> None:
        """Take a work and what else is there by now; None is the end."""
        while work is not None:
            group.add(work)
            if group.full:
                return
            try:
                work = self._queue.get_nowait()
            except Empty:
                return
        self._ending = True

    def _fill_open(self) -> None:
        """Nobody else writes now, so what came meanwhile need not wait for a turn of its own."""
        if self._open is not None and not (self._ending or self._open.full):
            with suppress(Empty):
                self._fill(self._open, self._queue.get_nowait())

    def _finish(self, group: Sequence[Work]) -> None:
        try:
            self._write_connected(group)
        except UnavailableError as error:
            log.warning("the store cannot write", exc_info=error)
            _refuse(group, str(error))
        except Exception as error:
            if len(group) == 1:
                log.exception("a change could not be stored")
                _refuse(group, f"the change could not be stored: {type(error).__name__}")
            else:
                self._open = None
                for work in group:
                    self._finish([work])

    def _write_connected(self, group: Sequence[Work]) -> None:
        """A connection that broke while nobody wrote, as in a restart of the database, costs nothing.

        Once it had begun, the transaction may have been committed and the answer lost: then only statements,
        which are known by their ids, are tried again; a document's If-Match would fail on its own work.
        """
        waited, self._begun = self._connection, False
        try:
            self._write(group)
        except UnavailableError:
            if waited is None or not waited.broken or (self._begun and not all(map(_is_known_by_id, group))):
                raise
            self._write(group)

    def _write(self, group: Sequence[Work]) -> None:
        connection = self._connect()
        kept = False
        try:
            with connection.transaction(together=True), self._taking_time(connection) as now_us:
                for hand in self._list_hands():
                    works = [work for work in group if self._find_hand(work) is hand]
                    if works:
                        hand.write(connection, works, now_us)
            kept = True
        finally:
            self._clock.end()
            for hand in self._list_hands():
                hand.settle(kept)

    @contextmanager
    def _taking_time(self, connection: Connection) -> Iterator[int]:
        connection.wait_for_turn()
        self._fill_open()  # before the time is read: nothing is stored before it came
        now_us = self._clock.begin(connection)
        if self._clock.n_erasures != self._n_erasures:
            self._n_erasures = self._clock.n_erasures
            for hand in self._list_hands():
                hand.forget(self._n_erasures)
        self._begun = True
        yield now_us

    def _list_hands(self) -> list[Hand]:
        return list({id(hand): hand for hand in self._hands.values()}.values())

    def _find_hand(self, work: Work) -> Hand:
        return self._hands[type(work.change)]

    def _connect(self) -> Connection:
        if self._connection is not None and self._connection.broken:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = self._engine.connect(writing=True)
        return self._connection

    def _hand_back(self, group: Sequence[Work]) -> None:
        try:
            self._deliver(group)
        except Exception:
            log.exception("finished changes could not be handed back")


class _Group:
    """Works of one transaction, up to a bound."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self._statements = self._size = 0

    @property
    def full(self) -> bool:
        """Whether the next work begins a group of its own."""
        return self._statements >= GROUP_STATEMENTS or self._size >= GROUP_BYTES

    def add(self, work: Work) -> None:
        """One more."""
        statements, size = _measure(work)
        self.works.append(work)
        self._statements, self._size = self._statements + statements, self._size + size


def _is_known_by_id(work: Work) -> bool:
    return isinstance(work.change, PutStatements)


def _measure(work: Work) -> tuple[int, int]:
    change = work.change
    if isinstance(change, PutStatements):
        size = sum([len(s.raw) for s in change.statements]) + sum(len(a.body) for a in change.attachments)
        return len(change.statements), size
    return 1, len(change.body) if isinstance(change, PutDocument) else 0


def _refuse(group: Sequence[Work], detail: str) -> None:
    for work in group:
        work.outcome, work.detail, work.etag = Outcome.UNAVAILABLE, detail, ""
