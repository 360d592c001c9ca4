"""Where a person may stand in a workspace: every file, by what may be done to it.

Question  Which files are ours to change, which are the firm's own, and what do studies say of their columns?
Kinds     package     load packages, in use or not            statements  segments fed or pulled from a store
          output      what was published under the output folder
          version     those of its files that are rendered together (`person_published`)
          identity map  lists and decisions, apart from tables
          draw list   who was drawn into which arm            source      exports, the firm's own
          plan        studies, locks, records that are only added to: who answers for figures, never changed
          log         of loads, and what Spark printed
          other       anything else beside them
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from payoff.identity.personal_rows import Columns
from payoff.nouns.problem import PayoffError
from payoff.nouns.source_file import format_of
from payoff.nouns.study import LIST_SUFFIX, Source, Study
from payoff.records.identity_map import FILE
from payoff.run.feeds.statement_folders import HIDDEN, NOT_OURS, is_statement_folder, list_segments
from payoff.run.plan import read
from payoff.run.privacy.forgetting import describe_columns
from payoff.run.privacy.forgotten_statements import SEGMENT_COLUMNS
from payoff.run.settings import WORKSPACE_FILE
from payoff.run.workspace import Workspace, find_workspace
from payoff.warehouse.package_erasing import list_packages

Kind = Literal[
    "package", "statements", "identity map", "log", "version", "output", "draw list", "source", "plan",
    "other",
]  # fmt: skip
PLAN_ENDINGS = (".yml", ".yaml", ".lock", ".sign-off.jsonl", ".health.jsonl", ".baselines.jsonl")
BLOCK_SUFFIX = ".source.yml"  # what `payoff connect --save` writes: no study yet
LOGS = (".loads/*.json", ".spark/*.log")  # below the warehouse


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or the folder of a load package. encoding: of a source, where its study says one."""

    kind: Kind
    path: Path
    columns: Columns = field(default_factory=Columns)
    encoding: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the studies of a workspace say. unread: studies that could not be read, so are not known."""

    studies: tuple[tuple[Workspace, Study], ...]
    unread: tuple[Path, ...]

    def columns_of(self, source: str) -> Columns:
        """Of all sources of that name."""
        found = [(study, one) for _, study in self.studies for one in study.sources if one.name == source]
        said = [describe_columns(study, one) for study, one in found]
        none: frozenset[str] = frozenset()
        return Columns(none.union(*(c.persons for c in said)), none.union(*(c.units for c in said)))


def read_studies(home: Workspace) -> Known:
    """Every study file of the workspace."""
    studies, unread = list[tuple[Workspace, Study]](), list[Path]()
    for path in _walk(home.root):
        if path.suffix != ".yml" or path.name.endswith(BLOCK_SUFFIX) or path.name == WORKSPACE_FILE:
            continue
        if home.out in path.parents:
            continue
        try:
            workspace = find_workspace(path)
            studies.append((workspace, read(workspace)))
        except PayoffError:
            unread.append(path)
    return Known(tuple(studies), tuple(unread))


def list_places(home: Workspace, known: Known) -> Iterator[Place]:
    """Every place, ours first, each once."""
    for package in list_packages(home.warehouse):
        name = package.parent.name
        yield Place("package", package, known.columns_of(name), source=name)
    for segment in list_segments(home.root):
        yield Place("statements", segment.path, SEGMENT_COLUMNS)
    for pattern in LOGS:
        yield from (Place("log", path) for path in sorted(home.warehouse.glob(pattern)))
    named = _list_sources(known)
    outside = sorted(path for path in named if home.root not in path.parents and path.is_file())
    for path in (*_walk(home.root), *outside):
        yield _describe(path, home, named)


def _describe(path: Path, home: Workspace, named: dict[Path, Place]) -> Place:
    if path in named and not path.name.endswith(LIST_SUFFIX):
        return named[path]
    if path.name.endswith(LIST_SUFFIX) or path.name.endswith(".allocation.json"):
        return Place("draw list", path)
    if path.name.endswith(PLAN_ENDINGS) or path == home.root / ".payoff" / "exports.jsonl":
        return Place("plan", path)
    if path == home.identity / FILE:
        return Place("identity map", path)
    if home.out in path.parents:
        return Place("output", path)
    return Place("source" if format_of(path.name) else "other", path)


def _list_sources(known: Known) -> dict[Path, Place]:
    """Files that studies name."""
    found = {}
    for workspace, study in known.studies:
        for one in study.sources:
            path = Path(os.path.normpath(workspace.study_path.resolve().parent / one.path))
            columns = known.columns_of(one.name)
            theirs = {t.lower() for t, ours in _mapping(one) if columns.holds_person(ours)}
            columns = Columns(columns.persons | theirs, columns.units)
            found[path] = Place("source", path, columns, one.encoding, one.name)
    return found


def _mapping(source: Source) -> tuple[tuple[str, str], ...]:
    return () if source.layout is None else source.layout.mapping


def _walk(root: Path) -> Iterator[Path]:
    """Files below a folder in order, but for what is never ours and what is listed by its own kind."""
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        if here == root / HIDDEN:
            folders[:] = [name for name in folders if name not in ("warehouse", "privacy")]
        folders[:] = sorted(n for n in folders if n not in NOT_OURS and not is_statement_folder(here / n))
        yield from (here / name for name in sorted(files) if not (here / name).is_symlink())
