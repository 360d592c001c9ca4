"""Servers for tests that kill many: the program is loaded once, and each server is a fork of it.

Question  How is `payoff lrs serve` started twenty times without loading its libraries twenty times?
Method    A process without threads loads the application and waits; for each line it reads it forks, and the
          fork serves as the command line would, worker and all. Killing both is killing the server.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from durable_load import kill_tree
from postgres_server import find_free_port
from served_store import ServedStore, wait_until_it_answers


@dataclass
class Fork:
    """The little of a process that a served store is asked for."""

    pid: int

    def poll(self) -> int | None:
        return None if Path(f"/proc/{self.pid}").exists() else 1


class WarmServers:
    """Starts servers on request."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @contextmanager
    def serve(self, store: str, log: Path) -> Iterator[ServedStore]:
        """A server of which nothing is left afterwards."""
        key, secret, port = "test-key", secrets.token_hex(16), find_free_port()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"store": store, "key": key, "secret": secret, "port": port, "log": str(log)}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        fork = Fork(int(self.process.stdout.readline()))
        served = ServedStore(port, store, fork, log, key, secret)  # type: ignore[arg-type]
        try:
            wait_until_it_answers(served)
            yield served
        finally:
            served.pool.clear()
            kill_tree(fork.pid)

    def close(self) -> None:
        self.process.communicate(timeout=30)


def main() -> None:
    """Fork for each line."""
    import payoff.apps.lrs.application
    from payoff.apps.lrs.serve import serve
    from payoff.apps.lrs.settings import Settings

    assert payoff.apps.lrs.application  # loaded before the forks
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            settings = Settings(order["store"], dev_key=(order["key"], order["secret"]))
            serve(settings, "127.0.0.1", order["port"])
            os._exit(0)
        print(pid, flush=True)
        while _reap():
            pass


def _reap() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main()
