"""A lot is believed where it is on record, and not where whole teams went together."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from payoff.nouns.cohort import Cohort
from payoff.nouns.evidence import Verdict
from payoff.nouns.study import Study
from payoff.run.draw_record import allocation_paths, look_for_record
from payoff.run.hidden_teams import find_hidden_teams, look_for_teams, plan_columns
from payoff.run.workspace import Workspace
from payoff.study import read_study, read_template

N = 60


def make_study(kind: str = "rct", **changes: Any) -> Study:
    study = read_study(read_template("pilot-90-days").encode(), "x.yml")
    own = {"type": kind, "randomised": kind == "rct", "cluster": None, "unit_label": "rep", "arm": "drawn"}
    return replace(study, design=replace(study.design, **{**own, **changes}))


def cohort(program: np.ndarray) -> Cohort:
    units = tuple(f"r{n}" for n in range(len(program)))
    never = np.full(len(program), np.datetime64("NaT"), dtype="datetime64[D]")
    return Cohort(units, program, never, units, None, None, None, (), (), "f" * 64)


def table(**columns: Sequence[object]) -> pa.Table:
    return pa.table({"payoff_unit": [f"r{n}" for n in range(N)], **columns})


BY_TEAM = np.repeat(np.arange(12) < 6, 5)
TEAMS = [f"t{n // 5}" for n in range(N)]


@pytest.mark.parametrize(("n_program", "people"), [(6, "6 in the program, 6"), (1, "1 in the program, 11")])
def test_teams_that_went_together_block_a_lot_of_persons(n_program: int, people: str) -> None:
    program = np.repeat(np.arange(12) < n_program, 5)
    study = make_study("rct")
    (found,) = look_for_teams(study, cohort(program), table(team=TEAMS, level=list(range(N))))
    assert (found.verdict, found.blocks, found.scope) == (Verdict.FAIL, True, "assignment")
    assert "Every team lies wholly in one group" in found.text
    assert people in found.text
    assert "design.cluster" in found.text


def test_two_groups_called_teams_are_teams_and_two_labels_are_not() -> None:
    halves: list[object] = ["north" if inside else "south" for inside in BY_TEAM]
    found = find_hidden_teams(make_study("rct"), cohort(BY_TEAM), table(team_id=halves))
    assert found is not None
    assert (found.column, found.n_program, found.n_comparison) == ("team_id", 1, 1)
    assert find_hidden_teams(make_study("rct"), cohort(BY_TEAM), table(label=halves)) is None


def test_no_team_is_found_where_there_is_none() -> None:
    study, drawn = make_study("rct"), np.random.default_rng(1).permutation(np.arange(N) < N // 2)
    assert find_hidden_teams(study, cohort(drawn), table(team=TEAMS)) is None
    unlike: dict[str, list[object]] = {
        "label": ["a" if inside else "b" for inside in BY_TEAM],  # the arm by another name
        "nobody": [None] * N,
        "own": [f"x{n}" for n in range(N)],
        "score": [n / 7 for n in range(N)],
    }
    assert find_hidden_teams(study, cohort(BY_TEAM), table(**unlike)) is None
    spelt = make_study("rct", arm="team in ('t0', 't1')")
    assert find_hidden_teams(spelt, cohort(BY_TEAM), table(team=TEAMS)) is None


def test_columns_are_asked_for_only_where_persons_were_drawn() -> None:
    assert [q.name for q in plan_columns(make_study("rct"))] == ["columns"]
    assert plan_columns(make_study("rct", cluster="team")) == ()
    assert plan_columns(make_study("did")) == ()


def test_a_draw_without_a_record_is_taken_at_the_plans_word(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, tmp_path / "s.yml", tmp_path / "out")
    (silent,) = look_for_record(make_study("rct"), workspace, cohort(BY_TEAM))
    assert (silent.verdict, silent.scope) == (Verdict.SILENT, "assignment")
    assert "at the plan's word" in silent.text
    (named,) = look_for_record(
        make_study("rct", draw_record="minutes of 3 March"), workspace, cohort(BY_TEAM)
    )
    assert named.verdict is Verdict.PASS
    assert look_for_record(make_study("did"), workspace, cohort(BY_TEAM)) == ()


def test_the_list_is_held_against_the_groups(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, tmp_path / "s.yml", tmp_path / "out")
    arms = ("comparison,", "program,2026-01-01")
    rows = ["rep_id,cluster,stratum,arm,launch_on"]
    rows += [f"r{n},c,,{arms[int(inside)]}" for n, inside in enumerate(BY_TEAM)]
    list_path, record_path = allocation_paths(workspace)
    list_path.write_text("\n".join(rows) + "\n")
    seal = hashlib.sha256(list_path.read_bytes()).hexdigest()
    record_path.write_text(json.dumps({"seed": 7, "list_sha256": seal}))
    (kept,) = look_for_record(make_study("rct"), workspace, cohort(BY_TEAM))
    assert kept.verdict is Verdict.PASS
    assert "seed 7" in kept.text
    swapped = BY_TEAM.copy()
    swapped[[0, -1]] = swapped[[-1, 0]]
    (moved,) = look_for_record(make_study("rct"), workspace, cohort(swapped))
    assert moved.verdict is Verdict.FAIL
    assert "2 of 60 reps" in moved.text
    list_path.write_text("\n".join(reversed(rows)))
    (other,) = look_for_record(make_study("rct"), workspace, cohort(BY_TEAM))
    assert other.verdict is Verdict.FAIL
