"""The feed and whoever was erased: their statements do not come in again, and the check knows why."""

import math
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

import pyarrow.parquet as pq
import pytest
from test_run_feeding import VOIDED, Memory, arrived, build, some, statement

from payoff.connectors.pseudonym import name_text
from payoff.identity.sought import Sought
from payoff.nouns.problem import PayoffError
from payoff.records.tombstones import Forgotten, bury, write_tombstone
from payoff.run.feeds.feed_check import Erased, check_feed
from payoff.run.feeds.feeding import Fed, feed_statements, follow_statements
from payoff.run.privacy import privacy_folder
from payoff.run.privacy.person_erasing import Request, erase_person
from payoff.run.privacy.privacy_folder import find_privacy_folder, hold_arrival, hold_privacy
from payoff.run.workspace import Workspace, find_home
from payoff.statements.query import StoredStatement
from payoff.warehouse import statement_segments
from payoff.warehouse.statement_replacing import replace_rows
from payoff.warehouse.statement_view import read_events, read_statements
from payoff.xapi.event import shape_event

GONE = "p3@x.example"  # of `statement(n)` where n % 7 == 3
N = 70


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    (tmp_path / "payoff.yml").write_text("payoff: 1\n")
    return find_home(tmp_path)


def erase(home: Workspace, who: str = GONE) -> None:
    erase_person(home, Request((who,), "C. Privacy", "request 17"))


def feed(home: Workspace, store: Memory, batch: int = 20) -> Fed:
    return feed_statements(
        store, home.statements, home.read_secret(), batch=batch, turn=partial(hold_arrival, home)
    )


def erased(home: Workspace) -> Erased:
    forgotten = privacy_folder.find_forgotten(home)
    assert forgotten is not None
    return Erased(forgotten, home.read_secret())


def people(home: Workspace) -> set[str]:
    return set(read_statements(home.statements, ["actor"])["actor"].to_pylist())


def pseudonym(home: Workspace, mail: str = GONE) -> str:
    return name_text(f"mbox mailto:{mail}", home.read_secret())


