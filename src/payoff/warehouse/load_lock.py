"""One load of a source at a time: a second one waits its turn, and is told when that takes too long."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Source
from payoff.warehouse.package import find_folder

WAIT_SECONDS = 60.0
_LOOK_SECONDS = 0.05


@contextmanager
def hold_source(root: Path, source: Source, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Be the one load of a source. Raises PayoffError D209 (exit code 4) when another does not end.

    The lock goes with a process that dies.
    """
    folder = find_folder(root, source.name)
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + wait_seconds
    try:
        while not _try(handle):
            if time.monotonic() > end:
                raise PayoffError([_busy(source)], exit_code=4)
            time.sleep(_LOOK_SECONDS)
        yield
    finally:
        os.close(handle)


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy(source: Source) -> Problem:
    return Problem(
        "D209",
        f"source {source.name} is being loaded by another process",
        "two loads at once would take the same rows",
        "wait for it, or stop it",
    )
