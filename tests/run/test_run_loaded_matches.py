"""Who was matched in sources that come in loads: by the rows that stand, with keys."""

import csv
import io
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from firm import STUDY

from payoff.identity import Decision, Identifier, State
from payoff.nouns.identifying import Identifying
from payoff.nouns.origin import Folder
from payoff.nouns.study import Privacy, Source, Study
from payoff.run.identities.identifying import ListPlan, add_list, open_naming
from payoff.run.identities.identity_deciding import decide
from payoff.run.identities.identity_disclosing import describe_report
from payoff.run.identities.identity_report import MatchReport, match_study, write_unmatched
from payoff.run.loads.load_all import read_reader
from payoff.run.loads.loading import load_source
from payoff.run.workspace import Workspace, find_home
from payoff.study import check_study

AGENTS = """Agent,Number,From,To
a1,10,,
a2,10,2026-01-01,2026-02-28
a2,11,2026-02-15,2026-03-31
"""
HEADER = "call,agent,on\n"
CALLS = {
    "calls-1.csv": "1,a1,2026-01-05\n2,A9 ,2026-01-06\n3,A9,2026-01-07\n4,,2026-01-07\n5,a2,2026-01-08\n",
    "calls-2.csv": "3,a1,2026-01-07\n6,a2,2026-02-20\n7,a2,2026-02-21\n8,A9,2026-02-22\n",
}
SOURCE = Source(
    "calls", "csv", "calls-*.csv", key=("call",), origin=Folder("calls-*.csv"),
    identifying=Identifying((("agent", "genesys-agent"),), "on", 1.0),
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    (tmp_path / "agents.csv").write_text(AGENTS)
    (tmp_path / "payoff.yml").write_text("payoff: 1\n")
    for name, text in CALLS.items():
        (tmp_path / name).write_text(HEADER + text)
        os.utime(tmp_path / name, (time.time() - 60,) * 2)
    found = find_home(tmp_path)
    workspace = Workspace(found.root, tmp_path / "study.yml", found.out, found.settings)
    plan = ListPlan("agents", {"Agent": "genesys-agent", "Number": "hr"}, "hr", "From", "To")
    add_list(workspace, tmp_path / "agents.csv", plan, "d.steward")
    return workspace


def study() -> Study:
    found, problems = check_study(STUDY.encode(), "drills.yml")
    assert found is not None, problems
    return replace(found, sources=(SOURCE,), privacy=Privacy())


def load(home: Workspace) -> None:
    load_source(study(), SOURCE, home, read_reader(study(), SOURCE, home))


def look(home: Workspace) -> MatchReport:
    return match_study(study(), home, open_naming(home))


def test_rows_that_stand_are_counted_once(home: Workspace) -> None:
    load(home)
    (counted,) = look(home).coverage
    rows = {state: counted.rows[state] for state in State if counted.rows[state]}
    assert rows == {State.MATCHED: 3, State.AMBIGUOUS: 2, State.MISSING: 2, State.BLANK: 1}
    assert counted.identifiers[State.MISSING] == 1
    assert "3 of 7 rows matched" in describe_report(look(home))[0][1]


def test_open_keys_are_listed_and_files_say_whose_they_are(home: Workspace) -> None:
    load(home)
    report, naming = look(home), open_naming(home)
    plain = write_unmatched(report, naming, clear=False).decode()
    assert "A9" not in plain
    rows = list(csv.DictReader(io.StringIO(write_unmatched(report, naming, clear=True).decode())))
    assert [(r["state"], r["identifier"], r["rows"], r["first_on"], r["last_on"]) for r in rows] == [
        ("ambiguous", "a2", "2", "2026-02-20", "2026-02-21"),
        ("missing", "A9", "2", "2026-01-06", "2026-02-22"),
    ]
    assert rows[0]["candidates_clear"] == "hr=10; hr=11"
    assert {r["key"] for r in rows} == {line.split(",")[4] for line in plain.splitlines()[1:]}
    for name in CALLS:
        (home.root / name).unlink()
    kept = list(csv.DictReader(io.StringIO(write_unmatched(look(home), naming, clear=True).decode())))
    assert [(r["state"], r["identifier"], r["rows"]) for r in kept] == [
        ("ambiguous", "", "2"), ("missing", "", "2"),
    ]  # fmt: skip


def test_a_table_of_another_map_is_not_judged_by_this_one(home: Workspace) -> None:
    assert look(home).not_loaded == ("calls",)
    load(home)
    assert look(home).not_loaded == ()
    decide(home, Decision(0, "nobody", Identifier("genesys-agent", "A9"), None, "d.steward", "a robot"))
    report = look(home)
    assert (report.coverage, report.not_loaded) == ((), ("calls",))
    assert ("calls", "not loaded since the map changed: payoff load, then again") in describe_report(report)
    load(home)
    (counted,) = look(home).coverage
    assert (counted.rows[State.NOBODY], counted.rows[State.MISSING]) == (2, 0)