def test_a_statement_that_is_fed_again_does_not_come_back(home: Workspace) -> None:
    store = Memory([statement(n) for n in range(1, N + 1)])
    feed(home, store)
    assert pseudonym(home) in people(home)
    erase(home)
    assert pseudonym(home) not in people(home)
    for path in home.statements.glob("*.parquet"):
        path.unlink()  # as the message about a gap tells one to, and the store still has them

    fed = feed(home, store)

    assert (fed.n_statements, fed.n_forgotten) == (N, N // 7)
    assert len(arrived(home.statements)) == N - N // 7
    assert pseudonym(home) not in people(home)
    assert len(people(home)) == 6
    assert feed(home, store).n_statements == 0


def test_the_check_knows_whom_it_need_not_find(home: Workspace) -> None:
    store = Memory([statement(n) for n in range(1, N + 1)])
    feed(home, store)
    erase(home)

    checked = check_feed(store, home.statements, erased(home))

    assert checked.agrees, checked
    assert (checked.n_stored, checked.n_forgotten, checked.n_arrived) == (N, N // 7, N - N // 7)
    assert not check_feed(store, home.statements).agrees
    other = statement(N + 1)
    lacking = Memory([*store.rows, other])
    (home.statements / f"{N * 1000:016d}-{(N + 1) * 1000:016d}.parquet").write_bytes(
        _empty_segment(home.statements)
    )
    told = check_feed(lacking, home.statements, erased(home))
    assert not told.agrees
    assert len(told.not_arrived) == 1


def _empty_segment(folder: Path) -> bytes:
    """A segment that should hold a row, and does not."""
    aside = folder / "aside"
    segment = statement_segments.write_segment(
        aside, list(read_events(folder)), 0, lambda rows: rows.slice(0, 0)
    )
    return segment.path.read_bytes()


def test_what_they_withdrew_stays_withdrawn(home: Workspace) -> None:
    """Fed before the erasure or after it: the row that voids loses its actor, and the rest goes."""
    aim = {"objectType": "StatementRef", "id": "00000000-0000-0000-0000-000000000001"}
    said = {"actor": {"mbox": f"mailto:{GONE}"}, "verb": {"id": VOIDED}, "object": aim}
    voided = build(1, _said(1), voided=True)
    rows = [voided, *(statement(n) for n in range(2, 10)), build(10, said, is_voiding=True)]
    feed(home, Memory(rows[:5]))
    feed(home, Memory(rows))
    assert len(read_statements(home.statements)) == 8
    erase(home)
    left = read_statements(home.statements, ["statement_id"])["statement_id"].to_pylist()
    assert aim["id"] not in left
    assert len(left) == 7
    before = arrived(home.statements)
    for path in home.statements.glob("*.parquet"):
        path.unlink()

    feed(home, Memory(rows), batch=3)

    assert arrived(home.statements) == before
    assert read_statements(home.statements, ["statement_id"])["statement_id"].to_pylist() == left
    assert check_feed(Memory(rows), home.statements, erased(home)).agrees


def _said(n: int) -> dict[str, Any]:
    verb = {"id": "http://adlnet.gov/expapi/verbs/completed"}
    return {
        "actor": {"mbox": f"mailto:q{n}@x.example"},
        "verb": verb,
        "object": {"id": "https://x.example/a"},
    }


def test_who_is_erased_while_a_feed_follows_stays_out_of_what_comes_next(home: Workspace) -> None:
    store = Memory([statement(n) for n in range(1, 15)])
    looks = iter(range(2))

    def wait() -> bool:
        if next(looks) == 0:
            erase(home)
            store.rows += [statement(n) for n in range(15, 29)]
            return True
        return False

    done = follow_statements(
        store, home.statements, home.read_secret(), wait, lambda fed: None, turn=partial(hold_arrival, home)
    )

    assert (done.n_statements, done.n_forgotten) == (28, 2)
    assert pseudonym(home) not in people(home)


def test_a_feed_waits_for_an_erasure(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy_folder, "WAIT_SECONDS", 0.2)
    store = Memory([statement(1)])
    with hold_privacy(find_privacy_folder(home), alone=True):
        with pytest.raises(PayoffError, match="U243"):
            feed(home, store)
        assert not list(home.statements.glob("*.parquet"))
    assert feed(home, store).n_statements == 1


def test_whoever_follows_waits_as_long_as_an_erasure_takes(
    home: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy_folder, "WAIT_SECONDS", 0.0)
    erasing = hold_privacy(find_privacy_folder(home), alone=True)
    erasing.__enter__()
    Timer(0.3, lambda: erasing.__exit__(None, None, None)).start()
    turn, secret = partial(hold_arrival, home, math.inf), home.read_secret()
    store = Memory([statement(1)])
    done = follow_statements(store, home.statements, secret, lambda: False, lambda fed: None, turn=turn)
    assert done.n_statements == 1


def test_an_erasure_waits_for_a_feed(home: Workspace) -> None:
    """Rows that a feed is bringing in are on disk before the erasure looks for them."""
    store, turn = Memory([statement(n) for n in range(1, 8)]), hold_arrival(home)
    turn.__enter__()
    feed_statements(store, home.statements, home.read_secret())
    Timer(0.3, lambda: turn.__exit__(None, None, None)).start()
    began = time.monotonic()
    erase(home)
    assert time.monotonic() - began >= 0.25
    assert pseudonym(home) not in people(home)


def test_rows_made_anew_after_an_erasure_in_the_store_leave_them_out(home: Workspace) -> None:
    """The store was asked to forget somebody else; a row of a third person names who was erased here."""
    secret = home.read_secret()
    name = lambda text: name_text(text, secret)  # noqa: E731
    said = {**_said(2), "context": {"instructor": {"mbox": f"mailto:{GONE}"}}}
    row = build(2, said)
    feed(home, Memory([row]))
    erase(home)
    word = read_statements(home.statements, ["instructor"])["instructor"].to_pylist()
    assert word != [pseudonym(home)]

    def read(stored: object) -> list[Any]:
        return [shape_event(1, row.stored_us, row.id, row.raw.replace(b"/a", b"/b"), row.version, name)]

    replace_rows(home.statements, [], [2000], read, lambda rows: _leave(home, rows))
    found = read_statements(home.statements, ["instructor", "activity_id"]).to_pylist()
    assert found == [{"instructor": word[0], "activity_id": "https://x.example/b"}]


def _leave(home: Workspace, rows: Any) -> Any:
    from payoff.run.privacy.forgotten_statements import leave_forgotten

    return leave_forgotten(rows, privacy_folder.find_forgotten(home))


def test_killed_anywhere_the_next_feed_ends_in_the_same_rows(home: Workspace) -> None:
    """Before or after a write, a rename, a removal: twelve places."""
    secret = home.read_secret()
    name = lambda text: name_text(text, secret)  # noqa: E731
    folder = find_privacy_folder(home).path
    write_tombstone(folder, bury(Sought((GONE,), name), secret, "ab" * 16, "C. Privacy", "request 17"))
    forgotten = privacy_folder.find_forgotten(home)
    assert forgotten is not None
    store, turn = Memory(some(80)), partial(nullcontext, forgotten)
    feed_statements(store, home.root / "whole", secret, turn=turn)
    whole = arrived(home.root / "whole")
    assert len(whole) < 80
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLER, str(Path(__file__).parent), str(home.root)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["9"] * 12, told
    for n in range(12):
        target = home.root / str(n)
        feed_statements(store, target, secret, batch=5, turn=turn)
        assert arrived(target) == whole, n
        assert check_feed(_flagged(store), target, Erased(forgotten, secret)).agrees, n


KILLER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import test_run_feeding_forgotten as t
from payoff.run.privacy.privacy_folder import find_forgotten
from payoff.warehouse import statement_segments

home = t.find_home(Path(sys.argv[2]))
statement_segments.build_table((), 0, 0)  # what it imports once, before the children part
for n in range(12):
    child = os.fork()
    if child == 0:
        t.feed_and_die(home.root / str(n), home.read_secret(), find_forgotten(home), 1 + n * 3)
    print(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""


def _flagged(store: Memory) -> Memory:
    """The store as it says itself which statements are voided."""
    withdrawn = {i + 5 if i % 20 == 0 else i - 5 for i in range(10, 81, 10)}
    said = [({f: getattr(row, f) for f in row.__slots__}, row.stored_us // 1000) for row in store.rows]
    voided = [{**row, "voided": n in withdrawn and not row["is_voiding"]} for row, n in said]
    return Memory([StoredStatement(**row) for row in voided])


def feed_and_die(folder: Path, secret: bytes, forgotten: Forgotten, at: int) -> None:
    """Feed in small batches; SIGKILL before or after the n-th time a file is touched."""
    left = [at]

    def count(call: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and at % 2:
                os.kill(os.getpid(), signal.SIGKILL)
            done = call(*args, **kwargs)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return counted

    setattr(os, "fsync", lambda handle: None)  # noqa: B010  a kill loses no page of the kernel's
    setattr(os, "replace", count(os.replace))  # noqa: B010
    setattr(pq, "write_table", count(pq.write_table))  # noqa: B010
    feed_statements(Memory(some(80)), folder, secret, batch=5, turn=partial(nullcontext, forgotten))
    os._exit(0)
