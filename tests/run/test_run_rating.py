"""payoff metrics raters: 2.3 before, and nothing after until the plan is locked."""

import datetime as dt
from pathlib import Path

import pytest
from test_run_timing import STUDY, write_teams

from payoff.nouns.problem import PayoffError
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.rating import rate_metric, rating_document, rating_lines
from payoff.run.workspace import find_workspace
from payoff.signals import RubricMean

SOURCE = "  teams: {csv: teams.csv"
BEFORE, AFTER = (2, 2, 3, 3, 1, 2, 3, 2, 2, 3), (4, 4, 5, 4, 3, 3, 4, 3, 4, 4)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    text = STUDY.replace(SOURCE, "  ratings: {csv: ratings.csv, steward: ana}\n" + SOURCE)
    text = text.replace(
        "  velocity:\n", "  seen: {use: observed_technique, source: ratings, owner: ops}\n  velocity:\n"
    )
    (tmp_path / "ready.yml").write_text(text.replace("leading: [competency, velocity]", "leading: [seen]"))
    rows = [
        f"p{n // 2},r{n % 2},asks open questions,{score},{day},x"
        for day, scores in (("2026-02-03", BEFORE), ("2026-05-05", AFTER))
        for n, score in enumerate(scores)
    ]
    (tmp_path / "ratings.csv").write_text("\n".join(["person_id,rater_id,item,score,rated_on,team", *rows]))
    for name in ("people", "tries", "courses"):
        (tmp_path / f"{name}.csv").write_text(HEADS[name])
    write_teams(tmp_path)
    return tmp_path / "ready.yml"


HEADS = {
    "people": "person_id,hired_on,left_on,known_until,team\na,2026-01-01,,2026-06-30,x\n",
    "tries": "person,timestamp,touchpoint,score_scaled,team\na,2026-01-11T09:00:00,assessment,0.9,x\n",
    "courses": "person_id,started_at,completed_at,team\na,2026-01-01,2026-01-05,x\n",
}


def test_the_baseline_is_told_with_its_raters_and_nothing_later(study: Path) -> None:
    rated = rate_metric(find_workspace(study), "seen", Silent())
    assert [r.when for r in rated] == ["before"]
    found = rated[0].found
    assert isinstance(found, RubricMean)
    assert found.mean == pytest.approx(2.3)
    assert found.low < 2.3 < found.high
    assert (found.n_people, found.n_raters, found.n_scores) == (5, 2, 10)
    assert "2.30 points" in rating_lines(rated)[0][1]
    assert rating_document("seen", rated)["windows"][0]["n_raters"] == 2


def test_after_the_lock_both_windows_are_told_and_data_at_fault_keep_both_back(study: Path) -> None:
    plain, ranged = "ratings.csv, steward: ana", "ratings.csv, steward: ana, health: {ranges: {score: 1..5}}"
    study.write_text(study.read_text().replace(plain, ranged))
    lock_study(find_workspace(study), "ana", "fin", dt.date(2026, 3, 30))
    before, after = rate_metric(find_workspace(study), "seen", Silent())
    assert isinstance(before.found, RubricMean)
    assert isinstance(after.found, RubricMean)
    assert [before.found.mean, after.found.mean] == pytest.approx([2.3, 3.8])
    scores = study.parent / "ratings.csv"
    scores.write_text(scores.read_text().replace("questions,4,", "questions,44,"))
    with pytest.raises(PayoffError) as stopped:
        rate_metric(find_workspace(study), "seen", Silent())
    assert stopped.value.exit_code == 4
    assert {problem.code for problem in stopped.value.problems} == {"D401"}


def test_few_people_are_not_shown_and_other_metrics_are_not_rated(study: Path) -> None:
    study.write_text(study.read_text().replace("min_cell: 5", "min_cell: 6"))
    rated = rate_metric(find_workspace(study), "seen", Silent())
    assert "refused" in rating_document("seen", rated)["windows"][0]
    with pytest.raises(PayoffError, match="U227"):
        rate_metric(find_workspace(study), "sold", Silent())
