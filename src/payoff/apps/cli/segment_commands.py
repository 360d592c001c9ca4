"""segments: how the measures stand by region, role or tenure, of as many people as may be shown."""

from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath
from payoff.nouns.problem import PayoffError, Problem

WINDOWS = {"baseline": "baseline", "follow-up": "follow_up"}


@app.command()
def segments(
    study: StudyPath,
    by: Annotated[list[str] | None, typer.Option("--by", help="a declared column; again for more")] = None,
    window: Annotated[str, typer.Option(help="baseline, or follow-up once the plan is locked")] = "baseline",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Who stands where, with a test of each gap; groups of few people withheld with what gives them away."""
    from payoff.report.segment_words import segment_document, segments_table
    from payoff.run.segmenting import segment_study
    from payoff.run.workspace import find_workspace

    if window not in WINDOWS:
        why = f"--window takes one of: {', '.join(WINDOWS)}"
        raise PayoffError(
            [Problem("U121", f"--window {window!r} is not known", why, "choose one of them")], 2
        )
    with Narrator(quiet) as narrator:
        tables = segment_study(find_workspace(study), by or [], WINDOWS[window], narrator)
    if as_json:
        print_json({"schema_version": 1, "tables": [segment_document(table) for table in tables]})
        return
    shown = segments_table(tables)
    lines = [(f"{row[0]}, {row[2]}", "; ".join(str(cell) for cell in row[3:] if cell)) for row in shown.rows]
    print_lines([*lines, ("", shown.note)])
