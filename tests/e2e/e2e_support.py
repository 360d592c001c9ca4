"""Typing a command as a user does.

Question  How does a test run `payoff …` and read what it printed and how it ended?
Here      `run_payoff`: the command line's own `main`, in this process, with files for its output and the
          folder it is run in. Nothing is loaded twice, which is most of what a short command costs.
Apart     `run_payoff_process`: the installed command in a process of its own, for what only that shows: the
          program's start, exit codes as the shell sees them, the same bytes from another process.
"""

import contextlib
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from unittest import mock

from payoff.apps.cli.main import main

PAYOFF = str(Path(sys.executable).with_name("payoff"))

Done = subprocess.CompletedProcess[str]


def run_payoff(*arguments: str | Path, cwd: Path) -> Done:
    """One command, its output captured; the exit code is the caller's to judge."""
    command = ["payoff", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        told = [Path(folder) / name for name in ("out", "err")]
        with (
            told[0].open("w") as out,  # files, for a command may redirect its own output
            told[1].open("w") as err,
            contextlib.chdir(cwd),
            mock.patch.multiple(sys, argv=command, stdout=out, stderr=err),
        ):
            code = _exit_code()
        return subprocess.CompletedProcess(command, code, *(path.read_text() for path in told))


def run_payoff_process(*arguments: str | Path, cwd: Path) -> Done:
    """The same as a process of its own."""
    return subprocess.run(
        [PAYOFF, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False
    )


def _exit_code() -> int:
    with warnings.catch_warnings():  # the command has filters of its own
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    raise AssertionError("a command ends with an exit code")
