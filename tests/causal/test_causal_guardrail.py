"""Guardrails: broken, kept or open, by the worse end of the interval and the plan's margin."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_metric, make_panel, make_study, rct_world

from payoff.causal import check_guardrails, estimate
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.metric import Better
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Guardrail, Outcome, Study


def study_with(rail: Guardrail, better: Better = "higher", unit: str = "%") -> Study:
    metric = replace(make_metric(better, unit=unit), name="kept", label="Solved at first contact")
    study = make_study("rct")
    return replace(study, metrics=(*study.metrics, metric), outcome=Outcome("deals", guardrails=(rail,)))


def check(
    rail: Guardrail,
    level: float,
    change: float,
    error: float,
    better: Better = "higher",
    unit: str = "%",
    checks: tuple[Check, ...] = (),
) -> Check:
    """A guardrail metric that was at `level` and moved by `change`, give or take 1.96 `error`."""
    values, program, _ = rct_world(np.random.default_rng(1))
    study = study_with(rail, better, unit)
    first = estimate(study, make_panel(values, 2, in_program=program, metric=study.metric("kept")))[0]
    assert isinstance(first, Effect)
    effect = replace(
        first,
        better=better,
        baseline=level,
        estimates=np.array([change]),
        intervals=np.array([[change - 1.96 * error, change + 1.96 * error]]),
        lift_intervals=None,
    )
    return check_guardrails(study, {"kept": effect}, checks)[0]


POINT = Guardrail("kept", "-1 pp at most", 1.0, "points")


def test_a_collapse_is_a_breach_with_its_figures() -> None:
    found = check(POINT, 76.0, -41.0, 1.5)
    assert (found.verdict, found.scope, found.costs, found.blocks) == (Verdict.FAIL, "guardrail", 0, False)
    assert found.text == (
        "Solved at first contact: 41 pp worse (95%: 38 pp worse to 44 pp worse); "
        "the plan allows 1.0 pp worse at most."
    )


@pytest.mark.parametrize(
    ("change", "error", "verdict"),
    [
        (-2.0, 0.9, Verdict.FAIL),  # the interval reaches inside the margin, not to zero
        (-2.0, 1.1, Verdict.SILENT),  # worse than allowed, but nothing at all is not excluded
        (-0.8, 0.2, Verdict.SILENT),  # surely worse, within the margin, 1.2 not ruled out
        (-0.5, 0.2, Verdict.PASS),  # surely worse, and surely by less than allowed
        (0.0, 0.5, Verdict.PASS),
        (5.0, 1.0, Verdict.PASS),
        (0.5, 2.0, Verdict.SILENT),
    ],
)
def test_the_interval_decides(change: float, error: float, verdict: Verdict) -> None:
    assert check(POINT, 76.0, change, error).verdict is verdict
    turned = check(POINT, 24.0, -change, error, better="lower")
    assert turned.verdict is verdict  # worse is up where lower is better


def test_an_open_guardrail_says_what_it_cannot_rule_out() -> None:
    text = check(POINT, 76.0, 0.5, 2.0).text
    assert text.endswith("the plan allows 1.0 pp worse at most, and 3.4 pp worse cannot be ruled out.")
    assert "0.50 pp better" in text


def test_a_relative_margin_is_a_share_of_the_level() -> None:
    rail = Guardrail("kept", "5% at most", 0.05, "relative")
    assert check(rail, 10.0, -0.6, 0.1, unit="min/call").verdict is Verdict.FAIL
    kept = check(rail, 100.0, -0.6, 0.1, unit="min/call")
    assert kept.verdict is Verdict.PASS
    assert "0.60% worse" in kept.text


def test_a_share_is_told_in_percentage_points_and_a_unit_in_itself() -> None:
    share = Guardrail("kept", "-1 pp at most", 0.01, "points")
    assert "41 pp worse" in check(share, 0.76, -0.41, 0.01, unit="share").text
    minutes = Guardrail("kept", "2 min at most", 2.0, "unit")
    assert "3.0 min/call worse" in check(minutes, 10.0, 3.0, 0.1, better="lower", unit="min/call").text


def test_no_answer_and_no_comparison_are_silence_with_a_reason() -> None:
    refusal = Refusal("difference in means", "Only 3 reps in an arm.")
    found = check_guardrails(study_with(POINT), {"kept": refusal}, ())[0]
    assert found.verdict is Verdict.SILENT
    assert found.text.endswith("is not known: only 3 reps in an arm.")
    gate = Check("sample ratio", "assignment", Verdict.FAIL, "Not as drawn.", blocks=True)
    shut = check(POINT, 76.0, -41.0, 1.5, checks=(gate,))
    assert shut.verdict is Verdict.SILENT
    assert "41" not in shut.text
