"""Evidence grade: product reference, section "Evidence locks"."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from causal_worlds import make_study
from hypothesis import given
from hypothesis import strategies as st

from payoff.causal import grade
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import Amendment, Study

NAMES = {
    "sample ratio": "assignment",
    "baseline balance": "comparison",
    "attrition": "comparison",
    "pre-trend": "baseline",
    "few clusters": "inference",
    "freshness": "data",
    "definition": "data",
}


def sees(visible: float | Refusal, expected: tuple[float, float] = (0.05, 0.10)) -> Power:
    """What the design sees and what is expected, as lifts."""
    return Power(visible, *expected, break_even=Refusal("break-even", "no costs"))


def failed(*names: str) -> list[Check]:
    return [Check(n, NAMES[n], Verdict.FAIL, f"{n} failed.", costs=1) for n in names]


@pytest.mark.parametrize(
    ("design", "randomised", "start"),
    [("rct", True, 4), ("did", True, 4), ("did", False, 3), ("rct", False, 2), ("before_after", False, 1)],
)
def test_the_design_sets_the_start(design: str, randomised: bool, start: int) -> None:
    study = make_study(design, randomised=randomised)  # type: ignore[arg-type]
    found = grade(study, (), sees(0.01))
    assert (found.start, found.locks) == (start, start)
    assert found.reasons


def test_attrition_and_imbalance_cost_one_step_together() -> None:
    study = make_study("rct")
    assert grade(study, failed("attrition"), sees(0.01)).locks == 3
    assert grade(study, failed("attrition", "baseline balance"), sees(0.01)).locks == 3
    assert grade(study, failed("freshness", "definition"), sees(0.01)).locks == 3
    assert grade(study, failed("attrition", "pre-trend"), sees(0.01)).locks == 2


@pytest.mark.parametrize(("randomised", "locks"), [(False, 2), (True, 4)])
def test_groups_not_seen_to_move_together_cost_a_step_unless_drawn_by_lot(
    randomised: bool, locks: int
) -> None:
    """CAU-13: what is taken on trust is not graded as seen; a lot needs no such look."""
    unseen = Check("pre-trend", "baseline", Verdict.SILENT, "Cannot be tested.", costs=1)
    found = grade(make_study("did", randomised=randomised), [unseen], sees(0.01))
    assert found.locks == locks
    assert ("too little before launch" in " ".join(found.reasons)) != randomised
    both = [unseen, Check("placebo date", "baseline", Verdict.FAIL, "A change.", costs=1)]
    assert grade(make_study("did"), both, sees(0.01)).locks == 2  # what shows before launch costs once


def test_two_steps_at_most_and_one_more_for_a_late_lock() -> None:
    """GOV: a retrospective lock loses one step beyond the two."""
    everything = failed(*NAMES)
    assert grade(make_study("rct"), everything, sees(5.0)).locks == 2
    late = make_study("rct", locked=True, retrospective=True)
    assert grade(late, everything, sees(5.0)).locks == 1
    assert grade(late, (), sees(0.01)).locks == 3
    assert "outcomes could already be seen" in grade(late, (), sees(0.01)).reasons[-1]
    assert grade(make_study("before_after"), everything, sees(5.0)).locks == 0


@pytest.mark.parametrize(
    ("visible", "lost"), [(0.06, 0), (0.075, 0), (0.08, 1), (0.10, 1), (0.15, 1), (0.16, 2), (0.60, 2)]
)
@pytest.mark.parametrize("in_unit", [None, "deals/rep/month"])
def test_a_design_too_small_for_the_middle_of_what_it_expects(
    visible: float, lost: int, in_unit: str | None
) -> None:
    """Whichever terms the hypothesis is stated in: Power holds lifts."""
    found = grade(make_study("rct", in_unit=in_unit, expected=(1.0, 2.0)), (), sees(visible))
    assert found.locks == 4 - lost
    words = " ".join(found.reasons)
    assert ("expected 5% to 10%" in words) == (lost > 0)


@pytest.mark.parametrize(
    "power",
    [
        sees(Refusal("power", "no baseline")),
        sees(0.01, (float("nan"), float("nan"))),
        replace(sees(0.01), expected_low=None, expected_high=None),
    ],
)
def test_what_is_not_known_costs_a_step(power: Power) -> None:
    found = grade(make_study("rct"), (), power)
    assert found.locks == 3
    assert "what it can see is not known" in found.reasons


def amended(on: dt.date, *changes: str) -> Study:
    study = make_study("rct", locked=True)
    assert study.lock is not None
    late = Amendment(on, "why", "ana", "1" * 64, changes)
    return replace(study, lock=replace(study.lock, amendments=(late,)))


def test_a_late_change_of_a_definition_costs_a_step() -> None:
    began = make_study("rct").design.follow_up.start_on
    for part in ("metrics.aht.unit", "outcome.primary", "cohort.include", "design.terms.a", "hypotheses[1]"):
        found = grade(amended(began, f'{part}: "a" → "b"'), (), sees(0.01))
        assert found.locks == 3, part
        assert "changed after follow-up began" in found.reasons[-1]
    both = amended(began, "design.cluster: nothing → 1", "metrics.aht.unit: 1 → 2")
    assert "metrics and design changed" in grade(both, (), sees(0.01)).reasons[-1]
    assert grade(both, failed("freshness"), sees(0.01)).locks == 3
    before = began - dt.timedelta(days=1)
    assert grade(amended(before, "metrics.aht.unit: 1 → 2"), (), sees(0.01)).locks == 4
    harmless = amended(began, "costs[1].item: 1 → 2", "assumptions.design.mid: 1 → 2")
    assert grade(harmless, (), sees(0.01)).locks == 4


def test_silent_and_passed_checks_cost_nothing() -> None:
    for verdict in (Verdict.PASS, Verdict.SILENT):
        checks = [Check(n, s, verdict, "", costs=1) for n, s in NAMES.items()]
        assert grade(make_study("rct"), checks, sees(0.01)).locks == 4
    moved = [Check("pre-trend", "baseline", Verdict.PASS, "", costs=1)]
    assert "groups moved together beforehand" in grade(make_study(), moved, sees(0.01)).reasons


@pytest.mark.parametrize(
    ("passed", "against"),
    [
        ("pre-trend", "anticipation"),
        ("pre-trend", "placebo date"),
        ("baseline balance", "regression to the mean"),
    ],
)
def test_reasons_do_not_contradict_each_other(passed: str, against: str) -> None:
    """A grade does not say that groups moved together and, in the same line, that they did not."""
    good = Check(passed, "baseline", Verdict.PASS, "", costs=1)
    bad = Check(against, "baseline", Verdict.FAIL, "", costs=1)
    alone = grade(make_study(), [good], sees(0.01)).reasons
    both = grade(make_study(), [good, bad], sees(0.01)).reasons
    assert alone[1] not in both
    unlike = Check("baseline balance", "comparison", Verdict.FAIL, "", costs=1)
    moved = Check("pre-trend", "baseline", Verdict.PASS, "", costs=1)
    said = grade(make_study(), [moved, unlike], sees(0.01)).reasons
    assert "groups moved together beforehand" in said
    assert "groups unlike at the start" in said  # a level, not a course


@given(
    verdicts=st.lists(st.sampled_from(list(Verdict)), min_size=7, max_size=7),
    visible=st.floats(0, 10),
    late=st.booleans(),
    design=st.sampled_from(["rct", "did", "before_after"]),
)
def test_a_grade_only_goes_down(verdicts: list[Verdict], visible: float, late: bool, design: str) -> None:
    study = make_study(design, locked=True, retrospective=late)  # type: ignore[arg-type]
    checks = [
        Check(name, scope, verdict, "", costs=1)
        for (name, scope), verdict in zip(NAMES.items(), verdicts, strict=True)
    ]
    found = grade(study, checks, sees(visible))
    assert max(found.start - 3, 0) <= found.locks <= found.start
    for i in range(len(NAMES)):
        worse = list(checks)
        worse[i] = Check(checks[i].name, checks[i].scope, Verdict.FAIL, "", costs=1)
        assert grade(study, worse, sees(visible)).locks <= found.locks


def test_a_gap_that_chance_allows_is_not_called_alike() -> None:
    reason = "groups differed by 0.39 standard deviations beforehand, as chance allows"
    alike, apart = (
        grade(
            make_study("did"),
            [Check("baseline balance", "comparison", Verdict.PASS, "", reason=r)],
            sees(0.1),
        )
        for r in ("", reason)
    )
    assert "groups alike beforehand" in alike.reasons
    assert reason in apart.reasons
    assert not any("alike" in said for said in apart.reasons)


def test_a_grade_reads_no_effect() -> None:
    """Blind to the outcome: its inputs hold no estimate, and texts of checks change nothing."""
    study = make_study("rct")
    for name, text in itertools.product(NAMES, ("effect 12% (4 to 20)", "effect −12%")):
        check = Check(name, NAMES[name], Verdict.FAIL, text, costs=1)
        assert grade(study, [check], sees(0.01)).locks == 3
