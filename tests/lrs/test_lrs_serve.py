"""`payoff lrs serve` as a process: it starts, answers, and ends in good order."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest
from durable_load import list_tree
from postgres_server import find_free_port
from served_store import PAYOFF, build_statement, serve, unique_activity, unique_agent


def test_it_serves_and_stops_with_everything_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    with serve(str(path)) as served:
        assert served.post("statements", build_statement(unique_agent(), unique_activity())).status == 200
        assert served.request("GET", "/readyz").status == 200
        assert b"payoff_lrs_statements_total 1.0" in served.request("GET", "/metrics").body
        assert served.stop() == 0
        lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    started, stopped = [line for line in lines if line["event"] != "request"]
    assert started.pop("at")
    assert started == {
        "event": "started",
        "host": "127.0.0.1",
        "port": served.port,
        "endpoint": "/xapi",
        "store": "sqlite",
    }
    assert stopped["event"] == "stopped"
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM statement").fetchone() == (1,)
    connection.close()


def test_a_request_on_its_way_is_answered_before_the_end(tmp_path: Path) -> None:
    with serve(str(tmp_path / "records.db")) as served:
        body = json.dumps(build_statement(unique_agent(), unique_activity())).encode()
        head = (
            f"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: {served.authorization}\r\n"
            "X-Experience-API-Version: 2.0.0\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(head.encode() + body[:50])
            time.sleep(0.3)
            stopping = threading.Thread(target=served.stop)
            stopping.start()
            time.sleep(0.5)
            connection.sendall(body[50:])
            connection.settimeout(20)
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        stopping.join()
        assert served.process.returncode == 0


def test_several_workers_count_together(postgres_url: str) -> None:
    with serve(postgres_url, "--workers", "2") as served:
        for _ in range(12):  # a connection each, so that both workers are met
            served.pool.clear()
            sent = build_statement(unique_agent(), unique_activity())
            assert served.post("statements", sent).status == 200
        text = served.request("GET", "/metrics").body.decode()
        assert "payoff_lrs_statements_total 12.0" in text
        assert len(served.get("statements").json()["statements"]) == 12


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workers", "2"), "needs PostgreSQL"),
        (("--dev-key", "secretless"), "KEY:SECRET"),
        (("--default-version", "1.1"), "1.0.3 or 2.0.0"),
        (("--endpoint", "xapi"), "a path"),
        (("--issuers", "nowhere.yml"), "nowhere.yml cannot be read: No such file or directory"),
        (("--cors-origin", "foo"), "scheme://host"),
        (("--cors-origin", "https://example.org/"), "scheme://host"),
        (("--cors-origin", "https://example.org", "--cors-origin", "null"), "scheme://host"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    command = [PAYOFF, "lrs", "serve", "--store", str(tmp_path / "r.db"), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_the_key_for_tests_may_come_by_the_environment(tmp_path: Path) -> None:
    command = [PAYOFF, "lrs", "serve", "--store", str(tmp_path / "r.db")]
    wrong = {**os.environ, "PAYOFF_LRS_DEV_KEY": "secretless"}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=wrong)
    assert ended.returncode == 2
    assert "KEY:SECRET" in ended.stderr


def test_a_file_that_is_being_written_is_not_served_twice(tmp_path: Path) -> None:
    path = str(tmp_path / "records.db")
    with serve(path):
        command = [PAYOFF, "lrs", "serve", "--store", path, "--port", str(find_free_port())]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 7
    assert re.search("error R102 .* another process\n.*why .*\n.*fix ", " ".join(second.stderr.split(" ")))
    assert "ERROR" not in second.stderr + second.stdout


def test_a_worker_that_dies_is_logged_and_ends_the_server(tmp_path: Path) -> None:
    path = str(tmp_path / "records.db")
    with serve(path) as served:
        (worker,) = list_tree(served.process.pid)[1:]
        os.kill(worker, signal.SIGKILL)
        assert served.process.wait(20) == 7
        lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    (ended,) = [line for line in lines if line["event"] == "ended"]
    assert ended["why"] == f"worker {worker} died: signal 9"
    assert ended["exit_code"] == 7
    with serve(path) as served:  # at once
        assert served.post("statements", build_statement(unique_agent(), unique_activity())).status == 200


def test_one_of_several_workers_that_dies_is_logged_and_started_anew(postgres_url: str) -> None:
    with serve(postgres_url, "--workers", "2") as served:
        workers = list_tree(served.process.pid)[1:]
        time.sleep(1)
        os.kill(workers[0], signal.SIGKILL)
        until = time.monotonic() + 30
        while served.log.read_text().count('"started"') < 3:
            assert time.monotonic() < until
            time.sleep(0.1)
        served.pool.clear()
        assert served.get("statements").status == 200
        lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert any("Unexpected exit from worker" in line["what"] for line in lines if line["event"] == "server")


def test_a_signal_while_it_starts_ends_it_soon(tmp_path: Path) -> None:
    command = [PAYOFF, "lrs", "serve", "--store", str(tmp_path / "r.db"), "--port", "18080"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    time.sleep(1.0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(25) is not None
