"""load, loads: data from elsewhere brought up to date, and the record of it."""

import signal
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import Narrator, count_problems, print_json, print_lines, print_problems
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath
from payoff.nouns.problem import PayoffError

if TYPE_CHECKING:
    from payoff.run.loads.load_log import Came, LoadEntry
    from payoff.run.workspace import Workspace


@app.command()
def load(
    study: StudyPath,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="only this one; may be repeated")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="load again and again, until stopped")] = False,
    every: Annotated[float, typer.Option(help="with --follow: seconds between loads", min=0.1)] = 10.0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring folders, databases, services and record stores up to date. Nothing is estimated.

    With --follow it ends after the load under way when it gets SIGTERM or Ctrl+C; twice: at once.
    """
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    if not follow:
        _tell_entry(_load(workspace, source or [], quiet), as_json)
        return
    ended, told = _listen(), None
    while not ended.is_set():
        try:
            entry = _load(workspace, source or [], quiet)
            if entry.sources != told and (
                told is None or any(c.status == "loaded" or c.notes for c in entry.sources)
            ):
                _tell_entry(entry, as_json)
            told = entry.sources
            if not told:
                return
        except PayoffError as error:
            print_problems(error.problems)
            typer.echo(f"{count_problems(error.problems)}. The version before stays; trying again.", err=True)
        ended.wait(every)


def _listen() -> threading.Event:
    """Set by the first SIGTERM or Ctrl+C; the second one ends the process as usual."""
    ended = threading.Event()

    def end(number: int, frame: object) -> None:
        ended.set()
        signal.signal(number, signal.SIG_DFL)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    return ended


@app.command()
def loads(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="the study file (.yml), or its folder")],
    as_json: Json = False,
) -> None:
    """What has been loaded: when, from where, what came, what it changed, and why a load failed."""
    from payoff.run.loads.load_log import read_log
    from payoff.run.workspace import find_home, find_workspace

    workspace = find_home(study) if study.is_dir() else find_workspace(study)
    entries = read_log(workspace.warehouse)
    if as_json:
        print_json({"schema_version": 1, "loads": [asdict(entry) for entry in entries]})
        return
    for entry in entries:
        _print(entry)
    if not entries:
        typer.echo("nothing has been loaded yet")


def _load(workspace: "Workspace", names: list[str], quiet: bool) -> "LoadEntry":
    from payoff.run.loads.load_all import load_study

    with Narrator(quiet) as narrator:
        return load_study(workspace, names, narrator)


def _tell_entry(entry: "LoadEntry", as_json: bool) -> None:
    if as_json:
        print_json({"schema_version": 1, **asdict(entry)})
    elif entry.sources:
        _print(entry)
    else:
        typer.echo(f"{entry.study}: nothing to load; every run reads its files itself")


def _print(entry: "LoadEntry") -> None:
    seconds = "" if entry.seconds is None else f", {entry.seconds:.1f} s"
    lines = [(entry.started_at, f"{entry.study}: {entry.status}{seconds}")]
    for came in entry.sources:
        lines.append((f"  {came.source}", _tell(came)))
        lines += [("", f"{part.path}: {part.n_rows:,} rows, {part.sha256[:12]}") for part in came.came]
        if came.keys:
            lines.append(("", f"corrected: {', '.join(came.keys)}"))
        lines += [("", note) for note in came.notes]
    print_lines(lines)


def _tell(came: "Came") -> str:
    if came.status == "failed":
        return f"failed: {came.reason}"
    if came.status == "unchanged":
        return "nothing new" + (f"; {came.n_rows:,} rows" if came.n_rows is not None else "")
    changed = f"{came.n_new:,} new, {came.n_changed:,} corrected, {came.n_gone:,} gone"
    return changed + (f"; {came.n_rows:,} rows" if came.n_rows is not None else "")
