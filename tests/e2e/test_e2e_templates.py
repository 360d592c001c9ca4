"""Every starter, the whole way: init, the firm's exports, draw, check, lock, run."""

import datetime as dt
from pathlib import Path

import pypdf
import pytest
from template_firm import write_template_data

from payoff.nouns.effect import Effect
from payoff.run.checking import check_everything
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.randomising import randomise_study
from payoff.run.running import Done, run_study
from payoff.run.starting import start_study
from payoff.run.workspace import Workspace, find_workspace
from payoff.study import read_template, template_names

AFTERWARDS = dt.date(2027, 1, 1)


def answer(template: str, folder: Path) -> Done:
    """From an empty folder to the brief, under a name of its own; what each step says on the way."""
    path = start_study(template, "ours", folder)[0]
    workspace = find_workspace(path)
    design = read_template(template)
    last_before = dt.date.fromisoformat(design.split("  baseline: ")[1][12:22])
    write_template_data(template, folder, last_before)
    if template.startswith("pilot"):
        randomise_study(workspace, Silent())
    assert problems(workspace) == {"P611"}  # what is asked for, only its owner can say
    lock = lock_study(workspace, "ana", "fin", last_before)
    assert not lock.retrospective
    write_template_data(template, folder, AFTERWARDS)
    return run_study(workspace, None, False, "a4", Silent())


def problems(workspace: Workspace) -> set[str]:
    checked = check_everything(workspace, Silent())
    assert checked.exit_code == 0
    return {problem.code for problem in checked.problems}


@pytest.mark.parametrize("template", [name for name in template_names() if name != "pilot-4-weeks"])
def test_a_starter_goes_the_whole_way(template: str, tmp_path: Path) -> None:
    done = answer(template, tmp_path)
    assert done.result is not None
    assert isinstance(done.result.effects[0], Effect)
    assert done.result.verdict is not None
    assert (done.folder / "brief.pdf").exists()


def test_the_brief_of_four_weeks_says_what_four_weeks_can_say(tmp_path: Path) -> None:  # EXP-16
    done = answer("pilot-4-weeks", tmp_path)
    assert done.result is not None
    assert isinstance(done.result.effects[0], Effect)
    pages = pypdf.PdfReader(done.folder / "brief.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert (
        "A pilot of 4 weeks can say whether a leading indicator, listening on reviewed calls, 1 to 5, begins "
        "to change. It cannot say what that does to business results or money"
    ) in text
    assert "No money figure: a pilot of 4 weeks is read by leading indicators." in text
    assert "USD" not in text  # no amount of money anywhere
    assert "handle minutes" not in text.lower().split("keep in mind")[0]  # a lagging metric decides nothing
