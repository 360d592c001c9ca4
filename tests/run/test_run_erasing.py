"""Store, analytic tables, log and certificate of an erasure, and the commands that order it."""

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import people_store as p
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from people_store import KEYS, TRACES, dump, filled, read_raws

from payoff.apps.cli.main import main
from payoff.connectors.pseudonym import name_text
from payoff.run.feeds.feed_check import check_feed
from payoff.run.feeds.feeding import feed_statements
from payoff.run.privacy.erasing import Tables, conduct_erasure
from payoff.run.workspace import find_home
from payoff.statements.audit_log import Deed, read_entries, verify
from payoff.statements.backup import back_up
from payoff.statements.connection import Connection
from payoff.statements.erased import find_changed
from payoff.statements.erasure_job import Mode, Order
from payoff.statements.store import Store
from payoff.statements.work import Outcome
from payoff.warehouse.statement_segments import Segment, hold_folder, rewrite_segment, write_segment
from payoff.warehouse.statement_view import read_statements
from payoff.xapi.delinking import HOME_PAGE, NOBODY
from payoff.xapi.event import shape_event
from payoff.xapi.statement import Term, TermKind

SECRET = b"s" * 32
MODES = pytest.mark.parametrize("mode", list(Mode))
PSEUDONYMS = {
    name_text(text, SECRET)
    for text in (
        *(f"mbox mailto:{p.MAIL}", p.MAIL, "mbox mailto:zebulon@FIRM.example", "zebulon@FIRM.example"),
        *(f"account {p.HOME} {p.ACCOUNT}", p.ACCOUNT, f"openid {p.OPENID}"),
        *(f"mbox_sha1sum {p.DIGEST}", f"mbox_sha1sum {p.DIGEST.upper()}"),
    )
}


def read_cells(folder: Path) -> str:
    """Every cell of every file there, replaced ones included, as one text."""
    files = list(folder.glob("*.parquet"))
    assert files
    return json.dumps([pq.read_table(file).to_pylist() for file in files], default=str)


def read_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def ask(store: Store, question: Callable[[Connection], Any]) -> Any:
    connection = store.engine.connect()
    try:
        return question(connection)
    finally:
        connection.close()


@MODES
def test_tables_forget_what_the_store_forgets_and_the_feed_brings_nothing_back(
    store_url: str, mode: Mode, tmp_path: Path
) -> None:
    folder = tmp_path / "segments"
    with filled(store_url) as store:
        feed_statements(store, folder, SECRET, batch=4)
        assert any(pseudonym in read_cells(folder) for pseudonym in PSEUDONYMS)
        before = {row["statement_id"]: row for row in read_statements(folder).to_pylist()}
        done = conduct_erasure(store, Order(1, KEYS, mode), "dpo", Tables(folder, SECRET))
        cells = read_cells(folder)
        assert not [pseudonym for pseudonym in PSEUDONYMS if pseudonym in cells]
        assert not [trace for trace in TRACES if trace.encode() in read_bytes(folder)]
        assert check_feed(store, folder).agrees
        after = {row["statement_id"]: row for row in read_statements(folder).to_pylist()}
        for number in p.OTHERS:
            assert after.get(p.name_id(number)) == before.get(p.name_id(number))
        account = next(
            json.loads(raw)["context"]["instructor"]["account"]["name"]
            for number, raw in read_raws(store).items()
            if number == 2000
        )
        hashed = name_text(f"account {HOME_PAGE} {account}", SECRET)
        assert after[p.name_id(2000)]["instructor"] == hashed
        if mode is Mode.DELINK:
            assert after[p.name_id(1000)]["actor"] == hashed
            assert after.keys() == before.keys()
        else:
            assert account == NOBODY
            assert p.name_id(1000) not in after
        assert feed_statements(store, folder, SECRET).n_statements == 0
        assert done["counts"]["rows_changed"] == done["counts"]["statements_changed"]
        assert done["counts"]["rows_erased"] == done["counts"]["statements_erased"]
        again = conduct_erasure(store, Order(1, KEYS, mode), "dpo", Tables(folder, SECRET))
        assert again["counts"]["rows_changed"] == again["counts"]["rows_erased"] == 0
        assert read_cells(folder) == cells


