"""The record store's application driven without sockets, for tests of what it answers.

Question  What does the application answer to an ordinary request?
Use       `with open_store(Settings(...)) as lrs: lrs.get("statements")`; the application lives in an event
          loop of its own, in a thread, so that tests are plain functions and may ask from many threads.
"""

import asyncio
import base64
import io
import json
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from payoff.apps.lrs.application import Application, create_application
from payoff.apps.lrs.request_log import RequestLog
from payoff.apps.lrs.settings import Settings

KEY, SECRET = "dev", "secret"
Found = TypeVar("Found")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class InProcess:
    """An open application."""

    application: Application
    loop: asyncio.AbstractEventLoop
    log: io.BytesIO
    version: str = "2.0.0"

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Ask below the endpoint, or an absolute path with its query; a header that is None is not sent."""
        sent: dict[str, str | None] = {
            "authorization": basic(KEY, SECRET),
            "x-experience-api-version": self.version,
        }
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent |= {"content-type": "application/json", "content-length": str(len(body))}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        url, _, query = path.partition("?")
        if params:
            query = urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()})
        scope = {
            "type": "http",
            "method": method,
            "path": url if url.startswith("/") else f"/xapi/{url}",
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode("latin-1")) for k, v in sent.items() if v is not None],
        }
        return self.run(_exchange(self.application, scope, body or b""))

    def get(self, path: str, *, headers: Mapping[str, str | None] | None = None, **params: Any) -> Answer:
        return self.request("GET", path, params=params, headers=headers)

    def post(
        self, path: str, body: Any, *, headers: Mapping[str, str | None] | None = None, **params: Any
    ) -> Answer:
        return self.request("POST", path, body, params=params, headers=headers)

    def put(
        self, path: str, body: Any, *, headers: Mapping[str, str | None] | None = None, **params: Any
    ) -> Answer:
        return self.request("PUT", path, body, params=params, headers=headers)

    def run(self, coroutine: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def lines(self) -> list[dict[str, Any]]:
        """What the log holds by now."""
        self.run(_flush(self.application))
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@contextmanager
def open_store(settings: Settings, version: str = "2.0.0") -> Iterator[InProcess]:
    """The application between startup and shutdown."""
    log = io.BytesIO()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        application = create_application(settings, RequestLog(True, log))
        lrs = InProcess(application, loop, log, version)
        asked, told, life = lrs.run(_start(application))
        try:
            yield lrs
        finally:
            lrs.run(_stop(asked, told, life))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


Queue = asyncio.Queue[Any]


async def _start(application: Application) -> tuple[Queue, Queue, "asyncio.Task[None]"]:
    asked, told = Queue(), Queue()
    life = asyncio.create_task(application({"type": "lifespan"}, asked.get, told.put))
    await asked.put({"type": "lifespan.startup"})
    started = await told.get()
    assert started["type"] == "lifespan.startup.complete", started
    return asked, told, life


async def _stop(asked: Queue, told: Queue, life: "asyncio.Task[None]") -> None:
    await asked.put({"type": "lifespan.shutdown"})
    assert (await told.get())["type"] == "lifespan.shutdown.complete"
    await life


async def _flush(application: Application) -> None:
    application.log.flush()


async def _exchange(application: Application, scope: Mapping[str, Any], body: bytes) -> Answer:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, sent[1]["body"])
