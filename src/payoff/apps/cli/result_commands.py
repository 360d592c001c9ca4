"""run, report, explain, export, doctor: results and what stands behind them."""

from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.console import Narrator, print_json, print_lines, stderr, terminal_width
from payoff.apps.cli.main import app
from payoff.apps.cli.study_commands import Json, Quiet, StudyPath
from payoff.nouns.problem import PayoffError, Problem

Version = Annotated[str | None, typer.Option(help="a version of the result; default: the latest")]
Out = Annotated[Path | None, typer.Option("--out", help="output folder; default: out/ of the workspace")]
Paper = Annotated[str, typer.Option(help="a4 or letter")]

EFFECT_VERDICTS = (
    "worked",
    "helped, size unclear",
    "no meaningful effect",
    "cannot tell",
    "harmed",
    "blocked",
)
MONEY_VERDICTS = ("pays back", "likely", "toss-up", "unlikely")


@app.command()
def run(
    study: StudyPath,
    version: Annotated[str | None, typer.Option(help="name of this version; default: v1, v2, …")] = None,
    exploratory: Annotated[bool, typer.Option(help="show effects of an unlocked plan, marked so")] = False,
    draft: Annotated[
        bool, typer.Option(help="no version: figures in spite of findings about the data")
    ] = False,
    fail_on: Annotated[str | None, typer.Option(help="exit 8 on this verdict, e.g. harmed")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="what if: margin=0.35, again for more; writes no version"),
    ] = None,
    reason: Annotated[str, typer.Option(help="with --set: why; kept and printed")] = "",
    paper: Paper = "a4",
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Estimate, value and write brief.pdf, story.html, audit.xlsx and result.json."""
    if settings:
        from payoff.apps.cli.money_commands import print_what_if

        print_what_if(study, settings, reason, exploratory, out, as_json, quiet)
        raise typer.Exit(0)
    from payoff.run.running import run_study
    from payoff.run.workspace import find_workspace

    _check_choice("--fail-on", fail_on, (*EFFECT_VERDICTS, *MONEY_VERDICTS))
    _check_choice("--paper", paper, ("a4", "letter"))
    with Narrator(quiet) as narrator:
        done = run_study(find_workspace(study, out), version, exploratory, paper, narrator, draft)
    print_json(done.brief.result) if as_json else print_lines(done.lines)
    verdicts = done.brief.result["verdict"]
    if fail_on and isinstance(verdicts, dict) and fail_on in (verdicts["effect"], verdicts["money"]):
        stderr.print(f"--fail-on: the verdict is {fail_on!r}")
        raise typer.Exit(8)
    if isinstance(verdicts, dict) and verdicts["effect"] == "blocked":
        raise typer.Exit(4)


@app.command()
def report(
    study: StudyPath, version: Version = None, paper: Paper = "a4", out: Out = None, quiet: Quiet = False
) -> None:
    """Render the outputs of a finished run again. Nothing is estimated."""
    from payoff.run.running import report_study
    from payoff.run.workspace import find_workspace

    _check_choice("--paper", paper, ("a4", "letter"))
    with Narrator(quiet) as narrator:
        done = report_study(find_workspace(study, out), version, paper, narrator)
    print_lines(done.lines)


@app.command()
def explain(
    figure: Annotated[str, typer.Argument(help="roi, npv, irr, cost.ITEM, scenario.worst, money.roi.low, …")],
    study: StudyPath = Path("."),
    version: Version = None,
    rows: Annotated[int, typer.Option(help="source rows to list per query")] = 5,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Print the tree from a figure down to source rows: file, hash, row number."""
    from payoff.run.explain.explaining import explain_figure
    from payoff.run.explain.explaining_node import tree_document, tree_lines
    from payoff.run.workspace import find_workspace

    tree = explain_figure(find_workspace(study, out), figure, version, rows)
    if as_json:
        print_json({"schema_version": 1, "tree": tree_document(tree)})
    else:
        typer.echo("\n".join(tree_lines(tree, terminal_width())))


@app.command()
def export(
    study: StudyPath,
    format_: Annotated[str, typer.Option("--format", help="json, xlsx, html or pdf")],
    version: Version = None,
    to: Annotated[Path | None, typer.Option(help="where to; default: here")] = None,
    out: Out = None,
) -> None:
    """Copy one output of a finished run."""
    from payoff.run.running import export_output
    from payoff.run.workspace import find_workspace

    _check_choice("--format", format_, ("json", "xlsx", "html", "pdf"))
    typer.echo(f"wrote {export_output(find_workspace(study, out), format_, version, to)}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is missing and how to mend it, one line each."""
    from payoff.run.doctor import examine

    findings = examine(Path.cwd())
    ok = all(f.ok is not False for f in findings)
    if as_json:
        lines = [{"name": f.name, "ok": f.ok, "text": f.text, "fix": f.fix} for f in findings]
        print_json({"schema_version": 1, "ok": ok, "findings": lines})
    else:
        marks = {True: "fine", False: "MEND", None: "note"}
        texts = [f"{f.text}{'. Fix: ' + f.fix if f.fix else ''}" for f in findings]
        print_lines([(f"{marks[f.ok]}  {f.name}", t) for f, t in zip(findings, texts, strict=True)])
    raise typer.Exit(0 if ok else 4)


def _check_choice(option: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        why = f"{option} takes one of: {', '.join(choices)}"
        raise PayoffError([Problem("U121", f"{option} {value!r} is not known", why, "choose one of them")], 2)
