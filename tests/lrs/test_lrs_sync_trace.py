"""A trace of system calls shows the sync to disk before each acknowledgement.

Method    strace follows all processes of the server, and of PostgreSQL. One client sends one request after
          the other, so between two answers there is one change: its log record must be written, then synced,
          and only then may the answer be written to the socket.
"""

import re
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from durable_load import list_tree
from postgres_server import own_server
from served_store import ServedStore, build_statement, serve, unique_activity, unique_agent

CALLS = "fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg"
SYNC = re.compile(r"\b(fsync|fdatasync)\((?P<file>\d+<[^>]*>)\)? *(?P<end>= 0|<unfinished)")
RESUMED = re.compile(r"<\.\.\. (fsync|fdatasync) resumed>.*= 0")
WRITTEN = re.compile(r"\b(pwrite64|pwritev|write)\(\d+<(?P<file>[^>]*)>")
ANSWER = re.compile(r"\b(write|writev|sendto|sendmsg)\(.*HTTP/1\.1 (?P<status>\d{3})")
N_ROUNDS = 12


@contextmanager
def traced(roots: Sequence[int], log: Path) -> Iterator[None]:
    """All threads of the processes and of those they start, until the context ends."""
    processes = [number for root in roots for number in list_tree(root)]
    options = [part for number in processes for part in ("-p", str(number))]
    command = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(log), *options]
    strace = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert strace.stderr is not None
    attached = 0
    while attached < len(processes):
        line = strace.stderr.readline().decode()
        assert line, "strace could not attach"
        attached += "attached" in line
    try:
        yield
    finally:
        strace.terminate()
        strace.communicate(timeout=30)


def read_events(log: Path, in_log: str) -> list[str]:
    """`record`: the log is written; `sync`: a sync of it is over; the status of each answer; in order."""
    events: list[str] = []
    syncing: set[str] = set()
    for line in log.read_text(errors="replace").splitlines():
        thread = line.split(" ", 1)[0]
        if answer := ANSWER.search(line):
            events.append(answer["status"])
        elif sync := SYNC.search(line):
            if in_log in sync["file"]:
                if sync["end"] == "= 0":
                    events.append("sync")
                else:
                    syncing.add(thread)
        elif RESUMED.search(line):
            if thread in syncing:
                syncing.remove(thread)
                events.append("sync")
        elif (written := WRITTEN.search(line)) and in_log in written["file"]:
            events.append("record")
    return events


def check_order(events: Sequence[str]) -> int:
    """Between two answers: a record, and after the last record a sync. How many answers there were."""
    n_answers, since = 0, []
    for event in events:
        if event in ("record", "sync"):
            since.append(event)
            continue
        assert event in ("200", "204"), event
        assert "record" in since, f"answer {n_answers} without a record: {events[:60]}"
        assert since[-1] == "sync", f"answer {n_answers} before the sync: {since}"
        n_answers, since = n_answers + 1, []
    return n_answers


def write_in_turn(served: ServedStore) -> int:
    """Statements by POST and PUT, batches and documents; how many requests."""
    agent, activity = unique_agent(), unique_activity()
    for k in range(N_ROUNDS):
        statement = build_statement(agent, activity)
        name = str(uuid.uuid4())
        place = {"activityId": activity, "agent": agent, "stateId": f"s{k}"}
        answers = [
            served.post("statements", statement),
            served.post("statements", [statement] * 20),
            served.request("PUT", "statements", statement, params={"statementId": name}),
            served.request("PUT", "activities/state", {"k": k}, params=place, headers={"If-None-Match": "*"}),
            served.request("DELETE", "activities/state", params=place, headers={"If-Match": "*"}),
        ]
        assert {answer.status for answer in answers} <= {200, 204}, answers
    return N_ROUNDS * len(answers)


def test_sqlite_syncs_its_log_before_each_answer(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    with serve(str(tmp_path / "records.db")) as served, traced([served.process.pid], log):
        n_requests = write_in_turn(served)
    assert check_order(read_events(log, "records.db-wal")) == n_requests


def test_postgres_syncs_its_log_before_each_answer(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    with own_server() as server, serve(server.url) as served:
        assert server.process is not None
        with traced([server.process.pid, served.process.pid], log):
            n_requests = write_in_turn(served)
    assert check_order(read_events(log, "pg_wal/")) == n_requests


def test_the_check_sees_an_answer_that_comes_too_early() -> None:
    """The order is checked by a function: it must fail where it should."""
    good = ["record", "sync", "200"]
    assert check_order(good * 2) == 2
    for bad in (["record", "200", "sync"], ["sync", "200"], [*good, "200"], ["sync", "record", "204"]):
        try:
            check_order(bad)
        except AssertionError:
            continue
        raise AssertionError(bad)
