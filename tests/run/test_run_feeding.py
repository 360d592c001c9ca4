"""The feed: every statement once, also when it is killed; voided ones withdrawn; unknown words reported."""

import json
import subprocess
import sys
import textwrap
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from payoff.nouns.problem import PayoffError
from payoff.run.feeds.feed_check import check_feed
from payoff.run.feeds.feeding import Fed, OfTenant, feed_statements, follow_statements
from payoff.statements.query import StoredStatement
from payoff.warehouse.statement_segments import find_segments, hold_folder
from payoff.warehouse.statement_view import open_statements, read_statements
from payoff.xapi.statement import Sets

SECRET = b"s" * 32
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
KILLED_AT = 20


def build(n: int, said: dict[str, Any], **more: Any) -> StoredStatement:
    """A row as the store gives it, stored at `n` milliseconds."""
    id = uuid.UUID(int=n)
    raw = json.dumps({"id": str(id), **said}).encode()
    row = StoredStatement(n * 1000, id.bytes, raw, Sets.ID, "1.0.3", b"{}", False, False, None)
    return row if not more else StoredStatement(**({f: getattr(row, f) for f in row.__slots__} | more))


def statement(
    n: int, verb: str = "http://adlnet.gov/expapi/verbs/completed", kind: str = ""
) -> StoredStatement:
    target: dict[str, Any] = {"id": "https://x.example/a"}
    if kind:
        target["definition"] = {"type": kind}
    return build(n, {"actor": {"mbox": f"mailto:p{n % 7}@x.example"}, "verb": {"id": verb}, "object": target})


def voiding(n: int, target: int) -> StoredStatement:
    aim = {"objectType": "StatementRef", "id": str(uuid.UUID(int=target))}
    said = {"actor": {"mbox": "mailto:a@x.example"}, "verb": {"id": VOIDED}, "object": aim}
    return build(n, said, is_voiding=True, refers_to=uuid.UUID(int=target).bytes)


class Memory:
    """A store's feed, from a list; `through_us` is its Consistent-Through."""

    def __init__(self, rows: Sequence[StoredStatement]) -> None:
        self.rows = list(rows)
        self.through_us = 2**60

    def read_after(self, after_us: int, limit: int) -> list[StoredStatement]:
        return [r for r in self.rows if after_us < r.stored_us <= self.through_us][:limit]


def some(n: int = 300) -> list[StoredStatement]:
    """Statements of which every tenth voids one, half of them before it comes."""
    return [
        voiding(i, i + 5 if i % 20 == 0 else i - 5) if i % 10 == 0 else statement(i) for i in range(1, n + 1)
    ]


def rows(folder: Path) -> pa.Table:
    return read_statements(folder)


def arrived(folder: Path) -> list[tuple[Any, ...]]:
    with open_statements(folder) as connection:
        return connection.execute(
            "select stored, statement_id, voids from segments order by stored"
        ).fetchall()


def test_all_arrive_once_and_voided_ones_are_withdrawn(tmp_path: Path) -> None:
    store = Memory(some())
    fed = feed_statements(store, tmp_path, SECRET, batch=40)
    assert (fed.n_statements, fed.n_voiding, fed.n_segments) == (300, 30, 8)
    assert len(arrived(tmp_path)) == 300
    withdrawn = {i + 5 if i % 20 == 0 else i - 5 for i in range(10, 301, 10)}
    kept = [i for i in range(1, 301) if i % 10 and i not in withdrawn]
    assert rows(tmp_path)["statement_id"].to_pylist() == [str(uuid.UUID(int=i)) for i in kept]


def test_feeding_again_changes_nothing(tmp_path: Path) -> None:
    store = Memory(some())
    feed_statements(store, tmp_path, SECRET, batch=40)
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.glob("*.parquet")}
    again = feed_statements(store, tmp_path, SECRET, batch=40)
    assert (again.n_statements, again.watermark_us) == (0, 300_000)
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.glob("*.parquet")} == before


