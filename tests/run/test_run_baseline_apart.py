"""Saved baselines as an attacker has them: eight people less five of them are three; not to be had."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from baseline_firm import write_calls
from test_run_baselining import NOVEMBER, TODAY, measure

from payoff.nouns.people import FLOOR
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal
from payoff.records.chain import add_line
from payoff.run.baselines.baseline_apart import are_near, beside_saved, tell_apart
from payoff.run.baselines.baseline_record import (
    compare_saved,
    read_saved,
    record_path,
    save_baseline,
)
from payoff.run.baselines.saved_baseline import Saved, as_version
from payoff.run.workspace import find_workspace

FIVE = "agent_id,arm\na1,program\na2,waits\na3,program\na4,waits\na5,program\n"


def subtract(one: Saved, two: Saved) -> float | None:
    """The minutes of those who are in one and not in two."""
    above = [saved.metrics[0]["numerator"] for saved in (one, two)]
    return None if None in above else above[0] - above[1]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Saved, Saved]:
    """A study with v1 of eight saved, and five of the same people now."""
    path = write_calls(tmp_path, NOVEMBER)
    v1, _ = save_baseline(find_workspace(path), measure(path), "ana", "", TODAY)
    (tmp_path / "people.csv").write_text(FIVE)
    return path, v1, as_version(measure(path), "v2", "ana", "they stayed", TODAY)


def test_three_people_cannot_be_had_from_eight_and_five(pair: tuple[Path, Saved, Saved]) -> None:
    path, v1, v2 = pair
    workspace = find_workspace(path)
    before = record_path(workspace).read_bytes()
    with pytest.raises(PayoffError) as stopped:
        save_baseline(workspace, measure(path), "ana", "they stayed", TODAY)
    assert stopped.value.exit_code == 6
    assert [problem.code for problem in stopped.value.problems] == ["N121"]
    assert record_path(workspace).read_bytes() == before
    assert subtract(v1, v2) is not None  # what the rule is for


def test_a_record_that_has_both_already_tells_one(pair: tuple[Path, Saved, Saved]) -> None:
    path, v1, v2 = pair
    add_line(record_path(find_workspace(path)), asdict(v2))
    saved = read_saved(find_workspace(path))
    assert [one.metrics[0]["level"] is None for one in tell_apart(saved, FLOOR)] == [False, True]
    assert subtract(*tell_apart(saved, FLOOR)) is None
    now = as_version(measure(path))
    assert tell_apart(saved, FLOOR, now)[0].metrics[0]["level"] is None  # eight, beside the five of today
    with pytest.raises(PayoffError, match="N121"):
        compare_saved(saved, "v1", "v2", FLOOR)
    assert [one.metrics for one in tell_apart(saved, 0)] == [v1.metrics, v2.metrics]  # of sites


@pytest.mark.parametrize(
    ("n_units", "others", "last_on", "near"),
    [
        (8, False, "2025-11-30", False),  # measured again
        (8, True, "2025-11-30", True),  # as many, but somebody else among them
        (12, True, "2025-11-30", True),
        (13, True, "2025-11-30", False),
        (9, True, "2025-06-30", True),  # a window within the other
    ],
)
def test_versions_are_near_by_who_and_how_many(
    pair: tuple[Path, Saved, Saved], n_units: int, others: bool, last_on: str, near: bool
) -> None:
    _, v1, _ = pair
    seen = tuple({**metric, "n_seen": n_units} for metric in v1.metrics)
    units = "others" if others else v1.units
    other = replace(v1, n_units=n_units, units=units, last_on=last_on, metrics=seen)
    assert are_near(v1, other, FLOOR) == near
    later = replace(other, first_on="2025-12-01", last_on="2025-12-31")
    assert not are_near(v1, later, FLOOR)


@pytest.mark.parametrize(("n_seen", "near"), [(8, False), (7, True), (3, False), (None, True)])
def test_of_the_same_people_a_few_who_were_not_seen_are_told_apart_too(
    pair: tuple[Path, Saved, Saved], n_seen: int | None, near: bool
) -> None:
    _, v1, _ = pair
    other = replace(v1, metrics=tuple({**m, "n_seen": n_seen, "level": 1.0} for m in v1.metrics))
    assert are_near(v1, other, FLOOR) == near
    alike = tuple({**m, "n_seen": n_seen, "denominator": m["denominator"] - 1} for m in v1.metrics)
    assert are_near(v1, replace(v1, metrics=alike), FLOOR) == near  # as many minutes each: the level stays


@pytest.mark.parametrize(
    ("first_on", "n_values", "near"),
    [
        ("2024-01-01", 183, False),  # the same
        ("2024-01-01", 180, True),  # three values less: of three people, perhaps
        ("2024-02-01", 175, False),  # eight less in one period are eight people
        ("2024-02-01", 180, True),  # three people had all of January
        ("2024-03-01", 175, True),  # eight less in two periods may be four people
        ("2024-03-01", 174, False),
        ("2023-12-01", 191, False),
    ],
)
def test_of_other_windows_a_few_who_alone_fill_the_difference_are_not_told(
    pair: tuple[Path, Saved, Saved], first_on: str, n_values: int, near: bool
) -> None:
    """Eight people, 23 months, 183 values."""
    _, v1, _ = pair
    assert v1.metrics[0]["n_values"] == 183
    other = tuple({**metric, "n_values": n_values, "level": 1.0} for metric in v1.metrics)
    assert are_near(v1, replace(v1, first_on=first_on, metrics=other), FLOOR) == near
    assert are_near(replace(v1, first_on=first_on, metrics=other), v1, FLOOR) == near


def test_a_window_moved_on_with_everybody_seen_is_told(pair: tuple[Path, Saved, Saved]) -> None:
    _, v1, _ = pair
    moved = tuple({**metric, "level": 1.0} for metric in v1.metrics)
    assert not are_near(v1, replace(v1, first_on="2024-02-01", last_on="2025-12-31", metrics=moved), FLOOR)


def test_what_may_not_be_saved_is_not_shown_either(pair: tuple[Path, Saved, Saved]) -> None:
    path, v1, _ = pair
    report, told = beside_saved(measure(path), read_saved(find_workspace(path)))
    assert told == (v1,)
    assert all(isinstance(figures.level, Refusal) for figures in report.figures)
