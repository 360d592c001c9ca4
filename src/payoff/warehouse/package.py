"""A load package on disk: immutable rows, and a readable note of what they are.

Layout    <root>/<source>/<package>/rows.parquet   the rows
                                   /load.json      staged | landed, file, hashes, columns, warnings
          <root>/<source>/current                  the package in use
Holds     `load.json` says "landed" only after the rows are on disk, `current` names only landed
          packages, and each file is replaced as a whole: a kill at any moment leaves the last good version.
          One writer at a time is not needed: two that land the same bytes write the same package.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_file import Part


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took from a package: rows that went, rows that lost a word."""

    tombstone: str
    n_rows: int
    n_edited: int


@dataclass(frozen=True, slots=True)
class Load:
    """What `load.json` says. columns: (name, arrow type). rows_sha256: of rows.parquet, "" while staged.

    landed_at: UTC, for people; nothing is computed from it. erased: in order; the file's own hash stays.
    next_sha256: of the rows that an erasure is about to put in place, "" when none is under way.
    expired: the rows are gone, as retention has it; the hashes stay.
    """

    status: Literal["staged", "landed", "expired"]
    source: str
    file: str
    sha256: str
    reading: str
    n_rows: int
    columns: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    rows_sha256: str = ""
    landed_at: str = ""
    erased: tuple[Erased, ...] = ()
    next_sha256: str = ""
    parts: tuple[Part, ...] = ()


def name_package(sha256: str, reading: str) -> str:
    """Same bytes, read the same way: same package."""
    return fingerprint("package", sha256, reading)[:16]


def find_folder(root: Path, source: str) -> Path:
    """Folder of a source's packages. Raises PayoffError on a name that is no name (`../x`)."""
    if not re.fullmatch(r"\w+", source):
        problem = Problem(
            "D205",
            f"source {source!r}: this is not a name",
            "its rows could be written outside the warehouse",
            "use letters, digits and _",
        )
        raise PayoffError([problem], exit_code=4)
    return root.resolve() / source


def read_load(package: Path) -> Load | None:
    """What the package's note says; None when there is none or it cannot be read."""
    try:
        note = json.loads((package / "load.json").read_text("utf-8"))
        note["columns"] = tuple((name, kind) for name, kind in note["columns"])
        note["warnings"] = tuple(note["warnings"])
        note["parts"] = tuple(Part(**each) for each in note.get("parts", ()))
        note["erased"] = tuple(Erased(**each) for each in note.get("erased", ()))
        return Load(**note)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_whole(package: Path, load: Load | None) -> bool:
    """Landed, and its rows are the bytes that were landed."""
    if load is None or load.status != "landed":
        return False
    try:
        with (package / "rows.parquet").open("rb") as rows:
            return hashlib.file_digest(rows, "sha256").hexdigest() in {load.rows_sha256, load.next_sha256}
    except OSError:
        return False


def write_load(package: Path, load: Load) -> None:
    """Put the note on disk as a whole."""
    text = json.dumps(asdict(load), indent=1, ensure_ascii=False) + "\n"
    replace_file(package / "load.json", lambda draft: draft.write_text(text, "utf-8"))


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a draft, bring it to disk and put it in the place of `path` in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(draft)
        _sync(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
