"""`payoff lrs erase` in a process of its own, killed before the n-th change it makes to its store."""

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from payoff.apps.cli.main import main
from payoff.statements.sqlite import SqliteConnection

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["payoff.apps.cli.main", "payoff.run.privacy.erasing", "killed_command"])
SECONDS = 120


def count_changes(arguments: Sequence[str]) -> int:
    """How many statements of SQL the command runs when nobody kills it."""
    mine, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_run, args=(tuple(arguments), None, theirs))
    process.start()
    assert mine.poll(SECONDS)
    ran = int(mine.recv())
    process.join(SECONDS)
    return ran


def run_and_die(arguments: Sequence[str], at: int) -> None:
    """Run the command; SIGKILL before its n-th statement of SQL."""
    process = CONTEXT.Process(target=_run, args=(tuple(arguments), at, None))
    process.start()
    process.join(SECONDS)
    assert process.exitcode == -signal.SIGKILL


def _run(arguments: tuple[str, ...], at: int | None, pipe: Any) -> None:
    ran, execute = 0, SqliteConnection.execute

    def count(self: SqliteConnection, sql: str, params: Sequence[Any] = ()) -> Any:
        nonlocal ran
        ran += 1
        if ran == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(self, sql, params)

    SqliteConnection.execute = count  # type: ignore[method-assign]
    sys.argv = ["payoff", *arguments]
    with contextlib.suppress(SystemExit):
        main()
    if pipe is not None:
        pipe.send(ran)
