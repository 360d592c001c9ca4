"""One run: main path, words, outputs; and the same outputs again without estimating anything."""

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from payoff.nouns.brief import Brief
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.result import Result
from payoff.nouns.source_health import HealthReport
from payoff.report import compose, render
from payoff.report.workbook_changes import mark_changes
from payoff.run.admission import admit
from payoff.run.baselines.baseline_record import read_saved
from payoff.run.baselines.baselines_told import with_baselines
from payoff.run.baselines.baselining import describe_run
from payoff.run.baselines.saved_baseline import as_version
from payoff.run.checking import say_left_out
from payoff.run.freshness import find_stale
from payoff.run.health.health_kept import keep_health, read_health
from payoff.run.lineage import BRIEF
from payoff.run.main_path import find_result, prepare
from payoff.run.outputs import DRAFT, FILES, choose_version, render_all, write_files, write_version
from payoff.run.printed import with_what_is_known
from payoff.run.privacy.in_clear import tell_in_clear
from payoff.run.progress import Progress
from payoff.run.published import open_version, read_before, shown
from payoff.run.segmenting import segments_of
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
    workspace: Workspace,
    version: str | None,
    exploratory: bool,
    paper: str,
    progress: Progress,
    draft: bool = False,
) -> Done:
    """The whole way from the study file to the output folder.

    draft: figures that are no version, even where findings about the data keep a final result back.
    Raises PayoffError: study invalid (3), data gate (4), drift or pinned version (5), an arm of too few
    people to show anything of (6), source (7).
    """
    prepared = prepare(workspace, progress)
    state, health = admit(prepared, workspace, exploratory, draft)
    found = find_result(prepared, state, progress=progress)
    found = replace(found, segments=segments_of(prepared, state))
    parent = workspace.out / prepared.study.name
    drift = find_source_drift(parent / "latest", prepared.sources)
    result = found.with_version(DRAFT if draft else choose_version(parent, found.fingerprint, version))
    folder = parent / result.version
    composed = compose(result, read_source_tables(prepared, workspace.warehouse))
    if saved := read_saved(workspace):
        composed = with_baselines(composed, result, as_version(describe_run(prepared)), saved)
    plain = mark_changes(composed, read_before(parent, result.version))
    brief, files = _printed(plain, folder, progress, paper, health)
    write_version(folder, prepared, result, files | keep_health(health, prepared, workspace))
    stale = find_stale(prepared.study, workspace, dt.date.today())
    unknown = tuple(f"left out, {say_left_out(step)}" for step in prepared.cohort.exclusions if step.keys)
    clear = (f"{source}: {text}" for source, text in tell_in_clear(prepared.source_health))
    lines = (*(("Data", text) for text in (*unknown, *drift, *stale, *clear)), *_lines(brief, folder, files))
    return Done(brief, folder, lines, result)


def report_study(workspace: Workspace, version: str | None, paper: str, progress: Progress) -> Done:
    """Render a finished run again into its folder."""
    plain, folder = open_version(workspace, version)
    brief, files = _printed(plain, folder, progress, paper, read_health(folder))
    write_files(folder, files)
    return Done(brief, folder, _lines(brief, folder, files))


def _printed(
    plain: Brief, folder: Path, progress: Progress, paper: str, health: HealthReport | None
) -> tuple[Brief, dict[str, bytes]]:
    """The outputs with the data's health and what finance decided; the stored brief stays without them."""
    brief = with_what_is_known(plain, folder, health)
    return brief, render_all(brief, progress, paper) | {BRIEF: render(plain, "brief-json", paper)}


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
    wrote = [shown(folder / name) for name in FILES.values() if name in files]
    return (*lines, *(("wrote" if n == 0 else "", path) for n, path in enumerate(wrote)))


def _no_output(path: Path) -> Problem:
    return Problem(
        "U141",
        f"{path.name} was not written for this version",
        "a run that is not locked, or has no money figure, has no workbook",
        "see result.json, `refusals`, for the reason",
    )
