"""init, check, lock, amend, help: everything before a result."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import (
    Narrator,
    count_problems,
    print_json,
    print_lines,
    print_problems,
    problem_document,
)
from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import PlanLock
from payoff.nouns.wording import number, percent

StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="the study file (.yml)")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="no progress")]
On = Annotated[dt.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="date; default today")]

UNFIXED = (
    "not fixed: it is stated against the mean before launch, and none was measured, or the plan gives no "
    "break-even. The run states it against the mean it measures; to fix it now, give worth_it_above in the "
    "metric's own unit."
)


@app.command()
def init(
    name: Annotated[str | None, typer.Argument(help="name of the study; default: the template's")] = None,
    template: Annotated[
        str, typer.Option(help="sales, support, onboarding, safety, coaching, pilot-4-weeks or pilot-90-days")
    ] = "sales",
    folder: Annotated[Path, typer.Option("--dir", help="where to write")] = Path("."),
) -> None:
    """Write a commented starter study and, where there is none, payoff.yml."""
    from payoff.run.starting import start_study

    for path in start_study(template, name, folder):
        typer.echo(f"wrote {path}")
    typer.echo("next  put your exports where `sources:` says, then: payoff check STUDY")


@app.command()
def check(study: StudyPath, as_json: Json = False, quiet: Quiet = False) -> None:
    """Find every problem of the study file and its data, worst first. Nothing is estimated."""
    from payoff.run.checking import check_everything
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        found = check_everything(find_workspace(study), narrator)
    if as_json:
        problems = [problem_document(p) for p in found.problems]
        print_json({"schema_version": 1, "study": str(study), "ok": found.ok, "problems": problems})
    else:
        print_problems(found.problems)
        print_lines(found.summary)
        typer.echo(f"{count_problems(found.problems)}. Nothing was run.")
    raise typer.Exit(found.exit_code)


@app.command()
def lock(
    study: StudyPath,
    analyst: Annotated[str, typer.Option(help="who designed the study and approves the plan")],
    finance: Annotated[str, typer.Option(help="who approves the money side; another person")],
    on: On = None,
    quiet: Quiet = False,
) -> None:
    """Freeze the plan: hash, date, two approvers, threshold. Results stay hidden until then."""
    from payoff.run.locking import lock_study
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    with Narrator(quiet) as narrator:
        made = lock_study(workspace, analyst, finance, _day(on), narrator)
    _print_lock(made)
    typer.echo(f"wrote {workspace.lock_path}")


@app.command()
def amend(
    study: StudyPath,
    reason: Annotated[str, typer.Option(help="why the plan changed; printed on every output")],
    by: Annotated[str, typer.Option(help="who changed it")],
    on: On = None,
) -> None:
    """Record the plan as it now stands as a dated amendment of its lock."""
    from payoff.run.locking import amend_study
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    made = amend_study(workspace, reason, by, _day(on))
    _print_lock(made)
    typer.echo(f"wrote {workspace.lock_path}")


@app.command("help")
def help_code(code: Annotated[str, typer.Argument(help="an error code, such as P103")]) -> None:
    """Explain an error code."""
    from payoff.run.codes import explain

    text = explain(code.upper())
    if text is None:
        why = "codes look like P103 (study file), D201 (data), L100 (lock)"
        raise PayoffError([Problem("U120", f"there is no code {code}", why, "copy it from the error")], 2)
    typer.echo(text)


def _day(on: dt.datetime | None) -> dt.date:
    return on.date() if on else dt.date.today()


def _print_lock(made: PlanLock) -> None:
    lines = [
        ("Plan lock", made.hash),
        ("Locked on", f"{made.on} by {made.analyst} (analyst) and {made.finance} (finance)"),
    ]
    if made.threshold_lift is not None:
        fixed = f"a lift of {percent(made.threshold_lift)} or more is worth it, over the mean before launch"
        if made.threshold_gain is not None:
            fixed += (
                "; fixed is that gain in the metric's own unit: a run, whose lift is over the mean without "
                "the program, may state it as another percentage"
            )
        lines.append(("Threshold", fixed))
    elif made.threshold_gain is not None:
        fixed = f"a gain of {number(made.threshold_gain)} in the metric's own unit is worth it"
        lines.append(("Threshold", fixed))
    else:
        lines.append(("Threshold", UNFIXED))
    if made.retrospective:
        told = "outcomes could already be seen: printed on every output, one grade step lost"
        lines.append(("Retrospective", told))
    lines += [(f"Amended {a.on}", f"{a.reason} ({a.by})") for a in made.amendments]
    print_lines(lines)
