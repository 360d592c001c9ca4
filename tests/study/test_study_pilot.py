"""A pilot's dates follow from its first day; its exit rules read as they were meant."""

import datetime as dt
from itertools import pairwise

import pytest
from study_pilot_cases import FOUR, NINETY

from payoff.nouns.pilot import Condition
from payoff.study import check_study, read_study
from payoff.study.codes import FindingError
from payoff.study.pilot import plan_phases, read_conditions


@pytest.mark.parametrize("text", [NINETY, FOUR])
def test_a_valid_pilot_has_no_problem(text: str) -> None:
    study, problems = check_study(text.encode(), "drills.yml")
    assert problems == ()
    assert study is not None


def test_ninety_days_are_three_phases_without_a_gap() -> None:  # EXP-17
    phases = plan_phases("90 days", dt.date(2026, 3, 2))
    assert [p.name for p in phases] == ["baseline", "intervention", "post"]
    assert [(p.end_on - p.start_on).days + 1 for p in phases] == [30, 30, 30]
    assert phases[0].start_on == dt.date(2026, 3, 2)
    assert phases[-1].end_on == dt.date(2026, 5, 30)
    assert all(a.end_on + dt.timedelta(days=1) == b.start_on for a, b in pairwise(phases))


def test_in_weeks_the_phases_are_whole_weeks() -> None:
    phases = plan_phases("90 days", dt.date(2026, 3, 2), "week")
    assert [(p.end_on - p.start_on).days + 1 for p in phases] == [28, 35, 28]
    assert all(p.start_on.weekday() == 0 for p in phases)


def test_the_days_between_the_phases_are_in_neither_window() -> None:  # EXP-17
    study = read_study(NINETY.encode(), "drills.yml")
    assert study.pilot is not None
    middle = study.pilot.phases[1]
    assert study.design.baseline.end_on < middle.start_on
    assert study.design.follow_up.start_on > middle.end_on


def test_four_weeks_are_measured_while_the_program_runs() -> None:  # EXP-16
    study = read_study(FOUR.encode(), "drills.yml")
    assert study.pilot is not None
    assert [p.name for p in study.pilot.phases] == ["baseline", "intervention"]
    last = study.pilot.phases[-1]
    assert (last.start_on, last.end_on) == (study.design.follow_up.start_on, study.design.follow_up.end_on)


def test_exit_rules_keep_their_order_and_text() -> None:  # EXP-08
    study = read_study(NINETY.encode(), "drills.yml")
    assert [rule.decision for rule in study.exit] == ["stop", "scale", "stop"]
    assert study.exit[2].text == "interval below 2% and date from 2026-05-30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("always", ()),
        ("Guardrail  broken", (Condition("guardrail", "Guardrail  broken"),)),
        (
            "verdict is helped, size unclear",
            (Condition("verdict", "verdict is helped, size unclear", word="helped, size unclear"),),
        ),
        ("estimate above 5%", (Condition("estimate", "estimate above 5%", above=True, bound=0.05),)),
        ("interval below 0.02", (Condition("interval", "interval below 0.02", above=False, bound=0.02),)),
    ],
)
def test_conditions_are_read(text: str, expected: tuple[Condition, ...]) -> None:
    assert read_conditions(text) == expected


@pytest.mark.parametrize(
    "text", ["", "and", "verdict worked", "estimate over 5%", "date from soon", "money is fine"]
)
def test_what_must_be_interpreted_is_refused(text: str) -> None:
    with pytest.raises(FindingError) as caught:
        read_conditions(text)
    assert caught.value.code == "P804"


def test_an_override_is_a_note_on_every_output() -> None:  # EXP-18
    scale = "scale: {pilot: drills-pilot, override: {by: vp sales, on: 2026-06-01, reason: a rival moves}}\n"
    study = read_study((NINETY + scale).encode(), "drills.yml")
    assert any("vp sales" in note and "2026-06-01: A rival moves." in note for note in study.notes)
