"""lrs link, pull, forward, dead-letters: statements from and to other record stores."""

import re
import shutil
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import MAX_WIDTH, print_json, print_lines, stderr
from payoff.apps.cli.lrs_app import StoreAt, lrs_app
from payoff.xapi.statement import Version

if TYPE_CHECKING:
    from payoff.run.feeds.carried import Carried
    from payoff.statements.links import DeadLetter, Link, Links
    from payoff.statements.store import Store

SHOWN = 50
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

link_app = typer.Typer(help="Other record stores.", no_args_is_help=True, rich_markup_mode=None)
lrs_app.add_typer(link_app, name="link")

Name = Annotated[str, typer.Argument(metavar="NAME", help="of the link")]
Follow = Annotated[
    float | None, typer.Option("--follow", min=0.1, help="go on, looking again after so many seconds")
]


@link_app.command("add")
def add_link(
    name: Name,
    store: StoreAt,
    user: Annotated[str, typer.Option("--user", help="our key there")],
    secret_env: Annotated[str, typer.Option("--secret-env", help="environment variable with its secret")],
    source: Annotated[
        str | None, typer.Option("--from", help="endpoint to pull from: https://…/xapi")
    ] = None,
    target: Annotated[str | None, typer.Option("--to", help="endpoint to forward to")] = None,
    version: Annotated[
        Version | None,
        typer.Option("--version", help="newest xAPI version to speak", show_default="the newest it lists"),
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="whose statements")] = "default",
) -> None:
    """Name another record store, to pull from or to forward to."""
    from payoff.apps.cli.lrs_links import ask_version, find_tenant_id, open_links
    from payoff.statements.links import Direction, Link

    endpoint = (source or target or "").rstrip("/")
    if not endpoint or (source and target):
        raise typer.BadParameter("give one of --from and --to")
    if not endpoint.startswith(("https://", "http://")):
        raise typer.BadParameter("an endpoint begins with https:// (or http://)")
    if "@" in endpoint.split("/")[2]:  # it is stored, shown, and part of `authority`
        raise typer.BadParameter("an endpoint holds no key or secret: see --user and --secret-env")
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("a name is letters, digits and - _ . only, at most 64")
    direction = Direction.FROM if source else Direction.TO
    with open_links(store) as (opened, links):
        if links.find(name) is not None:
            raise typer.BadParameter(
                f"there is a link {name} already; remove it first, or choose another name"
            )
        tenant_id = find_tenant_id(opened, tenant)
        spoken = version or ask_version(endpoint, user, secret_env)
        newest = version or max(Version)  # a store may be upgraded: each run asks what it speaks
        links.add(Link(name, tenant_id, direction, endpoint, user, secret_env, newest))
    verb = "pull" if source else "forward"
    stderr.print(
        f"kept, xAPI {spoken}. Next: export {secret_env}=… and payoff lrs {verb} {name} --store STORE"
    )


