"""Typing a command as a user does."""

import subprocess
import sys
from pathlib import Path
from typing import Any

PAYOFF = str(Path(sys.executable).with_name("payoff"))


def run_payoff(*arguments: str | Path, cwd: Path, **options: Any) -> "subprocess.CompletedProcess[str]":
    """One command, its output captured; the exit code is the caller's to judge."""
    return subprocess.run(
        [PAYOFF, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False, **options
    )
