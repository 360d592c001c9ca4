"""Files that their owner alone may read: made so, and refused when they are not.

Question  Could anybody else on this machine have read this?
Refuses   A folder or file that the group or others may read or enter: what names people is not opened then.
          On Windows rights are not told in these bits, and nothing is refused.
"""

import os
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem

FOLDER_MODE, FILE_MODE = 0o700, 0o600
EXIT_PRIVACY = 6


def make_folder(folder: Path) -> Path:
    """The folder, made for its owner alone where there is none. Raises PayoffError I102."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        folder.chmod(FOLDER_MODE)
    refuse_shared(folder)
    return folder


def make_file(path: Path) -> None:
    """An empty file for its owner alone, where there is none. Raises PayoffError I102."""
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE))
    refuse_shared(path)


def write_new(path: Path, data: bytes) -> None:
    """A new file for its owner alone. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
        file.write(data)


def refuse_shared(path: Path) -> None:
    """Raises PayoffError I102 (6) when others than the owner may use it."""
    if os.name != "posix" or not path.stat().st_mode & 0o077:
        return
    mode = "700" if path.is_dir() else "600"
    raise PayoffError(
        [
            Problem(
                "I102",
                f"{path} can be read by others than its owner (mode {path.stat().st_mode & 0o777:o})",
                "whoever reads it knows who is behind every pseudonym",
                f"find out who had it, then chmod {mode} {path}",
            )
        ],
        EXIT_PRIVACY,
    )
