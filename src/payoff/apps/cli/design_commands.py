"""design, randomise, ready, rank: what a study could conclude, who starts, whether it may, which first."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath


@app.command()
def design(study: StudyPath, as_json: Json = False, quiet: Quiet = False) -> None:
    """Say what the plan can see, what would help, and which designs the data allow. Baseline only."""
    from payoff.run.design_words import design_document, design_lines
    from payoff.run.designing import design_study
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        report = design_study(find_workspace(study), narrator)
    print_json(design_document(report)) if as_json else print_lines(design_lines(report))


@app.command()
def randomise(
    study: StudyPath,
    waves: Annotated[int | None, typer.Option(help="staggered: plan this many waves, A, B, …")] = None,
    every: Annotated[int, typer.Option(help="with --waves: periods from one wave to the next")] = 1,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw the lot: write the list beside the study, with a record of how it was drawn."""
    from payoff.run.randomise_words import randomise_document, randomise_lines
    from payoff.run.randomising import randomise_study
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        drawn = randomise_study(find_workspace(study), narrator, waves, every)
    print_json(randomise_document(drawn)) if as_json else print_lines(randomise_lines(drawn))


@app.command()
def ready(study: StudyPath, as_json: Json = False, quiet: Quiet = False) -> None:
    """Say whether the study may start; each missing item with its reason. Exit code 4 when it may not."""
    from payoff.run.readiness import check_readiness
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        items = check_readiness(find_workspace(study), narrator, dt.date.today())
    stops = [item for item in items if item.stops]
    if as_json:
        told = [
            {
                "name": i.name,
                "ok": i.ok,
                "blocks": i.stops,
                "text": i.text,
                "fix": i.fix if i.ok is False else "",
            }
            for i in items
        ]
        print_json({"schema_version": 1, "study": str(study), "ready": not stops, "items": told})
    else:
        marks = {True: "fine", False: "note", None: "note"}
        print_lines(
            [
                (f"{'STOP' if i.stops else marks[i.ok]}  {i.name}", f"{i.text}{_remedy(i.ok, i.fix)}")
                for i in items
            ]
        )
        typer.echo(f"Not ready: {len(stops)} to mend first." if stops else "Ready to start.")
    raise typer.Exit(4 if stops else 0)


def _remedy(ok: bool | None, fix: str) -> str:
    return f". Fix: {fix}" if ok is False and fix else ""


@app.command()
def rank(
    studies: Annotated[list[Path], typer.Argument(metavar="STUDY…", help="candidates, as study files")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which candidate to pilot first: the one whose answer is worth most, net of its cost."""
    from payoff.run.rank_words import rank_document, rank_lines
    from payoff.run.ranking import rank_candidates
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        ranked = rank_candidates([find_workspace(study) for study in studies], narrator)
    print_json(rank_document(ranked)) if as_json else print_lines(rank_lines(ranked))
