"""`.payoff/privacy` of a workspace: tombstones, certificates, the signing key, and who may write now.

Question  Who may change what is landed at this moment?
Lock      Landings share it, an erasure and a pass of retention have it alone: rows of a person who is being
          erased cannot arrive behind the erasure's back. It goes with a process that dies.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.records.tombstones import Forgotten, read_tombstones
from payoff.run.workspace import Workspace

WAIT_SECONDS = 120.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class PrivacyFolder:
    """Where erasures of a workspace are kept."""

    root: Path

    @property
    def path(self) -> Path:
        return self.root / ".payoff" / "privacy"

    @property
    def certificates(self) -> Path:
        return self.path / "certificates"


def find_privacy_folder(workspace: Workspace) -> PrivacyFolder:
    """The folder of a workspace, whether or not it is there."""
    return PrivacyFolder(workspace.root)


def find_forgotten(workspace: Workspace) -> Forgotten | None:
    """Everybody who was erased here; None where nobody was."""
    stones = read_tombstones(find_privacy_folder(workspace).path)
    return Forgotten(stones, workspace.read_secret()) if stones else None


@contextmanager
def hold_arrival(workspace: Workspace, wait_seconds: float | None = None) -> Iterator[Forgotten | None]:
    """Bring rows in, beside others who do but beside no erasure; gives everybody who was erased so far."""
    with hold_privacy(find_privacy_folder(workspace), alone=False, wait_seconds=wait_seconds):
        yield find_forgotten(workspace)


@contextmanager
def hold_privacy(folder: PrivacyFolder, *, alone: bool, wait_seconds: float | None = None) -> Iterator[None]:
    """Wait for one's turn. Raises PayoffError U243 (exit code 4) when it does not come.

    wait_seconds: None: WAIT_SECONDS.
    """
    folder.path.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + (WAIT_SECONDS if wait_seconds is None else wait_seconds)
    try:
        while not _try(handle, alone):
            if time.monotonic() > end:
                raise PayoffError([_busy(folder.path)], exit_code=4)
            time.sleep(_LOOK_SECONDS)
        yield
    finally:
        os.close(handle)


def _try(handle: int, alone: bool) -> bool:
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy(path: Path) -> Problem:
    return Problem(
        "U243",
        f"{path.parent.parent} is being read, erased from or cleaned by another process",
        "rows of somebody who is being erased could arrive behind the erasure's back",
        "wait for it, or stop it, and run the same command again",
    )
