"""demo: the bundled studies, on real data."""

from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.result_commands import Out
from payoff.apps.cli.study_commands import Quiet

demo_app = typer.Typer(help="Run a bundled study on real data.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(demo_app, name="demo")


@demo_app.command("list")
def list_demos() -> None:
    """Name the bundled studies."""
    from payoff.run.demo import demo_names

    for name in demo_names():
        typer.echo(name)


@demo_app.command("run")
def run_demo(
    name: Annotated[str | None, typer.Argument(help="see `payoff demo list`")] = None,
    every: Annotated[bool, typer.Option("--all", help="all of them, the Michigan study last")] = False,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Copy a bundled study to out/demos and run it end to end."""
    from payoff.run.demo import copy_demo, demo_names
    from payoff.run.running import run_study
    from payoff.run.workspace import find_workspace

    folder = out or Path("out")
    names = tuple(reversed(demo_names())) if every else (name or demo_names()[0],)
    for demo in names:
        workspace = find_workspace(copy_demo(demo, folder))
        with Narrator(quiet) as narrator:
            done = run_study(workspace, None, False, "a4", narrator)
        print_lines((*done.lines, ("explain", f"payoff explain roi {workspace.study_path}")))
        typer.echo("")
