"""Erasures in processes of their own, killed before the n-th time they touch a file of the workspace."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from payoff.run.privacy import erasure_order
from payoff.run.privacy.person_erasing import Request, erase_person
from payoff.run.workspace import find_home

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["payoff.run.privacy.person_erasing", "pyarrow.parquet", "killed_erasure"])
EVENTS = ("open", "os.rename", "os.remove", "shutil.rmtree")
TOMBSTONE = "ab" * 16


def count_touches(root: Path, who: Sequence[str]) -> int:
    """How often an erasure that nobody kills touches files of the workspace."""
    mine, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_erase, args=(str(root), tuple(who), None, theirs))
    process.start()
    assert mine.poll(60)
    touched = int(mine.recv())
    process.join(60)
    assert process.exitcode == 0
    return touched


def erase_and_die(root: Path, who: Sequence[str], at: int) -> None:
    """Begin an erasure; SIGKILL before its n-th touch."""
    process = CONTEXT.Process(target=_erase, args=(str(root), tuple(who), at, None))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def erase_at_once(root: Path, orders: Sequence[Sequence[str]]) -> None:
    """Several erasures, each its own process, all begun together."""
    processes = [CONTEXT.Process(target=_erase_with_own_id, args=(str(root), tuple(who))) for who in orders]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0


def erase_here(root: Path, who: Sequence[str]) -> dict[str, Any]:
    """The same order in this process, with the same tombstone."""
    return erase_person(find_home(root), Request(tuple(who), "C. Privacy", "request 17", sources=True))


def _erase(root: str, who: tuple[str, ...], at: int | None, pipe: Any) -> None:
    touched = 0
    own = os.getpid()

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal touched
        if event in EVENTS and str(arguments[0]).startswith(root):
            touched += 1
            if touched == at:
                os.kill(own, signal.SIGKILL)

    erasure_order.secrets.token_hex = lambda n: TOMBSTONE  # type: ignore[attr-defined]
    sys.addaudithook(count)
    erase_here(Path(root), who)
    if pipe is not None:
        pipe.send(touched)


def _erase_with_own_id(root: str, who: tuple[str, ...]) -> None:
    erase_here(Path(root), who)
