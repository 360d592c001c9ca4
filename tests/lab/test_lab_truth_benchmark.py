"""The truth benchmark: what it counts, and that a few worlds run through the product's own path."""

import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "truth"
sys.path.insert(0, str(BENCHMARK))

import truth_readme  # noqa: E402
import truth_worlds  # noqa: E402
from bench_truth import Found, look, read, save, summarise  # noqa: E402

CELLS = {cell.name: cell for cell in truth_worlds.list_cells()}
CELL = CELLS["team_randomised | 10 | works"]
MAIN = CELL.setting.main


def found(**changes: object) -> Found:
    fields = {"answered": True, "estimate": 0.1, "error": 0.02, "truth": 0.08, "low": 0.05, "high": 0.15,
              "verdict": "worked", "locks": 3, "start": 4}  # fmt: skip
    return Found(**{**fields, **changes})  # type: ignore[arg-type]


def test_shares_are_of_all_worlds_and_coverage_of_those_answered() -> None:
    missed = found(low=0.09, estimate=0.12)
    refused = Found(False, locks=4, start=4, reason="too few")
    row = summarise(CELL, MAIN, [found(), missed, refused, found(low=-0.01, verdict="cannot tell")])
    assert row.answered == 0.75
    assert row.coverage == pytest.approx(2 / 3)
    assert row.rejected == pytest.approx(2 / 3)
    assert row.bias == pytest.approx((0.02 + 0.04 + 0.02) / 3)
    assert row.verdicts == {"worked": 0.5, "blocked": 0.25, "cannot tell": 0.25}
    assert row.refusals == {"too few": 0.25}


def test_a_world_is_flagged_by_a_failed_check_a_lower_grade_or_no_result() -> None:
    """A grade lowered for size counts in `flagged` and not in `flagged_not_for_size`."""
    clean = found(locks=4)
    for_size = found(locks=3)
    failed = found(locks=3, for_size_only=False, failed=("pre-trend",))
    refused = Found(False, locks=4, start=4)
    row = summarise(CELL, MAIN, [clean, for_size, failed, refused])
    assert (row.warned, row.lowered, row.flagged, row.flagged_not_for_size) == (0.25, 0.5, 0.75, 0.5)
    assert row.worked_at_three == 0.75
    assert row.checks == {"pre-trend": 0.25}


def test_no_answer_at_all_leaves_no_number() -> None:
    row = summarise(CELL, MAIN, [Found(False, locks=2, start=4)] * 3)
    assert row.answered == 0
    assert row.coverage != row.coverage


def test_rows_are_kept_and_replaced_by_cell_and_method(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    save(path, [summarise(CELL, MAIN, [found()]), summarise(CELL, "other", [found()])])
    save(path, [summarise(CELL, MAIN, [found(), found()])])
    assert [(row["method"], row["worlds"]) for row in read(path)] == [(MAIN, "2"), ("other", "1")]


def test_a_goal_is_missed_only_beyond_chance() -> None:
    rows = [
        {"worlds": "100", "coverage": share, "setting": "x", "teams": "10"}
        for share in ("0.95", "0.92", "0.8")
    ]
    _, n_cells, worst, outside, beyond = truth_readme._goal("coverage", rows, "coverage", 0.935, 0.965)
    assert (n_cells, outside, beyond) == ("3", "2", "1")
    assert worst.startswith("80.0 %")


def test_names_of_cells_are_unique_and_every_broken_world_is_explained() -> None:
    assert len(CELLS) == 6 * (len(truth_worlds.CLEAN) + len(truth_worlds.BROKEN))
    assert all(setting.broken for setting in truth_worlds.BROKEN)
    assert {*truth_worlds.NO_GOAL} <= {s.name for s in truth_worlds.BROKEN}


@pytest.mark.parametrize("name", ["person_randomised | 10 | works", "one_launch | 10 | null"])
def test_a_world_takes_the_whole_path_and_gives_the_same_again(name: str) -> None:
    cell = CELLS[name]
    one, two = look(cell, 3), look(cell, 3)
    main = one[cell.setting.main]
    assert main.answered
    assert main.verdict != "blocked"
    assert 0 <= main.locks <= main.start
    assert [(f.estimate, f.low, f.failed) for f in one.values()] == [
        (f.estimate, f.low, f.failed) for f in two.values()
    ]
    assert set(one) == {cell.setting.main, *cell.setting.methods}


def test_the_page_is_made_of_the_rows(tmp_path: Path) -> None:
    rows = [summarise(CELLS[f"team_randomised | 10 | {w}"], MAIN, [found()] * 4) for w in ("null", "works")]
    save(tmp_path / "results.csv", rows)
    truth_readme.write_readme(tmp_path / "README.md", read(tmp_path / "results.csv"))
    page = (tmp_path / "README.md").read_text()
    assert "| team_randomised | 10 | 4 |" in page
    assert "{" not in page
