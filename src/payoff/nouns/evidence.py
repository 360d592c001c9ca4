"""How far a result may be trusted: checks, grade, and the chain of fingerprints behind it."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """SILENT: the check could not speak on these data, and says why."""

    PASS = "pass"
    FAIL = "fail"
    SILENT = "silent"

    @property
    def word(self) -> str:
        """What a reader sees, the same in a terminal, on a page and in a workbook."""
        return {"pass": "fine", "fail": "weak", "silent": "cannot say"}[self.value]


@dataclass(frozen=True, slots=True)
class Check:
    """One guard rail. `text` is a sentence a manager understands, with the figures in it.

    scope: what it guards ("assignment", "baseline", "comparison", "outcome", "data", "inference",
        "guardrail").
    blocks: a failure blocks the result. costs: steps of grade a failure costs. stops_money: no money is
        stated on a failure; the effect is.
    reason: what it says for the grade when it passes, where its usual words would say too much.
    """

    name: str
    scope: str
    verdict: Verdict
    text: str
    blocks: bool = False
    costs: int = 0
    owner: str = ""
    stops_money: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """0 to 4 locks. `reasons` in words, best first; never shown without them."""

    locks: int
    start: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`chain`: (what, fingerprint) from source files to result, in order."""

    checks: tuple[Check, ...]
    grade: Grade
    chain: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EffectVerdict:
    """Did it work? `verdict` is one of the six words of `docs/reference/words.md`; `rule` says which fired.

    threshold_lift: the lift that is worth it. pays: it is the break-even lift, not the smallest useful one.
    more_units, more_weeks: how much more of either would settle a verdict "cannot tell"; None: no
        amount within reason.
    reason, owner: why a result is blocked, and who can mend it.
    """

    verdict: str
    rule: str
    threshold_lift: float | None
    pays: bool = False
    more_units: int | None = None
    more_weeks: int | None = None
    reason: str = ""
    owner: str = ""
