"""lrs link, pull, forward, dead-letters: statements from and to other record stores."""

import re
from typing import Annotated

import typer

from payoff.apps.cli.console import print_json, print_lines, stderr
from payoff.apps.cli.lrs_app import StoreAt, lrs_app
from payoff.xapi.statement import Version

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
    version: Annotated[Version, typer.Option("--version", help="xAPI version to speak")] = Version.V1,
    tenant: Annotated[str, typer.Option("--tenant", help="whose statements")] = "default",
) -> None:
    """Name another record store, to pull from or to forward to."""
    from payoff.apps.cli.lrs_links import find_tenant_id, open_links
    from payoff.statements.links import Direction, Link

    endpoint = source or target
    if endpoint is None or (source and target):
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
        links.add(Link(name, tenant_id, direction, endpoint, user, secret_env, version))
    verb = "pull" if source else "forward"
    stderr.print(f"kept. Next: export {secret_env}=… and payoff lrs {verb} {name} --store STORE")


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
            [(link.name, f"{way} {link.endpoint} (xAPI {link.version}), {reached}, {n_dead} refused")]
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
    from payoff.run.pulling import pull
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
    from payoff.run.forwarding import forward
    from payoff.statements.links import Direction

    with open_links(store) as (opened, links):
        link = find_link(links, name, Direction.TO)
        with reach(link) as client:
            repeat(follow, lambda: forward(opened, links, find_link(links, name), client), "sent")


@lrs_app.command("dead-letters")
def show_dead_letters(
    name: Name,
    store: StoreAt,
    retry: Annotated[bool, typer.Option("--retry", help="try them again")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Statements that one side of a link refused, with the reason."""
    from payoff.apps.cli.lrs_links import find_link, open_links, reach
    from payoff.run.forwarding import retry_forwarded
    from payoff.run.pulling import retry_pulled
    from payoff.statements.links import Direction
    from payoff.xapi.times import write_time

    with open_links(store) as (opened, links):
        link = find_link(links, name)
        dead = links.find_dead(name)
        if retry and dead:
            if link.direction is Direction.FROM:
                opened.start(lambda works: None)
                done = retry_pulled(opened, links, link, dead)
            else:
                with reach(link) as client:
                    done = retry_forwarded(opened, links, link, client, dead)
            stderr.print(f"{done.through} through, {done.refused} refused again")
            dead = links.find_dead(name)
    rows = [(d.statement_id.hex(), write_time(d.at_us), d.reason) for d in dead]
    if as_json:
        print_json(
            {"schema": 1, "dead_letters": [dict(zip(("id", "at", "reason"), r, strict=True)) for r in rows]}
        )
        return
    for statement_id, at, reason in rows:
        print_lines([(statement_id, f"{at}  {reason}")])
