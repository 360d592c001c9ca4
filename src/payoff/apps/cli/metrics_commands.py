"""metrics list, show, times, raters, export, import: the catalogue, and the KPI template."""

from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath

metrics_app = typer.Typer(
    name="metrics", help="Measures of the catalogue; the KPI template.", no_args_is_help=True
)
app.add_typer(metrics_app)


@metrics_app.command("list")
def list_measures(as_json: Json = False) -> None:
    """Every measure of the catalogue, leading ones first: id, label, level, class, when it moves."""
    from payoff.run.metric_cards import card_document, list_cards, say_moves

    cards = list_cards()
    if as_json:
        print_json({"schema_version": 1, "measures": [card_document(card) for card in cards]})
        return
    print_lines([(c.reference, f"{c.label} ({c.unit}): {c.level}, {c.tier}; {say_moves(c)}") for c in cards])


@metrics_app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="such as average_handle_time")],
    as_json: Json = False,
) -> None:
    """One measure in full: formula, missing rule, level, traps, what it reads, its SQL."""
    from payoff.run.metric_cards import card_document, describe_card, find_card

    card = find_card(id)
    if as_json:
        print_json({"schema_version": 1, **card_document(card)})
        return
    print_lines(describe_card(card))


@metrics_app.command()
def times(
    study: StudyPath,
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="a metric of the study")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """After how long half of the people are there; who left before, who is on the way still."""
    from payoff.run.timing import time_metric, timing_document, timing_lines
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        timing = time_metric(find_workspace(study), metric, narrator)
    print_json(timing_document(timing)) if as_json else print_lines(timing_lines(timing))


@metrics_app.command()
def raters(
    study: StudyPath,
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="a metric of the study")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """A rated measure with its interval, the number of raters and how far they agree."""
    from payoff.run.rating import rate_metric, rating_document, rating_lines
    from payoff.run.workspace import find_workspace

    with Narrator(quiet) as narrator:
        rated = rate_metric(find_workspace(study), metric, narrator)
    print_json(rating_document(metric, rated)) if as_json else print_lines(rating_lines(rated))


@metrics_app.command("export")
def export_template(
    study: StudyPath,
    markdown: Annotated[bool, typer.Option("--markdown", help="a Markdown table instead of CSV")] = False,
) -> None:
    """Print a study's metrics as the KPI template."""
    from payoff.run.kpi_template import list_rows, write_csv, write_markdown
    from payoff.run.plan import read
    from payoff.run.workspace import find_workspace

    rows = list_rows(read(find_workspace(study)))
    typer.echo(write_markdown(rows) if markdown else write_csv(rows), nl=False)


@metrics_app.command("import")
def import_template(
    template: Annotated[Path, typer.Argument(metavar="FILE", help="the KPI template, CSV or Markdown")],
) -> None:
    """Print the `metrics:` of a study file that a KPI template stands for."""
    from payoff.run.kpi_template import read_rows, write_metrics

    typer.echo(write_metrics(read_rows(template.read_text(encoding="utf-8"))), nl=False)
