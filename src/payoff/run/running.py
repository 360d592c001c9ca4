"""One run: main path, words, outputs; and the same outputs again without estimating anything."""

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from payoff.nouns.brief import Brief
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.result import Result
from payoff.report import compose, read_brief
from payoff.run.freshness import find_stale
from payoff.run.main_path import decide_state, find_result, prepare, read
from payoff.run.outputs import BRIEF, FILES, choose_version, render_all, write_files, write_version
from payoff.run.progress import Progress
from payoff.run.source_drift import find_source_drift
from payoff.run.source_tables import read_source_tables
from payoff.run.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Done:
    """A brief on disk. folder: its version's folder. lines: what to print.

    result: the estimates behind it; None when it was rendered again from disk.
    """

    brief: Brief
    folder: Path
    lines: tuple[tuple[str, str], ...]
    result: Result | None = None


def run_study(
    workspace: Workspace, version: str | None, exploratory: bool, paper: str, progress: Progress
) -> Done:
    """The whole way from the study file to the output folder.

    Raises PayoffError: study invalid (3), data gate (4), drift or pinned version (5), source (7).
    """
    prepared = prepare(workspace, progress)
    state = decide_state(workspace, prepared.study, exploratory)
    draft = find_result(prepared, state, progress=progress)
    parent = workspace.out / prepared.study.name
    drift = find_source_drift(parent / "latest", prepared.sources)
    result = draft.with_version(choose_version(parent, draft.fingerprint, version))
    brief = compose(result, read_source_tables(prepared, workspace.warehouse))
    files = render_all(brief, progress, paper)
    folder = parent / result.version
    write_version(folder, prepared, result, files)
    stale = find_stale(prepared.study, workspace, dt.date.today())
    lines = (*(("Data", text) for text in (*drift, *stale)), *_lines(brief, folder, files))
    return Done(brief, folder, lines, result)


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


def report_study(workspace: Workspace, version: str | None, paper: str, progress: Progress) -> Done:
    """Render a finished run again into its folder."""
    brief, folder = open_version(workspace, version)
    files = render_all(brief, progress, paper)
    write_files(folder, files)
    return Done(brief, folder, _lines(brief, folder, files))


def export_output(workspace: Workspace, format_: str, version: str | None, to: Path | None) -> Path:
    """Copy one output out of a version's folder; the path of the copy."""
    brief, folder = open_version(workspace, version)
    source = folder / FILES[format_]
    if not source.exists():
        raise PayoffError([_no_output(source)], exit_code=2)
    target = to or Path(f"{brief.study}-{brief.version}-{source.name}")
    if target.is_dir():
        target = target / source.name
    shutil.copyfile(source, target)
    return target


def _lines(brief: Brief, folder: Path, files: dict[str, bytes]) -> tuple[tuple[str, str], ...]:
    """The answer first, then how far to trust it, what next, and where it is written."""
    grade = brief.result["grade"]
    assert isinstance(grade, dict)
    lines = [("Study", f"{brief.title}, {brief.version}"), *(("", banner) for banner in brief.banners)]
    if brief.state == "health":
        lines.append(("Not locked", brief.page.headline.text))
    else:
        lines.append(("Did it work?", brief.page.headline.text))
        lines.append(("Does it pay?", brief.page.money.text))
        lines.append(("Evidence", f"{grade['locks']} of 4: {'; '.join(grade['reasons'])}"))
    if brief.page.ask:
        lines.append(("Next", brief.page.ask))
    wrote = [_shown(folder / name) for name in FILES.values() if name in files]
    return (*lines, *(("wrote" if n == 0 else "", path) for n, path in enumerate(wrote)))


def _shown(path: Path) -> str:
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


def _no_output(path: Path) -> Problem:
    return Problem(
        "U141",
        f"{path.name} was not written for this version",
        "a run that is not locked, or has no money figure, has no workbook",
        "see result.json, `refusals`, for the reason",
    )
