"""Data health on the command line: damage keeps a final result back until it is mended or answered for."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from e2e_support import run_payoff
from firm import STUDY, write_firm

assert_valid: Callable[[object, object], None] = jsonschema.validate
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/result.schema.json").read_text())
SOURCE = "columns: [rep_id, month, deals], steward: sales-ops}"
HEALTH = (
    "columns: [rep_id, month, deals], steward: sales-ops,\n"
    "          health: {when: month, every: month, required: [deals], ranges: {deals: 0..100},\n"
    "                   references: {rep_id: people.rep_id}}}"
)
N_BAD = 40


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = write_firm(tmp_path)
    path.write_text(STUDY.replace(SOURCE, HEALTH))
    done = run_payoff(
        "lock", path.name, "--analyst", "a", "--finance", "b", "--on", "2025-12-30", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    return path


def damage(folder: Path) -> None:
    """Deals of forty rows become impossible."""
    rows = read_csv(folder / "deals.csv")
    for row in rows[1 : N_BAD + 1]:
        row[2] = "-1"
    with (folder / "deals.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text().splitlines()))


def payoff(study: Path, *arguments: str) -> Any:
    return run_payoff(*arguments, cwd=study.parent)


def accept(study: Path, steward: str, until: str = "2999-12-31") -> Any:
    words = ("--steward", steward, "--reason", "returns were booked as deals", "--until", until)
    return payoff(study, "health", "accept", study.name, "deals.range.deals", *words)


def test_damage_is_found_kept_back_answered_for_and_asked_again(study: Path) -> None:
    clean = payoff(study, "health", study.name)
    assert clean.returncode == 0, clean.stderr
    assert "100 of 100, no finding" in clean.stdout
    assert "data up to 2026-06-01 (deals)" in " ".join(clean.stdout.split())

    damage(study.parent)
    found = payoff(study, "health", study.name, "--json")
    assert found.returncode == 4
    (finding,) = json.loads(found.stdout)["sources"][0]["findings"]
    assert (finding["id"], finding["rows"], finding["stops"]) == ("deals.range.deals", N_BAD, True)
    assert finding["means"].startswith("Deals won cannot be trusted: ")
    listed = study.parent / "out" / "drills" / "health" / "deals.range.deals.csv"
    rows = read_csv(listed)
    assert [row[0] for row in rows] == ["row", *map(str, range(1, N_BAD + 1))]
    assert "firm.example" not in listed.read_text()

    stopped = payoff(study, "run", study.name)
    assert (stopped.returncode, "D401" in stopped.stderr) == (4, True)
    assert "payoff health accept" in stopped.stderr
    if_only = payoff(study, "run", study.name, "--set", "discount=0.04", "--reason", "a look past the gate")
    assert (if_only.returncode, "D401" in if_only.stderr) == (4, True)
    assert not (study.parent / "out" / "drills" / "latest").exists()

    draft = payoff(study, "run", study.name, "--draft")
    assert draft.returncode == 0, draft.stderr
    assert "Draft, not for publication: 1 finding about the data keeps a final result back." in " ".join(
        draft.stdout.split()
    )
    assert not (study.parent / "out" / "drills" / "latest").exists()
    signed = payoff(study, "sign", study.name, "--finance", "b", "--version", "draft")
    assert (signed.returncode, "U190" in signed.stderr) == (2, True)

    assert [accept(study, "nobody").returncode, accept(study, "sales-ops", "2020-01-01").returncode] == [2, 2]
    taken = accept(study, "Sales-Ops")
    assert taken.returncode == 0, taken.stderr
    check_published(study)

    with (study.parent / "deals.csv").open("a") as file:
        file.write("rep0000@firm.example,2026-07-01,9\n")
    again = payoff(study, "run", study.name)
    assert (again.returncode, "D401" in again.stderr) == (4, True)

    record = study.with_suffix(".health.jsonl")
    record.write_text(record.read_text().replace("booked", "cooked") * 2)
    assert "D404" in payoff(study, "health", study.name).stderr


def check_published(study: Path) -> None:
    """v1, with the acceptance on its first line and in its appendix; printed the same again."""
    done = payoff(study, "run", study.name)
    assert done.returncode == 0, done.stderr
    version = study.parent / "out" / "drills" / "v1"
    result = json.loads((version / "result.json").read_text())
    assert_valid(result, SCHEMA)
    (finding,) = result["data_health"]["sources"][0]["findings"]
    assert finding["accepted"]["steward"] == "Sales-Ops"
    assert any("finding in the rows" in reason for reason in result["grade"]["reasons"])
    story = (version / "story.html").read_text()
    assert "Accepted by Sales-Ops until 2999-12-31" in story
    assert "returns were booked as deals" in story
    assert len(read_csv(version / "evidence/health/deals.range.deals.csv")) == N_BAD + 1
    again = payoff(study, "report", study.name)
    assert again.returncode == 0, again.stderr
    assert (version / "story.html").read_text() == story


def test_a_misspelt_rule_is_told_with_its_place(study: Path) -> None:
    study.write_text(study.read_text().replace("people.rep_id}", "persons.rep_id}"))
    done = payoff(study, "health", study.name)
    assert (done.returncode, "P109" in done.stderr) == (3, True)
    assert "people.person_id" in done.stderr
