"""The record store's application without sockets: what a server would do, done by hand.

Question  How does the application behave towards a request that no HTTP library would send?
Checked   Of each answer: one start, then one body; a known status; headers that can be sent; the declared
          length is the body's; errors say what was wrong as JSON.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from hostile_requests import HostileRequest

from payoff.apps.lrs.application import Application, create_application
from payoff.apps.lrs.request_log import RequestLog
from payoff.apps.lrs.settings import Settings

STUCK_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What the application answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@asynccontextmanager
async def open_application(settings: Settings, log: BinaryIO) -> AsyncIterator[Application]:
    """The application between startup and shutdown; into `log` go its errors."""
    application = create_application(settings, RequestLog(False, log))
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    told: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
    life = asyncio.create_task(application({"type": "lifespan"}, asked.get, told.put))
    await asked.put({"type": "lifespan.startup"})
    started = await told.get()
    assert started["type"] == "lifespan.startup.complete", started
    try:
        yield application
    finally:
        await asked.put({"type": "lifespan.shutdown"})
        assert (await told.get())["type"] == "lifespan.shutdown.complete"
        await life


async def exchange(application: Application, request: HostileRequest) -> Answer:
    """One request; AssertionError where the answer breaks the protocol, TimeoutError where none comes."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in request.pieces]
    if not request.goes_away:
        messages = messages or [{"type": "http.request", "body": b""}]
        messages[-1]["more_body"] = False
    waiting = iter(messages)
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return next(waiting, {"type": "http.disconnect"})

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode("utf-8", "replace"),
        "query_string": request.query,
        "headers": request.headers,
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
    }
    begun = time.perf_counter()
    async with asyncio.timeout(STUCK_SECONDS):
        await application(scope, receive, send)
    return _check(request, sent, time.perf_counter() - begun)


def _check(request: HostileRequest, sent: Sequence[Mapping[str, Any]], seconds: float) -> Answer:
    assert sent, "nothing was answered"
    start, *rest = sent
    assert start["type"] == "http.response.start"
    assert 200 <= start["status"] < 600
    assert all(message["type"] == "http.response.body" for message in rest)
    headers: dict[str, str] = {}
    for name, value in start["headers"]:
        assert name == name.lower(), name
        assert not any(byte < 32 and byte != 9 for byte in value), (name, value)
        headers[name.decode("ascii")] = value.decode("latin-1")
    body = b"".join(message.get("body", b"") for message in rest)
    if request.method != "HEAD" and start["status"] != 204:
        assert int(headers["content-length"]) == len(body)
    if start["status"] >= 400 and headers.get("content-type") == "application/json" and body:
        assert json.loads(body)["error"]
    return Answer(start["status"], headers, body, seconds)