def test_new_statements_come_in_without_a_full_reload(tmp_path: Path) -> None:
    store = Memory(some(100))
    feed_statements(store, tmp_path, SECRET)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.glob("*.parquet")}
    store.rows += [statement(101), voiding(102, 1)]
    fed = feed_statements(store, tmp_path, SECRET)
    assert fed.n_statements == 2
    assert {p: p.stat().st_mtime_ns for p in before} == before
    ids = rows(tmp_path)["statement_id"].to_pylist()
    assert str(uuid.UUID(int=101)) in ids
    assert str(uuid.UUID(int=1)) not in ids


def test_nothing_past_consistent_through_is_taken_as_seen(tmp_path: Path) -> None:
    store = Memory(some(100))
    store.through_us = 60_500
    assert feed_statements(store, tmp_path, SECRET).watermark_us == 60_000
    store.through_us = 2**60
    assert feed_statements(store, tmp_path, SECRET).n_statements == 40
    assert len(arrived(tmp_path)) == 100


def test_unknown_verbs_and_types_are_kept_and_counted(tmp_path: Path) -> None:
    odd, kind = "https://x.example/verbs/pondered", "https://x.example/types/koan"
    store = Memory([statement(1), statement(2, odd, kind), statement(3, odd), build(4, {"actor": {}})])
    fed = feed_statements(store, tmp_path, SECRET)
    assert fed.unknown_verbs == Counter({odd: 2})
    assert fed.unknown_types == Counter({kind: 1})
    assert sum(fed.faults.values()) == 1
    assert rows(tmp_path)["verb_id"].to_pylist()[1:3] == [odd, odd]
    assert rows(tmp_path).num_rows == 4


def test_actors_are_the_same_pseudonym_in_every_batch_and_none_without_the_secret(tmp_path: Path) -> None:
    store = Memory([statement(n) for n in range(1, 50)])
    feed_statements(store, tmp_path / "a", SECRET, batch=7)
    feed_statements(store, tmp_path / "b", b"t" * 32, batch=7)
    ours, theirs = (set(rows(tmp_path / f)["actor"].to_pylist()) for f in "ab")
    assert len(ours) == len(theirs) == 7
    assert not ours & theirs


def test_following_brings_what_comes_and_merges_on_the_way(tmp_path: Path) -> None:
    waiting = some()
    store = Memory([])
    told: list[int] = []

    def wait() -> bool:
        more = bool(waiting)
        store.rows += waiting[:10]
        del waiting[:10]
        return more

    def tell(fed: Fed) -> None:
        told.append(fed.n_statements)

    fed = follow_statements(store, tmp_path, SECRET, wait, tell)
    assert fed.n_statements == 300
    assert told == list(range(10, 301, 10))
    assert len(find_segments(tmp_path)) < 16
    assert len(arrived(tmp_path)) == 300
    assert fed.lag_seconds is not None


def test_two_feeds_at_once_are_refused(tmp_path: Path) -> None:
    with hold_folder(tmp_path), pytest.raises(PayoffError, match="D207"):
        feed_statements(Memory(some()), tmp_path, SECRET)


KILLER = """
    import os, signal, sys
    sys.path.insert(0, sys.argv[1])
    from pathlib import Path
    import test_run_feeding as t
    from payoff.run.feeds.feeding import feed_statements
    from payoff.warehouse import package, statement_segments

    def feed(folder, kill_at):
        left = [kill_at]
        def count(call, after):
            def counted(*args, **kwargs):
                left[0] -= 1
                if left[0] == 0 and not after:
                    os.kill(os.getpid(), signal.SIGKILL)
                done = call(*args, **kwargs)
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done
            return counted
        os.fsync = count(lambda handle: None, kill_at % 2 == 0)  # a kill loses no page of the kernel's
        os.replace = count(os.replace, kill_at % 2 == 0)
        Path.unlink = count(Path.unlink, kill_at % 2 == 0)
        statement_segments.pq.write_table = count(statement_segments.pq.write_table, kill_at % 3 == 0)
        statement_segments.GRACE_SECONDS = 0.0
        remove = statement_segments.remove_replaced
        feed_statements(t.Memory(t.some(80)), folder, t.SECRET, batch=5)
        remove(folder, 0.0)

    statement_segments.build_table((), 0, 0)  # what it imports once, before the children part
    for n in range(int(sys.argv[3])):
        child = os.fork()
        if child == 0:
            feed(Path(sys.argv[2]) / str(n), 1 + n * 4)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)
"""


