"""compare, sign, dispute: the money side of results; and the what-if of `payoff run --set`."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.result_commands import Out, Version
from payoff.apps.cli.study_commands import Json, On, Quiet, StudyPath

if TYPE_CHECKING:
    from payoff.run.sign_off import Decision

Finance = Annotated[str, typer.Option(help="who decides for finance; not the analyst who locked the plan")]


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="a study file (.yml)")],
    second: Annotated[Path, typer.Argument(metavar="B", help="another one, for the same outcome")],
    exploratory: Annotated[bool, typer.Option(help="also plans that are not locked")] = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold two programs against each other: who wins, how often, from when on, at what."""
    from payoff.run.comparing import compare_studies
    from payoff.run.money_words import comparison_document, comparison_lines
    from payoff.run.workspace import find_workspace

    spaces = find_workspace(first, out), find_workspace(second, out)
    with Narrator(quiet) as narrator:
        found = compare_studies(*spaces, exploratory, narrator)
    print_json(comparison_document(found)) if as_json else print_lines(comparison_lines(found))


@app.command()
def sign(
    study: StudyPath,
    finance: Finance,
    reason: Annotated[str, typer.Option(help="what was looked at; printed beside the name")] = "",
    on: On = None,
    version: Version = None,
    out: Out = None,
) -> None:
    """Finance stands behind a published version: recorded beside it with the hash of its result."""
    _decide(study, finance, "signed", reason, on, version, out)


@app.command()
def dispute(
    study: StudyPath,
    finance: Finance,
    reason: Annotated[str, typer.Option(help="what is wrong; printed on every output")],
    on: On = None,
    version: Version = None,
    out: Out = None,
) -> None:
    """Finance does not stand behind a published version, and why."""
    _decide(study, finance, "disputed", reason, on, version, out)


def _decide(
    study: Path,
    finance: str,
    decision: "Decision",
    reason: str,
    on: dt.datetime | None,
    version: str | None,
    out: Path | None,
) -> None:
    from payoff.run.money_words import sign_off_lines
    from payoff.run.published import open_version
    from payoff.run.sign_off import decide, read_record
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study, out)
    before = read_record(open_version(workspace, version)[1])
    day = on.date() if on else dt.date.today()
    made, path = decide(
        workspace, finance, "signed" if decision == "signed" else "disputed", reason, day, version
    )
    print_lines(sign_off_lines(made, before, path, study))


def print_what_if(
    study: Path,
    settings: list[str],
    reason: str,
    exploratory: bool,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """`payoff run STUDY --set …`: beside the real result, never in its place."""
    from payoff.run.money_words import what_if_lines
    from payoff.run.published import shown
    from payoff.run.what_if import run_what_if
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        found, path = run_what_if(find_workspace(study, out), settings, reason, exploratory, narrator)
    if as_json:
        print_json(found.document())
    else:
        print_lines((*what_if_lines(found), ("wrote", shown(path))))
