"""A pilot as written → its nouns: the dates of its phases, and exit rules as conditions.

Question  Which days belong to which phase, and when does the pilot stop, go on or scale?
Phases    4 weeks: 28 days before, then 28 days with the program, measured while it runs.
          90 days: 30 days before, 30 with the program, 30 after, or, where the study counts in weeks, 4, 5
          and 4 of them; only the first and the last are measured.
Refuses   With a `FindingError` P804: a condition it cannot read.
"""

import datetime as dt
import re
from dataclasses import replace

from payoff.nouns.pilot import Condition, ExitRule, Override, Phase, Pilot, Scaling
from payoff.nouns.wording import sentence
from payoff.study.codes import FindingError
from payoff.study.pilot_parts import ExitPart, PilotPart, ScalePart
from payoff.study.values import read_date, read_number

WEEKS_4, DAYS_90 = "4 weeks", "90 days"
EFFECT_WORDS = ("worked", "helped, size unclear", "no meaningful effect", "cannot tell", "harmed", "blocked")
MONEY_WORDS = ("pays back", "likely", "toss-up", "unlikely")
_EXAMPLES = (
    "write verdict is worked, money is pays back, estimate above 5%, interval below 2%, guardrail broken, "
    "date from 2026-07-01 or always, joined by and"
)
_BOUND = re.compile(r"(estimate|interval) (above|below) (\S+)")


def plan_phases(length: str, begins_on: dt.date, period: str = "day") -> tuple[Phase, ...]:
    """The phases in order, without a gap; a pilot of 4 weeks has none after the program."""
    if length == WEEKS_4:
        return (
            Phase("baseline", begins_on - dt.timedelta(days=28), begins_on - dt.timedelta(days=1)),
            Phase("intervention", begins_on, begins_on + dt.timedelta(days=27)),
        )
    days = (0, 28, 63, 91) if period == "week" else (0, 30, 60, 90)
    starts = [begins_on + dt.timedelta(days=n) for n in days]
    ends = [day - dt.timedelta(days=1) for day in starts]
    return (
        Phase("baseline", starts[0], ends[1]),
        Phase("intervention", starts[1], ends[2]),
        Phase("post", starts[2], ends[3]),
    )


def build_pilot(part: PilotPart | None, period: str) -> Pilot | None:
    """The pilot with its phases."""
    if part is None:
        return None
    begins_on = read_date(part.begins)
    days = tuple(sorted(read_date(day) for day in part.observations))
    phases = plan_phases(part.length, begins_on, period)
    return Pilot(part.length, begins_on, part.workflow, part.reach, phases, days)


def build_exit(parts: list[ExitPart]) -> tuple[ExitRule, ...]:
    """Exit rules in the order written, which is the order they are read in."""
    return tuple(ExitRule(part.decision, read_conditions(part.when), part.when) for part in parts)


def build_scaling(part: ScalePart | None) -> Scaling | None:
    """What is scaled, and on whose word."""
    if part is None:
        return None
    given = part.override
    override = None if given is None else Override(given.by, read_date(given.on), given.reason)
    return Scaling(part.pilot, override)


def override_note(scaling: Scaling | None) -> tuple[str, ...]:
    """What every output says of a program that is scaled without its pilot's verdict."""
    if scaling is None or scaling.override is None:
        return ()
    who = f"Scaled without a verdict of the pilot {scaling.pilot}, by decision of {scaling.override.by} "
    return (who + f"on {scaling.override.on}: {sentence(scaling.override.reason)}",)


def read_conditions(text: str) -> tuple[Condition, ...]:
    """All must hold; `always` is no condition at all. Raises FindingError P804."""
    if text.strip().lower() == "always":
        return ()
    return tuple(_read(part.strip()) for part in re.split(r"\s+and\s+", text.strip()))


def _read(text: str) -> Condition:
    said = re.sub(r"\s+", " ", text).lower()
    if said == "guardrail broken":
        return Condition("guardrail", text)
    if said.startswith("verdict is ") and said[11:] in EFFECT_WORDS:
        return Condition("verdict", text, word=said[11:])
    if said.startswith("money is ") and said[9:] in MONEY_WORDS:
        return Condition("money", text, word=said[9:])
    try:
        if said.startswith("date from "):
            return Condition("date", text, on=read_date(said[10:]))
        found = _BOUND.fullmatch(said)
        if found is not None:
            bounded = Condition("interval", text, above=found[2] == "above", bound=read_number(found[3]))
            return bounded if found[1] == "interval" else replace(bounded, subject="estimate")
    except FindingError as finding:
        raise FindingError("P804", f"{text[:60]!r}: {finding.what}", _EXAMPLES) from None
    raise FindingError("P804", f"{text[:60]!r} is no condition of an exit rule", _EXAMPLES)
