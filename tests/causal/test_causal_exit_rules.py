"""Exit rules decide as they were written: the first that holds, else continue."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal import estimate
from payoff.causal.exit_rules import NO_RULE, decide_exit
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, EffectVerdict, Verdict
from payoff.nouns.pilot import Condition, Decision, ExitRule
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

TODAY = dt.date(2026, 6, 1)
BROKEN = Check("calls per hour", "guardrail", Verdict.FAIL, "Calls fell.")


def rule(decision: Decision, *conditions: Condition) -> ExitRule:
    return ExitRule(decision, conditions, " and ".join(c.text for c in conditions) or "always")


STUDY = replace(
    make_study("rct"),
    exit=(
        rule("stop", Condition("guardrail", "guardrail broken")),
        rule(
            "scale",
            Condition("verdict", "verdict is worked", word="worked"),
            Condition("money", "money is pays back", word="pays back"),
        ),
        rule("scale", Condition("estimate", "estimate above 40%", above=True, bound=0.4)),
        rule("stop", Condition("interval", "interval below 2%", above=False, bound=0.02)),
        rule("stop", Condition("date", "date from 2026-07-01", on=dt.date(2026, 7, 1))),
    ),
)


def effect(lift: float) -> Effect:
    rng = np.random.default_rng(1)
    values = rng.normal(20, 0.5, size=(80, 4))
    program = np.arange(80) < 40
    values[program, 2:] *= 1 + lift
    answer = estimate(STUDY, make_panel(values, 2, in_program=program))[0]
    assert isinstance(answer, Effect)
    return answer


def decide(
    lift: float = 0.1,
    verdict: str = "cannot tell",
    money: str | None = "likely",
    checks: tuple[Check, ...] = (),
    on: dt.date = TODAY,
    study: Study = STUDY,
) -> tuple[str, str]:
    found = decide_exit(study, EffectVerdict(verdict, "", 0.02), money, effect(lift), checks, on)
    assert found is not None
    return found.decision, found.reason


def test_each_rule_fires_on_what_it_says() -> None:  # EXP-08
    assert decide(checks=(BROKEN,)) == ("stop", "broken: calls per hour")
    assert decide(verdict="worked", money="pays back")[0] == "scale"
    assert decide(lift=0.5)[0] == "scale"
    assert decide(lift=-0.1)[0] == "stop"
    assert decide(on=dt.date(2026, 7, 1)) == ("stop", "it is 2026-07-01")


def test_all_conditions_must_hold_and_order_decides() -> None:
    assert decide(verdict="worked", money="likely") == ("continue", NO_RULE)
    assert decide(verdict="worked", money="pays back", checks=(BROKEN,))[0] == "stop"


def test_a_blocked_result_meets_no_condition_on_its_numbers() -> None:
    refusal = Refusal("fixed_effects", "No.")
    found = decide_exit(STUDY, EffectVerdict("blocked", "", None), None, refusal, (), TODAY)
    assert found is not None
    assert (found.decision, found.rule) == ("continue", "")


def test_without_rules_there_is_no_decision() -> None:
    assert decide_exit(replace(STUDY, exit=()), None, None, None, (), TODAY) is None


@pytest.mark.parametrize("decision", ["stop", "continue", "scale"])
def test_always_is_the_last_word(decision: Decision) -> None:
    study = replace(STUDY, exit=(rule(decision),))
    assert decide(study=study) == (decision, "it holds always")
