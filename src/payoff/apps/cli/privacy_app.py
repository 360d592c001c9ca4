"""The group of commands for whoever answers for people's data."""

import typer

from payoff.apps.cli.main import app

privacy_app = typer.Typer(
    help="People's data: find, erase, verify, keep no longer than said.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(privacy_app, name="privacy")
