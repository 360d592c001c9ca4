"""Backups: whole, as of one moment, verified, restored on either engine."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from payoff.nouns.problem import PayoffError
from payoff.statements.audit_log import read_entries
from payoff.statements.backup import back_up, restore, verify
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.engines import find_engine
from payoff.statements.keys import build_authority
from payoff.statements.query import StatementQuery, StoredAttachment
from payoff.statements.store import Store
from payoff.statements.table_rows import Contents, find_tables, read_contents
from payoff.statements.work import Outcome, PutDocument, PutStatements
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Version

AUTHORITY = build_authority("https://example.org", "test")
PLACE = DocumentPlace(1, DocumentKind.STATE, "https://example.org/a", "mbox mailto:a@example.org")


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    store.start(lambda works: None)
    try:
        yield store
    finally:
        store.close()


def write_statements(store: Store, n: int, name: str = "Ann \\u0000 \U0001f600") -> None:
    statements = [
        {
            "id": str(uuid.uuid4()),
            "actor": {"mbox": f"mailto:p{k % 7}@example.org", "name": name},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": f"https://example.org/activities/{k % 5}"},
        }
        for k in range(n)
    ]
    read, _ = read_statements(json.dumps(statements).encode(), Version.V2)
    bodies = [StoredAttachment("ab" * 32, "text/plain", b"\x00\xff" * 100)]
    assert store.write(PutStatements(1, AUTHORITY, "2.0.0", read, bodies)).outcome is Outcome.STORED


def find_all(store: Store) -> list[bytes]:
    return [row.raw for row in store.find_page(StatementQuery(1, ascending=True, limit=100_000)).statements]


def read_all(url: str, like: Path) -> dict[str, Contents]:
    """Contents of every table but the log, which tells of the backup itself."""
    file, engine = find_engine(str(like)).connect(), find_engine(url)
    connection = engine.connect()
    try:
        tables = [table for table in find_tables(file) if table.name != "audit"]
        return {table.name: read_contents(connection, table) for table in tables}
    finally:
        connection.close()
        file.close()


def test_a_store_comes_back_as_it_was_on_either_engine(
    store_url: str, postgres_url: str, tmp_path: Path
) -> None:
    with open_store(store_url) as store:
        write_statements(store, 6_000)  # more than a page of rows
        body = bytes(range(256))
        store.write(PutDocument(PLACE, "bookmark", "application/octet-stream", body, Precondition()))
        before = find_all(store)
        backup = back_up(
            store.engine, tmp_path / "monday.backup", "tester", keep_until_us=2_000_000_000_000_000
        )
        assert backup.n_statements == 6_000
        assert verify(tmp_path / "monday.backup") == backup
        for target in (str(tmp_path / "restored.db"), postgres_url if postgres_url != store_url else ""):
            if not target:
                continue
            restore(tmp_path / "monday.backup", find_engine(target), "tester")
            assert read_all(target, tmp_path / "restored.db") == read_all(store_url, tmp_path / "restored.db")
            with open_store(target) as again:
                assert find_all(again) == before
                found = again.find_document(PLACE, "bookmark")
                assert found is not None
                assert found.body == body
                write_statements(again, 1)  # and it goes on


def test_a_backup_is_of_one_moment_while_others_write(store_url: str, tmp_path: Path) -> None:
    with open_store(store_url) as store:
        write_statements(store, 2_000)
        done = threading.Event()

        def go_on() -> None:
            while not done.is_set():
                write_statements(store, 50)

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            backup = back_up(store.engine, tmp_path / "busy.backup", "tester")
        finally:
            done.set()
            thread.join()
        kept = find_all(store)
    assert backup.n_statements % 50 == 0
    restore(tmp_path / "busy.backup", find_engine(str(tmp_path / "again.db")), "tester")
    with open_store(str(tmp_path / "again.db")) as again:
        assert find_all(again) == kept[: backup.n_statements]


def test_the_log_tells_of_backup_and_restore(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "a.db")) as store:
        write_statements(store, 3)
        back_up(store.engine, tmp_path / "a.backup", "ann")
        restore(tmp_path / "a.backup", find_engine(str(tmp_path / "b.db")), "bob")
        for name, deed in (("a.db", "backed up"), ("b.db", "restored")):
            connection = find_engine(str(tmp_path / name)).connect()
            entries = list(read_entries(connection))
            connection.close()
            assert [(entry.what, json.loads(entry.detail)["statements"]) for entry in entries] == [
                (deed, "3")
            ]


@pytest.fixture
def backup_file(tmp_path: Path) -> Path:
    with open_store(str(tmp_path / "a.db")) as store:
        write_statements(store, 30)
        return back_up(store.engine, tmp_path / "a.backup", "ann").path


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM statement WHERE stored_us = (SELECT max(stored_us) FROM statement)",
        "UPDATE statement SET raw = replace(raw, 'p1@', 'p2@')",
        "UPDATE statement SET voided = 1 WHERE stored_us = (SELECT min(stored_us) FROM statement)",
        "UPDATE backup_table SET n_rows = n_rows + 1",
        "DELETE FROM posting",
    ],
)
def test_a_changed_backup_is_refused_and_nothing_is_restored(
    backup_file: Path, tmp_path: Path, damage: str
) -> None:
    connection = apsw.Connection(str(backup_file))
    connection.execute(damage)
    connection.close()
    with pytest.raises(PayoffError, match="R135") as caught:
        restore(backup_file, find_engine(str(tmp_path / "b.db")), "bob")
    assert caught.value.exit_code == 4
    assert not (tmp_path / "b.db").exists()


def test_reading_a_backup_leaves_no_trace(backup_file: Path) -> None:
    folder, before = sorted(backup_file.parent.iterdir()), backup_file.read_bytes()
    assert before[18:20] == b"\x01\x01"  # not in WAL mode, which must write beside the file to read it
    verify(backup_file)
    assert (sorted(backup_file.parent.iterdir()), backup_file.read_bytes()) == (folder, before)


@pytest.mark.parametrize("cut", [0, 100, 5_000])
def test_a_cut_backup_is_refused(backup_file: Path, tmp_path: Path, cut: int) -> None:
    backup_file.write_bytes(backup_file.read_bytes()[:cut])
    with pytest.raises(PayoffError, match="R135"):
        restore(backup_file, find_engine(str(tmp_path / "b.db")), "bob")


def test_a_store_in_use_is_not_mixed_with_a_backup(backup_file: Path, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "b.db")) as store:
        write_statements(store, 1)
    with pytest.raises(PayoffError, match="R132"):
        restore(backup_file, find_engine(str(tmp_path / "b.db")), "bob")
    with open_store(str(tmp_path / "b.db")) as store:
        assert len(find_all(store)) == 1


def test_no_backup_over_another_and_no_half_file(
    backup_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = find_engine(str(tmp_path / "a.db"))
    with pytest.raises(PayoffError, match="R131"):
        back_up(engine, backup_file, "ann")
    monkeypatch.setattr("payoff.statements.backup.verify", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        back_up(engine, tmp_path / "c.backup", "ann")
    assert not [path.name for path in tmp_path.iterdir() if "c.backup" in path.name]
