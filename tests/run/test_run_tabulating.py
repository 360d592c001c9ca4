"""payoff table: people by team, small teams and locked outcomes kept back, nothing multiplied."""

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from firm import name_rep, write_firm

from payoff.connectors.pseudonym import name_text
from payoff.nouns.problem import PayoffError
from payoff.run.progress import Silent
from payoff.run.tabulating import write_table
from payoff.run.workspace import Workspace, find_workspace
from payoff.warehouse.statement_segments import write_segment
from payoff.xapi.event import Event

MORE = """\
  hris: {csv: hris.csv, profile: people, steward: hr-data}
  scores: {csv: scores.csv, profile: ratings, steward: quality}
  lrs: {statements: .payoff/statements, steward: learning}

metrics:
"""
AUGUST = int(dt.datetime(2025, 8, 20, tzinfo=dt.UTC).timestamp()) * 1_000_000


FIVE = (0, 16, 32, 48, 64)  # half of a team


def write_hr(folder: Path, n_south: int = 0) -> Path:
    """The firm of 160 reps with an HR list; the first rep moves in mid-August, the last are in the south."""
    study = write_firm(folder)
    text = study.read_text().replace("\nmetrics:\n", MORE)
    study.write_text(text.replace("pseudonymise: [rep_id]", "pseudonymise: [rep_id, person_id]"))
    lines = ["person_id,team,location,hired_on,left_on"]
    teams = ["north"] * (160 - n_south) + ["south"] * n_south
    lines += [f"{name_rep(rep)},{teams[rep]},Oslo,2024-03-01," for rep in range(1, 160)]
    lines += [f"{name_rep(0)},north,Oslo,2024-03-01,2025-08-14", f"{name_rep(0)},south,Rome,2025-08-15,"]
    (folder / "hris.csv").write_text("\n".join(lines) + "\n")
    lines = ["person_id,rater_id,item,score,rated_on"]
    for rep in FIVE:
        lines += [f"{name_rep(rep)},coach,opening,{score},2025-08-0{score}" for score in (3, 5)]
    lines += [f"{name_rep(16)},coach,opening,4,2025-09-01"]
    (folder / "scores.csv").write_text("\n".join([*lines, "stranger,coach,opening,1,2025-08-02"]) + "\n")
    people = [name_text(name_rep(rep), find_workspace(study).read_secret()) for rep in FIVE]
    acts = [(who, act) for who in people for act in ("launch", "completion", "nudge sent", "launch")]
    events = [
        Event(1, f"s{n}", AUGUST + n, timestamp=AUGUST + n, person=who, touchpoint=act)
        for n, (who, act) in enumerate(acts, start=1)
    ]
    write_segment(folder / ".payoff" / "statements", events, 0)
    return study


def test_people_are_put_together_by_team(tmp_path: Path) -> None:
    workspace = find_workspace(write_hr(tmp_path))
    file = tmp_path / "table.parquet"
    found = write_table(workspace, "month", file, Silent())
    table = pq.read_table(file)
    assert table.equals(found.table)
    assert table.num_rows == 16 * 12  # teams × months
    assert "rep0000@firm.example" not in str(table.to_pylist())
    hris, scores, lrs, deals = found.reports
    assert (hris.side, hris.n_matched, hris.n_strangers) == ("hris", 160 * 12, 0)
    assert (deals.side, deals.n_strangers, deals.n_people_without) == ("deals", 0, 0)
    assert (scores.n_matched, scores.n_strangers, scores.n_people_without) == (6, 1, 155)
    assert (lrs.n_matched, lrs.n_people_without) == (5, 155)
    assert not found.locked
    rows = table.to_pylist()
    assert {row["deals_people"] for row in rows if str(row["period"]) >= "2026"} == {0}  # not locked
    assert {row["deals_people"] for row in rows if str(row["period"]) < "2026"} == {10}
    august = next(r for r in rows if r["team"] == "team00" and str(r["period"]) == "2025-08-01")
    assert (august["scores_points_sum"], august["scores_n_scores_sum"]) == (40, 10)
    assert (august["lrs_touchpoints_sum"], august["lrs_touchpoints_people"]) == (15, 5)  # a nudge is no act
    assert august["lrs_completions_so_far_sum"] == 5
    september = next(r for r in rows if r["team"] == "team00" and str(r["period"]) == "2025-09-01")
    assert (september["scores_points_sum"], september["scores_points_people"]) == (None, None)  # of one rep
    assert found.n_cells == 2
    moved = {str(r["period"]): r["hris_teams_in_period_sum"] for r in rows if r["team"] == "team00"}
    assert (moved["2025-07-01"], moved["2025-08-01"], moved["2025-09-01"]) == (10, 11, 10)


def without_cluster(study: Path) -> Workspace:
    study.write_text(study.read_text().replace("  cluster: team\n", ""))
    return find_workspace(study)


def test_without_a_cluster_the_hr_team_of_the_period_counts(tmp_path: Path) -> None:
    found = write_table(without_cluster(write_hr(tmp_path, 20)), None, tmp_path / "table.csv", Silent())
    assert found.n_withheld == 0
    told = {(row["team"], str(row["period"])): row["people"] for row in found.table.to_pylist()}
    assert [told["north", f"2025-0{month}-01"] for month in (7, 8, 9)] == [140, 139, 139]
    assert [told["south", f"2025-0{month}-01"] for month in (7, 8, 9)] == [20, 21, 21]


def test_a_team_of_one_takes_with_it_what_would_tell_of_it(tmp_path: Path) -> None:
    """The brief tells 160: the 159 of the north would be one person of the south."""
    found = write_table(without_cluster(write_hr(tmp_path)), None, tmp_path / "table.csv", Silent())
    assert (found.table.num_rows, found.n_withheld) == (0, 2)


@pytest.mark.parametrize(
    ("name", "grain", "code"),
    [("t.xlsx", None, "U231"), ("t.csv", "week", "U230"), ("drills.yml", None, "U132")],
)
def test_what_is_refused(tmp_path: Path, name: str, grain: str | None, code: str) -> None:
    workspace = find_workspace(write_hr(tmp_path))
    with pytest.raises(PayoffError) as caught:
        write_table(workspace, grain, tmp_path / name, Silent())
    assert [p.code for p in caught.value.problems] == [code]


def test_people_whose_team_nobody_says_are_not_written(tmp_path: Path) -> None:
    study = write_firm(tmp_path)
    study.write_text(study.read_text().replace("  cluster: team\n", ""))
    with pytest.raises(PayoffError) as caught:
        write_table(find_workspace(study), None, tmp_path / "t.csv", Silent())
    assert [p.code for p in caught.value.problems] == ["U232"]
    assert not (tmp_path / "t.csv").exists()
