"""What is stored, what is refused, and what a failure leaves: requests whole or not at all, each id once."""

import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from made_statements import KEY, find, make, make_id, put, running, store_all

from payoff.nouns.problem import PayoffError
from payoff.statements.connection import Connection
from payoff.statements.query import StoredAttachment
from payoff.statements.sqlite import SqliteConnection, SqliteEngine
from payoff.statements.statement_writing import StatementHand
from payoff.statements.store import Store
from payoff.statements.work import Outcome, Work
from payoff.xapi.statement import Attachment, Definition, Statement, TermKind


def submit_together(store: Store, works: Sequence[Work]) -> None:
    """As many threads at once."""
    barrier = threading.Barrier(len(works))

    def send(work: Work) -> None:
        barrier.wait()
        done = store.write(work.change)
        work.outcome, work.detail = done.outcome, done.detail

    threads = [threading.Thread(target=send, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_twenty_different_statements_with_one_id_one_is_kept(store_url: str) -> None:
    works = [Work(put(make(1, agent=f"a{n}"))) for n in range(20)]
    with running(store_url) as store:
        submit_together(store, works)
        outcomes = [work.outcome for work in works]
        assert outcomes.count(Outcome.STORED) == 1
        assert outcomes.count(Outcome.CONFLICT) == 19
        assert find(store) == [1]
        kept = f"a{outcomes.index(Outcome.STORED)}"
        assert find(store, (TermKind.AGENT, kept)) == [1]


def test_the_same_statement_again_changes_nothing(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1))
        assert store.write(put(make(1))).outcome is Outcome.UNCHANGED
        assert store.write(put(make(1), make(2))).outcome is Outcome.STORED
        assert find(store) == [1, 2]


def test_a_conflict_refuses_the_whole_request(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(2))
        work = store.write(put(make(1), make(2, agent="bob"), make(3)))
        assert work.outcome is Outcome.CONFLICT
        assert work.detail
        assert find(store) == [2]
        assert store.write(put(make(4), make(4, agent="bob"))).outcome is Outcome.CONFLICT
        assert store.write(put(make(5), make(5))).outcome is Outcome.STORED
        assert find(store) == [2, 5]


def test_batches_that_share_agents_and_activities_all_succeed(store_url: str) -> None:
    works = [
        Work(put(*(make(100 * n + m, agent=f"a{m % 7}", activity=f"b{m % 5}") for m in range(1, 51))))
        for n in range(16)
    ]
    with running(store_url) as store:
        submit_together(store, works)
        assert {work.outcome for work in works} == {Outcome.STORED}
        assert len(store.read_after(0, 1_000)) == 800


def test_text_is_served_byte_for_byte(store_url: str) -> None:
    strange = b'{"b": 12345678901234567890.10, "a":"\\u0000 \\ud800", "a" : 1e400}'
    plain = make(1, agent="nul \0 and \ud800", activity="x" * 5_000)
    statement = Statement(plain.id, strange, plain.has, plain.terms, None, False, (), ())
    with running(store_url) as store:
        store_all(store, statement, make(2, activity="x" * 4_999))
        found = store.find_statement(1, make_id(1))
        assert found is not None
        assert found.raw == strange
        assert (found.version, found.authority, found.has) == ("1.0.3", KEY.text, plain.has)
        assert find(store, (TermKind.AGENT, "nul \0 and \ud800")) == [1]
        assert find(store, (TermKind.ACTIVITY, "x" * 5_000)) == [1]


def test_tenants_are_apart(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1, agent="ann"))
        store_all(store, make(1, agent="bob"), tenant=2)
        assert find(store, (TermKind.AGENT, "bob")) == []
        assert find(store, (TermKind.AGENT, "bob"), tenant=2) == [1]
        assert store.find_statement(3, make_id(1)) is None
        assert [s.tenant for s in store.read_after(0, 10)] == [1, 2]


def test_attachments_are_kept_once_and_found_by_hash(store_url: str) -> None:
    body = StoredAttachment("ab" * 32, "image/png", bytes(range(256)))
    declared = [Attachment(body.sha2, body.content_type, 256, "http://example.com/usage", False)]
    with running(store_url) as store:
        first = put(make(1, attachments=declared), make(2, attachments=declared), attachments=[body, body])
        assert store.write(first).outcome is Outcome.STORED
        assert store.write(put(make(3, attachments=declared), attachments=[body])).outcome is Outcome.STORED
        assert store.find_attachments(1, ["00" * 32, body.sha2, body.sha2]) == [body]
        assert store.find_attachments(2, [body.sha2]) == []


