"""Folders no source may read: where payoff keeps who is who, keys, secrets and rows it has landed.

Question  Does a file, a folder or a database of the study lie there, whatever its path looks like?
Refuses   N105: what is under a `.payoff`, or in the folder of the identity map. By the path as written, by
          where its links lead, and by the file itself where it has a second name.
Proof     tests/run/test_run_closed_folders.py
"""

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from payoff.connectors.database import find_database_file
from payoff.nouns.origin import Database, Folder
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Source, Study
from payoff.run.workspace import Workspace

OWN = ".payoff"


def refuse_closed(study: Study, workspace: Workspace) -> None:
    """Raises PayoffError N105 (6) with every source of the study that lies in a closed folder."""
    problems = [
        problem
        for source in study.sources
        for path in _list_paths(source, workspace.study_path.parent)
        if (problem := find_closed(source, path, workspace)) is not None
    ]
    if problems:
        raise PayoffError(dict.fromkeys(problems), exit_code=6)


def find_closed(source: Source, path: Path, workspace: Workspace) -> Problem | None:
    """What is wrong with reading this path; None: nothing."""
    if not _is_closed(path, workspace):
        return None
    return Problem(
        "N105",
        f"source {source.name} reads from {workspace.identity.name if _is_map(path, workspace) else OWN}, "
        "which is closed to sources",
        "who is who, the key of the pseudonyms and rows of people are kept there: they would land in clear",
        "name the export itself, outside of .payoff and of the folder of the identity map; who is who joins "
        "by `identifiers`, docs/reference/identity.md",
    )


def _list_paths(source: Source, folder: Path) -> Iterator[Path]:
    """Every file the source would read, as far as the study says which."""
    match source.origin:
        case None if source.format != "statements":
            yield folder / source.path
        case Folder(pattern):
            yield folder / Path(pattern).parent
            yield from (folder / name for name in glob.glob(pattern, root_dir=folder, include_hidden=True))
        case Database(url) if "://" in url:
            path = find_database_file(url, folder)
            if path is not None:
                yield path


def _is_closed(path: Path, workspace: Workspace) -> bool:
    named = any(part.casefold() == OWN for one in _spell_out(path) for part in one.parts)
    return named or _is_map(path, workspace) or _lies_in(path, workspace.root / OWN)


def _is_map(path: Path, workspace: Workspace) -> bool:
    return _lies_in(path, workspace.identity)


def _lies_in(path: Path, closed: Path) -> bool:
    """Whether a path, or the file behind it under another name, is in a folder."""
    if not closed.is_dir():
        return False
    for one in _spell_out(path):
        if any(parent.is_dir() and parent.samefile(closed) for parent in (one, *one.parents)):
            return True
    if not path.is_file() or path.stat().st_nlink < 2:
        return False
    return any(path.samefile(file) for file in closed.rglob("*") if file.is_file())


def _spell_out(path: Path) -> tuple[Path, Path]:
    """As written without `..`, and where links lead."""
    return Path(os.path.abspath(path)), path.resolve()
