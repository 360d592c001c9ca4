"""The load before the one in use: what this one is held against."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from payoff.nouns.source_file import SourceFile
from payoff.warehouse.package import Load, find_folder, is_whole, read_load


def landed_at(file: SourceFile, root: Path) -> dt.datetime | None:
    """When its package was landed, UTC; None where the note does not say."""
    load = read_load(find_folder(root, file.source) / file.package)
    return None if load is None else _moment(load)


def find_earlier(file: SourceFile, root: Path) -> SourceFile | None:
    """The whole package of the same source that was landed last before this one; None: it is the first.

    What several files were merged into is held against the merged load before, never against one piece.
    """
    folder = find_folder(root, file.source)
    mine = _order(folder / file.package)
    if mine is None:
        return None
    there = {path.parent: _order(path.parent) for path in folder.glob("*/load.json")}
    older = sorted(
        ((order, package) for package, order in there.items() if order is not None and order < mine),
        reverse=True,
    )
    for _, package in older:
        load = read_load(package)
        if load is not None and bool(load.parts) == bool(file.parts) and is_whole(package, load):
            return replace(
                file,
                sha256=load.sha256,
                n_rows=load.n_rows,
                columns=tuple(name for name, _ in load.columns),
                package=package.name,
                warnings=load.warnings,
                parts=load.parts,
            )
    return None


def _order(package: Path) -> tuple[str, int] | None:
    """By the second it was landed in; within one second by when its note was written."""
    load = read_load(package)
    if load is None or load.status != "landed" or not load.landed_at:
        return None
    return load.landed_at, (package / "load.json").stat().st_mtime_ns


def _moment(load: Load) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(load.landed_at)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)
