"""Whether a program is instrumented: which expected events came, are missing, late, short or unexpected.

Question  Does what arrives allow the questions the program will be asked? Told while it can still be mended.
Counts    An event belongs to a module when the module's activity is its object, or among its parents or
          groupings. A learner is an actor; how many there should be is the plan's number, or else all actors
          seen in any module.
Required  Launch, assessment and application: a module that plans without one of them is told so: without an
          application nobody can say that anything was used at work.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from payoff.xapi.event import Event
from payoff.xapi.times import read_time
from payoff.xapi.touchpoints import APPLICATION, ASSESSMENT, LAUNCH, TOUCHPOINTS
from payoff.xapi.vocabulary_activities import ACTIVITY_TYPES
from payoff.xapi.vocabulary_verbs import VERBS

REQUIRED = (LAUNCH, ASSESSMENT, APPLICATION)
Status = Literal["fine", "missing", "short", "late", "not planned", "unexpected"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One kind of event: a touchpoint, or verb and type; how many, of how many learners, until when."""

    touchpoint: str | None
    verb: str | None = None
    activity_type: str | None = None
    activity: str | None = None
    at_least: int = 1
    share: float | None = None
    by_us: int | None = None

    @property
    def name(self) -> str:
        return self.touchpoint or " ".join(part for part in (self.verb, self.activity_type) if part)

    def matches(self, event: Event) -> bool:
        """Whether this is the kind of event expected."""
        return (
            self.touchpoint in (None, event.touchpoint)
            and self.verb in (None, event.verb)
            and self.activity_type in (None, event.activity_type)
            and self.activity in (None, event.activity_id)
        )


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a program and what it is expected to send."""

    activity: str
    expects: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """learners: how many there should be; None: as many as were seen."""

    name: str
    modules: tuple[Module, ...]
    learners: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one kind of event in one module."""

    module: str
    event: str
    status: Status
    n_events: int = 0
    n_learners: int = 0
    wanted: str = ""
    first_us: int | None = None


def build_plan(document: object) -> Plan:
    """The plan that a decoded YAML file holds. Raises ValueError: the place, and what may stand there."""
    plan = _mapping(document, "the plan", {"plan", "learners", "modules"})
    modules = plan.get("modules")
    if not isinstance(modules, list) or not modules:
        raise ValueError("modules: name at least one module")
    learners = plan.get("learners")
    if learners is not None and (not isinstance(learners, int) or learners < 1):
        raise ValueError("learners: a whole number above 0")
    built = tuple(_module(item, f"modules[{n}]") for n, item in enumerate(modules))
    return Plan(str(plan.get("plan", "")), built, learners)


def check_plan(plan: Plan, events: Iterable[Event]) -> tuple[Told, ...]:
    """What is missing, short, late or unexpected, and what is fine, module by module."""
    by_module: dict[str, list[Event]] = {module.activity: [] for module in plan.modules}
    for event in events:
        for activity in {event.activity_id, *event.parent_ids, *event.grouping_ids} & by_module.keys():
            by_module[str(activity)].append(event)
    seen = {event.actor for rows in by_module.values() for event in rows if event.actor}
    learners = plan.learners or len(seen)
    told: list[Told] = []
    for module in plan.modules:
        rows = by_module[module.activity]
        told += [_judge(module, expected, rows, learners) for expected in module.expects]
        planned = {expected.touchpoint for expected in module.expects}
        told += [Told(module.activity, name, "not planned") for name in REQUIRED if name not in planned]
        told += _find_unexpected(module, rows)
    return tuple(told)


def _judge(module: Module, expected: Expected, rows: Sequence[Event], learners: int) -> Told:
    found = [event for event in rows if expected.matches(event)]
    who = {event.actor for event in found if event.actor}
    first = min((event.timestamp or event.stored for event in found), default=None)
    wanted = f"{expected.share:.0%} of {learners} learners" if expected.share is not None else ""
    enough = len(found) >= expected.at_least
    enough = enough and (expected.share is None or len(who) >= expected.share * learners)
    status: Status = "fine"
    if not found:
        status = "missing"
    elif expected.by_us is not None and first is not None and first > expected.by_us:
        status = "late"
    elif not enough:
        status = "short"
    wanted = wanted or f"at least {expected.at_least}"
    return Told(module.activity, expected.name, status, len(found), len(who), wanted, first)


def _find_unexpected(module: Module, rows: Sequence[Event]) -> list[Told]:
    """Kinds of event that nobody planned, the most frequent first."""
    strays: Counter[str] = Counter()
    for event in rows:
        if not any(expected.matches(event) for expected in module.expects):
            words = (event.verb or event.verb_id or "no verb", event.activity_type or event.activity_type_id)
            strays[" ".join(word for word in words if word)] += 1
    return [Told(module.activity, name, "unexpected", n) for name, n in strays.most_common()]


def _module(document: object, place: str) -> Module:
    part = _mapping(document, place, {"module", "expects"})
    activity, expects = part.get("module"), part.get("expects")
    if not isinstance(activity, str) or not activity:
        raise ValueError(f"{place}.module: the module's activity id")
    if not isinstance(expects, list) or not expects:
        raise ValueError(f"{place}.expects: name at least one event")
    return Module(activity, tuple(_expected(e, f"{place}.expects[{n}]") for n, e in enumerate(expects)))


def _expected(document: object, place: str) -> Expected:
    part = _mapping(document, place, {"event", "verb", "type", "activity", "at_least", "share", "by"})
    touchpoint = _word(part, "event", TOUCHPOINTS, place)
    verb, kind = _word(part, "verb", VERBS, place), _word(part, "type", ACTIVITY_TYPES, place)
    if not (touchpoint or verb or kind):
        raise ValueError(f"{place}: name an event, a verb or a type")
    at_least, by = part.get("at_least", 1), part.get("by")
    if not isinstance(at_least, int) or at_least < 1:
        raise ValueError(f"{place}.at_least: a whole number above 0")
    try:
        by_us = None if by is None else read_time(f"{by}T23:59:59.999999Z" if len(str(by)) == 10 else str(by))
    except ValueError as error:
        raise ValueError(f"{place}.by: {by} {error}") from None
    activity = part.get("activity")
    told = None if activity is None else str(activity)
    return Expected(touchpoint, verb, kind, told, at_least, _share(part.get("share"), place), by_us)


def _share(told: object, place: str) -> float | None:
    """0.9 or 90%."""
    if told is None:
        return None
    text = str(told)
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise ValueError(f"{place}.share: {text} is no share such as 90% or 0.9")
    return share


def _word(part: Mapping[str, Any], key: str, known: Iterable[str], place: str) -> str | None:
    word = part.get(key)
    if word is None or word in (words := list(known)):
        return word
    raise ValueError(f"{place}.{key}: {word!r} is none of {', '.join(words)}")


def _mapping(document: object, place: str, keys: set[str]) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise ValueError(f"{place}: {', '.join(sorted(keys))} are expected")  # noqa: TRY004  one kind of error
    odd = sorted(str(key) for key in document if key not in keys)
    if odd:
        raise ValueError(f"{place}: {odd[0]} is none of {', '.join(sorted(keys))}")
    return document
