"""`payoff lrs`: where the commands of the record store are registered, and how they name a store."""

from typing import Annotated

import typer

from payoff.apps.cli.main import app

lrs_app = typer.Typer(help="The learning record store (xAPI).", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(lrs_app, name="lrs")

StoreAt = Annotated[
    str,
    typer.Option(
        "--store", help="a file, or postgresql://user:password@host/name", envvar="PAYOFF_LRS_STORE"
    ),
]
