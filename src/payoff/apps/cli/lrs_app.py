"""`payoff lrs`: where the commands of the record store are registered, and how they name a store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.statements.store import Store

lrs_app = typer.Typer(help="The learning record store (xAPI).", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(lrs_app, name="lrs")

StoreAt = Annotated[
    str,
    typer.Option(
        "--store", help="a file, or postgresql://user:password@host/name", envvar="PAYOFF_LRS_STORE"
    ),
]

EXIT_USAGE, EXIT_AWAY = 2, 7


def open_existing(url: str) -> "Store":
    """The store at that address. A file that is not there was mistyped: it is refused, not made."""
    from payoff.statements.engines import find_engine
    from payoff.statements.sqlite import SqliteEngine
    from payoff.statements.store import Store

    engine = find_engine(url)
    if isinstance(engine, SqliteEngine) and not engine.path.exists():
        why, fix = "there is nothing to look at or to change", "see --store, or make one: payoff lrs key add"
        raise PayoffError([Problem("R207", f"there is no store at {engine.path}", why, fix)], EXIT_USAGE)
    return Store.open(url)


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
