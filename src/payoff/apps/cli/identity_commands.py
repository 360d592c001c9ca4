"""identity add, decide, match, report, drop: who is who across systems, and who decided it."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, StudyPath
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.identity import Identifier
    from payoff.run.workspace import Workspace

identity_app = typer.Typer(
    name="identity", help="One person across systems: lists, matches, decisions.", no_args_is_help=True
)
app.add_typer(identity_app)

In = Annotated[Path, typer.Option("--workspace", help="a folder of the workspace")]
By = Annotated[str | None, typer.Option("--by", help="who does it; the login's name unless given")]
Steward = Annotated[str, typer.Option("--by", help="the steward's name")]
Why = Annotated[str, typer.Option("--why", help="the reason, in words")]


@identity_app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a staff directory, or users of a system")],
    column: Annotated[
        list[str],
        typer.Option("--column", metavar="COLUMN=SYSTEM", help="whose identifiers it holds; again for each"),
    ],
    person: Annotated[
        str | None, typer.Option("--person", metavar="SYSTEM", help="whose identifier is the person's own")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="column of the first day")] = None,
    last: Annotated[str | None, typer.Option("--to", help="column of the last day")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="the day the list shows, 2026-03-31")] = None,
    name: Annotated[str | None, typer.Option(help="of the list; the file's unless given")] = None,
    date_format: Annotated[str | None, typer.Option("--date-format", help="such as DD.MM.YYYY")] = None,
    encoding: Annotated[str | None, typer.Option(help="of a text file that is not UTF-8")] = None,
    by: By = None,
    workspace: In = Path("."),
) -> None:
    """Put a list into the identity map, in place of the list of that name and day."""
    from payoff.run.identities.identifying import ListPlan, add_list

    columns = dict(_split(text) for text in column)
    plan = ListPlan(name or file.stem, columns, person, first, last, _read_day(as_of), date_format, encoding)
    added = add_list(_home(workspace), file, plan, by)
    print_lines(
        [
            ("List", f"{added.version.name}: {added.version.n_rows:,} rows with identifiers"),
            *([("Without", f"{added.n_without:,} rows hold none")] if added.n_without else []),
            *([("Erased", f"{added.n_forgotten:,} rows are left out")] if added.n_forgotten else []),
        ]
    )


@identity_app.command()
def decide(
    belongs: Annotated[
        str | None, typer.Option("--belongs", metavar="ID", help="an identifier: genesys-agent=a77, …")
    ] = None,
    same: Annotated[
        str | None,
        typer.Option("--same", metavar="ID", help="a person's own identifier, of one human with --person"),
    ] = None,
    nobody: Annotated[
        str | None, typer.Option("--nobody", metavar="ID", help="a shared or technical login")
    ] = None,
    withdraw: Annotated[
        int | None, typer.Option("--withdraw", help="number of a decision that no longer holds")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="ID", help="the person's own identifier, such as hr=10042"),
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="first day, 2026-03-31")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last day")] = None,
    replaces: Annotated[
        int | None, typer.Option("--replaces", help="number of the decision it replaces")
    ] = None,
    by: Steward = "",
    why: Why = "",
    workspace: In = Path("."),
) -> None:
    """Write down a steward's decision: whose an identifier is, who is one person, what is nobody's."""
    from payoff.identity import Decision
    from payoff.run.identities.identity_deciding import decide as write_down
    from payoff.run.identities.identity_deciding import describe_decision

    told = {"belongs": belongs, "same": same, "nobody": nobody, "withdrawn": withdraw}
    named = [kind for kind, value in told.items() if value is not None]
    needs_person = named in (["belongs"], ["same"])
    if len(named) != 1 or needs_person != (person is not None):
        fix = "--belongs ID --person ID, --same ID --person ID, --nobody ID, or --withdraw NUMBER"
        raise PayoffError([Problem("I106", "one decision is one of four", "nothing was decided", fix)], 2)
    days = (_read_day(first) or dt.date.min, _read_day(last) or dt.date.max)
    decision = Decision(
        0,
        named[0],  # type: ignore[arg-type]  # the four kinds, above
        _read_identifier(belongs or same or nobody),
        _read_identifier(person),
        by,
        why,
        "",
        *days,
        withdraw if withdraw is not None else replaces,
    )
    typer.echo(describe_decision(write_down(_home(workspace), decision)))


@identity_app.command()
def match(
    study: StudyPath,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="write who was not matched to this new CSV")
    ] = None,
    cleartext: Annotated[
        bool,
        typer.Option("--cleartext", help="with identifiers in clear: for the steward, with --by and --why"),
    ] = False,
    by: Steward = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Hold a study's sources against the identity map: matched, ambiguous, missing, by source."""
    from payoff.run.identities.identifying import open_naming
    from payoff.run.identities.identity_disclosing import describe_report, report_document, write_keys_file
    from payoff.run.identities.identity_report import match_study
    from payoff.run.plan import read
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    naming = open_naming(workspace)
    report = match_study(read(workspace), workspace, naming)
    if as_json:
        print_json(report_document(report))
    else:
        print_lines(describe_report(report))
    if keys is not None:
        write_keys_file(workspace, report, naming, keys, (by, why) if cleartext else None)
        typer.echo(f"wrote {keys}", err=as_json)


@identity_app.command()
def report(workspace: In = Path("."), as_json: Json = False) -> None:
    """What the map knows: lists, identifiers by system, decisions, and who saw identifiers in clear."""
    from payoff.run.identities.identity_disclosing import describe_map, map_document

    home = _home(workspace)
    if as_json:
        print_json(map_document(home))
        return
    print_lines(describe_map(home))


@identity_app.command()
def drop(
    name: Annotated[str, typer.Argument(metavar="LIST", help="its name, as `identity report` shows it")],
    workspace: In = Path("."),
) -> None:
    """Take a list out of the map, in all its versions; decisions stay."""
    from payoff.run.identities.identifying import drop_list

    n = drop_list(_home(workspace), name)
    typer.echo(f"{name}: {n} version{'s' if n != 1 else ''} taken out")


def _read_identifier(text: str | None) -> "Identifier | None":
    from payoff.identity import read_identifier

    if text is None:
        return None
    found = read_identifier(text)
    if found is None:
        fix = "hr=10042, email=ann@example.org, 'account https://lms.example.org ann'"
        raise PayoffError([Problem("I106", f"{text!r} is no identifier", "nothing was decided", fix)], 2)
    return found


def _split(text: str) -> tuple[str, str]:
    """COLUMN=SYSTEM, at the first sign: a home page may hold another."""
    column, _, system = text.partition("=")
    if not column or not system:
        fix = "--column 'Employee ID=hr', or --column 'Login=account https://lms.example.org'"
        raise PayoffError(
            [Problem("I104", f"--column {text!r} is no COLUMN=SYSTEM", "nothing was added", fix)], 2
        )
    return column.strip(), system.strip()


def _read_day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        why, fix = "an identifier belongs to whoever held it that day", "2026-03-31"
        raise PayoffError([Problem("I105", f"{text!r} is no day", why, fix)], 2) from None


def _home(folder: Path) -> "Workspace":
    from payoff.run.workspace import find_home

    return find_home(folder)
