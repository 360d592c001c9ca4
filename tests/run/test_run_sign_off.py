"""Finance's decisions: two people, one result, nothing ever taken out."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from firm import write_firm

from payoff.nouns.problem import PayoffError
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.published import open_version
from payoff.run.running import report_study, run_study
from payoff.run.sign_off import decide, read_record, record_of, with_sign_off
from payoff.run.workspace import Workspace, find_workspace

DAY = dt.date(2026, 8, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = find_workspace(write_firm(tmp_path_factory.mktemp("firm"), n_reps=64))
    lock_study(workspace, "A. Ruiz", "P. Okoro", dt.date(2025, 12, 1))
    run_study(workspace, None, False, "a4", Silent())
    return workspace


@pytest.fixture
def workspace(made: Workspace) -> Workspace:
    """One published version, nothing decided about it."""
    record_of(open_version(made, None)[1]).unlink(missing_ok=True)
    return made


def record(workspace: Workspace) -> Path:
    return record_of(open_version(workspace, None)[1])


def test_a_signature_is_printed_on_every_output_and_the_stored_brief_stays(workspace: Workspace) -> None:
    plain, folder = open_version(workspace, None)
    decide(workspace, "P. Okoro", "signed", "margin checked", DAY, None)
    done = report_study(workspace, None, "a4", Silent())
    assert done.brief.banners[-1] == "Signed off by finance (P. Okoro, 2026-08-01): Margin checked."
    assert "Signed off by finance" in (folder / "story.html").read_text()
    assert done.brief.workbook is not None
    assert done.brief.workbook.sheets[-1].title == "Sign-off"
    assert open_version(workspace, None)[0] == plain


def test_the_last_word_of_each_person_stands_and_the_history_is_kept(workspace: Workspace) -> None:
    decide(workspace, "P. Okoro", "signed", "", DAY, None)
    decide(workspace, "M. Ito", "signed", "", DAY, None)
    decide(workspace, "P. Okoro", "disputed", "the fee is that of 2024", DAY, None)
    brief, folder = open_version(workspace, None)
    printed = with_sign_off(brief, read_record(folder))
    new = [b for b in printed.banners if "finance" in b.lower()]
    assert new == [
        "Disputed by finance (P. Okoro, 2026-08-01): The fee is that of 2024.",
        "Signed off by finance (M. Ito, 2026-08-01).",
    ]
    assert len(read_record(folder)) == 3


def test_a_run_that_finds_its_version_again_keeps_the_decisions(workspace: Workspace) -> None:
    decide(workspace, "P. Okoro", "signed", "", DAY, None)
    done = run_study(workspace, None, False, "a4", Silent())
    assert done.folder.name == "v1"
    assert "Signed off by finance (P. Okoro, 2026-08-01)." in done.brief.banners


def test_a_decision_on_other_figures_is_not_taken_for_one_on_these(workspace: Workspace) -> None:
    decide(workspace, "P. Okoro", "signed", "", DAY, None)
    brief, folder = open_version(workspace, None)
    other = replace(brief, result={**brief.result, "horizon_months": 24})
    printed = with_sign_off(other, read_record(folder))
    assert printed.banners[-1] == "Finance: P. Okoro signed other figures of this version, not these."


@pytest.mark.parametrize(
    ("name", "decision", "reason", "code"),
    [
        ("a. ruiz", "signed", "", "U193"),
        (" A.  Ruiz ", "disputed", "no", "U193"),
        (" ", "signed", "", "U192"),
        ("P. Okoro", "disputed", " ", "U194"),
    ],
)
def test_who_may_decide_and_how(
    workspace: Workspace, name: str, decision: str, reason: str, code: str
) -> None:
    with pytest.raises(PayoffError, match=code):
        decide(workspace, name, decision, reason, DAY, None)  # type: ignore[arg-type]
    assert not record(workspace).exists()


def test_a_damaged_record_is_refused_not_rewritten(workspace: Workspace) -> None:
    record(workspace).write_text("{half a line\n")
    with pytest.raises(PayoffError, match="U195"):
        report_study(workspace, None, "a4", Silent())
    assert record(workspace).read_text() == "{half a line\n"


def test_a_health_report_cannot_be_signed(tmp_path: Path) -> None:
    workspace = find_workspace(write_firm(tmp_path, n_reps=64))
    run_study(workspace, None, False, "a4", Silent())
    with pytest.raises(PayoffError, match="U190"):
        decide(workspace, "P. Okoro", "signed", "", DAY, None)
