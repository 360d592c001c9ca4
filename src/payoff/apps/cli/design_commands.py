"""design: what a study could conclude, before anything is launched."""

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
