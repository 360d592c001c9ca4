"""The record store, opened: what the server, the feed and the command line call.

Question  How are changes handed to the writer and questions to readers, on either engine?
Threads   Every method may be called from any thread; each reader borrows a connection of its own.
"""

from collections.abc import Callable, Sequence
from threading import Event

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements import (
    activities,
    agent_names,
    attachments,
    document_reading,
    feed_reading,
    statement_reading,
)
from payoff.statements.clock import Clock, DatabaseClock, OwnClock
from payoff.statements.connection import Answer, Connection, Engine, Pool, UnavailableError
from payoff.statements.document import Document, DocumentPlace
from payoff.statements.document_hand import DocumentHand
from payoff.statements.engines import find_engine
from payoff.statements.migrations import migrate, read_migrations
from payoff.statements.query import Page, StatementQuery, StoredAttachment, StoredStatement
from payoff.statements.statement_writing import StatementHand
from payoff.statements.work import Change, DeleteDocuments, PutDocument, PutStatements, Work
from payoff.statements.writer import Deliver, Hand, Writer
from payoff.xapi.equality import same_statement

EXIT_AWAY = 7


class Store:
    """Statements and documents of all tenants."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._pool = Pool(engine)
        self._own_clock = None if engine.many_writers else OwnClock()
        self._clock: Clock = self._own_clock or DatabaseClock()
        self._writer: Writer | None = None
        self._waiting: dict[int, Event] = {}

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open a store, making or migrating it; PayoffError when it is away or newer than this release."""
        engine = find_engine(url)
        try:
            connection = engine.connect(writing=True)
            try:
                migrate(connection, read_migrations())
            finally:
                connection.close()
        except UnavailableError as error:
            raise _build_away(error) from error
        return cls(engine)

    def start(self, deliver: Deliver) -> None:
        """Begin to write; `deliver` gets the finished works of each group, from the writer's thread."""
        hand, documents = StatementHand(same_statement, alone=not self.engine.many_writers), DocumentHand()
        hands: dict[type, Hand] = {PutStatements: hand, PutDocument: documents, DeleteDocuments: documents}

        def hand_back(works: Sequence[Work]) -> None:
            others = works if not self._waiting else [work for work in works if not self._wake(work)]
            if others:
                deliver(others)

        self._writer = Writer(self.engine, self._clock, hands, hand_back)
        if self._own_clock is not None:
            self._own_clock.writing = True

    @property
    def waiting(self) -> int:
        """How many works wait for the writer."""
        return self._writer.waiting if self._writer else 0

    def submit(self, work: Work) -> None:
        """Have a work done; it is delivered when it is on disk, or refused."""
        self._find_writer().submit(work)

    def write(self, change: Change) -> Work:
        """Have a change done and wait for it."""
        work, done = Work(change), Event()
        self._waiting[id(work)] = done
        self._find_writer().submit(work)
        done.wait()
        return work

    def find_page(self, query: StatementQuery) -> Page:
        """A page of statements, with Consistent-Through as it was before."""

        def find(connection: Connection) -> Page:
            through_us = self._clock.find_consistent_through(connection)
            return statement_reading.find_page(connection, query, through_us)

        return self._read(find)

    def find_statement(self, tenant: int, id: bytes, mine: str | None = None) -> StoredStatement | None:
        """One statement, voided or not; with `mine` only one that this authority sent."""
        return self._read(lambda c: statement_reading.find_statement(c, tenant, id, mine))

    def find_attachments(self, tenant: int, sha2s: Sequence[str]) -> list[StoredAttachment]:
        """The bytes that are there of those asked for, once each."""
        return self._read(lambda c: attachments.find_attachments(c, tenant, sha2s))

    def find_definition(self, tenant: int, activity: str) -> bytes | None:
        """What statements say an activity is."""
        return self._read(lambda c: activities.find_definition(c, tenant, activity))

    def find_names(self, tenant: int, agent_key: str) -> list[str]:
        """Names recent statements give an agent."""
        return self._read(lambda c: agent_names.find_names(c, tenant, agent_key))

    def find_document(self, place: DocumentPlace, id: str) -> Document | None:
        """One document."""
        return self._read(lambda c: document_reading.find_document(c, place, id))

    def find_document_ids(self, place: DocumentPlace, since_us: int | None) -> list[str]:
        """Ids of a place, written after `since_us`."""
        return self._read(lambda c: document_reading.find_document_ids(c, place, since_us))

    def consistent_through_us(self, tenant: int) -> int:
        """Nothing of any tenant will be stored at or before this time."""
        return self._read(self._clock.find_consistent_through)

    def read_after(self, after_us: int, limit: int) -> list[StoredStatement]:
        """What was stored after a time, of all tenants, in order, never past Consistent-Through."""

        def read(connection: Connection) -> list[StoredStatement]:
            through_us = self._clock.find_consistent_through(connection)
            return feed_reading.read_after(connection, after_us, limit, through_us)

        return self._read(read)

    def close(self) -> None:
        """Finish what was accepted and let go of the database."""
        if self._writer is not None:
            self._writer.close()
        self._pool.close()

    def _read(self, ask: Callable[[Connection], Answer]) -> Answer:
        return self._pool.ask(ask)

    def _wake(self, work: Work) -> bool:
        done = self._waiting.pop(id(work), None)
        if done is not None:
            done.set()
        return done is not None

    def _find_writer(self) -> Writer:
        if self._writer is None:
            raise RuntimeError("Store.start comes before writing")
        return self._writer


def _build_away(error: UnavailableError) -> PayoffError:
    return PayoffError(
        [
            Problem(
                "R104",
                f"the store cannot be opened: {error}",
                "statements would have nowhere to go",
                "check that the path is a record store's and may be read, or that the database answers",
            )
        ],
        EXIT_AWAY,
    )
