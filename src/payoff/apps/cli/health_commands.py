"""health: what is wrong with the data, and who answers for it."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.show_first import ShowFirst
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath

health_app = typer.Typer(
    help="What is wrong with the data of a study: payoff health STUDY.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=ShowFirst,
)
app.add_typer(health_app, name="health")


@health_app.command()
def show(
    study: StudyPath,
    out: Annotated[Path | None, typer.Option("--out", help="output folder; default: the workspace's")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look at every source: findings, rows at fault as CSV, a score. Exit code 4 when one stops a result."""
    from payoff.report.compose_health import health_document
    from payoff.run.health.inspecting import inspect_study
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        found = inspect_study(find_workspace(study, out), narrator, dt.date.today())
    if as_json:
        print_json({"schema_version": 1, "study": found.study.name, **health_document(found.report)})
    else:
        print_lines(found.lines)
    raise typer.Exit(found.exit_code)


@health_app.command()
def accept(
    study: StudyPath,
    finding: Annotated[str, typer.Argument(help="its id, as payoff health prints it")],
    steward: Annotated[str, typer.Option(help="who answers for it: the steward of the source")],
    reason: Annotated[str, typer.Option(help="why a result may be published in spite of it; printed")],
    until: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="last day on which it holds")],
    quiet: Quiet = False,
) -> None:
    """Record that a steward answers for one finding of the load there is now."""
    from payoff.run.health.inspecting import accept_finding
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        made = accept_finding(
            find_workspace(study), finding, steward, reason, until.date(), narrator, dt.date.today()
        )
    print_lines(
        [
            ("Accepted", made.finding),
            ("By", f"{made.steward}, on {made.on}, until {made.until}"),
            ("Reason", made.reason),
            ("Load", f"{made.load[:12]}: another load is asked about again"),
        ]
    )
