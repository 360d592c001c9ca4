"""table: exposure, HR facts, scores and outcomes in one file, by period; by team, or of people on record."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath
from payoff.nouns.wording import counted

if TYPE_CHECKING:
    from payoff.run.tabulating import Tabulated


@app.command()
def table(
    study: StudyPath,
    out: Annotated[Path, typer.Option(metavar="FILE", help=".parquet or .csv")],
    grain: Annotated[str | None, typer.Option(help="the study's period; told when it is another")] = None,
    purpose: Annotated[str | None, typer.Option(help="rows of single people, for a declared purpose")] = None,
    role: Annotated[str, typer.Option(help="with --purpose: one that it names")] = "",
    by: Annotated[str, typer.Option(help="with --purpose: who answers for it")] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Join what is known of each period into one table; rows of people are put together by team."""
    from payoff.run.privacy.learner_export import Asked
    from payoff.run.privacy.person_table import export_person_table
    from payoff.run.tabulating import write_table
    from payoff.run.workspace import find_workspace

    made = None
    with Narrator(quiet) as narrator:
        if purpose is None:
            found = write_table(find_workspace(study), grain, out, narrator)
        else:
            asked = Asked(purpose, role, by, out)
            found, made = export_person_table(find_workspace(study), grain, asked, narrator)
    if as_json:
        joins = [asdict(report) for report in found.reports]
        told = {"rows": found.table.num_rows, "columns": found.table.column_names, "joins": joins}
        told |= {"teams_withheld": found.n_withheld, "cells_withheld": found.n_cells}
        told |= {"rows_in_no_team": found.n_nowhere}
        record = {} if made is None else {"export": asdict(made)}
        print_json({"schema_version": 1, **told, "locked": found.locked, **record})
    else:
        lines = _lines(found, out)
        if made is not None:
            blanked = f"{made.n_blanked:,} people without what tells them apart; SHA-256 {made.sha256}"
            lines.append(("On record", blanked))
        print_lines(lines)


def _lines(found: "Tabulated", out: Path) -> list[tuple[str, str]]:
    lines = [("Table", f"{found.table.num_rows:,} rows, {found.table.num_columns} columns: {out}")]
    for report in found.reports:
        told = f"{report.n_matched:,} rows joined; {report.n_strangers:,} of nobody in the study, "
        told += f"{report.n_outside:,} of no period; {report.n_people_without:,} units without a row"
        lines.append((report.side, told))
    if found.n_withheld:
        why = "of too few people, or from which such a group could be worked out"
        lines.append(("Withheld", f"{counted(found.n_withheld, 'team')} {why}"))
    if found.n_cells:
        lines.append(("Blank", f"{counted(found.n_cells, 'sum')} of other teams, for the same reason"))
    if found.n_nowhere:
        lines.append(("No team", f"{found.n_nowhere:,} rows of people whose team nothing says"))
    if not found.locked:
        lines.append(("Not locked", "outcomes after the baseline are left out until the plan is locked"))
    return lines