@link_app.command("list")
def list_links(store: StoreAt, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """All links, how far each has come, and how many statements were refused."""
    from payoff.apps.cli.lrs_links import describe_link, open_links
    from payoff.statements.links import Direction
    from payoff.xapi.times import write_time

    with open_links(store) as (_, links):
        rows = [(link, links.count_dead(link.name)) for link in links.find_all()]
    if as_json:
        print_json({"schema": 1, "links": [describe_link(link, n_dead) for link, n_dead in rows]})
        return
    for link, n_dead in rows:
        way = "from" if link.direction is Direction.FROM else "to"
        reached = f"through {write_time(link.cursor_us)}" if link.cursor_us else "not begun"
        print_lines(
            [(link.name, f"{way} {link.endpoint} (up to xAPI {link.version}), {reached}, {n_dead} refused")]
        )
    if not rows:
        stderr.print("no link yet; see: payoff lrs link add --help")


@link_app.command("remove")
def remove_link(name: Name, store: StoreAt) -> None:
    """Forget a link and its dead letters; the statements stay."""
    from payoff.apps.cli.lrs_links import find_link, open_links

    with open_links(store) as (_, links):
        find_link(links, name)
        links.remove(name)


@lrs_app.command("pull")
def pull_statements(name: Name, store: StoreAt, follow: Follow = None) -> None:
    """Take what another record store has that is new. A SQLite store must not be served meanwhile."""
    from payoff.apps.cli.lrs_links import find_link, open_links, reach, repeat
    from payoff.run.feeds.pulling import pull
    from payoff.statements.links import Direction

    with open_links(store) as (opened, links):
        link = find_link(links, name, Direction.FROM)
        opened.start(lambda works: None)
        with reach(link) as client:
            repeat(follow, lambda: pull(opened, links, find_link(links, name), client), "taken")


@lrs_app.command("forward")
def forward_statements(name: Name, store: StoreAt, follow: Follow = None) -> None:
    """Send what another record store has not yet. Works beside a running server."""
    from payoff.apps.cli.lrs_links import find_link, open_links, reach, repeat
    from payoff.run.feeds.forwarding import forward
    from payoff.statements.links import Direction

    with open_links(store) as (opened, links):
        link = find_link(links, name, Direction.TO)
        with reach(link) as client:
            repeat(follow, lambda: forward(opened, links, find_link(links, name), client), "sent")


@lrs_app.command("dead-letters")
def show_dead_letters(
    name: Name,
    store: StoreAt,
    retry: Annotated[bool, typer.Option("--retry", help="try all of them again")] = False,
    show_all: Annotated[bool, typer.Option("--all", help=f"more than the oldest {SHOWN}")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="all of them, whole")] = False,
) -> None:
    """Statements that one side of a link refused, with the reason, oldest first."""
    from payoff.apps.cli.lrs_links import EXIT_REFUSED, find_link, open_links
    from payoff.statements.links import ENDLESS_US

    with open_links(store) as (opened, links):
        link = find_link(links, name)
        done = _retry(opened, links, link) if retry else None
        pages = links.find_dead_pages(name, ENDLESS_US)
        if as_json:
            print_json({"schema": 1, "dead_letters": [_describe(d) for page in pages for d in page]})
        else:
            _print_dead(pages, None if show_all else SHOWN)
            n_dead = links.count_dead(name)
            if not show_all and n_dead > SHOWN:
                stderr.print(f"{n_dead - SHOWN:,} more: --all, or --json")
    if done is not None and done.refused:
        raise typer.Exit(EXIT_REFUSED)


def _retry(opened: "Store", links: "Links", link: "Link") -> "Carried":
    from payoff.apps.cli.lrs_links import reach
    from payoff.run.feeds.carried import retry_all
    from payoff.run.feeds.forwarding import retry_forwarded
    from payoff.run.feeds.pulling import retry_pulled
    from payoff.statements.links import Direction

    retry = retry_forwarded
    if link.direction is Direction.FROM:
        opened.start(lambda works: None)
        retry = retry_pulled
    with reach(link) as client:
        done = retry_all(links, link, lambda dead: retry(opened, links, link, client, dead))
    stderr.print(f"{done.through} through, {done.refused} refused again")
    return done


def _describe(letter: "DeadLetter") -> dict[str, str]:
    from payoff.xapi.identifier import write_uuid
    from payoff.xapi.times import write_time

    return {"id": write_uuid(letter.statement_id), "at": write_time(letter.at_us), "reason": letter.reason}


def _print_dead(pages: "Iterator[list[DeadLetter]]", n_shown: int | None) -> None:
    """A line each, no longer than the terminal is wide; what the other side said may hold anything."""
    width = shutil.get_terminal_size((MAX_WIDTH, 24)).columns
    for letter in islice(chain.from_iterable(pages), n_shown):
        told = _describe(letter)
        line = f"{told['id']}  {told['at'][:19]}Z  {told['reason']}"
        shown = "".join(c if c.isprintable() else " " for c in line)
        typer.echo(shown if len(shown) <= width else shown[: width - 1] + "…")