def test_killed_anywhere_the_next_feed_ends_in_the_same_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after a write, a sync, a rename, a removal: twenty places from the first to the last."""
    monkeypatch.setattr("os.fsync", lambda handle: None)
    told_to = [str(Path(__file__).parent), str(tmp_path), str(KILLED_AT)]
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(KILLER), *told_to],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert told.count("9") >= 15, told
    feed_statements(Memory(some(80)), tmp_path / "whole", SECRET)
    whole, everything = rows(tmp_path / "whole"), arrived(tmp_path / "whole")
    for n in range(KILLED_AT):
        folder = tmp_path / str(n)
        feed_statements(Memory(some(80)), folder, SECRET, batch=5)
        assert arrived(folder) == everything, n
        assert rows(folder).equals(whole), n
        assert not [p.name for p in folder.iterdir() if p.name.endswith(tuple("0123456789"))], n


def test_counts_reconcile_with_the_store(tmp_path: Path) -> None:
    store = Memory(some())
    feed_statements(store, tmp_path, SECRET, batch=40)
    withdrawn = {i + 5 if i % 20 == 0 else i - 5 for i in range(10, 301, 10)}
    flagged = [
        StoredStatement(
            **({f: getattr(r, f) for f in r.__slots__} | {"voided": r.stored_us // 1000 in withdrawn})
        )
        if r.stored_us // 1000 in withdrawn and not r.is_voiding
        else r
        for r in store.rows
    ]
    checked = check_feed(Memory(flagged), tmp_path)
    assert checked.agrees, checked
    assert (checked.n_stored, checked.n_arrived) == (300, 300)
    assert checked.n_counting_stored == checked.n_counting_arrived
    fewer = check_feed(Memory(flagged[:-1]), tmp_path)
    assert not fewer.agrees
    assert fewer.not_stored == (str(uuid.UUID(int=300)),)
    feed_statements(Memory(flagged[1:]), tmp_path / "other", SECRET)
    lacking = check_feed(Memory(flagged), tmp_path / "other")
    assert lacking.not_arrived == (str(uuid.UUID(int=1)),)
    assert not check_feed(Memory(some()), tmp_path).agrees  # the store counts voided ones, the tables do not


def test_where_nothing_of_a_tenant_is_stored_is_read_once(tmp_path: Path) -> None:
    others = [build(n, {}, tenant=2) for n in range(2, 900)]
    store = Memory([statement(1), *others])
    feed = OfTenant(store, 1)
    assert feed_statements(feed, tmp_path, SECRET, batch=40).n_statements == 1
    asked: list[int] = []
    read = store.read_after
    store.read_after = lambda after_us, limit: asked.append(after_us) or read(after_us, limit)  # type: ignore[method-assign,func-returns-value]
    store.rows.append(statement(900))
    assert feed_statements(feed, tmp_path, SECRET, batch=40).n_statements == 1
    assert min(asked) == 899_000
    assert len(rows(tmp_path)) == 2


def test_a_second_tenant_is_refused_before_anything_of_it_is_there(tmp_path: Path) -> None:
    feed_statements(Memory([statement(1)]), tmp_path, SECRET)
    with pytest.raises(PayoffError, match="D208"):
        feed_statements(Memory([build(2, {}, tenant=2)]), tmp_path, SECRET)
    assert len(arrived(tmp_path)) == 1
