"""learners export, log: rows of people out, for a purpose and on record."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath

learners_app = typer.Typer(
    name="learners", help="Rows of people: out for a declared purpose, on record.", no_args_is_help=True
)
app.add_typer(learners_app)


@learners_app.command("export")
def export_rows(
    study: StudyPath,
    purpose: Annotated[str, typer.Option(help="as payoff.yml declares it")],
    role: Annotated[str, typer.Option(help="one that the purpose names")],
    by: Annotated[str, typer.Option(help="who answers for it")],
    out: Annotated[Path, typer.Option("--out", help="a new CSV file")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """One row per person under a pseudonym of the purpose; logged with who, why and which columns."""
    from payoff.run.privacy.learner_export import Asked, export_learners
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        made = export_learners(find_workspace(study), Asked(purpose, role, by, out), narrator)
    if as_json:
        print_json({"schema_version": 1, **asdict(made)})
        return
    lines = [("wrote", str(out)), ("Rows", f"{made.n_rows:,}"), ("Columns", ", ".join(made.columns))]
    if made.smallest is not None:
        said = f"{made.smallest:,} people in the smallest group alike; {made.n_blanked:,} rows blanked for it"
        lines.append(("Alike", said))
    if Path(made.file).is_absolute():
        said = f"{made.file} lies outside the workspace: neither retention nor erasure reaches it"
        lines.append(("Left", said))
    print_lines([*lines, ("SHA-256", made.sha256)])


@learners_app.command("log")
def show_log(
    workspace: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="of the workspace")] = Path("."),
    as_json: Json = False,
) -> None:
    """Every export, and whether the record is whole. Exit code 6 where it was changed."""
    from payoff.records.chain import head_of
    from payoff.records.export_log import read_exports
    from payoff.run.privacy.learner_export import log_path
    from payoff.run.workspace import find_home

    path = log_path(find_home(workspace))
    made = read_exports(path)
    if as_json:
        print_json({"schema_version": 1, "head": head_of(path), "exports": [asdict(one) for one in made]})
        return
    lines = [
        (one.at, f"{one.by} as {one.role}, {one.purpose}: {one.n_rows:,} rows of {one.study}, "
         f"{', '.join(one.columns)}; {one.file}, {one.sha256[:12]}")
        for one in made
    ]  # fmt: skip
    print_lines([*lines, ("Whole", f"head {head_of(path)}")])
