"""Evidence grade: product reference, section "Evidence locks"."""

import itertools

import pytest
from causal_worlds import make_study
from hypothesis import given
from hypothesis import strategies as st

from payoff.causal import grade
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.refusal import Refusal

NAMES = {
    "sample ratio": "assignment",
    "baseline balance": "comparison",
    "attrition": "comparison",
    "pre-trend": "baseline",
    "few clusters": "inference",
    "freshness": "data",
    "definition": "data",
}


def failed(*names: str) -> list[Check]:
    return [Check(n, NAMES[n], Verdict.FAIL, f"{n} failed.", costs=1) for n in names]


@pytest.mark.parametrize(
    ("design", "randomised", "start"),
    [("rct", True, 4), ("did", True, 4), ("did", False, 3), ("rct", False, 2), ("before_after", False, 1)],
)
def test_the_design_sets_the_start(design: str, randomised: bool, start: int) -> None:
    study = make_study(design, randomised=randomised)  # type: ignore[arg-type]
    found = grade(study, (), 0.01)
    assert (found.start, found.locks) == (start, start)
    assert found.reasons


def test_attrition_and_imbalance_cost_one_step_together() -> None:
    study = make_study("rct")
    assert grade(study, failed("attrition"), 0.01).locks == 3
    assert grade(study, failed("attrition", "baseline balance"), 0.01).locks == 3
    assert grade(study, failed("freshness", "definition"), 0.01).locks == 3
    assert grade(study, failed("attrition", "pre-trend"), 0.01).locks == 2


def test_two_steps_at_most_and_one_more_for_a_late_lock() -> None:
    """GOV: a retrospective lock loses one step beyond the two."""
    everything = failed(*NAMES)
    assert grade(make_study("rct"), everything, 5.0).locks == 2
    late = make_study("rct", locked=True, retrospective=True)
    assert grade(late, everything, 5.0).locks == 1
    assert grade(late, (), 0.01).locks == 3
    assert "locked after follow-up began" in grade(late, (), 0.01).reasons[-1]
    assert grade(make_study("before_after"), everything, 5.0).locks == 0


@pytest.mark.parametrize(("visible", "lost"), [(0.09, 0), (0.10, 0), (0.11, 1), (0.20, 1), (0.21, 2)])
def test_a_design_too_small_for_what_it_expects(visible: float, lost: int) -> None:
    found = grade(make_study("rct", expected=(0.05, 0.10)), (), visible)
    assert found.locks == 4 - lost
    words = " ".join(found.reasons)
    assert ("expected 5% to 10%" in words) == (lost > 0)


def test_unknown_power_and_expectations_in_units_cost_nothing_but_the_first_is_said() -> None:
    unknown = grade(make_study("rct"), (), Refusal("power", "no baseline"))
    assert unknown.locks == 4
    assert "unknown" in " ".join(unknown.reasons)
    assert grade(make_study("rct", in_unit="deals/rep/month"), (), 5.0).locks == 4


def test_silent_and_passed_checks_cost_nothing() -> None:
    for verdict in (Verdict.PASS, Verdict.SILENT):
        checks = [Check(n, s, verdict, "", costs=1) for n, s in NAMES.items()]
        assert grade(make_study("rct"), checks, 0.01).locks == 4
    moved = [Check("pre-trend", "baseline", Verdict.PASS, "", costs=1)]
    assert "groups moved together beforehand" in grade(make_study(), moved, 0.01).reasons


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
    found = grade(study, checks, visible)
    assert max(found.start - 3, 0) <= found.locks <= found.start
    for i in range(7):
        worse = list(checks)
        worse[i] = Check(checks[i].name, checks[i].scope, Verdict.FAIL, "", costs=1)
        assert grade(study, worse, visible).locks <= found.locks


def test_a_grade_reads_no_effect() -> None:
    """Blind to the outcome: its inputs hold no estimate, and texts of checks change nothing."""
    study = make_study("rct")
    for name, text in itertools.product(NAMES, ("effect 12% (4 to 20)", "effect −12%")):
        check = Check(name, NAMES[name], Verdict.FAIL, text, costs=1)
        assert grade(study, [check], 0.01).locks == 3
