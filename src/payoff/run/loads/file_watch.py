"""Files of a watched folder: which are there, whole, and which are still being written.

Question  Which files fit the pattern, and may they be read now?
Waits     A file that was touched in the last SETTLE_SECONDS, or that changes while it is read, is waited for
          that long once; if it then still changes it waits for the next load.
Leaves    Names that begin with a dot or ~, as editors and transfers make them on the way.
"""

import glob
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from payoff.warehouse.pieces import natural

SETTLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """A whole file. path: relative to the study file."""

    path: str
    data: bytes
    sha256: str


def find_files(folder: Path, pattern: str) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """(whole files in natural order of their names, names of those still being written)."""
    names = sorted(glob.glob(pattern, root_dir=folder), key=natural)
    names = [n for n in names if not os.path.basename(n).startswith((".", "~")) and (folder / n).is_file()]
    _settle([folder / name for name in names])
    found, waiting = [], []
    for name in names:
        data = _read_whole(folder / name)
        if data is None:
            waiting.append(name)
        else:
            found.append(Found(name, data, hashlib.sha256(data).hexdigest()))
    return tuple(found), tuple(waiting)


def _settle(paths: list[Path]) -> None:
    """Wait until the youngest file has been left alone long enough, at most once."""
    youngest = max((path.stat().st_mtime for path in paths), default=0.0)
    left = youngest + SETTLE_SECONDS - time.time()
    if 0 < left <= SETTLE_SECONDS:
        time.sleep(left)


def _read_whole(path: Path) -> bytes | None:
    """The bytes of a file that did not change meanwhile; None: it did, or went, or is too young."""
    try:
        before = path.stat()
        data = path.read_bytes()
        after = path.stat()
    except FileNotFoundError:
        return None
    same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    young = 0 <= time.time() - after.st_mtime < SETTLE_SECONDS
    return data if same and not young and len(data) == after.st_size else None
