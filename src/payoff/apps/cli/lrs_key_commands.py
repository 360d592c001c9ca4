"""lrs key, lrs tenant, lrs audit: who may use a record store, and who changed that."""

import datetime as dt
import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payoff.apps.cli.console import print_json, print_lines, stderr
from payoff.apps.cli.lrs_app import StoreAt, lrs_app, open_existing
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.statements.connection import Connection, Engine
    from payoff.statements.key_changes import FreshSecret, KeyChanges
    from payoff.statements.keys import StoredKey, Tenant
    from payoff.statements.scopes import Scope

key_app = typer.Typer(help="Keys: who may, and what.", no_args_is_help=True, rich_markup_mode=None)
tenant_app = typer.Typer(help="Tenants: whose is whose.", no_args_is_help=True, rich_markup_mode=None)
lrs_app.add_typer(key_app, name="key")
lrs_app.add_typer(tenant_app, name="tenant")

Json = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
By = Annotated[str | None, typer.Option("--by", help="who does it, for the audit log; default: your login")]
KeyName = Annotated[str, typer.Argument(metavar="KEY", help="the name of a key: payoff lrs key list")]
OfTenant = Annotated[str | None, typer.Option("--tenant", help="only this tenant's")]
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@key_app.command("add")
def add_key(
    store: StoreAt,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="again for each: statements/write, statements/read/mine, statements/read, state, ...",
            show_default="statements/write, statements/read/mine",
        ),
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="whose key it is")] = "default",
    label: Annotated[str, typer.Option("--label", help="what it is for, in your words")] = "",
    expires: Annotated[
        dt.datetime | None,
        typer.Option("--expires", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="UTC; default: never"),
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="requests a second")] = None,
    max_body_mb: Annotated[float | None, typer.Option("--max-body-mb", help="of one request")] = None,
    max_batch: Annotated[int | None, typer.Option("--max-batch", help="statements of one request")] = None,
    home_page: Annotated[
        str, typer.Option("--home-page", help="IRI in `authority` of its statements; default: the tenant's")
    ] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Make a key. Its secret is shown now and never again."""
    from payoff.statements.key_changes import NewKey
    from payoff.statements.keys import KeyLimits

    limits = KeyLimits(
        _positive("--rate", rate),
        int(mb * 1024 * 1024) if (mb := _positive("--max-body-mb", max_body_mb)) is not None else None,
        int(n) if (n := _positive("--max-batch", max_batch)) is not None else None,
    )
    scopes = _read_scopes(scope)
    told, until_us = _text("--label", label), _read_expiry(expires)
    new = NewKey(tenant, told, scopes, until_us, limits, _read_page(home_page))
    with _changes(store, by, make=True) as changes:
        _print_secret(changes.add_key(new), as_json)


@key_app.command("list")
def list_keys(store: StoreAt, tenant: OfTenant = None, by: By = None, as_json: Json = False) -> None:
    """All keys, revoked and expired ones too; secrets are not kept and cannot be shown."""
    from payoff.statements.audit_log import Deed
    from payoff.statements.key_changes import get_tenant
    from payoff.statements.keys import find_keys

    with _reading(store) as (engine, connection):
        keys = find_keys(connection, get_tenant(connection, tenant) if tenant else None)
        _changes_in(engine, by).log(Deed.KEYS_READ, tenant or "", {"keys": str(len(keys))})
    if as_json:
        print_json({"schema_version": 1, "keys": [_document(key) for key in keys]})
        return
    print_lines([(key.key, _describe(key)) for key in keys])
    stderr.print(f"{len(keys)} key{'' if len(keys) == 1 else 's'}")


@key_app.command("rotate")
def rotate_key(
    store: StoreAt,
    key: KeyName,
    overlap: Annotated[
        str, typer.Option("--overlap", help="how long the secret before still holds: 30m, 24h, 7d, 0")
    ] = "24h",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Give a key another secret. The key, and what it wrote, stay the same."""
    seconds = _read_duration(overlap)
    with _changes(store, by) as changes:
        _print_secret(changes.rotate_key(_text("KEY", key), seconds), as_json)


