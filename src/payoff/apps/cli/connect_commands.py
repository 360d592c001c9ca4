"""connect: what an export holds, before a study reads it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payoff.apps.cli.console import print_json, print_lines
from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.run.connecting import Connected


@app.command()
def connect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="an export")],
    profile: Annotated[str | None, typer.Option(help="whose export it is; suggested unless given")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="of a text file; UTF-8 or guessed unless given")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="write the block to FILE.source.yml")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """Show what an export is, which column becomes what, what is a trap, and what the study must say."""
    from payoff.run.connecting import connect as look
    from payoff.run.privacy.person_places import BLOCK_SUFFIX

    found = look(file, profile, encoding)
    if as_json:
        print_json(_document(found))
    else:
        print_lines(found.summary)
        typer.echo()
        print_lines(
            [(theirs or "(no name)", _tell(ours, samples)) for theirs, ours, samples in found.columns]
        )
        typer.echo(f"\n{found.block}")
    if save:
        target = file.with_name(f"{file.name}{BLOCK_SUFFIX}")
        if target.exists():
            why = "a mapping that somebody confirmed is not overwritten"
            what = f"{target} is already there"
            raise PayoffError([Problem("U132", what, why, "move it away, or correct it by hand")], 2)
        target.write_text(found.block, encoding="utf-8")
        typer.echo(f"wrote {target}; look at every column, then move the block into the study", err=as_json)


def _document(found: "Connected") -> dict[str, Any]:
    return {
        "schema_version": 1,
        "profile": found.profile.name,
        "kind": found.profile.kind,
        "layout": found.profile.layout,
        "summary": [list(line) for line in found.summary],
        "columns": [{"theirs": t, "ours": o or None, "samples": list(s)} for t, o, s in found.columns],
        "suggestions": [asdict(suggestion) for suggestion in found.suggestions],
        "block": found.block,
    }


def _tell(ours: str, samples: tuple[str, ...]) -> str:
    """ "→ created_at: 2025-10-09 13:42, …" or "left out: …"."""
    return f"{f'→ {ours}' if ours else 'left out'}: {', '.join(samples) or '(blank)'}"
