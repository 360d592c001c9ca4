"""What the fed statements say of a program: is it instrumented, how often was each touchpoint, who answered.

Question  Which expected events are missing, and what do touchpoints, nudges and competencies show so far?
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from payoff.nouns.problem import PayoffError, Problem
from payoff.warehouse.statement_view import read_events
from payoff.xapi.competency_gains import Gain, find_gains
from payoff.xapi.event import Event
from payoff.xapi.instrumentation import Plan, Told, build_plan, check_plan
from payoff.xapi.nudges import Responses, find_responses
from payoff.xapi.touchpoints import TOUCHPOINTS

LACKS = frozenset({"missing", "short", "late", "not planned"})


@dataclass(frozen=True, slots=True)
class Touchpoints:
    """counts: by touchpoint, events and learners."""

    counts: dict[str, tuple[int, int]]
    responses: Responses
    gains: tuple[Gain, ...]


def check_instrumentation(plan: Path, folder: Path) -> tuple[Told, ...]:
    """A plan file against the fed statements. Raises PayoffError (usage) on a plan that cannot be read."""
    return check_plan(_read_plan(plan), read_events(folder))


def describe_touchpoints(folder: Path, days: float) -> Touchpoints:
    """Touchpoints, answers to nudges within `days`, and gains by competency."""
    n_events: dict[str, int] = defaultdict(int)
    learners: dict[str, set[str]] = defaultdict(set)
    kept: list[Event] = []
    for event in read_events(folder):
        if event.touchpoint is not None:
            n_events[event.touchpoint] += 1
            if event.actor is not None:
                learners[event.touchpoint].add(event.actor)
        if event.competency_ids or (event.touchpoint or "").startswith("nudge"):
            kept.append(event)
    counts = {name: (n_events[name], len(learners[name])) for name in TOUCHPOINTS if n_events[name]}
    return Touchpoints(counts, find_responses(kept, days), find_gains(kept))


def _read_plan(path: Path) -> Plan:
    try:
        return build_plan(YAML(typ="safe", pure=True).load(path.read_bytes()))
    except OSError as error:
        raise _unusable(path, error.strerror or "unreadable") from None
    except YAMLError as error:
        raise _unusable(path, str(error).splitlines()[0]) from None
    except ValueError as error:
        raise _unusable(path, str(error)) from None


def _unusable(path: Path, why: str) -> PayoffError:
    problem = Problem(
        "U200",
        f"{path}: {why}",
        "without a plan nobody knows which events are missing",
        "docs/reference/data.md shows a plan",
    )
    return PayoffError([problem], exit_code=2)
