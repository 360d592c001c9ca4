"""Addresses in a column nobody said anything of: told wherever data are brought in, or not landed at all."""

from pathlib import Path

import pytest
from firm import STUDY, name_rep, write_deals
from loading_firm import export, load, refused, write_study

from payoff.nouns.problem import PayoffError
from payoff.run.checking import check_everything
from payoff.run.main_path import prepare
from payoff.run.progress import Silent
from payoff.run.running import run_study
from payoff.run.workspace import Workspace, find_workspace

PROMISE = "privacy: {pseudonymise: [rep_id], min_cell: 5}\n"


def write_firm(folder: Path, study: str) -> Workspace:
    """Keys that are numbers, and beside them a column of addresses."""
    write_deals(folder, 12, 40)
    keys = {name_rep(rep): f"r{rep:03d}" for rep in range(40)}
    deals = (folder / "deals.csv").read_text()
    people = "rep_id,team,drilled,region,contact\n"
    for rep, (name, key) in enumerate(keys.items()):
        deals = deals.replace(f"{name},", f"{key},")
        people += f"{key},team{rep % 10},{'true' if rep % 2 else 'false'},North,{name}\n"
    (folder / "deals.csv").write_text(deals)
    (folder / "people.csv").write_text(people)
    (folder / "payoff.yml").write_text("payoff: 1\n")
    (folder / "drills.yml").write_text(study)
    return find_workspace(folder / "drills.yml")


def test_a_study_without_a_promise_is_told_by_check_run_and_health(tmp_path: Path) -> None:
    workspace = write_firm(tmp_path, STUDY.replace(PROMISE, ""))
    checked = check_everything(workspace, Silent())
    told = [text for label, text in checked.summary if label == "people" and "in clear" in text]
    assert len(told) == 1
    assert "privacy: {pseudonymise: [contact]}" in told[0]
    assert name_rep(3) not in told[0]
    done = run_study(workspace, None, True, "a4", Silent())
    assert any("pseudonymise: [contact]" in text for _, text in done.lines)
    found = {f.id: f for one in prepare(workspace).source_health for f in one.findings}
    assert found["people.addresses.contact"].n_rows == 40
    assert not found["people.addresses.contact"].blocks
    assert all(one.score == 100 for one in prepare(workspace).source_health)


def test_a_study_that_promises_privacy_lands_no_addresses(tmp_path: Path) -> None:
    workspace = write_firm(tmp_path, STUDY)
    with pytest.raises(PayoffError, match="N106") as stopped:
        prepare(workspace)
    assert stopped.value.exit_code == 6
    assert "pseudonymise: [contact]" in stopped.value.problems[0].fix
    assert not list((workspace.warehouse / "people").glob("*/rows.parquet"))
    mended = write_firm(tmp_path, STUDY.replace("pseudonymise: [rep_id]", "pseudonymise: [rep_id, contact]"))
    assert prepare(mended).cohort.n_units == 40


def test_a_load_of_a_folder_tells_it_or_stops(tmp_path: Path) -> None:
    study = write_study(tmp_path, "{folder: 'exports/*.csv', key: [rep_id, month], steward: sales-ops}")
    export(tmp_path, "w1.csv", [("a@firm.example", "2026-01-01", 1), ("b@firm.example", "2026-01-01", 2)])
    assert any("pseudonymise: [rep_id]" in note for note in load(study).notes)
    text = study.read_text()
    study.write_text(text + "privacy: {min_cell: 8}\n")
    export(tmp_path, "w2.csv", [("c@firm.example", "2026-02-01", 3)])
    assert "N106" in str(refused(study))
