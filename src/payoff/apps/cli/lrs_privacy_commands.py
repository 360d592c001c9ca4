"""lrs find-person, lrs erase: what a record store holds of one person, and how it goes."""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payoff.apps.cli.console import print_json, print_lines, stderr
from payoff.apps.cli.lrs_app import StoreAt, lrs_app, open_existing
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.run.privacy.erasing import Tables
    from payoff.statements.erasure_job import Job
    from payoff.statements.person_finding import Findings
    from payoff.statements.store import Store

EXIT_USAGE, EXIT_UNREACHABLE = 2, 7
SHOWN = 20

Json = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
OfTenant = Annotated[str, typer.Option("--tenant", help="whose statements")]
Mbox = Annotated[list[str] | None, typer.Option("--mbox", help="an e-mail address; again for each")]
Account = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="'HOMEPAGE NAME'", help="both in one, a blank between; again for each"),
]
OpenId = Annotated[list[str] | None, typer.Option("--openid", help="an OpenID; again for each")]
Sha1 = Annotated[list[str] | None, typer.Option("--sha1", help="an mbox_sha1sum; again for each")]


@lrs_app.command("find-person")
def find_one_person(
    store: StoreAt,
    mbox: Mbox = None,
    account: Account = None,
    openid: OpenId = None,
    sha1: Sha1 = None,
    tenant: OfTenant = "default",
    as_json: Json = False,
) -> None:
    """Say what is there of one person, whom all the identifiers given stand for. Changes nothing."""
    keys = _read_keys(mbox, account, openid, sha1)
    with _opened(store) as opened:
        found = _find(opened, tenant, keys)
    _print_findings(found, as_json)


