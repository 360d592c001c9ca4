"""Which stores are measured, and what do they cost while they are?

Ours are started fresh, with their own defaults and a key that is not written down: SQLite in a new file,
and PostgreSQL in a cluster of its own with the server's own settings (fsync and synchronous_commit on). A
peer runs already; its process numbers say whose CPU time and memory to count. CPU is user and system time
of the process trees, children that ended included; memory is the peak of their proportional set size (a
page shared by several processes counts once), read twice a second.
"""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from lrs_load import Door
from postgres_server import PostgresServer, find_free_port, fresh_database

TICKS = os.sysconf("SC_CLK_TCK")
KEY, SECRET = "bench", "bench-secret"
START_SECONDS = 60


@dataclass
class Target:
    """A running store. `size_of` is a file or a postgresql:// URL; empty where the size cannot be seen."""

    name: str
    door: Door
    roots: tuple[int, ...] = ()
    size_of: str = ""
    ours: bool = False
    next_number: int = 0  # of the next statement sent to it

    def size_mb(self) -> float | None:
        """What the store takes on disk, write-ahead log of SQLite included."""
        if self.size_of.startswith("postgresql://"):
            with psycopg.connect(self.size_of) as connection:
                row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            return float(row[0]) / 1e6 if row else None
        if not self.size_of:
            return None
        files = Path(self.size_of).parent.glob(Path(self.size_of).name + "*")
        return sum(file.stat().st_size for file in files) / 1e6


def read_peer(text: str) -> Target:
    """NAME,URL,KEY,SECRET[,PID+PID[,FILE-or-postgresql-URL]] as given on the command line."""
    name, url, key, secret, *more = text.split(",")
    roots = tuple(int(number) for number in more[0].split("+")) if more and more[0] else ()
    return Target(name, Door(url, key, secret), roots, more[1] if len(more) > 1 else "")


@contextmanager
def serve_sqlite(folder: Path) -> Iterator[Target]:
    """Our server on a new SQLite file."""
    file = folder / "statements.db"
    with _serve(str(file), 1) as (door, root):
        yield Target("SQLite", door, (root,), str(file), ours=True)


@contextmanager
def serve_postgres(server: PostgresServer, workers: int) -> Iterator[Target]:
    """Our server on a new database of a PostgreSQL cluster; the cluster's cost is counted as ours."""
    assert server.process is not None
    with fresh_database(server.url) as url, _serve(url, workers) as (door, root):
        name = f"PostgreSQL, {workers} workers"
        yield Target(name, door, (root, server.process.pid), url, ours=True)


@contextmanager
def _serve(store: str, workers: int) -> Iterator[tuple[Door, int]]:
    port = find_free_port()
    payoff = Path(sys.executable).with_name("payoff")
    command = [str(payoff), "lrs", "serve", "--store", store, "--port", str(port)]
    command += ["--dev-key", f"{KEY}:{SECRET}", "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    door = Door(f"http://127.0.0.1:{port}/xapi", KEY, SECRET)
    try:
        _await(door, process)
        yield door, process.pid
    finally:
        process.terminate()
        process.wait(60)


def _await(door: Door, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the server did not come up (exit code {process.poll()})")
        connection = http.client.HTTPConnection(*door.address, timeout=5)
        try:
            connection.request("GET", f"{door.path}/about")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields:
                found.setdefault(int(fields[1]), []).append(int(entry))
    return found


def _stat(number: int) -> list[str]:
    """Fields of /proc/N/stat after the name: state, parent, …; none where the process is gone."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def list_tree(roots: Sequence[int]) -> list[int]:
    """The processes and all below them."""
    children, tree = _children(), list(roots)
    for number in tree:  # grows while it is walked
        tree += children.get(number, [])
    return tree


def cpu_s(roots: Sequence[int]) -> float:
    """User and system seconds of the trees so far, with those of children that ended."""
    used = 0
    for number in list_tree(roots):
        fields = _stat(number)
        used += sum(int(ticks) for ticks in fields[11:15])
    return used / TICKS


def memory_mb(roots: Sequence[int]) -> float:
    """Proportional set size of the trees."""
    total = 0
    for number in list_tree(roots):
        try:
            text = Path(f"/proc/{number}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


class Watch:
    """CPU seconds and peak memory of a target between `with` and its end."""

    def __init__(self, target: Target) -> None:
        self.roots = target.roots
        self.cpu_s = 0.0
        self.peak_mb = 0.0

    def __enter__(self) -> "Watch":
        self._before = cpu_s(self.roots)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, memory_mb(self.roots))
            if self._done.wait(0.5):
                return

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self.cpu_s = cpu_s(self.roots) - self._before