@key_app.command("revoke")
def revoke_key(store: StoreAt, key: KeyName, by: By = None, as_json: Json = False) -> None:
    """End a key for good. Running servers refuse it within a second."""
    with _changes(store, by) as changes:
        revoked = changes.revoke_key(_text("KEY", key))
    if as_json:
        print_json({"schema_version": 1, **_document(revoked)})
    else:
        print_lines([(revoked.key, _describe(revoked))])


@tenant_app.command("add")
def add_tenant(
    store: StoreAt,
    name: Annotated[str, typer.Argument(help="lower-case letters, digits and hyphens")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Add a tenant: nobody reads or writes what is another's."""
    with _changes(store, by, make=True) as changes:
        _print_tenants([changes.add_tenant(name)], as_json)


@tenant_app.command("list")
def list_tenants(store: StoreAt, as_json: Json = False) -> None:
    """All tenants."""
    from payoff.statements.keys import find_tenants

    with _reading(store) as (_, connection):
        found = find_tenants(connection)
    _print_tenants(found, as_json)


@lrs_app.command("audit")
def audit(
    store: StoreAt,
    verify_chain: Annotated[bool, typer.Option("--verify", help="check that no entry was changed")] = False,
    expect: Annotated[
        str | None, typer.Option("--expect", help="SEQ:HASH noted earlier, which must still be in the log")
    ] = None,
    after: Annotated[int, typer.Option("--after", help="only entries after this number")] = 0,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Who did what to the store; --verify follows its chain of hashes. Exit code 5 where that is broken."""
    if verify_chain or expect:
        _verify(store, expect, as_json)
        return
    from payoff.statements.audit_log import Deed, read_entries

    with _reading(store) as (engine, connection):
        entries = list(read_entries(connection, after))
        _changes_in(engine, by).log(Deed.AUDIT_READ, "", {"after": str(after), "entries": str(len(entries))})
    if as_json:
        documents = [
            {"seq": e.seq, "at": _time(e.at_us), "who": e.who, "what": e.what, "tenant": e.tenant}
            | {"detail": json.loads(e.detail), "hash": e.hash}
            for e in entries
        ]
        print_json({"schema_version": 1, "entries": documents})
        return
    for e in entries:
        whose = f" ({e.tenant})" if e.tenant else ""
        typer.echo(f"{e.seq:>6}  {_time(e.at_us)}  {e.who}: {e.what}{whose} {e.detail}")


def _verify(store: str, expect: str | None, as_json: bool) -> None:
    from payoff.statements.audit_log import verify

    with _reading(store) as (_, connection):
        verdict = verify(connection, expect)
    if as_json:
        found = {"whole": verdict.broken is None, "broken": verdict.broken}
        print_json({"schema_version": 1, "entries": verdict.entries, "head": verdict.head, **found})
    elif verdict.broken is None:
        print_lines([("Whole", f"{verdict.entries} entries"), ("Head", verdict.head)])
        stderr.print("Note the head elsewhere: with --expect it shows later that nothing was cut off.")
    if verdict.broken is not None:
        why = "the log is only ever added to: somebody wrote to the database past payoff"
        fix = "compare with a backup; the entries before it are sound"
        raise PayoffError([Problem("R206", verdict.broken, why, fix)], 5)


@contextmanager
def _opened(store: str, *, make: bool = False) -> "Iterator[Engine]":
    """A store of this release; one that is not there is made where that is meant, else it was mistyped."""
    from payoff.statements.connection import UnavailableError
    from payoff.statements.store import Store

    opened = Store.open(store) if make else open_existing(store)
    try:
        yield opened.engine
    except UnavailableError as error:
        why, fix = "nothing was changed", "make room, or see that the database answers, and try again"
        raise PayoffError([Problem("R104", f"the store cannot be used: {error}", why, fix)], 7) from None
    finally:
        opened.close()


@contextmanager
def _reading(store: str) -> "Iterator[tuple[Engine, Connection]]":
    with _opened(store) as engine:
        connection = engine.connect()
        try:
            yield engine, connection
        finally:
            connection.close()


@contextmanager
def _changes(store: str, by: str | None, *, make: bool = False) -> "Iterator[KeyChanges]":
    with _opened(store, make=make) as engine:
        yield _changes_in(engine, by)


def _changes_in(engine: "Engine", by: str | None) -> "KeyChanges":
    from payoff.statements.key_changes import KeyChanges

    return KeyChanges(engine, _text("--by", by) if by else getpass.getuser())


def _print_secret(fresh: "FreshSecret", as_json: bool) -> None:
    if as_json:
        print_json({"schema_version": 1, **_document(fresh.key), "secret": fresh.secret})
        return
    print_lines([("Key", fresh.key.key), ("Secret", fresh.secret), ("May", _describe(fresh.key))])
    stderr.print("The secret is kept as a hash only: this is the one time it is shown.")


def _print_tenants(tenants: "list[Tenant]", as_json: bool) -> None:
    if as_json:
        found = [{"id": tenant.id, "name": tenant.name} for tenant in tenants]
        print_json({"schema_version": 1, "tenants": found})
    else:
        print_lines([(tenant.name, str(tenant.id)) for tenant in tenants])


def _document(key: "StoredKey") -> dict[str, Any]:
    limits = key.limits
    return {
        "key": key.key,
        "tenant": key.tenant.name,
        "label": key.label,
        "scopes": list(key.scopes),
        "created_at": _time(key.created_us),
        "expires_at": _time(key.expires_us),
        "revoked_at": _time(key.revoked_us),
        "old_secret_until": _time(key.old_until_us),
        "requests_per_second": limits.requests_per_second,
        "max_body_bytes": limits.body_bytes,
        "max_batch": limits.batch,
    }


def _describe(key: "StoredKey") -> str:
    facts = [key.tenant.name, " ".join(key.scopes)]
    facts += [f"“{key.label}”"] if key.label else []
    facts += [f"until {_day_and_time(key.expires_us)}"] if key.expires_us else []
    facts += [f"secret before holds until {_day_and_time(key.old_until_us)}"] if key.old_until_us else []
    facts += [f"REVOKED {_day_and_time(key.revoked_us)}"] if key.revoked_us else []
    return "; ".join(facts)


def _time(at_us: int | None) -> str | None:
    from payoff.xapi.times import write_time

    return None if at_us is None else write_time(at_us)


def _day_and_time(at_us: int) -> str:
    """For people: to the minute."""
    return f"{dt.datetime.fromtimestamp(at_us / 1e6, dt.UTC):%Y-%m-%d %H:%M} UTC"


def _read_scopes(names: list[str] | None) -> "tuple[Scope, ...]":
    from payoff.statements.scopes import DEFAULT_SCOPES, Scope, read_scopes

    if not names:
        return DEFAULT_SCOPES
    unknown = sorted(set(names) - set(Scope))
    if unknown:
        raise _bad(f"{unknown[0]} is no scope", f"one of {', '.join(Scope)}")
    return read_scopes(names)


def _read_expiry(expires: dt.datetime | None) -> int | None:
    if expires is None:
        return None
    at = expires.replace(tzinfo=dt.UTC)
    if at <= dt.datetime.now(dt.UTC):
        raise _bad(f"--expires {expires:%Y-%m-%d} is past", "a day to come")
    return int(at.timestamp()) * 1_000_000


def _read_page(text: str) -> str:
    from payoff.xapi.iri import is_iri

    if text and not is_iri(text):
        raise _bad(f"--home-page {text!r} is no IRI", "https://learning.example.org")
    return text


def _read_duration(text: str) -> int:
    number, unit = (text[:-1], text[-1:]) if text[-1:] in UNITS else (text, "s")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise _bad(
            f"--overlap {text!r} is no duration", "30m, 24h, 7d, or 0 to end the secret before at once"
        )
    return int(number) * UNITS[unit]


def _positive(option: str, value: float | None) -> float | None:
    if value is not None and not 0 < value < 1e12:
        raise _bad(f"{option} {value:g} is no limit", "a number above 0, or leave it out for none")
    return value


def _text(option: str, value: str) -> str:
    if not value.isprintable():
        raise _bad(f"{option} holds characters that cannot be printed", "plain text")
    return value


def _bad(what: str, fix: str) -> PayoffError:
    return PayoffError(
        [Problem("R205", what, "the option was not understood, so nothing was changed", fix)], 2
    )
