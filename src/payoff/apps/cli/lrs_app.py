"""`payoff lrs`: where the commands of the record store are registered, and how they name a store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError, Problem

lrs_app = typer.Typer(help="The learning record store (xAPI).", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(lrs_app, name="lrs")

StoreAt = Annotated[
    str,
    typer.Option(
        "--store", help="a file, or postgresql://user:password@host/name", envvar="PAYOFF_LRS_STORE"
    ),
]

EXIT_AWAY = 7


@contextmanager
def refuse_away() -> Iterator[None]:
    """A database that goes away, or a disk that is full, ends in the one error style."""
    from payoff.statements.connection import UnavailableError

    try:
        yield
    except UnavailableError as error:
        why, fix = (
            "the command stopped there",
            "make room, or see that the database answers, and run it again",
        )
        raise PayoffError(
            [Problem("R104", f"the store cannot be used: {error}", why, fix)], EXIT_AWAY
        ) from None
