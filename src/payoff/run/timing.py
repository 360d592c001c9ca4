"""How long it takes people to get there: the median of a measure that runs from a start to an event.

Question  After how many days was half of them competent, or done; who left before, who is on the way still?
Blind     Before the lock nothing after the baseline is looked at: who got there later is on the way.
Refuses   Fewer people than may be shown (`privacy.min_cell`), nobody there yet.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import count, counted, lowered, percent
from payoff.run.arrival import land_sources
from payoff.run.main_path import decide_state
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.signals import TimeTo, time_to_event
from payoff.study.catalogue_use import read_binding
from payoff.study.definition_sql import Asked, write_cases
from payoff.warehouse import fetch


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure. until: the last day looked at."""

    metric: str
    label: str
    until: str
    n: int
    found: TimeTo | Refusal


def time_metric(workspace: Workspace, name: str, progress: Progress) -> Timing:
    """Raises PayoffError: no such metric, or none with a time (2); bad study, data or lock (3, 4, 5)."""
    study = read(workspace)
    written: dict[str, Any] = json.loads(study.plan)["metrics"].get(name, {})
    definition = SHIPPED.find(str(written.get("use", "")))
    if definition is None or definition.cases_are != "times":
        raise PayoffError([_timeless(name)], exit_code=2)
    locked = decide_state(workspace, study, exploratory=False) == "final"
    window = study.design.follow_up if locked else study.design.baseline
    binding = read_binding(written, definition)
    asked = Asked(study.design.unit, "day", window.start_on, window.end_on, study.design.calendar)
    sql = write_cases(definition, SHIPPED.tables, binding, asked)
    sources = land_sources(study, workspace, progress)
    query = Query(f"times:{name}", sql, tuple(sorted(set(binding.tables.values()))))
    table = fetch([query], sources, workspace.warehouse)[query.name]
    days = np.asarray(table["days"].to_numpy(), dtype=np.float64)
    ended = np.asarray(table["ended"].to_pylist(), dtype=np.str_)
    found: TimeTo | Refusal = Refusal("time to an event", f"Fewer than {study.privacy.min_cell} people.")
    if days.size >= study.privacy.min_cell:
        found = time_to_event(days, ended == "reached", ended == "left")
    return Timing(name, study.metric(name).label, str(window.end_on), int(days.size), found)


def timing_lines(timing: Timing) -> tuple[tuple[str, str], ...]:
    """Answer first, then who is in it."""
    if isinstance(timing.found, Refusal):
        return ((timing.label, f"not known: {lowered(timing.found.reason)}"),)
    found, curve = timing.found, timing.found.curve
    ends = f"{_days(curve.median_low)} to {_days(curve.median_high)}"
    return (
        (timing.label, f"half of those who stay are there after {_days(curve.median)} (95%: {ends})"),
        ("Of all", f"half after {_days(found.median_of_all)}; {percent(found.share_of_all)} there so far"),
        ("People", f"{count(timing.n)}: {count(curve.n_events)} there, {count(found.n_left)} left before, "
                   f"{count(found.n_open)} on the way on {timing.until}"),
    )  # fmt: skip


def _days(value: float) -> str:
    return counted(round(value), "day") if math.isfinite(value) else "more than was seen"


def timing_document(timing: Timing) -> dict[str, Any]:
    """The same, for a program; null where half were never reached."""
    told: dict[str, Any] = {"schema_version": 1, "metric": timing.metric}
    told |= {"until": timing.until, "n": timing.n}
    if isinstance(timing.found, Refusal):
        return told | {"refused": timing.found.reason}
    found, curve = timing.found, timing.found.curve
    medians = {"median": curve.median, "low": curve.median_low, "high": curve.median_high}
    medians["median_of_all"] = found.median_of_all
    told |= {name: value if math.isfinite(value) else None for name, value in medians.items()}
    return told | {
        "n_reached": curve.n_events,
        "n_left": found.n_left,
        "n_open": found.n_open,
        "share_of_all": found.share_of_all,
    }


def _timeless(name: str) -> Problem:
    timed = ", ".join(d.id for d in SHIPPED.definitions.values() if d.cases_are == "times")
    what = f"metric {name[:60]!r} does not run from a start to an event"
    return Problem(
        "U226", what, "only such a measure has a median time", f"a metric with use: one of {timed}"
    )
