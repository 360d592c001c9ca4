"""Finished runs on disk: the brief and the folder of a version."""

from pathlib import Path

from payoff.nouns.brief import Brief
from payoff.nouns.problem import PayoffError, Problem
from payoff.report import read_brief
from payoff.report.workbook_changes import since
from payoff.run.lineage import BRIEF
from payoff.run.plan import read
from payoff.run.workspace import Workspace


def open_version(workspace: Workspace, version: str | None) -> tuple[Brief, Path]:
    """A finished run's brief and folder; version None is the latest.

    Raises PayoffError (usage) when there is none.
    """
    parent = workspace.out / read(workspace).name
    folder = parent / (version or "latest")
    if not (folder / BRIEF).exists():
        raise PayoffError([_no_version(workspace, parent, version)], exit_code=2)
    try:
        return read_brief((folder / BRIEF).read_bytes()), folder.resolve()
    except ValueError:
        raise PayoffError([_damaged(folder / BRIEF)], exit_code=2) from None


def read_before(parent: Path, version: str) -> Brief | None:
    """The version published before this one: the one it was marked against, else the latest."""
    own = parent / version / BRIEF
    try:
        name = since(read_brief(own.read_bytes())) if own.exists() else (parent / "latest").resolve().name
        path = parent / name / BRIEF
        return read_brief(path.read_bytes()) if name and name != version and path.exists() else None
    except ValueError:
        return None


def shown(path: Path) -> str:
    """As a user would type it here: relative where it lies below the current folder."""
    full = path.absolute()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(path)


def _no_version(workspace: Workspace, parent: Path, version: str | None) -> Problem:
    have = sorted(p.name for p in parent.glob("*") if (p / BRIEF).exists() and p.name != "latest")
    return Problem(
        "U140",
        f"no finished run {version or ''} of {workspace.study_path.name} in {parent}".replace("  ", " "),
        "there is nothing to show",
        f"versions there: {', '.join(have)}" if have else f"payoff run {workspace.study_path}",
    )


def _damaged(path: Path) -> Problem:
    return Problem(
        "U144",
        f"{path} is damaged or of another release",
        "the outputs of this version are rendered from it",
        "payoff run makes the version again from the same plan and data",
    )