def test_who_was_erased_from_the_workspace_is_asked_when_rows_are_made_anew(
    store_url: str, tmp_path: Path
) -> None:
    """Not when the order begins: the store may take long, and somebody be erased meanwhile."""
    folder, counts = tmp_path / "segments", list[int]()

    @contextmanager
    def turn() -> Iterator[None]:
        counts.append(len(ask(store, lambda connection: find_changed(connection)[1])))
        yield

    with filled(store_url) as store:
        feed_statements(store, folder, SECRET)
        conduct_erasure(store, Order(1, KEYS, Mode.DELINK), "dpo", Tables(folder, SECRET, turn))
    assert len(counts) == 1
    assert counts[0] > 0


@MODES
def test_killed_anywhere_behind_the_store_the_same_order_finishes(
    store_url: str, mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the tables, after two segments of them, and before the log."""
    folder, order = tmp_path / "segments", Order(1, KEYS, mode)
    tables, written = Tables(folder, SECRET), list[Segment]()

    def fail(*told: Any) -> None:
        raise OSError("killed")

    def rewrite_two(segment: Segment, rows: pa.Table) -> None:
        written.append(segment)
        rewrite_segment(segment, rows) if len(written) < 3 else fail()

    places = {
        "payoff.run.privacy.erasing.bring_in_line": fail,
        "payoff.warehouse.statement_replacing.rewrite_segment": rewrite_two,
        "payoff.run.privacy.erasing.finish_erasure": fail,
    }
    with filled(store_url) as store:
        feed_statements(store, folder, SECRET, batch=6)
        for place, broken in places.items():
            with monkeypatch.context() as patch:
                patch.setattr(place, broken)
                with pytest.raises(OSError, match="killed"):
                    conduct_erasure(store, order, "dpo", tables)
        assert len(written) == 3
        done = conduct_erasure(store, order, "dpo", tables)
        assert done["counts"]["documents"] == 4
        assert check_feed(store, folder).agrees
        assert ask(store, lambda c: c.execute("SELECT count(*) FROM erasure_job")) == [(0,)]
        entries = [e for e in ask(store, lambda c: list(read_entries(c))) if e.what == Deed.ERASED]
        assert len(entries) == 1
    cells = read_cells(folder)
    assert not [pseudonym for pseudonym in PSEUDONYMS if pseudonym in cells]
    found = dump(store_url).lower()
    assert not [trace for trace in TRACES if trace.lower().encode() in found]


def test_a_feed_at_work_is_waited_for(tmp_path: Path) -> None:
    """Rows read before the erasure may still be on their way into a segment."""
    folder, order = tmp_path / "segments", Order(1, KEYS, Mode.ERASE)
    with filled(str(tmp_path / "records.db")) as store:
        rows = store.read_after(0, 10_000)  # what the feed had read by then
        with hold_folder(folder):
            erasing = threading.Thread(
                target=conduct_erasure, args=(store, order, "dpo", Tables(folder, SECRET))
            )
            erasing.start()
            while store.find_statement(1, rows[0].id) and ask(store, count_own):
                time.sleep(0.01)
            events = [
                shape_event(
                    r.tenant, r.stored_us, r.id, r.raw, r.version, lambda text: name_text(text, SECRET)
                )
                for r in rows
            ]
            write_segment(folder, events, 0)
        erasing.join(30)
        assert not erasing.is_alive()
        assert check_feed(store, folder).agrees
    assert not [pseudonym for pseudonym in PSEUDONYMS if pseudonym in read_cells(folder)]


def count_own(connection: Connection) -> int:
    found = connection.execute("SELECT count(*) FROM statement WHERE id = ?", (uuid.UUID(int=1000).bytes,))
    return int(found[0][0])


@MODES
def test_the_certificate_says_what_went_and_what_is_out_of_reach_and_names_nobody(
    store_url: str, mode: Mode, tmp_path: Path
) -> None:
    with filled(store_url) as store:
        back_up(store.engine, tmp_path / "backup.db", "admin", 1_900_000_000_000_000)
        done = conduct_erasure(store, Order(1, KEYS, mode), "dpo")
        verdict = ask(store, verify)
        last = ask(store, lambda c: list(read_entries(c)))[-1]
        assert done["audit_head"] == verdict.head
        assert verdict.broken is None
        assert (last.who, last.what, last.tenant) == ("dpo", "erased", "default")
        assert json.loads(last.detail) == {name: str(n) for name, n in done["counts"].items()}
    text = json.dumps(done)
    assert not [trace for trace in TRACES if trace in text]
    assert done["out_of_reach"]["forwarded_to"] == ["away"]
    assert [b["keep_until"] for b in done["out_of_reach"]["backups"]] == ["2030-03-17T17:46:40.000000Z"]
    assert any("no workspace" in told for told in done["out_of_reach"]["not_searched"])
    assert done["files_clean"]


def run_payoff(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["payoff", "lrs", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


PERSON = ("--mbox", p.MAIL, "--account", f"{p.HOME} {p.ACCOUNT}", "--openid", p.OPENID)


def test_commands_preview_first_and_write_a_certificate(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = find_home(tmp_path)
    paper = tmp_path / "certificate.json"
    with filled(store_url) as store:
        feed_statements(store, home.statements, home.read_secret())
        before = read_raws(store)
    at = ("--store", store_url)
    assert run_payoff(monkeypatch, "find-person", *at, *PERSON, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (len(found["statements"]["own"]), len(found["statements"]["beside"])) == (13, 12)
    order = ("erase", *at, *PERSON, "--mode", "erase", "--workspace", str(tmp_path))
    assert run_payoff(monkeypatch, *order, "--certificate", str(paper)) == 0
    told = capsys.readouterr()
    assert "13 as actor or object" in told.out
    assert "add --yes" in told.err
    assert not paper.exists()
    opened = Store.open(store_url)
    opened.start(lambda works: None)
    try:
        assert read_raws(opened) == before
        assert p.write_texts(opened, [p.as_text(p.build(5000, p.BY_MAIL))]) == {Outcome.STORED}
        erase = (*order, "--certificate", str(paper), "--yes", "--by", "dpo")
        code = subprocess.run(
            [Path(sys.executable).with_name("payoff"), "lrs", *erase], check=False
        ).returncode
        assert code == 0
        new = [p.as_text(p.build(number, p.BY_MAIL)) for number in (1000, 5000, 5001)]
        assert p.write_texts(opened, new) == {Outcome.UNCHANGED, Outcome.STORED}
        assert p.find_numbers(opened, Term(TermKind.AGENT, KEYS[0])) == [5001]
    finally:
        opened.close()
    capsys.readouterr()
    paper.unlink()
    assert run_payoff(monkeypatch, *erase) == 0
    told = capsys.readouterr()
    assert json.loads(paper.read_text())["ordered_by"] == "dpo"
    assert not [trace for trace in TRACES if trace in told.out + told.err + paper.read_text()]
    assert run_payoff(monkeypatch, *order, "--certificate", str(paper), "--yes") == 2  # never over another
    assert run_payoff(monkeypatch, *order, "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["counts"]["statements_erased"] == 0


def test_a_reader_that_keeps_the_log_of_the_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(str(tmp_path / "records.db")) as store:
        monkeypatch.setattr("payoff.statements.sqlite.BUSY_MS", 50)
        reader = store.engine.connect()
        with reader.snapshot():
            reader.execute("SELECT count(*) FROM statement")
            assert not conduct_erasure(store, Order(1, KEYS, Mode.ERASE), "dpo")["files_clean"]
        reader.close()
        assert conduct_erasure(store, Order(1, KEYS, Mode.ERASE), "dpo")["files_clean"]


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--mbox", "nobody"),
        ("--account", "https://lms.example"),
        ("--sha1", "abc"),
        (*PERSON, "--tenant", "other"),
        (*PERSON, "--mode", "forget"),
        (*PERSON, "--store", "mistyped.db"),
        (*PERSON, "--certificate", "no/such/folder.json"),
        (*PERSON, "--workspace", "no/such/folder"),
    ],
)
def test_what_is_not_understood_erases_nothing(
    wrong: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(str(tmp_path / "records.db")).close()
    at = ("--store", str(tmp_path / "records.db"), "--mode", "erase", "--yes")
    assert run_payoff(monkeypatch, "erase", *at, *wrong) == 2
