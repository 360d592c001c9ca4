"""When a pilot ends: its own rules, promised beforehand, applied to what was found.

Question  Stop, continue or scale?
Rule      Rules in the order written; the first whose conditions all hold decides. None holds: continue,
          because nothing that was agreed on has happened.
Assumes   The verdicts are the ones of the locked plan. A result that is blocked has neither estimate nor
          interval, so conditions on them do not hold.
Refuses   Nothing; without rules there is no decision.
Proof     tests/causal/test_causal_exit_rules.py.
"""

import datetime as dt
from collections.abc import Sequence

from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, EffectVerdict, Verdict
from payoff.nouns.pilot import Condition, ExitVerdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import percent

NO_RULE = "no exit rule has been met"


def decide_exit(
    study: Study,
    verdict: EffectVerdict | None,
    money: str | None,
    effect: Effect | Refusal | None,
    checks: Sequence[Check],
    on: dt.date,
) -> ExitVerdict | None:
    """The decision the study's exit rules lead to on the day `on`; None where it has no rules.

    money: the money verdict's word, None where money was refused. effect: the locked answer.
    """
    if not study.exit:
        return None
    for rule in study.exit:
        told = [_holds(c, verdict, money, effect, checks, on) for c in rule.conditions]
        if all(told):
            return ExitVerdict(rule.decision, rule.text, "; ".join(told) or "it holds always")
    return ExitVerdict("continue", "", NO_RULE)


def _holds(
    condition: Condition,
    verdict: EffectVerdict | None,
    money: str | None,
    effect: Effect | Refusal | None,
    checks: Sequence[Check],
    on: dt.date,
) -> str:
    """What makes the condition hold, in words; "" when it does not."""
    match condition.subject:
        case "verdict":
            held = verdict is not None and verdict.verdict == condition.word
            return f"the effect verdict is {condition.word}" if held else ""
        case "money":
            return f"the money verdict is {condition.word}" if money == condition.word else ""
        case "guardrail":
            broken = [c.name for c in checks if c.scope == "guardrail" and c.verdict is Verdict.FAIL]
            return f"broken: {broken[0]}" if broken else ""
        case "date":
            assert condition.on is not None
            return f"it is {on}" if on >= condition.on else ""
        case "estimate" | "interval":
            return _lies(condition, effect)


def _lies(condition: Condition, effect: Effect | Refusal | None) -> str:
    if not isinstance(effect, Effect):
        return ""
    low, high = effect.lift_interval()
    if condition.subject == "estimate":
        low = high = float(effect.lift(effect.estimate))
        said = f"the estimate is {percent(low)}"
    else:
        said = f"the interval is {percent(low)} to {percent(high)}"
    held = low > condition.bound if condition.above else high < condition.bound
    return said if held else ""
