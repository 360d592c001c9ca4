"""The answer to a commit is lost with its connection: what is tried again, and what is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from made_statements import make, put

from payoff.statements.connection import Connection, UnavailableError
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.sqlite import SqliteConnection, SqliteEngine
from payoff.statements.store import Store
from payoff.statements.work import Outcome, PutDocument

PLACE = DocumentPlace(1, DocumentKind.STATE, "https://example.org/a", "mbox mailto:ann@example.org")


class CutAfterCommit(SqliteConnection):
    """Commits, and is gone before it can say so, as often as `cuts` has something to give up."""

    def __init__(self, path: Path, cuts: list[bool], *, writing: bool) -> None:
        super().__init__(path, writing=writing)
        self._cuts = cuts

    @contextmanager
    def transaction(self, *, together: bool = False) -> Iterator[None]:
        with super().transaction(together=together):
            yield
        if self._cuts:
            self._cuts.pop()
            self.broken = True
            raise UnavailableError("the server closed the connection")


class CuttingEngine(SqliteEngine):
    cuts: list[bool]

    def connect(self, *, writing: bool = False) -> Connection:
        return CutAfterCommit(self.path, self.cuts if writing else [], writing=writing)


@pytest.fixture
def cutting(tmp_path: Path) -> Iterator[tuple[Store, list[bool]]]:
    path = tmp_path / "records.db"
    Store.open(str(path)).close()
    engine = CuttingEngine(path)
    engine.cuts = []
    store = Store(engine)
    store.start(lambda works: None)
    assert store.write(put(make(1))).outcome is Outcome.STORED  # the connection has waited once
    yield store, engine.cuts
    store.close()


def test_statements_are_tried_again_for_their_ids_tell_what_is_there(
    cutting: tuple[Store, list[bool]],
) -> None:
    store, cuts = cutting
    cuts.append(True)

    assert store.write(put(make(2))).outcome is Outcome.UNCHANGED
    assert len(store.read_after(0, 10)) == 2


def test_a_document_is_not_tried_again_against_its_own_condition(cutting: tuple[Store, list[bool]]) -> None:
    store, cuts = cutting
    cuts.append(True)
    new = PutDocument(PLACE, "d", "text/plain", b"1", Precondition(if_none_match=("*",)))

    assert store.write(new).outcome is Outcome.UNAVAILABLE  # rather than a 412 that is not true
    found = store.find_document(PLACE, "d")
    assert found is not None
    assert found.body == b"1"
