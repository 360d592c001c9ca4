"""Many clients write at once, and somebody keeps the books.

Question  Which statements did the store acknowledge, and are they, and whole batches only, in it?
"""

import http.client
import json
import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from served_store import ServedStore, build_statement, unique_activity, unique_agent

BATCH = 20


@dataclass
class Books:
    """What was sent and what was said; filled by many threads (appends are atomic)."""

    activity: str = field(default_factory=unique_activity)
    sent: list[list[str]] = field(default_factory=list)  # ids, a list for each request
    acknowledged: list[list[str]] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)  # answered 503
    statuses: Counter[int] = field(default_factory=Counter)

    def check(self, stored: Sequence[str]) -> None:
        """`stored`: the ids in the store, as often as they are there."""
        found = Counter(stored)
        assert not [i for i, n in found.items() if n > 1], "an id is stored twice"
        lost = [i for ids in self.acknowledged for i in ids if i not in found]
        assert not lost, f"{len(lost)} of {sum(map(len, self.acknowledged))} acknowledged statements are lost"
        half = [ids for ids in self.sent if 0 < sum(i in found for i in ids) < len(ids)]
        assert not half, f"{len(half)} batches are there in part"
        strangers = found.keys() - {i for ids in self.sent for i in ids}
        assert not strangers


def write_until(served: ServedStore, books: Books, ends: threading.Event, batch: int) -> None:
    """One client: a request after the other until the event, or until the server is gone."""
    agent, headers = unique_agent(), _headers(served)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    try:
        while not ends.is_set():
            ids = [str(uuid.uuid4()) for _ in range(batch)]
            statements = [build_statement(agent, books.activity, id=i) for i in ids]
            books.sent.append(ids)
            body = json.dumps(statements if batch > 1 else statements[0])
            connection.request("POST", "/xapi/statements", body, headers)
            answer = connection.getresponse()
            answer.read()
            books.statuses[answer.status] += 1
            if answer.status == 200:
                books.acknowledged.append(ids)
            elif answer.status == 503:
                books.refused.append(ids)
                time.sleep(0.02)
    except (OSError, http.client.HTTPException):
        return  # killed: what was under way is in nobody's books
    finally:
        connection.close()


def _headers(served: ServedStore) -> dict[str, str]:
    return {
        "Authorization": served.authorization,
        "X-Experience-API-Version": served.version,
        "Content-Type": "application/json",
    }


@contextmanager
def clients(served: ServedStore, books: Books, singles: int = 6, batches: int = 3) -> Iterator[None]:
    """Nine clients write as long as the context is open, or until the server is gone."""
    ends = threading.Event()
    sizes = [1] * singles + [BATCH] * batches
    threads = [threading.Thread(target=write_until, args=(served, books, ends, size)) for size in sizes]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "a request was never answered"


def await_count(requests: list[list[str]], more: int, seconds: float = 20) -> None:
    """Until `more` requests have been added to the list."""
    wanted, until = len(requests) + more, time.monotonic() + seconds
    while len(requests) < wanted:
        assert time.monotonic() < until, f"only {len(requests)} of {wanted} came"
        time.sleep(0.005)


def read_ids(served: ServedStore, activity: str) -> list[str]:
    """The ids of all statements about the activity, page after page."""
    answer = served.get("statements", activity=activity, limit="500", format="ids")
    found: list[str] = []
    while True:
        assert answer.status == 200, answer
        page = answer.json()
        found += [statement["id"] for statement in page["statements"]]
        if not page.get("more"):
            return found
        answer = served.get(page["more"])


def list_tree(root: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = int(Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(entry))
    tree = [root]
    for number in tree:  # grows while it is walked
        tree += parents.get(number, [])
    return tree


def kill_tree(root: int) -> None:
    """SIGKILL for a process and all below it: none gets to finish anything."""
    for number in list_tree(root):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
