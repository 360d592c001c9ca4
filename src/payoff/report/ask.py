"""The decision that follows: from what was found, how sure it is, and what it is worth beside its cost.

Question  What should a reader do next?
Rules     The study's own ask stands as it is. Else: extend only what worked, is credited to the program
          and pays; where it costs more than it brings, say so; where the evidence may be another's, in
          steps. The wording is `docs/reference/words.md`, section "The ask".
Proof     tests/report/test_report_ask.py
"""

from typing import Literal

from payoff.nouns.evidence import EffectVerdict
from payoff.nouns.study import PLACEHOLDER_ASK
from payoff.nouns.valuation import MoneyVerdict
from payoff.report.reading import Reading

Worth = Literal["less", "perhaps less", "more"]

EXTEND = "Extend the program as measured, and measure again."
IN_STEPS = "Extend the program in steps: lock the plan first, draw by lot who starts, and measure again."
WHOSE = "Before extending, find out whether the change is the program's: draw by lot who starts next."
COSTLY = "Do not extend the program as it is: it will hardly pay back. Make it cheaper or stronger, or stop."
TOSS_UP = "Make it cheaper or stronger before extending: whether it pays back is a toss-up."
NO_MONEY = "Before extending, settle what the gain is worth beside its cost."
FREED: dict[Worth, str] = {
    "less": "Do not extend the program as it is: the time it frees is worth less than its cost. "
    "Make it cheaper or stronger, or stop.",
    "perhaps less": "Make it cheaper or stronger before extending: the time it frees may be worth less than "
    "its cost.",
    "more": "Before extending, decide what the freed hours are used for: none of them is counted as cash.",
}


def ask_of(reading: Reading) -> str:
    """The decision the study asks for, or else the one that follows from the verdict."""
    verdict = reading.result.verdict
    if reading.result.study.ask not in ("", PLACEHOLDER_ASK):
        return reading.result.study.ask
    if reading.result.state == "health" or verdict is None:
        return "Lock the plan before looking at results."
    return {
        "worked": _after_a_gain(reading),
        "helped, size unclear": _too_dear(reading) or "Measure longer before extending.",
        "no meaningful effect": _after_too_little(reading),
        "cannot tell": _for_more(verdict),
        "harmed": "Pause the program and review.",
        "blocked": "Mend what stands in the way and run again.",
    }[verdict.verdict]


def freed_worth(reading: Reading) -> Worth | None:
    """The freed time held against what the program costs; None where there is not only freed time."""
    freed = reading.money.freed_time if reading.money is not None and not reading.counts_cash else None
    cost = reading.figure("cost")
    if freed is None or freed.point is None or cost is None or cost.point is None:
        return None
    if freed.point < cost.point:
        apart = freed.high is not None and cost.low is not None and freed.high < cost.low
        return "less" if apart else "perhaps less"
    apart = freed.low is not None and cost.high is not None and freed.low >= cost.high
    return "more" if apart else "perhaps less"


def _after_a_gain(reading: Reading) -> str:
    """A gain is extended when it is the program's and brings more than it costs."""
    money = reading.money
    judged = money.verdict if money is not None else None
    if reading.locks <= 1:
        return WHOSE
    if dear := _too_dear(reading):
        return dear
    worth = freed_worth(reading)
    if worth is not None:
        return FREED[worth]
    if not isinstance(judged, MoneyVerdict):
        return NO_MONEY
    return EXTEND if reading.locks >= 3 else IN_STEPS


def _too_dear(reading: Reading) -> str:
    """Said where the money speaks against it, whatever was gained; else nothing."""
    worth, money = freed_worth(reading), reading.money
    if worth == "less" or worth == "perhaps less":
        return FREED[worth]
    judged = money.verdict if money is not None else None
    if not isinstance(judged, MoneyVerdict):
        return ""
    return {"unlikely": COSTLY, "toss-up": TOSS_UP}.get(judged.verdict, "")


def _after_too_little(reading: Reading) -> str:
    """A gain too small to be worth it is still a gain: what would have to change is named."""
    effect = reading.effect
    if effect is None or effect.lift_interval()[0] <= 0:
        return "Stop or change the program."
    return "A gain, but too small as it is: make the program cheaper or stronger, or stop."


def _for_more(verdict: EffectVerdict) -> str:
    """More data where that can settle an open verdict, else a question that data can settle."""
    if verdict.more_units is None:
        return "Name a larger smallest useful effect, one that data can settle."
    if verdict.more_weeks is None:
        return "Find an outcome closer to the program before deciding."
    return "Measure longer, or with more taking part, before deciding."
