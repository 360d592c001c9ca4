"""What is kept no longer than the workspace file says: rows go, hashes stay where a figure leads to them.

Question  Which landed rows, packages, published files and exports are due, and what must be known of them?
Packages  Not in use and older than said: gone; where a published version names one, its note stays, without
          rows, so that the version still says which file and hash it was made from.
Rows      Landed longer ago than said, in use or not: the same. The next run lands the firm's file anew, if it
          is still there: payoff does not erase it. Statements, fed or pulled, go by the day they were stored.
Outputs   Versions other than the latest: files go, fingerprints and lineage stay.
Exports   Files on the record of exports that lie in the workspace with the bytes that were written.
Never     The record of exports and tombstones: they are chained or signed, and name no learner.
Log       Each pass that removes something adds a signed line to `.payoff/privacy/retention.jsonl`.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from payoff.records.export_log import read_exports
from payoff.records.seal import read_key, sign
from payoff.run.feeds.statement_folders import (
    find_oldest,
    forget_stored_before,
    hold_statements,
    list_segments,
)
from payoff.run.privacy.learner_export import log_path
from payoff.run.privacy.privacy_folder import find_privacy_folder, hold_privacy
from payoff.run.workspace import Workspace
from payoff.warehouse.package import read_load, write_load
from payoff.warehouse.package_erasing import ROWS, list_packages
from payoff.warehouse.pieces import read_pieces

Kind = Literal["package", "rows", "statements", "output", "export"]
LOG, HEALTH = "retention.jsonl", "health"
KEPT_OF_A_VERSION = {"fingerprint", "chain.json", "lineage.json"}


@dataclass(frozen=True, slots=True)
class Due:
    """Something older than said. kept: what stays of it, "" for nothing."""

    kind: Kind
    path: str
    since: str
    kept: str = ""


def find_due(home: Workspace, now: dt.datetime) -> list[Due]:
    """Everything that may go, in order of its path."""
    landed = (*_find_packages(home, now), *_find_statements(home, now))
    found = [*landed, *_find_outputs(home, now), *_find_exports(home, now)]
    return sorted(found, key=lambda due: (due.kind, due.path))


def apply_retention(home: Workspace, by: str, now: dt.datetime) -> list[Due]:
    """Remove what is due and log it; broken off, the next pass removes the rest."""
    folder = find_privacy_folder(home)
    with hold_privacy(folder, alone=True), hold_statements(home.root):
        found = find_due(home, now)
        for due in found:
            _remove(home, due, now)
        if found:
            line = {"at": now.isoformat(timespec="seconds"), "by": by, "removed": [asdict(d) for d in found]}
            text = json.dumps(sign(line, read_key(folder.path)), ensure_ascii=False) + "\n"
            with (folder.path / LOG).open("a", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        return found


def _find_packages(home: Workspace, now: dt.datetime) -> Iterator[Due]:
    said, named = home.settings.retention, _find_named(home)
    for package in list_packages(home.warehouse):
        load = read_load(package)
        if load is None or not load.landed_at or not (package / ROWS).exists():
            continue
        in_use = package.name in _read_in_use(package.parent)
        since, kept = load.landed_at, "load.json" if in_use or package.name in named else ""
        if said.rows is not None and _is_older(since, said.rows, now):
            yield Due("rows", _name(home, package), since, "load.json")
        elif not in_use and said.packages is not None and _is_older(since, said.packages, now):
            yield Due("package", _name(home, package), since, kept)


def _find_statements(home: Workspace, now: dt.datetime) -> Iterator[Due]:
    """Segments with statements that the store got longer ago than rows are kept."""
    days = home.settings.retention.rows
    if days is None:
        return
    for segment in list_segments(home.root):
        oldest = find_oldest(segment)
        since = "" if oldest is None else oldest.isoformat(timespec="seconds")
        if since and _is_older(since, days, now):
            yield Due("statements", _name(home, segment.path), since, "younger statements")


def _read_in_use(source: Path) -> set[str]:
    """Packages that a source stands on: the current one, and those of its pieces."""
    used = {(source / "current").read_text("utf-8").strip()} if (source / "current").exists() else set()
    return used | {piece.package for piece in read_pieces(source.parent, source.name).pieces}


def _find_named(home: Workspace) -> set[str]:
    """Packages that published versions lead to."""
    named = set()
    for path in home.out.glob("*/*/evidence/lineage.json"):
        named |= {source["package"] for source in json.loads(path.read_text("utf-8"))["sources"]}
    return named


def _find_outputs(home: Workspace, now: dt.datetime) -> Iterator[Due]:
    days = home.settings.retention.outputs
    if days is None:
        return
    for study in sorted(path for path in home.out.glob("*") if path.is_dir()):
        yield from _find_last_look(home, study, days, now)
        latest = (study / "latest").resolve().name
        for version in sorted(study.iterdir()):
            mark = version / "evidence" / "fingerprint"
            if version.is_symlink() or version.name == latest or not mark.exists():
                continue
            since = dt.datetime.fromtimestamp(mark.stat().st_mtime, dt.UTC).isoformat(timespec="seconds")
            if _is_older(since, days, now) and list(_list_removable(version)):
                yield Due("output", _name(home, version), since, "evidence")


def _find_last_look(home: Workspace, study: Path, days: int, now: dt.datetime) -> Iterator[Due]:
    """Rows at fault, as `payoff health` last listed them: of no version."""
    folder = study / HEALTH
    times = [file.stat().st_mtime for file in folder.glob("*.csv")]
    if not times:
        return
    since = dt.datetime.fromtimestamp(max(times), dt.UTC).isoformat(timespec="seconds")
    if _is_older(since, days, now):
        yield Due("output", _name(home, folder), since)


def _find_exports(home: Workspace, now: dt.datetime) -> Iterator[Due]:
    days = home.settings.retention.exports
    if days is None or not log_path(home).exists():
        return
    told = {made.sha256: made for made in read_exports(log_path(home)) if _is_older(made.at, days, now)}
    names = {Path(made.file).name for made in told.values()}
    for path in sorted(home.root.rglob("*")):
        if path.name in names and path.is_file():
            made = told.get(hashlib.sha256(path.read_bytes()).hexdigest())
            if made is not None:
                yield Due("export", _name(home, path), made.at, "its line on the record")


def _remove(home: Workspace, due: Due, now: dt.datetime) -> None:
    path, days = home.root / due.path, home.settings.retention.rows
    match due.kind:
        case "package" if not due.kept:
            shutil.rmtree(path)
        case "package" | "rows":
            _empty(path)
        case "statements" if days is not None:
            forget_stored_before(path, now - dt.timedelta(days=days))
        case "output":
            for file in _list_removable(path):
                file.unlink()
        case _:
            path.unlink()


def _empty(package: Path) -> None:
    """The note says first that the rows go: a reader then lands anew, and never half."""
    load = read_load(package)
    if load is not None:
        write_load(package, replace(load, status="expired"))
    (package / ROWS).unlink(missing_ok=True)


def _list_removable(version: Path) -> Iterator[Path]:
    for path in sorted(version.rglob("*")):
        if path.is_file() and not (path.parent.name == "evidence" and path.name in KEPT_OF_A_VERSION):
            yield path


def _is_older(since: str, days: int, now: dt.datetime) -> bool:
    at = dt.datetime.fromisoformat(since)
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return now - at > dt.timedelta(days=days)


def _name(home: Workspace, path: Path) -> str:
    return str(path.relative_to(home.root)) if path.is_relative_to(home.root) else str(path)
