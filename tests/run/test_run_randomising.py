"""payoff randomise: a list anybody can draw again, and a record to check it by."""

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from firm import write_firm
from pilot_firm import write_pilot

from payoff.nouns.problem import PayoffError
from payoff.run.progress import Silent
from payoff.run.randomise_words import randomise_document, randomise_lines
from payoff.run.randomising import Drawn, randomise_study
from payoff.run.workspace import find_workspace
from payoff.study import read_study

LOT = "sources:\n  lot: {csv: drills.allocation.csv, key: rep_id, steward: a.ruiz}\n"
WAVES = "  wave: (select wave from lot where lot.rep_id = cohort.rep_id)\n"
WAVES += "  waves: {A: 2026-01-01, B: 2026-03-01, C: 2026-09-01}\n"


def draw(path: Path, **options: int) -> Drawn:
    return randomise_study(find_workspace(path), Silent(), **options)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_the_list_and_its_record(tmp_path: Path) -> None:  # EXP-01
    path = write_pilot(tmp_path)
    drawn = draw(path)
    found = rows(drawn.csv_path)
    assert [row["rep_id"] for row in found] == [f"r{n:03d}" for n in range(60)]  # keys as in the sources
    assert sum(row["arm"] == "program" for row in found) == 30
    for region in "NS":
        assert sum(row["arm"] == "program" for row in found if row["stratum"] == region) == 15
    record = json.loads(drawn.record_path.read_text())
    assert record["seed"] == 20260105
    assert record["plan_lock"] == read_study(path.read_bytes(), "p").plan_lock
    assert record["list_sha256"] == hashlib.sha256(drawn.csv_path.read_bytes()).hexdigest()
    assert set(record["inputs"]) == {"people", "deals", "practice"}
    assert {b["name"] for b in record["balance"]} == {"deals_won", "practice_score"}
    assert not (tmp_path / ".payoff" / "warehouse").exists()  # nothing unpseudonymised stays behind


def test_the_best_of_many_lots_is_not_called_alike(tmp_path: Path) -> None:
    drawn = draw(write_pilot(tmp_path))
    said = dict(randomise_lines(drawn))["Lot"]
    assert ("first" in said) is drawn.allocation.alike is drawn.record["alike_enough"]
    worse = replace(drawn, allocation=replace(drawn.allocation, alike=False, n_draws=1_000))
    said = dict(randomise_lines(worse))["Lot"]
    assert "none of 1,000 lots was alike enough, the most alike was taken" in said


def test_the_same_draw_again_changes_nothing(tmp_path: Path) -> None:
    path = write_pilot(tmp_path)
    first = draw(path)
    text = first.csv_path.read_bytes()
    people = (tmp_path / "data/people.csv").read_text().splitlines()
    (tmp_path / "data/people.csv").write_text("\n".join([people[0], *reversed(people[1:])]) + "\n")
    again = draw(path)
    assert again.was_there
    assert again.csv_path.read_bytes() == text


def test_another_lot_does_not_overwrite_the_first(tmp_path: Path) -> None:
    path = write_pilot(tmp_path)
    text = draw(path).csv_path.read_bytes()
    path.write_text(path.read_text().replace("seed: 20260105", "seed: 7"))
    with pytest.raises(PayoffError) as caught:
        draw(path)
    assert (caught.value.problems[0].code, caught.value.exit_code) == ("U172", 5)
    assert path.with_suffix(".allocation.csv").read_bytes() == text


def test_whole_teams_and_their_number(tmp_path: Path) -> None:
    drawn = draw(write_firm(tmp_path, n_reps=64))
    arms: dict[str, set[str]] = {}
    for row in rows(drawn.csv_path):
        arms.setdefault(row["cluster"], set()).add(row["arm"])
    assert len(arms) == 16
    assert all(len(found) == 1 for found in arms.values())
    assert "in 8 groups" in dict(randomise_lines(drawn))["program"]


def test_waves_with_their_dates_and_exposure(tmp_path: Path) -> None:  # EXP-02
    path = write_firm(tmp_path, n_reps=64)
    text = (
        path.read_text()
        .replace("  launch: launch\n", WAVES)
        .replace("sources:\n", LOT)
        .replace("  type: did\n", "  type: staggered\n  terms: {first: 0}\n  randomise: {seed: 3}\n")
    )
    path.write_text(text)
    drawn = draw(path)
    launches = {row["wave"]: row["launch_on"] for row in rows(drawn.csv_path)}
    assert launches == {"A": "2026-01-01", "B": "2026-03-01", "C": "2026-09-01"}
    waves = randomise_document(drawn)["schedule"]["waves"]
    assert [sum(wave["exposed"]) for wave in waves] == [6, 4, 0]
    assert drawn.record["seed"] == 3


def test_waves_can_be_planned_first(tmp_path: Path) -> None:
    drawn = draw(write_firm(tmp_path, n_reps=64), n_waves=4, every=2)
    assert drawn.schedule is not None
    assert [f"{day}" for day in drawn.schedule.launch_on] == [
        "2026-01-01", "2026-03-01", "2026-05-01", "2026-07-01",
    ]  # fmt: skip
    assert "write waves: {A: 2026-01-01," in dict(randomise_lines(drawn))["Next"]


def test_factors_are_dealt_out_together(tmp_path: Path) -> None:  # EXP-10
    path = write_pilot(tmp_path, n_reps=80)
    text = (
        path.read_text()
        .replace(
            "  arm: rep_id in (select rep_id from lot where arm = 'program')\n",
            "  factors: {content: tenure_months > 9, cadence: tenure_months > 12}\n",
        )
        .replace("  expected_share: 50%\n", "")
    )
    path.write_text(text.replace("columns: [rep_id, arm]", "columns: [rep_id]"))
    found = rows(draw(path).csv_path)
    both = [(row["content"], row["cadence"]) for row in found]
    assert [both.count(cell) for cell in (("0", "0"), ("0", "1"), ("1", "0"), ("1", "1"))] == [20, 20, 20, 20]


def test_what_has_no_lot_says_so(tmp_path: Path) -> None:
    path = write_firm(tmp_path, n_reps=32)
    path.write_text(
        path.read_text().replace("type: did", "type: before_after").replace("  launch: launch\n", "")
    )
    with pytest.raises(PayoffError) as caught:
        draw(path)
    assert (caught.value.problems[0].code, caught.value.exit_code) == ("U170", 2)


def test_too_few_to_draw(tmp_path: Path) -> None:
    with pytest.raises(PayoffError) as caught:
        draw(write_pilot(tmp_path, n_reps=4))
    assert (caught.value.problems[0].code, caught.value.exit_code) == ("U171", 4)


def test_more_waves_than_can_be_planned_or_filled(tmp_path: Path) -> None:
    """The fix names what to ask for, not arms that a rollout has not."""
    path = write_firm(tmp_path, n_reps=32)
    with pytest.raises(PayoffError) as caught:
        draw(path, n_waves=30)
    problem = caught.value.problems[0]
    assert (problem.code, caught.value.exit_code) == ("U171", 2)
    assert "--waves from 2 to 26" in problem.fix
    with pytest.raises(PayoffError) as caught:
        draw(path, n_waves=20)
    assert caught.value.problems[0].fix.startswith("fewer waves")
