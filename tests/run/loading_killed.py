"""Loads killed at one point after another, each in its own process; what is on disk after each, and at last.

Called as a script with JSON: a list of [folder, points]; after its points each folder is loaded undisturbed.
The command line itself is run; `os.replace`, by which everything comes into place, is where a process ends.
"""

import json
import os
import signal
import sys
from pathlib import Path

import duckdb  # noqa: F401
import pandas  # noqa: F401  looked for by DuckDB, in every process anew
import sqlalchemy.dialects.sqlite  # noqa: F401

from payoff.apps.cli import load_commands, main  # noqa: F401  loaded before the processes part
from payoff.run import workspace  # noqa: F401


def run_load(folder: Path, kill_at: int | None) -> int:
    """One load in a process of its own; its exit code, negative when it was killed."""
    child = os.fork()
    if child == 0:
        _end_at(kill_at)
        os.chdir(folder)
        sys.argv = ["payoff", "load", "drills.yml", "--quiet"]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            main.main()
        except SystemExit as ended:
            os._exit(int(ended.code or 0))  # libraries' threads were left behind in the parent
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _end_at(kill_at: int | None) -> None:
    """Even points end just before something comes into place, odd ones just after."""
    replace, seen = os.replace, 0

    def ending(source: str, target: str) -> None:
        nonlocal seen
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)
        seen += 2
        if kill_at is not None and seen == kill_at + 1:
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = ending  # type: ignore[assignment]


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(
        json.dumps([[run_load(Path(place), point) for point in (*points, None)] for place, points in asked])
    )
