"""How many requests does a record store answer, and how fast? A cheap generator in a process of its own.

A job comes as JSON on standard input, its outcome leaves as JSON on standard output. All requests are
rendered before the clock starts; then bare sockets kept alive, one epoll, the next request of a connection
as soon as its answer is in. `cpu_us` is what the generator itself cost a request: it takes part in the load
of the machine.
"""

import base64
import json
import re
import resource
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from lrs_statements import write_batch

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOST = 0  # the status noted where the server closed the connection, or was silent for PATIENCE seconds
PATIENCE = 120.0


@dataclass(frozen=True)
class Door:
    """Where a store listens, and as whom to come: `url` is the endpoint, before /statements."""

    url: str
    key: str
    secret: str
    version: str = "1.0.3"

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    @property
    def path(self) -> str:
        return urlsplit(self.url).path.rstrip("/")

    def render(self, method: str, target: str, body: bytes | None = None) -> bytes:
        """A whole request; `target` starts with a slash and is taken from the host's root."""
        secret = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        head = f"{method} {target} HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\n"
        head += f"Authorization: Basic {secret}\r\nX-Experience-API-Version: {self.version}\r\nAccept: */*"
        if body is not None:
            head += f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        return head.encode() + b"\r\n\r\n" + (body or b"")


@dataclass
class Outcome:
    """What came of a load; latencies in milliseconds, in the order of the answers."""

    wall_s: float = 0.0
    cpu_us: float = 0.0
    issued: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)


class Line:
    """One connection: at most one request on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.unsent = memoryview(b"")
        self.answer = b""
        self.begun: float | None = None

    def send(self, request: bytes) -> None:
        self.begun = time.perf_counter()
        self.unsent = memoryview(request)
        self.answer = b""
        self.push()

    def push(self) -> None:
        """Hand the kernel what it takes."""
        while self.unsent:
            try:
                self.unsent = self.unsent[self.socket.send(self.unsent) :]
            except BlockingIOError:
                return

    def pull(self) -> int | None:
        """The status when the whole answer is in; None while it is not."""
        try:
            data = self.socket.recv(262_144)
        except BlockingIOError:
            return None
        if not data:
            return LOST
        self.answer = self.answer + data if self.answer else data
        return read_status(self.answer)


def read_status(answer: bytes) -> int | None:
    """The status of a complete answer, None while parts are missing."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return None
    status = int(answer[9:12])
    length = LENGTH.search(answer, 0, end + 2)
    if length:
        complete = len(answer) >= end + 4 + int(length[1])
    else:
        complete = status in (204, 304) or answer.endswith(b"0\r\n\r\n")
    return status if complete else None


class Drive:
    """Keep every connection busy until the requests or the seconds are used up."""

    def __init__(self, address: tuple[str, int], n_lines: int) -> None:
        self.epoll = select.epoll()
        self.lines: dict[int, Line] = {}
        self.address = address
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        for _ in range(n_lines):
            self.take(Line(address))

    def take(self, line: Line) -> Line:
        self.lines[line.socket.fileno()] = line
        self.epoll.register(line.socket.fileno(), select.EPOLLIN)
        return line

    def give(self, line: Line, waiting: deque[bytes]) -> None:
        with suppress(ConnectionError):  # seen again as an event of the connection
            line.send(waiting.popleft())
        if line.unsent:
            self.epoll.modify(line.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def note(self, line: Line, status: int) -> Line:
        """Write an answer down; a lost connection is replaced."""
        if line.begun is not None:
            self.statuses[status] += 1
            self.latencies.append((time.perf_counter() - line.begun) * 1000)
        line.begun = None
        if status != LOST and b"onnection: close" not in line.answer[:2000]:
            return line
        self.epoll.unregister(line.socket.fileno())
        del self.lines[line.socket.fileno()]
        line.socket.close()
        return self.take(Line(self.address))

    def run(self, requests: Iterable[bytes], seconds: float) -> Outcome:
        waiting = deque(requests)
        ready = len(waiting)
        cpu, start = _cpu_s(), time.perf_counter()
        for line in list(self.lines.values()):
            if waiting:
                self.give(line, waiting)
        while any(line.begun is not None for line in self.lines.values()):
            events = self.epoll.poll(PATIENCE)
            if not events:
                self.statuses[LOST] += sum(line.begun is not None for line in self.lines.values())
                break
            for number, event in events:
                line = self.lines[number]
                status = self.serve(line, event)
                if status is not None:
                    line = self.note(line, status)
                    if waiting and time.perf_counter() - start < seconds:
                        self.give(line, waiting)
        wall = time.perf_counter() - start
        issued = ready - len(waiting)
        used = (_cpu_s() - cpu) / max(1, issued) * 1e6
        statuses = {str(status): n for status, n in sorted(self.statuses.items())}
        return Outcome(wall, used, issued, statuses, self.latencies)

    def serve(self, line: Line, event: int) -> int | None:
        """Send and receive what can be; the status of an answer that is now complete."""
        try:
            if event & select.EPOLLOUT:
                line.push()
                if not line.unsent:
                    self.epoll.modify(line.socket.fileno(), select.EPOLLIN)
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                return line.pull()
        except ConnectionError:
            return LOST
        return None


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run_job(job: dict[str, object]) -> Outcome:
    """One load: `batch` statements a request, from number `first` on, at most `requests` of them."""
    door = Door(**job["door"])  # type: ignore[arg-type]
    token, first, batch, most = (
        str(job["token"]),
        int(str(job["first"])),
        int(str(job["batch"])),
        job["requests"],
    )
    target = f"{door.path}/statements"
    requests = [
        door.render("POST", target, write_batch(token, first + k * batch, batch))
        for k in range(int(str(most)))
    ]
    return Drive(door.address, int(str(job["connections"]))).run(requests, float(str(job["seconds"])))


def main() -> None:
    outcome = run_job(json.load(sys.stdin))
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
