"""payoff design: before anybody is assigned, from the baseline alone."""

from pathlib import Path

import numpy as np
import pytest
from firm import write_deals, write_firm
from pilot_firm import write_pilot

from payoff.nouns.refusal import Refusal
from payoff.nouns.result import TOO_SMALL
from payoff.run.before_launch import read_baseline, unassigned
from payoff.run.design_words import design_document, design_lines
from payoff.run.designing import design_study, per_arm_lifts
from payoff.run.plan import read
from payoff.run.progress import Silent
from payoff.run.rank_words import rank_lines
from payoff.run.ranking import rank_candidates
from payoff.run.workspace import find_workspace


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pilot(tmp_path_factory.mktemp("pilot"))


def test_nobody_need_be_assigned(pilot: Path) -> None:
    report = design_study(find_workspace(pilot), Silent())
    assert not report.assigned
    assert report.panel.in_program.sum() == 30
    assert isinstance(report.power.smallest_visible_lift, float)
    assert isinstance(report.power.break_even, float)
    assert {option.kind for option in report.options} >= {"lot", "waves", "did", "before_after"}


def test_a_plan_too_small_for_what_is_hoped_says_so(tmp_path: Path) -> None:
    """Expected 5 to 10 %, and it sees far more: the answer, the chance, the people it would take."""
    report = design_study(find_workspace(write_pilot(tmp_path, n_reps=16)), Silent())
    assert report.verdict == TOO_SMALL
    lines = design_lines(report)
    said = dict(lines)
    assert said["Verdict"].startswith("TOO SMALL TO TELL")
    fixes = [text for label, text in lines if label == "Fix"]
    assert "8 times in 10" in fixes[0]
    assert fixes[-1].startswith("or call it a bet")
    assert isinstance(report.needed, int)
    assert report.needed > 16
    assert report.chances[0].to_see < 0.5


def test_what_comes_after_the_baseline_changes_nothing(tmp_path: Path) -> None:
    path = write_firm(tmp_path, n_reps=64)
    full = design_document(design_study(find_workspace(path), Silent()))
    write_deals(tmp_path, 6, n_reps=64)
    early = design_document(design_study(find_workspace(path), Silent()))
    assert full == early


def test_the_baseline_holds_nothing_later(tmp_path: Path) -> None:
    workspace = find_workspace(write_firm(tmp_path, n_reps=32))
    baseline = read_baseline(read(workspace), workspace, Silent())
    assert not np.isfinite(baseline.panels[0].values[:, ~baseline.panels[0].pre]).any()


def test_who_got_it_is_not_asked_before_anybody_did(pilot: Path) -> None:
    design = unassigned(read(find_workspace(pilot))).design
    assert (design.arm, design.launch, design.wave, design.take_up, design.exposed) == (None,) * 5


def test_thirty_and_fifty_in_each_group(pilot: Path) -> None:  # EXP-14
    report = design_study(find_workspace(pilot), Silent())
    (_, d30, lift30), (_, d50, _) = per_arm_lifts(report)
    assert d30 == pytest.approx(0.7356, abs=5e-4)
    assert d50 == pytest.approx(0.5659, abs=5e-4)
    assert lift30 == pytest.approx(d30 * report.spread)


def test_the_document_holds_what_the_lines_say(pilot: Path) -> None:
    report = design_study(find_workspace(pilot), Silent())
    document = design_document(report)
    assert document["schema_version"] == 1
    assert document["power"]["smallest_visible_lift"] == report.power.smallest_visible_lift
    assert [d["kind"] for d in document["designs"]] == [o.kind for o in report.options]
    assert all((d["reason"] is None) == d["feasible"] for d in document["designs"])


def test_candidates_are_ranked_by_what_their_answer_is_worth(tmp_path: Path) -> None:  # EXP-07
    paths = []
    for name, expected in (("sure", "30%..40%"), ("open", "0.1%..2%"), ("blind", "1%..2%")):
        folder = tmp_path / name
        folder.mkdir()
        path = write_pilot(folder)
        text = path.read_text().replace("study: pilot-90-days", f"study: {name}")
        text = text.replace("expected: 5%..10%", f"expected: {expected}")
        if name == "blind":
            text = text[: text.index("costs:")] + text[text.index("privacy:") :]
        path.write_text(text)
        paths.append(path)
    ranked = rank_candidates([find_workspace(path) for path in paths], Silent())
    assert [c.study.name for c in ranked] == ["open", "sure", "blind"]
    assert isinstance(ranked[-1].value, Refusal)
    assert ranked[0].reach == 400
    (_, first), *_, (_, last) = rank_lines(ranked)
    assert first.startswith("a pilot (")
    assert " is worth $" in first
    assert "Deciding today would mean " in first
    assert last.startswith("no value: ")


def test_a_design_that_cannot_be_laid_out_is_told(tmp_path: Path) -> None:
    report = design_study(find_workspace(write_pilot(tmp_path, n_reps=4)), Silent())
    assert isinstance(report.planned, Refusal)
    assert any(label == "It can see" and text.startswith("not known") for label, text in design_lines(report))
