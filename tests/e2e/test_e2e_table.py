"""payoff table as a command: by team for everybody, of single people through the gate of learner exports."""

import csv
import json
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from e2e_support import run_payoff
from firm import name_rep, write_firm

from payoff.records.export_log import read_exports
from payoff.run.privacy.learner_export import log_path
from payoff.run.workspace import find_workspace

PURPOSES = """\
payoff: 1
exports:
  ramp up: {columns: [hris_location, deals], roles: [analyst]}
  too much: {columns: [hris_salary], roles: [analyst]}
"""
GATE = ["--purpose", "ramp up", "--role", "analyst", "--by", "a.ruiz"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """160 reps: three in Rome, twenty in Bergen, the others in Oslo."""
    path = write_firm(tmp_path)
    text = path.read_text().replace(
        "\nmetrics:\n", "  hris: {csv: hris.csv, profile: people, steward: hr-data}\n\nmetrics:\n"
    )
    path.write_text(text.replace("pseudonymise: [rep_id]", "pseudonymise: [rep_id, person_id]"))
    places = ["Rome"] * 3 + ["Bergen"] * 20 + ["Oslo"] * 137
    rows = [f"{name_rep(n)},{place},2024-03-01," for n, place in enumerate(places)]
    (tmp_path / "hris.csv").write_text("\n".join(["person_id,location,hired_on,left_on", *rows]) + "\n")
    (tmp_path / "payoff.yml").write_text(PURPOSES)
    return path


def run(study: Path, out: str, *more: str) -> "subprocess.CompletedProcess[str]":
    return run_payoff("table", study, "--out", out, "--quiet", *more, cwd=study.parent)


def test_the_command_writes_teams_and_says_what_joined(study: Path) -> None:
    done = run(study, "teams.parquet", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    table = pq.read_table(study.parent / "teams.parquet")
    assert (table.num_rows, table.column_names) == (told["rows"], told["columns"])
    assert table.num_rows == 16 * 12
    assert [join["side"] for join in told["joins"]] == ["hris", "deals"]
    assert "export" not in told
    assert not log_path(find_workspace(study)).exists()


def test_people_leave_for_a_purpose_under_pseudonyms_and_on_record(study: Path) -> None:
    done = run(study, "rows.csv", *GATE)
    assert done.returncode == 0, done.stderr
    with (study.parent / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["person", "period", "hris_location", "deals"]
    assert len(rows) == 160 * 12
    assert len({row["person"] for row in rows}) == 160
    places = [row["hris_location"] for row in rows]
    assert {place: places.count(place) // 12 for place in set(places)} == {
        "": 23,
        "Oslo": 137,
    }  # not Rome's 3
    assert {row["deals"] for row in rows if row["period"] >= "2026"} == {""}  # not locked
    assert "" not in {row["deals"] for row in rows if row["period"] < "2026"}
    assert "@" not in (study.parent / "rows.csv").read_text()
    (made,) = read_exports(log_path(find_workspace(study)))
    assert (made.by, made.role, made.purpose, made.file) == ("a.ruiz", "analyst", "ramp up", "rows.csv")
    assert (made.n_blanked, made.smallest) == (23, 23)
    assert (made.n_rows, made.columns) == (160 * 12, ("person", "period", "hris_location", "deals"))
    assert made.sha256 in "".join(done.stdout.split())


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        (["--purpose", "ramp up", "--role", "intern", "--by", "a.ruiz"], "N102"),
        (["--purpose", "too much", "--role", "analyst", "--by", "a.ruiz"], "N103"),
    ],
)
def test_what_was_not_agreed_does_not_leave(study: Path, gate: list[str], code: str) -> None:
    done = run(study, "rows.csv", *gate, "--json")
    assert done.returncode == 6
    assert code in done.stdout + done.stderr
    assert not (study.parent / "rows.csv").exists()
    assert not log_path(find_workspace(study)).exists()
