"""`payoff lrs serve` as a process: it starts, answers, and ends in good order."""

import json
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest
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
    assert [line["event"] for line in lines if line["event"] != "request"] == ["started", "stopped"]
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
        (("--issuers", "nowhere.yml"), "nowhere.yml"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    command = [PAYOFF, "lrs", "serve", "--store", str(tmp_path / "r.db"), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_file_that_is_being_written_is_not_served_twice(tmp_path: Path) -> None:
    path = str(tmp_path / "records.db")
    with serve(path):
        command = [PAYOFF, "lrs", "serve", "--store", path, "--port", str(find_free_port())]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode != 0
    assert "another process" in second.stderr + second.stdout


def test_a_signal_while_it_starts_ends_it_soon(tmp_path: Path) -> None:
    command = [PAYOFF, "lrs", "serve", "--store", str(tmp_path / "r.db"), "--port", "18080"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    time.sleep(1.0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(25) is not None
