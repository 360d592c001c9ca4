"""privacy find, erase, verify, retention: people's data in a whole workspace."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from payoff.apps.cli.console import print_json, print_lines, stderr
from payoff.apps.cli.lrs_privacy_commands import Account, Mbox, OpenId, Sha1, build_store_erasure
from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.run.privacy.person_erasing import StoreErasure
    from payoff.run.privacy.person_finding import Finding
    from payoff.run.privacy.person_places import Known
    from payoff.run.workspace import Workspace

privacy_app = typer.Typer(
    help="People's data: find, erase, verify, keep no longer than said.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(privacy_app, name="privacy")

EXIT_USAGE, EXIT_BLOCK = 2, 6
SHOWN = 12
CHANGES = {
    "note": "what went is noted",
    "words": "words that named them are gone",
    "half-written": "was half-written: finished, or removed",
}

People = Annotated[
    list[str],
    typer.Argument(metavar="PERSON…", help="identifiers of one person: e-mail, name, HR id, pseudonym"),
]
In = Annotated[Path, typer.Option("--workspace", help="a folder of the workspace")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
HERE = Path()


@privacy_app.command("find")
def find_person(person: People, workspace: In = HERE, as_json: Json = False) -> None:
    """Say where one person stands in a workspace, whom all identifiers given stand for. Changes nothing."""
    from payoff.run.privacy.person_erasing import look_for_person

    home = _find_home(workspace)
    found, known = look_for_person(home, person)
    _print_findings(home, found, known, as_json)


@privacy_app.command("erase")
def erase(
    person: People,
    by: Annotated[str, typer.Option("--by", help="who orders it, for certificate and tombstone")] = "",
    reason: Annotated[str, typer.Option("--reason", help="on what ground; names nobody")] = "",
    workspace: In = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
    sources: Annotated[
        bool, typer.Option("--sources", help="rewrite the firm's own exports beside the studies too")
    ] = False,
    store: Annotated[
        list[str] | None, typer.Option("--store", help="a record store to erase from; again for each")
    ] = None,
    mbox: Mbox = None,
    account: Account = None,
    openid: OpenId = None,
    sha1: Sha1 = None,
    tenant: Annotated[str, typer.Option("--tenant", help="whose statements, in the stores")] = "default",
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="write the certificate to this new file too")
    ] = None,
    as_json: Json = False,
) -> None:
    """Erase one person from a workspace: tables, published files, lists; exports with --sources.

    Broken off, the same command goes on where it stopped.
    """
    from payoff.run.privacy.person_erasing import Request, erase_person, look_for_person

    home = _find_home(workspace)
    if certificate is not None and certificate.exists():
        raise _build_error(f"{certificate} is there already", "name a new file for the certificate")
    if dry_run:
        _print_findings(home, *look_for_person(home, person, sources), as_json)
        stderr.print("nothing was erased: this was a look; leave --dry-run out to do it")
        return
    addresses = [f"mailto:{text}" for text in person if "@" in text] if store else []
    stores = _plan_stores(store or [], (*(mbox or ()), *addresses), account, openid, sha1, tenant, by)
    done = erase_person(home, Request(tuple(person), by, reason, sources, stores))
    if certificate is not None:
        certificate.write_text(json.dumps(done, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if as_json:
        print_json(done)
    else:
        _print_done(done)


@privacy_app.command("verify")
def verify(
    certificate: Annotated[Path, typer.Argument(metavar="CERTIFICATE", help="a certificate of an erasure")],
    workspace: In = HERE,
    public_key: Annotated[
        str | None, typer.Option("--public-key", help="the key it must be signed with, noted elsewhere")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether a certificate is as it was signed, and whether what it certifies still holds."""
    from payoff.run.privacy.erasure_verifying import verify_certificate

    told = verify_certificate(_find_home(workspace), certificate, public_key)
    if as_json:
        print_json(told)
    else:
        print_lines([(name.replace("_", " ").capitalize(), _join(value)) for name, value in told.items()])
    if not told["holds"]:
        raise typer.Exit(EXIT_BLOCK)


@privacy_app.command("retention")
def retain(
    workspace: In = HERE,
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="remove it; else only say it")] = False,
    by: Annotated[str | None, typer.Option("--by", help="who removes it, for the log")] = None,
    as_json: Json = False,
) -> None:
    """Say what is kept longer than `retention:` in payoff.yml allows; with --apply, remove and log it."""
    import datetime as dt
    import getpass

    from payoff.run.privacy.retention import apply_retention, find_due

    home, now = _find_home(workspace), dt.datetime.now(dt.UTC)
    found = apply_retention(home, by or getpass.getuser(), now) if apply else find_due(home, now)
    if as_json:
        print_json({"schema_version": 1, "applied": apply, "due": [asdict(due) for due in found]})
        return
    lines = [(d.kind, f"{d.path} of {d.since[:10]}" + (f"; {d.kept} stays" if d.kept else "")) for d in found]
    print_lines(lines or [("due", "nothing")])
    if found and not apply:
        stderr.print("nothing was removed: add --apply to do it")


