"""A pilot: the small first try, its dates, what ends it, and what it takes to scale it."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Decision = Literal["stop", "continue", "scale"]
Length = Literal["4 weeks", "90 days"]
Subject = Literal["verdict", "money", "estimate", "interval", "guardrail", "date"]

SHORTEST: Length = "4 weeks"  # behaviour begins to show; what it does to the business does not


@dataclass(frozen=True, slots=True)
class Phase:
    """Both ends included."""

    name: Literal["baseline", "intervention", "post"]
    start_on: dt.date
    end_on: dt.date


@dataclass(frozen=True, slots=True)
class Pilot:
    """workflow: where it is tried. reach: how many would get it if it is scaled. phases: generated.

    observations: days on which behaviour is observed.
    """

    length: Length
    begins_on: dt.date
    workflow: str
    reach: int
    phases: tuple[Phase, ...]
    observations: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold. text: as written.

    verdict, money: `word` is the verdict. estimate, interval: the lift, or its whole 95 % interval, lies
    `above` or below `bound`. guardrail: one is broken. date: `on` has come.
    """

    subject: Subject
    text: str
    word: str = ""
    above: bool = True
    bound: float = 0.0
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ExitRule:
    """`decision` when every condition holds; rules are read in order, the first that fires decides."""

    decision: Decision
    conditions: tuple[Condition, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody scales without a pilot's verdict, and says why: printed on every output."""

    by: str
    on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Scaling:
    """This study scales a pilot: its name, and an override where its verdict does not carry that."""

    pilot: str
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class ExitVerdict:
    """rule: the text of the rule that fired; "" when none did. reason: what made it fire, in words."""

    decision: Decision
    rule: str
    reason: str
