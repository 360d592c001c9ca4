"""Many at once: what a store acknowledges to each of several clients holds for all of them together."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from served_store import Answer, ServedStore, build_statement, serve, unique_activity, unique_agent

T = TypeVar("T")

RESOURCES = ["activities/state", "activities/profile", "agents/profile"]


def at_once(work: Callable[[int], T], times: int) -> list[T]:
    """`work(0)` … `work(times - 1)`, started at one moment."""
    barrier = threading.Barrier(times)

    def start(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(start, range(times)))


def document_place(resource: str) -> dict[str, Any]:
    """The parameters that name one new document."""
    if resource == "activities/state":
        return {"activityId": unique_activity(), "agent": unique_agent(), "stateId": "s"}
    if resource == "activities/profile":
        return {"activityId": unique_activity(), "profileId": "p"}
    return {"agent": unique_agent(), "profileId": "p"}


@pytest.mark.parametrize("resource", RESOURCES)
def test_thirty_concurrent_merges_keep_thirty_keys(served: ServedStore, resource: str) -> None:
    place = document_place(resource)
    answers = at_once(lambda n: served.post(resource, {f"key{n}": n}, **place), 30)
    assert [a.status for a in answers] == [204] * 30
    assert served.get(resource, **place).json() == {f"key{n}": n for n in range(30)}


def test_twenty_different_puts_of_one_id_keep_one_and_refuse_nineteen(served: ServedStore) -> None:
    statement_id = str(uuid.uuid4())
    actor, activity = unique_agent(), unique_activity()

    def put(number: int) -> Answer:
        sent = build_statement(actor, activity, id=statement_id, result={"score": {"raw": number}})
        return served.put("statements", sent, statementId=statement_id)

    statuses = [a.status for a in at_once(put, 20)]
    assert sorted(statuses) == [204] + [409] * 19
    kept = served.get("statements", statementId=statement_id).json()
    assert kept["result"]["score"]["raw"] == statuses.index(204)
    assert len(served.get("statements", activity=activity).json()["statements"]) == 1


def test_the_same_statement_sent_twenty_times_at_once_is_stored_once(served: ServedStore) -> None:
    activity = unique_activity()
    sent = build_statement(unique_agent(), activity, id=str(uuid.uuid4()))
    statuses = [a.status for a in at_once(lambda _: served.post("statements", sent), 20)]
    assert statuses == [200] * 20
    assert len(served.get("statements", activity=activity).json()["statements"]) == 1


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_one_if_match_wins_once(served: ServedStore, resource: str, method: str) -> None:
    place = document_place(resource)
    created = served.put(resource, {"by": "nobody"}, headers={"If-None-Match": "*"}, **place)
    assert created.status == 204
    etag = served.get(resource, **place).headers["ETag"]

    def write(number: int) -> Answer:
        body = None if method == "DELETE" else {"by": number}
        return served.request(method, resource, body, params=place, headers={"If-Match": etag})

    statuses = [a.status for a in at_once(write, 20)]
    assert sorted(statuses) == [204] + [412] * 19
    left = served.get(resource, **place)
    if method == "DELETE":
        assert left.status == 404
    else:
        assert left.json() == {"by": statuses.index(204)}


@pytest.mark.parametrize("resource", RESOURCES)
def test_one_of_twenty_may_create_with_if_none_match(served: ServedStore, resource: str) -> None:
    place = document_place(resource)

    def create(number: int) -> Answer:
        return served.put(resource, {"by": number}, headers={"If-None-Match": "*"}, **place)

    statuses = [a.status for a in at_once(create, 20)]
    assert sorted(statuses) == [204] + [412] * 19
    assert served.get(resource, **place).json() == {"by": statuses.index(204)}


def test_sixteen_batches_sharing_actors_and_activities_all_succeed(served: ServedStore) -> None:
    actors = [unique_agent() for _ in range(10)]
    activities = [unique_activity() for _ in range(10)]

    def send(number: int) -> Answer:
        # Each batch goes through the same names in another order: where rows are locked, locks cross.
        batch = [
            build_statement(
                {**actors[(number * 3 + i * 7) % 10], "name": f"name {number}"},
                activities[(number * 7 + i * 3) % 10],
                context={"contextActivities": {"other": [{"id": activities[(number + i) % 10]}]}},
            )
            for i in range(50)
        ]
        return served.post("statements", batch)

    answers = at_once(send, 16)
    assert [a.status for a in answers] == [200] * 16
    written = {i for a in answers for i in a.json()}
    assert len(written) == 16 * 50
    found = [i for activity in activities for i in page_ids(served, activity=activity)]
    assert sorted(found) == sorted(written)


def page_ids(served: ServedStore, **question: Any) -> Iterator[str]:
    """The ids of all pages."""
    answer = served.get("statements", **question)
    while True:
        assert answer.status == 200, answer.body
        page = answer.json()
        yield from (s["id"] for s in page["statements"])
        if not page.get("more"):
            return
        answer = served.get(page["more"])


@pytest.fixture(params=["sqlite", "postgres", "postgres with two workers"])
def followed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServedStore]:
    """A store of the test's own: the reader reads all there is."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield stack.enter_context(serve(str(tmp_path / "records.db")))
        else:
            workers = ["--workers", "2"] if "two" in request.param else []
            yield stack.enter_context(serve(request.getfixturevalue("postgres_url"), *workers))


def test_a_reader_following_consistent_through_misses_and_repeats_nothing(followed: ServedStore) -> None:
    written: list[str] = []
    lock = threading.Lock()
    actor = unique_agent()

    def write(number: int) -> None:
        # Large, slow batches beside single statements: a small one overtakes a large one that came before.
        size = 300 if number % 4 == 0 else 1
        for _ in range(6 if size > 1 else 60):
            batch = [build_statement(actor, unique_activity()) for _ in range(size)]
            answer = followed.post("statements", batch)
            assert answer.status == 200, answer.body
            with lock:
                written.extend(answer.json())

    read: list[str] = []
    mark = "1970-01-01T00:00:00Z"

    def follow() -> None:
        nonlocal mark
        through = followed.get("statements", limit=1).headers["X-Experience-API-Consistent-Through"]
        if through <= mark:
            return
        read.extend(page_ids(followed, since=mark, until=through, ascending=True, limit=200))
        mark = through

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, n) for n in range(8)]
        while not all(w.done() for w in writers):
            follow()
        for writer in writers:
            writer.result()
    deadline = time.monotonic() + 20
    while len(read) < len(written) and time.monotonic() < deadline:
        follow()
        time.sleep(0.02)
    assert len(read) == len(set(read))
    assert set(read) == set(written)


def test_pages_stay_whole_while_others_write(served: ServedStore) -> None:
    activity = unique_activity()
    sent = [build_statement(unique_agent(), activity) for _ in range(60)]
    before = served.post("statements", sent).json()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            assert served.post("statements", build_statement(unique_agent(), activity)).status == 200

    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write) for _ in range(2)]
        try:
            found = list(page_ids(served, activity=activity, limit=7))
        finally:
            stop.set()
        for writer in writers:
            writer.result()
    assert len(found) == len(set(found))
    assert [i for i in found if i in set(before)] == before[::-1]