def _plan_stores(
    stores: list[str],
    mbox: tuple[str, ...],
    account: list[str] | None,
    openid: list[str] | None,
    sha1: list[str] | None,
    tenant: str,
    by: str,
) -> tuple[tuple[str, "StoreErasure"], ...]:
    return tuple(
        (f"store {n}", build_store_erasure(url, list(mbox), account, openid, sha1, tenant, by))
        for n, url in enumerate(stores, start=1)
    )


def _find_home(folder: Path) -> "Workspace":
    from payoff.run.settings import WORKSPACE_FILE
    from payoff.run.workspace import find_home

    home = find_home(folder)
    if not (home.root / WORKSPACE_FILE).exists() and not (home.root / ".payoff").is_dir():
        raise _build_error(f"{folder} is in no workspace", "--workspace FOLDER, where payoff.yml lies")
    return home


def _print_findings(home: "Workspace", found: list["Finding"], known: "Known", as_json: bool) -> None:
    from payoff.run.privacy.person_unsearched import list_unsearched

    unsearched = list_unsearched(home, known)
    for path in known.unread:
        shown = _shown(home, path)
        stderr.print(
            f"{shown} cannot be read as a study, so what it says of columns of persons is not used: "
            f"if it is one, payoff check {shown} says what to mend; then look again"
        )
    if as_json:
        places = [
            {
                "kind": f.place.kind,
                "path": _shown(home, f.place.path),
                "rows": list(f.rows),
                "edited": list(f.edited),
                "within": [asdict(part) for part in f.within],
                "changes": [_shown(home, path) for path in f.files],
            }
            for f in found
        ]
        closed = [{"path": _shown(home, one.path), "why": one.why} for one in unsearched]
        print_json({"schema_version": 1, "places": places, "files_not_searched": closed})
        return
    lines = [(str(f.place.kind), _describe(home, f)) for f in found] or [("found", "nowhere")]
    print_lines([*lines, *(("not searched", f"{_shown(home, one.path)}: {one.why}") for one in unsearched)])


def _describe(home: "Workspace", found: "Finding") -> str:
    parts = [_shown(home, found.place.path)]
    if found.place.kind == "identity map":
        return f"{parts[0]}; {len(found.rows):,} of their rows in lists, and what decisions say of them"
    if found.rows:
        parts.append(f"{len(found.rows):,} of their rows: {_list_rows(found, 'rows')}")
    if found.edited:
        parts.append(f"{len(found.edited):,} rows of others that name them: {_list_rows(found, 'edited')}")
    beside = [path for path in found.files if path != found.place.path]
    if found.place.kind == "version":
        names = ", ".join(str(path.relative_to(found.place.path)) for path in beside)
        parts.append(f"written anew as a whole: {names}")
    elif found.place.kind == "draw list" and beside:
        parts.append(f"noted in {', '.join(path.name for path in beside)}")
    return "; ".join(parts)


def _shown(home: "Workspace", path: Path) -> str:
    return str(path.relative_to(home.root)) if path.is_relative_to(home.root) else str(path)


def _list_rows(found: "Finding", which: Literal["rows", "edited"]) -> str:
    """Numbers of rows, by sheet or member where the file has such."""
    if not found.within:
        return _list(getattr(found, which))
    parts = [(part.name, getattr(part, which)) for part in found.within]
    return "; ".join(f"{name}: {_list(rows)}" for name, rows in parts if rows)


def _list(rows: tuple[int, ...]) -> str:
    return ", ".join(map(str, rows[:SHOWN])) + (", …" if len(rows) > SHOWN else "")


def _print_done(done: dict[str, Any]) -> None:
    lines = [("Tombstone", done["tombstone"])]
    lines += [("Changed", f"{place['path']}: {_say_change(place)}") for place in done["places"]]
    lines += [("Left", f"{left['path']}: {left['to_do']}") for left in done["left"]]
    lines += [("Store", f"{name}: {_join(told['counts'])}") for name, told in done["record_stores"].items()]
    lines.append(("Backups", f"kept until {done['backups']['kept_until']}"))
    lines += [("Not searched", f"{one['path']}: {one['why']}") for one in done["files_not_searched"]]
    lines += [("Not searched", text) for text in done["not_searched"]]
    lines.append(("Certificate", f".payoff/privacy/certificates/{done['tombstone']}.json"))
    print_lines(lines)


def _say_change(place: dict[str, Any]) -> str:
    if place["how"] == "rows":
        return f"{place['rows']:,} rows gone, {place['edited']:,} edited"
    how = str(place["how"])
    return CHANGES.get(how, how)


def _join(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {n}" for name, n in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _build_error(what: str, fix: str) -> PayoffError:
    return PayoffError([Problem("U240", what, "nothing was looked at or erased", fix)], EXIT_USAGE)
