"""The log of loads: when, from where, what came, what it changed, and why one failed.

Question  What has been loaded into this workspace, by which load, and how did it end?
Layout    <warehouse>/.loads/<started>-<process>.json, a readable document, written when a load begins and
          when it ends: one that says "running" and whose process is gone was broken off.
"""

import datetime as dt
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from payoff.nouns.problem import PayoffError
from payoff.nouns.source_file import Part
from payoff.warehouse.package import replace_file

FOLDER = ".loads"


@dataclass(frozen=True, slots=True)
class Came:
    """What one load did to one source. came: the files or pulls that were new. keys: of corrected rows."""

    source: str
    status: str  # loaded, unchanged, failed
    came: tuple[Part, ...] = ()
    n_new: int = 0
    n_changed: int = 0
    n_gone: int = 0
    n_rows: int | None = None
    package: str = ""
    sha256: str = ""
    keys: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LoadEntry:
    """One load. status: running, done, failed; broken off is told from the process."""

    started_at: str
    study: str
    process: int
    status: str = "running"
    seconds: float | None = None
    sources: tuple[Came, ...] = field(default=())


class LoadBook:
    """The entry of a load under way; `add` after each source."""

    def __init__(self, root: Path, study: str, began: float | None = None) -> None:
        now = dt.datetime.now(dt.UTC)
        self._folder = root / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / f"{now:%Y%m%dT%H%M%S%f}-{os.getpid()}.json"
        self._began = time.monotonic() if began is None else began
        self.entry = LoadEntry(now.isoformat(timespec="seconds"), study, os.getpid())
        self._write()

    def add(self, came: Came) -> None:
        self.entry = replace(self.entry, sources=(*self.entry.sources, came))
        self._write()

    def close(self, status: str) -> None:
        """The end; of loads of one process that follow each other and find the same, the last is kept."""
        self.entry = replace(self.entry, status=status, seconds=round(time.monotonic() - self._began, 2))
        self._write()
        if _is_idle(self.entry):
            self._drop_alike()

    def _drop_alike(self) -> None:
        """A process that follows finds nothing new thousands of times a day."""
        before = sorted(p for p in self._folder.glob(f"*-{self.entry.process}.json") if p < self._path)
        last, mine = _read(before[-1]) if before else None, self.entry
        if last is not None and (last.status, last.study, last.sources) == (
            mine.status,
            mine.study,
            mine.sources,
        ):
            before[-1].unlink(missing_ok=True)

    def _write(self) -> None:
        text = json.dumps(asdict(self.entry), indent=1, ensure_ascii=False) + "\n"
        replace_file(self._path, lambda draft: draft.write_text(text, "utf-8"))


def idle_entry(study: str) -> LoadEntry:
    """Of a study without anything to load; not part of the log."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return LoadEntry(now, study, os.getpid(), "done", 0.0)


@contextmanager
def keep_log(root: Path, study: str) -> Iterator[LoadBook]:
    """A load's entry: done, or failed where an error ends it."""
    book = LoadBook(root, study)
    try:
        yield book
    except (PayoffError, OSError):
        book.close("failed")
        raise
    book.close("done")


def read_log(root: Path) -> tuple[LoadEntry, ...]:
    """All loads, oldest first; one that was killed is "broken off"."""
    paths = sorted((root / FOLDER).glob("*.json")) if (root / FOLDER).is_dir() else []
    return tuple(entry for path in paths if (entry := _read(path)) is not None)


def last_load_at(root: Path, source: str) -> dt.datetime | None:
    """When a source was last found up to date."""
    for entry in reversed(read_log(root)):
        if any(came.source == source and came.status != "failed" for came in entry.sources):
            return dt.datetime.fromisoformat(entry.started_at)
    return None


def _is_idle(entry: LoadEntry) -> bool:
    return bool(entry.sources) and all(came.status == "unchanged" for came in entry.sources)


def _read(path: Path) -> LoadEntry | None:
    try:
        said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        sources = tuple(_read_came(each) for each in said.pop("sources"))
        entry = LoadEntry(**said, sources=sources)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if entry.status == "running" and not _lives(entry.process):
        return replace(entry, status="broken off")
    return entry


def _read_came(said: dict[str, Any]) -> Came:
    came = tuple(Part(**part) for part in said.pop("came"))
    return Came(came=came, keys=tuple(said.pop("keys")), notes=tuple(said.pop("notes")), **said)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
