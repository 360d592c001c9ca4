"""What waits, and what must not: the writer's answers, large batches, Consistent-Through."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from in_process import KEY, SECRET, Answer, InProcess, open_store
from served_store import build_statement, unique_activity, unique_agent

from payoff.apps.lrs import documents, statements_post
from payoff.apps.lrs.consistency import Consistency
from payoff.apps.lrs.reading import Readers
from payoff.apps.lrs.service import IN_ONE_TURN_BYTES
from payoff.apps.lrs.settings import Settings
from payoff.apps.lrs.settling import Settler
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.work import DeleteDocuments, Outcome, Work
from payoff.xapi.documents import check_posted
from payoff.xapi.reading import read_statement
from payoff.xapi.times import write_time

CHANGE = DeleteDocuments(DocumentPlace(1, DocumentKind.STATE), None, Precondition())


@pytest.fixture
def lrs(tmp_path: Path) -> Iterator[InProcess]:
    with open_store(Settings(str(tmp_path / "r.db"), dev_key=(KEY, SECRET))) as opened:
        yield opened


class Group:
    """A store whose writer waits until it holds a few works, then finishes them in a thread of its own."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.works: list[Work] = []
        self.settler: Settler | None = None

    def submit(self, work: Work) -> None:
        self.works.append(work)
        if len(self.works) == self.size:
            threading.Thread(target=self.finish, args=(self.works,)).start()

    def finish(self, works: Sequence[Work]) -> None:
        for work in works:
            work.outcome = Outcome.STORED
        assert self.settler is not None
        self.settler.deliver(works)


def test_a_group_wakes_the_loop_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def write() -> tuple[list[Work], int]:
        loop = asyncio.get_running_loop()
        wakes = []
        wake = loop.call_soon_threadsafe

        def count(*args: object) -> asyncio.Handle:
            wakes.append(args)
            return wake(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        store = Group(20)
        store.settler = Settler(loop)
        works = await asyncio.gather(*[store.settler.write(store, CHANGE) for _ in range(20)])
        return works, len(wakes)

    works, n_wakes = asyncio.run(write())
    assert [work.outcome for work in works] == [Outcome.STORED] * 20
    assert n_wakes == 1


def test_who_stopped_waiting_does_not_disturb_the_others() -> None:
    async def write() -> Work:
        store = Group(2)
        store.settler = Settler(asyncio.get_running_loop())
        gone = asyncio.create_task(store.settler.write(store, CHANGE))
        await asyncio.sleep(0)
        gone.cancel()
        return await store.settler.write(store, CHANGE)

    assert asyncio.run(write()).outcome is Outcome.STORED


def test_a_large_batch_lets_others_in_between(lrs: InProcess) -> None:
    batch = [build_statement(unique_agent(), unique_activity()) for _ in range(3_000)]
    ended: list[float] = []

    def send_batch() -> None:
        assert lrs.post("statements", batch).status == 200
        ended.append(time.monotonic())

    sending = threading.Thread(target=send_batch)
    sending.start()
    answered = 0
    while not ended:
        assert lrs.get("about").status == 200
        answered += 1
    sending.join()
    assert answered > 20


class Held:
    """A function that begins only when somebody lets it: for five seconds, then it gives up."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.reached, self.released = threading.Event(), threading.Event()
        self.was_released = False

    def __call__(self, *args: Any) -> Any:
        self.reached.set()
        self.was_released = self.released.wait(5)
        return self.function(*args)


def write_large(in_batch: bool) -> bytes:
    statement = build_statement(unique_agent(), unique_activity())
    statement["result"] = {"response": "x" * IN_ONE_TURN_BYTES}
    return json.dumps([statement] if in_batch else statement).encode()


@pytest.mark.parametrize("in_batch", [False, True])
def test_others_are_answered_while_a_large_statement_is_read(
    lrs: InProcess, in_batch: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Held(read_statement)
    monkeypatch.setattr(statements_post, "read_statement", reading)
    assert_others_are_answered(lrs, reading, lambda: lrs.post("statements", write_large(in_batch)))


def test_others_are_answered_while_a_large_document_is_read(
    lrs: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Held(check_posted)
    monkeypatch.setattr(documents, "check_posted", reading)
    place: dict[str, Any] = {
        "activityId": unique_activity(),
        "agent": json.dumps(unique_agent()),
        "stateId": "notes",
    }
    body = json.dumps({"notes": "x" * IN_ONE_TURN_BYTES}).encode()
    assert_others_are_answered(lrs, reading, lambda: lrs.post("activities/state", body, **place))


def assert_others_are_answered(lrs: InProcess, reading: Held, send: Callable[[], Answer]) -> None:
    """A small request has its answer before the large one that came first is read."""
    answers: list[Answer] = []
    sending = threading.Thread(target=lambda: answers.append(send()))
    sending.start()
    assert reading.reached.wait(10)
    assert lrs.get("about").status == 200
    reading.released.set()
    sending.join()
    assert reading.was_released
    assert answers[0].status in (200, 204)


def test_a_write_does_not_wait_for_readers_that_are_all_busy() -> None:
    busy = threading.Event()

    def find(tenant: int) -> int:
        busy.wait(10)
        return 1_000_000

    async def ask() -> tuple[float, list[str]]:
        readers = Readers(1)
        consistency = Consistency(find, readers)
        begun = time.monotonic()
        told = [(await consistency.header())[1] for _ in range(5)]
        taken = time.monotonic() - begun
        busy.set()
        await asyncio.sleep(0.2)
        told.append((await consistency.header())[1])
        readers.close()
        return taken, told

    taken, told = asyncio.run(ask())
    assert taken < 2
    assert told == [write_time(0)] * 5 + [write_time(1_000_000)]


def test_settings_of_a_store_are_its_own(lrs: InProcess, tmp_path: Path) -> None:
    lrs.post("statements", build_statement(unique_agent(), unique_activity()))
    other = replace(Settings(str(tmp_path / "other.db")), dev_key=(KEY, SECRET), endpoint="")
    with open_store(other) as second:
        assert second.request("GET", "/statements").json() == {"statements": [], "more": ""}
