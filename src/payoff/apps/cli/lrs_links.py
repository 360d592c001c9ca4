"""What the commands for links do: open the store, find the link, reach the other side."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from payoff.apps.cli.console import stderr
from payoff.apps.cli.lrs_app import open_existing
from payoff.connectors.record_store import RecordStoreClient, RemoteError, RemoteStore
from payoff.nouns.problem import PayoffError, Problem
from payoff.run.feeds.carried import Carried
from payoff.statements.connection import UnavailableError
from payoff.statements.keys import find_tenant
from payoff.statements.links import Direction, Link, Links
from payoff.statements.store import Store
from payoff.xapi.statement import Version
from payoff.xapi.times import write_time

EXIT_USAGE, EXIT_REFUSED, EXIT_UNREACHABLE = 2, 4, 7


def repeat(follow: float | None, once: Callable[[], Carried], done: str) -> None:
    """Run once, or again and again, saying what went through; once ends in exit code 4 after a refusal."""
    while True:
        result = once()
        if follow is None or result.through or result.refused:
            stderr.print(f"{result.through} {done}, {result.refused} refused")
        if follow is None:
            if result.refused:
                raise typer.Exit(EXIT_REFUSED)
            return
        time.sleep(follow)


@contextmanager
def open_links(store: str) -> Iterator[tuple[Store, Links]]:
    """The store and its links; what the other side or the database refuses ends in the one error style."""
    opened = open_existing(store)
    try:
        with Links.of(opened.engine) as links:
            yield opened, links
    except RemoteError as error:
        raise _build_error("R121", f"the other record store failed: {error}") from error
    except UnavailableError as error:
        raise _build_error("R122", f"the store cannot be written: {error}") from error
    finally:
        opened.close()


@contextmanager
def reach(link: Link) -> Iterator[RecordStoreClient]:
    """A client of the other store, with the secret from the environment, in versions it speaks."""
    secret = os.environ.get(link.secret_env)
    if not secret:
        problem = Problem(
            "R120",
            f"the environment variable {link.secret_env} is not set",
            f"it holds the secret of {link.user} at {link.endpoint}; secrets are not stored",
            f"export {link.secret_env}=… and run this again",
        )
        raise PayoffError([problem], EXIT_USAGE)
    client = RecordStoreClient(RemoteStore(link.endpoint, link.user, secret, link.version))
    try:
        client.agree()
        if client.newest is not link.version:
            stderr.print(f"{link.name} does not list xAPI {link.version}: {client.newest} is spoken")
        yield client
    finally:
        client.close()


def ask_version(endpoint: str, user: str, secret_env: str) -> Version:
    """The newest version the other store lists now; 2.0.0 where it does not say. Each run asks again."""
    client = RecordStoreClient(RemoteStore(endpoint, user, os.environ.get(secret_env, ""), max(Version)))
    try:
        if not client.agree():
            meant = f"{client.newest} is meant until it does"
            stderr.print(f"{endpoint}/about does not answer as a record store does: {meant}; is it …/xapi?")
        return client.newest
    finally:
        client.close()


def find_link(links: Links, name: str, direction: Direction | None = None) -> Link:
    """The link of that name, going that way."""
    link = links.find(name)
    if link is None:
        raise typer.BadParameter(f"there is no link {name}; see: payoff lrs link list")
    if direction is not None and link.direction is not direction:
        other = "forward" if direction is Direction.FROM else "pull"
        raise typer.BadParameter(f"{name} goes the other way; use: payoff lrs {other} {name}")
    return link


def find_tenant_id(store: Store, name: str) -> int:
    """The tenant of that name."""
    connection = store.engine.connect()
    try:
        found = find_tenant(connection, name)
    finally:
        connection.close()
    if found is None:
        raise typer.BadParameter(f"there is no tenant {name}; see: payoff lrs tenant list")
    return found.id


def describe_link(link: Link, n_dead: int) -> dict[str, object]:
    """A link as JSON."""
    return {
        "name": link.name,
        "direction": link.direction.name.lower(),
        "endpoint": link.endpoint,
        "version": str(link.version),
        "through": write_time(link.cursor_us) if link.cursor_us else None,
        "refused": n_dead,
    }


def _build_error(code: str, what: str) -> PayoffError:
    problem = Problem(
        code,
        what,
        "what went through stays; the rest waits",
        "mend that and run the same command: it goes on where it stopped",
    )
    return PayoffError([problem], EXIT_UNREACHABLE)
