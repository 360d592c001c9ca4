"""What the store acknowledged stays, whatever dies: the server, the database, the disk."""

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from durable_load import Books, await_count, clients, kill_tree, list_tree, read_ids
from postgres_server import own_server
from served_store import PAYOFF, ServedStore, build_statement, serve, unique_activity, unique_agent
from warm_server import WarmServers

KILLS = 20


@pytest.fixture
def warm_servers() -> Iterator[WarmServers]:
    servers = WarmServers()
    yield servers
    servers.close()


def test_twenty_kills_under_load_lose_nothing_and_the_tables_agree(
    store_url: str, tmp_path: Path, warm_servers: WarmServers
) -> None:
    """Beside it statements are fed into analytic tables all the while, by a feed that is killed as well."""
    books, workspace = Books(), tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "payoff.yml").write_text("payoff: 1\n")
    following = None
    for kill in range(KILLS):
        with warm_servers.serve(store_url, tmp_path / "log") as served:
            following = following or follow(store_url, workspace)
            books.check(read_ids(served, books.activity))
            with clients(served, books):
                await_count(books.acknowledged, 30)
                kill_tree(served.process.pid)
        if kill in (KILLS // 2, KILLS - 1):
            following.kill()
            following.wait()
            following = None
    with warm_servers.serve(store_url, tmp_path / "log") as served:
        stored = read_ids(served, books.activity)
        books.check(stored)
        fed = feed(store_url, workspace)
    assert fed["check"]["agrees"], fed
    assert fed["check"]["arrived"] == fed["check"]["stored"] == len(stored)
    assert len(books.acknowledged) >= KILLS * 30
    assert set(books.statuses) == {200}


def test_a_worker_does_not_outlive_the_first_process(tmp_path: Path, warm_servers: WarmServers) -> None:
    """Else it would go on holding port and file, and no new server could write."""
    file = str(tmp_path / "records.db")
    with warm_servers.serve(file, tmp_path / "log") as served:
        first, *others = list_tree(served.process.pid)
        assert others
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 30
        while any(Path(f"/proc/{worker}").exists() for worker in others):
            assert time.monotonic() < until, "the worker lives on"
            time.sleep(0.05)
    with warm_servers.serve(file, tmp_path / "log") as served:
        assert served.post("statements", build_statement(unique_agent(), unique_activity())).status == 200


def follow(store: str, workspace: Path) -> "subprocess.Popen[bytes]":
    """A feed that looks ten times a second."""
    command = [
        PAYOFF,
        "lrs",
        "feed",
        "--store",
        store,
        "--workspace",
        str(workspace),
        "--follow",
        "--every",
        "0.1",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def feed(store: str, workspace: Path) -> Any:
    """One pass, and what it says of both sides."""
    command = [PAYOFF, "lrs", "feed", "--store", store, "--workspace", str(workspace), "--check", "--json"]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def test_a_full_disk_is_503_and_recovers_by_itself(tmp_path: Path) -> None:
    """The limit on the size of a file stands for the disk: no rights to mount one are needed."""
    file = tmp_path / "records.db"
    books = Books()
    with serve(str(file)) as served:
        with clients(served, books):
            await_count(books.acknowledged, 20)
            limit_files(served, largest_file(file) + 100_000)
            await_count(books.refused, 30)
            n_acknowledged = len(books.acknowledged)
            assert read_ids(served, books.activity)  # reading goes on
            limit_files(served, resource.RLIM_INFINITY)
            await_count(books.acknowledged, 50)
        assert served.request("GET", "/readyz").status == 200
        stored = read_ids(served, books.activity)
        books.check(stored)
        assert not {i for ids in books.refused for i in ids} & set(stored)
    assert n_acknowledged < len(books.acknowledged)
    assert set(books.statuses) == {200, 503}


def test_a_full_disk_is_not_ready_until_there_is_room(tmp_path: Path) -> None:
    """Though nobody writes, and a change that changes nothing would go through."""
    file = tmp_path / "records.db"
    with serve(str(file)) as served:
        assert served.post("statements", build_statement(unique_agent(), unique_activity())).status == 200
        assert served.request("GET", "/readyz").status == 200
        limit_files(served, largest_file(file))
        time.sleep(1.1)  # an answer is kept for a second
        assert served.request("GET", "/readyz").status == 503
        limit_files(served, resource.RLIM_INFINITY)
        await_ready(served)
        lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    told = [line for line in lines if line["event"] == "store"]
    assert {(line["what"], line["kind"]) for line in told} <= {
        ("the store cannot write", "FullError"),
        ("the store cannot write", "IOError"),
    }
    assert told


def largest_file(store: Path) -> int:
    """Of the store's file and its log."""
    return max(file.stat().st_size for file in store.parent.glob(store.name + "*"))


def limit_files(served: ServedStore, size: int) -> None:
    """No process of the server may write beyond this many bytes into any file."""
    for number in list_tree(served.process.pid):
        resource.prlimit(number, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "killed"])
def test_a_restart_of_the_database_is_503_and_recovers_by_itself(crash: bool) -> None:
    books = Books()
    with own_server() as server, serve(server.url) as served:
        with clients(served, books):
            await_count(books.acknowledged, 30)
            if crash:
                server.kill()
            else:
                server.stop()
            await_count(books.refused, 20)
            assert served.get("statements", activity=books.activity).status == 503
            assert served.request("GET", "/readyz").status == 503
            server.start()
            await_count(books.acknowledged, 50)
        await_ready(served)
        books.check(read_ids(served, books.activity))
    assert set(books.statuses) == {200, 503}


def await_ready(served: ServedStore) -> None:
    """Until it says so itself."""
    until = time.monotonic() + 10
    while served.request("GET", "/readyz").status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
