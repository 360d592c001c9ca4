"""Bytes that are no HTTP, or nearly, sent to a served instance: no 5xx, no hang, and it goes on serving."""

import json
import re
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from served_store import ServedStore, build_statement, unique_activity, unique_agent

SECONDS = 15.0
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@contextmanager
def connected(served: ServedStore) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS) as line:
        yield line


def head(served: ServedStore, start: str = "GET /xapi/statements HTTP/1.1", *more: str) -> bytes:
    """A request's head with leave for everything."""
    lines = [start, "Host: localhost", f"Authorization: {served.authorization}"]
    lines += ["X-Experience-API-Version: 2.0.0", *more, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def receive_all(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    received = b""
    with suppress(ConnectionError):
        while data := line.recv(65_536):
            received += data
    return received


def alive(served: ServedStore) -> bool:
    return served.get("about").status == 200


POST = "POST /xapi/statements HTTP/1.1"
JSON = "Content-Type: application/json"
BROKEN: dict[str, tuple[str, tuple[str, ...], bytes]] = {
    "a header without colon": ("GET /xapi/about HTTP/1.1", ("no colon",), b""),
    "a NUL in a header": ("GET /xapi/about HTTP/1.1", ("X: a\x00b",), b""),
    "a space before the colon": ("GET /xapi/about HTTP/1.1", ("X : a",), b""),
    "a folded header": ("GET /xapi/about HTTP/1.1", ("X: a", " b"), b""),
    "a header of a megabyte": ("GET /xapi/about HTTP/1.1", ("X: " + "a" * 1_000_000,), b""),
    "ten thousand headers": ("GET /xapi/about HTTP/1.1", tuple(f"X-{n}: a" for n in range(10_000)), b""),
    "a target of 200 kB": (f"GET /xapi/about?{'a' * 200_000} HTTP/1.1", (), b""),
    "raw bytes in the target": ("GET /xapi/st\xff\xfe HTTP/1.1", (), b""),
    "an escaped NUL in the path": ("GET /xapi/statements%00 HTTP/1.1", (), b""),
    "an escaped walk upwards": ("GET /xapi/%2e%2e/%2e%2e/etc/passwd HTTP/1.1", (), b""),
    "an absolute target": ("GET http://other.example/xapi/about HTTP/1.1", (), b""),
    "no version": ("GET /xapi/about", (), b""),
    "HTTP 3.7": ("GET /xapi/about HTTP/3.7", (), b""),
    "a method of noise": ("G\x01T /xapi/about HTTP/1.1", (), b""),
    "CONNECT": ("CONNECT localhost:22 HTTP/1.1", (), b""),
    "a negative length": (POST, (JSON, "Content-Length: -1"), b"{}"),
    "a length of noise": (POST, (JSON, "Content-Length: 0x10"), b"{}"),
    "a length beyond 64 bits": (POST, (JSON, "Content-Length: 99999999999999999999"), b"{}"),
    "a length of a terabyte": (POST, (JSON, "Content-Length: 1000000000000"), b"{}"),
    "two lengths": (POST, (JSON, "Content-Length: 2", "Content-Length: 3"), b"{} "),
    "chunks of noise": (POST, (JSON, "Transfer-Encoding: chunked"), b"zz\r\n{}\r\n0\r\n\r\n"),
    "an endless chunk": (POST, (JSON, "Transfer-Encoding: chunked"), b"FFFFFFFFFFFFFFFFF\r\n{}"),
    "an unknown coding": (POST, (JSON, "Transfer-Encoding: x"), b"{}"),
    "an expectation nobody knows": (POST, (JSON, "Expect: wonders", "Content-Length: 2"), b"{}"),
    "a wish for websockets": ("GET /xapi/about HTTP/1.1", ("Connection: upgrade", "Upgrade: websocket"), b""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_nearly_http_is_refused_or_dropped(served_sqlite: ServedStore, name: str) -> None:
    start, more, body = BROKEN[name]
    with connected(served_sqlite) as line:
        with suppress(OSError):  # it may hang up before all is sent
            line.sendall(head(served_sqlite, start, *more, "Connection: close") + body)
            line.shutdown(socket.SHUT_WR)
        received = receive_all(line)
    statuses = [int(status) for status in STATUS.findall(received)]
    assert all(status < 500 for status in statuses), received[:500]
    assert b"Traceback" not in received
    assert alive(served_sqlite)


@pytest.mark.parametrize(
    "noise",
    [b"\x00" * 5_000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\r\n" * 5_000, bytes(range(256)) * 40],
)
def test_noise_is_dropped(served_sqlite: ServedStore, noise: bytes) -> None:
    with connected(served_sqlite) as line:
        with suppress(OSError):
            line.sendall(noise)
            line.shutdown(socket.SHUT_WR)
        statuses = [int(status) for status in STATUS.findall(receive_all(line))]
    assert all(400 <= status < 500 for status in statuses)
    assert alive(served_sqlite)


def test_a_length_and_chunks_at_once_smuggle_nothing(served_sqlite: ServedStore) -> None:
    """Whichever counts: what follows is never taken for a request with somebody's leave."""
    activity = unique_activity()
    inner = json.dumps(build_statement(unique_agent(), activity)).encode()
    hidden = head(served_sqlite, POST, JSON, f"Content-Length: {len(inner)}") + inner
    body = b"0\r\n\r\n" + hidden
    more = (JSON, "Transfer-Encoding: chunked", f"Content-Length: {len(body)}", "Connection: close")
    with connected(served_sqlite) as line:
        line.sendall(head(served_sqlite, POST, *more) + body)
        received = receive_all(line)
    assert len(STATUS.findall(received)) <= 1
    assert served_sqlite.get("statements", activity=activity).json()["statements"] == []


def test_a_body_cut_short_stores_nothing(served_sqlite: ServedStore) -> None:
    activity = unique_activity()
    body = json.dumps([build_statement(unique_agent(), activity)]).encode()
    for sent in (body, body[: len(body) // 2]):
        with connected(served_sqlite) as line:
            line.sendall(head(served_sqlite, POST, JSON, f"Content-Length: {len(body) + 1}") + sent)
    time.sleep(0.3)
    assert served_sqlite.get("statements", activity=activity).json()["statements"] == []


def test_fifty_requests_in_one_breath_are_answered_in_order(served_sqlite: ServedStore) -> None:
    agent, activity = unique_agent(), unique_activity()
    names = [str(uuid.uuid4()) for _ in range(50)]
    whole = b""
    for name in names:
        body = json.dumps(build_statement(agent, activity, id=name)).encode()
        whole += head(served_sqlite, POST, JSON, f"Content-Length: {len(body)}") + body
    with connected(served_sqlite) as line:
        line.sendall(whole + head(served_sqlite, "GET /xapi/about HTTP/1.1", "Connection: close"))
        received = receive_all(line).decode()
    places = [received.find(name) for name in names]
    assert places == sorted(places)
    assert places[0] > 0
    stored = served_sqlite.get("statements", activity=activity, format="ids", limit="100").json()[
        "statements"
    ]
    assert [s["id"] for s in reversed(stored)] == names


def test_two_hundred_slow_clients_keep_nobody_waiting(served_sqlite: ServedStore) -> None:
    """Half of them never finish their headers, half their bodies."""
    lines = []
    try:
        for n in range(200):
            line = socket.create_connection(("127.0.0.1", served_sqlite.port), timeout=SECONDS)
            lines.append(line)
            whole = head(served_sqlite, POST, JSON, "Content-Length: 30000000")
            line.sendall(whole[:-2] if n % 2 else whole + b"[")
        began = time.monotonic()
        for _ in range(10):
            answer = served_sqlite.post("statements", build_statement(unique_agent(), unique_activity()))
            assert answer.status == 200, answer
        assert time.monotonic() - began < 10
    finally:
        for line in lines:
            line.close()
    assert alive(served_sqlite)
