"""A record store as it is really run: `payoff lrs serve` in a process of its own, on a free port.

Question  How does a test talk to a served instance, on SQLite and on PostgreSQL?
Shared    The fixture `served` (tests/lrs/record_stores.py) is one process a store for a whole session: a test
          uses agents, activities and ids of its own (`unique_agent`, `unique_activity`). A test that needs an
          empty store, its own settings, or a process to stop, starts one:
          `with serve(store_url, "--default-version", "1.0.3") as served: …`.
"""

import base64
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
from postgres_server import find_free_port

PAYOFF = str(Path(sys.executable).with_name("payoff"))
START_SECONDS = 60
STOP_SECONDS = 30

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class ServedStore:
    """A running instance; `request` may be called from many threads at once."""

    port: int
    store: str
    process: "subprocess.Popen[bytes]"
    log: Path
    key: str
    secret: str
    version: str = "2.0.0"
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(maxsize=64, retries=False, timeout=60)
    )

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/xapi"

    @property
    def authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Headers | None = None,
    ) -> Answer:
        """Ask `path` of the endpoint, or an absolute path as `more` has it.

        A body that is no bytes is sent as JSON, and so is a parameter that is no text.
        """
        sent = {"Authorization": self.authorization, "X-Experience-API-Version": self.version}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in (params or {}).items()}
        url = path if path.startswith("/") else f"/xapi/{path}"
        if fields:
            url += "?" + urlencode(fields)
        answer = self.pool.request(
            method, f"http://127.0.0.1:{self.port}{url}", body=body, headers={**sent, **(headers or {})}
        )
        return Answer(answer.status, answer.headers, answer.data)

    def get(self, path: str, *, headers: Headers | None = None, **params: Any) -> Answer:
        return self.request("GET", path, params=params, headers=headers)

    def post(self, path: str, body: Any, *, headers: Headers | None = None, **params: Any) -> Answer:
        return self.request("POST", path, body, params=params, headers=headers)

    def put(self, path: str, body: Any, *, headers: Headers | None = None, **params: Any) -> Answer:
        return self.request("PUT", path, body, params=params, headers=headers)

    def stop(self) -> int:
        """Ask it to finish (SIGTERM) and wait; its exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


@contextmanager
def serve(store: str, *options: str, version: str = "2.0.0") -> Iterator[ServedStore]:
    """A running instance with a throw-away key for everything; ended afterwards whatever happened."""
    key, secret = "test-key", secrets.token_hex(16)
    port = find_free_port()
    with tempfile.TemporaryDirectory(prefix="payoff-lrs-") as folder:
        log = Path(folder) / "log"
        command = [*end_with_us(), PAYOFF, "lrs", "serve", "--store", store, "--port", str(port)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--dev-key", f"{key}:{secret}", *options],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        served = ServedStore(port, store, process, log, key, secret, version)
        try:
            wait_until_it_answers(served)
            yield served
        finally:
            served.pool.clear()
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def end_with_us() -> list[str]:
    """What makes a process end when a test run is killed, where there is such a thing (Linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=TERM"] if setpriv else []


def wait_until_it_answers(served: ServedStore) -> None:
    """Until the endpoint says what it is."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if served.get("about").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        if served.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"payoff lrs serve: {served.log.read_text()[-2000:]}")
        time.sleep(0.05)


def unique_agent() -> dict[str, Any]:
    """Somebody no other test knows."""
    return {"objectType": "Agent", "mbox": f"mailto:{uuid.uuid4().hex}@example.org"}


def unique_activity() -> str:
    """An activity no other test knows."""
    return f"https://example.org/activities/{uuid.uuid4().hex}"


def build_statement(actor: Any, activity: str, **members: Any) -> dict[str, Any]:
    """A small valid statement."""
    verb = {"id": "http://adlnet.gov/expapi/verbs/experienced"}
    return {"actor": actor, "verb": verb, "object": {"id": activity}, **members}