@lrs_app.command("erase")
def erase_person(
    store: StoreAt,
    mode: Annotated[
        str, typer.Option("--mode", help="erase: their statements go; delink: they stay, of nobody")
    ],
    mbox: Mbox = None,
    account: Account = None,
    openid: OpenId = None,
    sha1: Sha1 = None,
    tenant: OfTenant = "default",
    workspace: Annotated[
        Path | None, typer.Option("--workspace", help="a folder of the workspace with the analytic tables")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="write the certificate to this new file")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="who orders it, for log and certificate")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do it; without, only say what would go")] = False,
    as_json: Json = False,
) -> None:
    """Erase one person, or part their statements from them for good. First a preview; with --yes it is done.

    Broken off, the same command goes on where it stopped.
    """
    from payoff.run.privacy.erasing import conduct_erasure
    from payoff.statements.erasure_job import Mode, Order

    if mode not in set(Mode):
        raise _build_error("R141", f"--mode {mode} is none", "--mode erase or --mode delink")
    keys = _read_keys(mbox, account, openid, sha1)
    if certificate is not None and certificate.exists():
        raise _build_error("R141", f"{certificate} is there already", "name a new file for the certificate")
    if certificate is not None and not certificate.absolute().parent.is_dir():
        raise _build_error("R141", f"there is no folder for {certificate}", "make it, or name another file")
    with _opened(store) as opened:
        if not yes:
            _print_findings(_find(opened, tenant, keys), as_json)
            stderr.print("nothing was erased: this was the preview; add --yes to do it")
            return
        tables = _find_tables(workspace)
        order = Order(_find_tenant(opened, tenant), keys, Mode(mode))
        done = conduct_erasure(opened, order, by or getpass.getuser(), tables, _Telling())
    if certificate is not None:
        certificate.write_text(json.dumps(done, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if as_json:
        print_json(done)
    else:
        _print_certificate(done, certificate)


def build_store_erasure(
    url: str,
    mbox: list[str] | None,
    account: list[str] | None,
    openid: list[str] | None,
    sha1: list[str] | None,
    tenant: str,
    by: str,
) -> Callable[[], dict[str, Any]]:
    """The erasure of a person from one store, to be done later; what cannot be meant is told now."""
    keys = _read_keys(mbox, account, openid, sha1)
    with _opened(url) as opened:
        number = _find_tenant(opened, tenant)

    def erase() -> dict[str, Any]:
        from payoff.run.privacy.erasing import conduct_erasure
        from payoff.statements.erasure_job import Mode, Order

        with _opened(url) as opened:
            return conduct_erasure(opened, Order(number, keys, Mode.ERASE), by, None, _Telling())

    return erase


@contextmanager
def _opened(url: str) -> Iterator["Store"]:
    from payoff.statements.connection import UnavailableError

    store = open_existing(url)
    try:
        yield store
    except UnavailableError as error:
        problem = Problem(
            "R142",
            f"the store cannot be written: {error}",
            "what was erased stays erased; the rest waits",
            "mend that and run the same command: it goes on where it stopped",
        )
        raise PayoffError([problem], EXIT_UNREACHABLE) from error
    finally:
        store.close()


def _find(store: "Store", tenant: str, keys: tuple[str, ...]) -> "Findings":
    from payoff.statements.person_finding import find_person

    number = _find_tenant(store, tenant)
    connection = store.engine.connect()
    try:
        return find_person(connection, number, keys)
    finally:
        connection.close()


def _find_tenant(store: "Store", name: str) -> int:
    from payoff.statements.key_changes import get_tenant

    connection = store.engine.connect()
    try:
        return get_tenant(connection, name).id
    finally:
        connection.close()


def _find_tables(workspace: Path | None) -> "Tables | None":
    from payoff.run.privacy.erasing import Tables
    from payoff.run.privacy.privacy_folder import hold_arrival
    from payoff.run.workspace import find_home

    if workspace is None:
        return None
    home = find_home(workspace)
    if not home.statements.is_dir():
        raise _build_error(
            "R141",
            f"{workspace} holds no tables of statements",
            "name the folder that `payoff lrs feed` fills",
        )
    return Tables(home.statements, home.read_secret(), partial(hold_arrival, home))


class _Telling:
    """How far an erasure is: a line where the figures are new ones."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, job: "Job") -> None:
        done = job.counts
        line = f"{done.statements_erased:,} erased, {done.statements_changed:,} written anew"
        if line != self._last:
            stderr.print(line)
        self._last = line


def _read_keys(
    mbox: list[str] | None,
    account: list[str] | None,
    openid: list[str] | None,
    sha1: list[str] | None,
) -> tuple[str, ...]:
    from payoff.xapi.agents import agent_key, check_agent
    from payoff.xapi.shapes import RuleError

    agents: list[dict[str, Any]] = [{"mbox": "mailto:" + a.removeprefix("mailto:")} for a in mbox or ()]
    for page, _, name in (text.partition(" ") for text in account or ()):
        agents.append({"account": {"homePage": page, "name": name}})
    agents += [{"openid": text} for text in openid or ()]
    agents += [{"mbox_sha1sum": text} for text in sha1 or ()]
    if not agents:
        fix = "--mbox ann@example.org, --account 'https://lms.example.org ann', --openid IRI, --sha1 DIGEST"
        raise _build_error("R141", "nobody is named", fix)
    for agent in agents:
        try:
            check_agent(agent)
        except RuleError as broken:
            named = next(iter(agent))
            raise _build_error("R141", f"--{named}: {broken.what}", "write it as statements do") from None
        if agent.get("account", {"name": "-"})["name"] == "":
            raise _build_error(
                "R141", "--account names no account", "--account 'https://lms.example.org ann'"
            )
    return tuple(agent_key(agent) for agent in agents)


def _print_findings(found: "Findings", as_json: bool) -> None:
    from payoff.xapi.identifier import write_uuid

    ids = {kind: [write_uuid(id) for id in getattr(found, kind)] for kind in ("own", "beside", "mentioned")}
    counts = {
        "documents": found.n_documents,
        "attachments": found.n_attachments,
        "dead_letters": found.n_dead_letters,
    }
    if as_json:
        print_json({"schema_version": 1, "statements": ids, **counts, "names": list(found.names)})
        return
    told = {"own": "as actor or object", "beside": "beside others", "mentioned": "in texts only"}
    lines = [("Statements", f"{len(ids[kind]):,} {words}") for kind, words in told.items()]
    lines += [(name.replace("_", " ").capitalize(), f"{n:,}") for name, n in counts.items()]
    lines.append(("Names", ", ".join(found.names[:SHOWN]) or "none"))
    print_lines(lines)


def _print_certificate(done: dict[str, Any], path: Path | None) -> None:
    lines = [(name.replace("_", " ").capitalize(), str(n)) for name, n in done["counts"].items()]
    lines += [("Unsigned now", id) for id in done["signatures_removed_from"][:SHOWN]]
    lines.append(("Audit head", done["audit_head"]))
    if not done["files_clean"]:
        lines.append(("Files", "a reader kept the log of the database; run the same command once more"))
    beyond = done["out_of_reach"]
    lines += [
        ("Still in", f"a backup of {b['made_at']}, kept until {b['keep_until']}") for b in beyond["backups"]
    ]
    lines += [("Still in", f"the record store behind link {name}") for name in beyond["forwarded_to"]]
    lines += [("Not searched", text) for text in beyond["not_searched"]]
    if path is not None:
        lines.append(("Certificate", str(path)))
    print_lines(lines)


def _build_error(code: str, what: str, fix: str) -> PayoffError:
    return PayoffError([Problem(code, what, "nothing was erased", fix)], EXIT_USAGE)