def test_definitions_are_put_together(store_url: str) -> None:
    first = Definition("http://a", b'{"name":{"en":"One"},"type":"http://t","extensions":{"x":1.0}}')
    second = Definition(
        "http://a", b'{"name":{"de":"Eins"},"type":"http://u","extensions":{"y":10000000000000000001}}'
    )
    with running(store_url) as store:
        store_all(
            store, make(1, definitions=[first]), make(2, definitions=[second, Definition("http://b", b"")])
        )
        assert store.find_definition(1, "http://a") == (
            b'{"name":{"en":"One","de":"Eins"},"type":"http://u",'
            b'"extensions":{"x":1.0,"y":10000000000000000001}}'
        )
        assert store.find_definition(1, "http://b") is None
        assert store.find_definition(2, "http://a") is None


def test_names_of_an_agent(store_url: str) -> None:
    key = "mbox mailto:ann@example.com"
    with running(store_url) as store:
        for number, name in enumerate(["Ann", "Ann B.", "Ann"], 1):
            plain = make(number, agent=key)
            raw = b'{"actor":{"name":"%s","mbox":"mailto:ann@example.com"},' % name.encode()
            raw += b'"object":{"objectType":"Agent","name":"Bob","mbox":"mailto:bob@example.com"}}'
            store_all(store, Statement(plain.id, raw, plain.has, plain.terms, None, False, (), ()))
        assert store.find_names(1, key) == ["Ann", "Ann B."]
        assert store.find_names(2, key) == []


def test_a_change_that_cannot_be_stored_fails_alone(
    store_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plain = StatementHand.write

    def write(hand: StatementHand, connection: Connection, works: Sequence[Work], now_us: int) -> None:
        plain(hand, connection, works, now_us)
        if any(b"poison" in s.raw for work in works for s in getattr(work.change, "statements", ())):
            raise ValueError("poison")

    monkeypatch.setattr(StatementHand, "write", write)
    works = [Work(put(make(n, agent=f"a{n}", text="poison" if n == 5 else ""))) for n in range(10)]
    with running(store_url) as store:
        submit_together(store, works)
        assert [n for n, work in enumerate(works) if work.outcome is not Outcome.STORED] == [5]
        assert works[5].outcome is Outcome.UNAVAILABLE
        assert sorted(find(store)) == [0, 1, 2, 3, 4, 6, 7, 8, 9]
        for n in (0, 4, 9):  # numbers of terms made up in the failed transaction are not believed
            assert find(store, (TermKind.AGENT, f"a{n}")) == [n]
    assert "poison" in caplog.text


def test_a_full_disk_refuses_the_group_and_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "records.db"
    with running(str(path)) as store:
        store_all(store, make(1))
    connect = SqliteEngine.connect

    def connect_small(engine: SqliteEngine, *, writing: bool = False) -> Connection:
        connection = connect(engine, writing=writing)
        connection.execute("PRAGMA max_page_count = 40")
        return connection

    with monkeypatch.context() as small:
        small.setattr(SqliteEngine, "connect", connect_small)
        with running(str(path)) as store:
            full = store.write(put(*(make(n, text="x" * 2_000) for n in range(100, 200))))
            assert full.outcome is Outcome.UNAVAILABLE
            assert "full" in full.detail
            store_all(store, make(2))
            assert find(store) == [1, 2]
    with running(str(path)) as store:
        assert (
            store.write(put(*(make(n, text="x" * 2_000) for n in range(100, 200)))).outcome is Outcome.STORED
        )
        assert len(find(store)) == 100


def test_a_locked_database_refuses_and_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payoff.statements.sqlite.BUSY_MS", 50)
    path = tmp_path / "records.db"
    with running(str(path)) as store:
        other = SqliteConnection(path, writing=True)
        with other.transaction():
            assert store.write(put(make(1))).outcome is Outcome.UNAVAILABLE
        other.close()
        store_all(store, make(1))


def test_one_process_writes_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "records.db")
    with running(path), pytest.raises(PayoffError, match="written by another process"), running(path):
        pass
    with running(path) as store:
        store_all(store, make(1))


def test_what_waits_when_a_store_closes_is_finished(store_url: str) -> None:
    delivered: list[Work] = []
    store = Store.open(store_url)
    store.start(delivered.extend)
    works = [Work(put(make(n))) for n in range(200)]
    for work in works:
        store.submit(work)
    store.close()
    assert {work.outcome for work in works} == {Outcome.STORED}
    late = Work(put(make(999)))
    store.submit(late)
    assert late.outcome is Outcome.UNAVAILABLE
    assert delivered == [*works, late]


def test_a_reader_that_cannot_write_does_not(store_url: str) -> None:
    with running(store_url) as store:
        connection = store.engine.connect()
        with pytest.raises(Exception, match=r"readonly|read-only"):
            connection.execute("DELETE FROM statement")
        connection.close()


def test_ids_made_of_any_bytes(store_url: str) -> None:
    ids = [bytes(16), b"\xff" * 16, uuid.uuid4().bytes]
    with running(store_url) as store:
        for id in ids:
            plain = make(1)
            store_all(store, Statement(id, plain.raw, plain.has, plain.terms, None, False, (), ()))
        assert [s.id for s in store.read_after(0, 10)] == ids
