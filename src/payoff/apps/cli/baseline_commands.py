"""baseline, baseline save, baseline compare: where each metric stood before launch, kept by version."""

import datetime as dt
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.show_first import ShowFirst
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath

baseline_app = typer.Typer(
    name="baseline",
    cls=ShowFirst,
    help="Where each metric stood before launch: payoff baseline STUDY.",
    no_args_is_help=True,
)
app.add_typer(baseline_app)


@baseline_app.command()
def show(study: StudyPath, as_json: Json = False, quiet: Quiet = False) -> None:
    """Level, trend, spread, season and gaps of every metric in use; nothing after the baseline is read."""
    from payoff.run.baselines.baseline_apart import beside_saved
    from payoff.run.baselines.baseline_record import read_saved
    from payoff.run.baselines.baseline_words import baseline_document, baseline_lines
    from payoff.run.baselines.baselining import measure_baseline
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    saved = read_saved(workspace)
    with Narrator(quiet) as narrator:
        report = measure_baseline(workspace, narrator)
    report, saved = beside_saved(report, saved)
    print_json(baseline_document(report, saved)) if as_json else print_lines(baseline_lines(report, saved))


@baseline_app.command()
def save(
    study: StudyPath,
    by: Annotated[str, typer.Option(help="who stands behind it")],
    reason: Annotated[str, typer.Option(help="why it replaces the version before")] = "",
    after: Annotated[bool, typer.Option("--after", help="of follow-up instead, once locked")] = False,
    quiet: Quiet = False,
) -> None:
    """Keep the baseline as it is now, as a version that is never changed."""
    from payoff.run.baselines.baseline_record import record_path, save_baseline
    from payoff.run.baselines.baseline_words import saved_words
    from payoff.run.baselines.baselining import measure_baseline
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    with Narrator(quiet) as narrator:
        report = measure_baseline(workspace, narrator, after)
    saved, new = save_baseline(workspace, report, by, reason, dt.date.today())
    print_lines([("Baseline", saved_words(report.study, saved))])
    typer.echo(f"wrote {record_path(workspace)}" if new else "Unchanged since then: nothing was written.")


@baseline_app.command()
def compare(
    study: StudyPath,
    earlier: Annotated[str, typer.Argument(metavar="EARLIER", help="a saved version, such as v1")],
    later: Annotated[str, typer.Argument(metavar="LATER", help="a later one, such as v2")],
    force: Annotated[
        bool, typer.Option("--force", help="tell both although they are not comparable")
    ] = False,
    as_json: Json = False,
) -> None:
    """Hold two saved versions against each other; refused where definition or units differ."""
    from payoff.nouns.people import people_floor
    from payoff.run.baselines.baseline_compare import check_comparable, compare_document, compare_lines
    from payoff.run.baselines.baseline_record import compare_saved, read_saved
    from payoff.run.plan import read
    from payoff.run.workspace import find_workspace

    workspace = find_workspace(study)
    plan = read(workspace)
    compared = compare_saved(read_saved(workspace), earlier, later, people_floor(plan))
    if not force:
        check_comparable(compared, earlier, later)
    if as_json:
        print_json(compare_document(compared, earlier, later))
    else:
        print_lines(compare_lines(plan, compared, earlier, later))
