"""How long it takes people to get there: the median of a measure that runs from a start to an event.

Question  After how many days was half of them competent, or done; who left before, who is on the way still?
Blind     Before the lock nothing after the baseline is looked at: who got there later is on the way.
Withholds Counts of fewer people than may be shown, and what would give them away.
Refuses   Fewer people than may be shown in all, nobody there yet; follow-up of data whose health keeps
          a final result back.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from payoff.metrics.catalogue import SHIPPED
from payoff.metrics.suppression import choose_shown
from payoff.nouns.people import hidden_note, smallest_told, told
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import count, counted, lowered, percent
from payoff.run.admission import admit
from payoff.run.asking import ask
from payoff.run.main_path import prepare
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.signals import TimeTo, time_to_event
from payoff.study.catalogue_use import read_binding
from payoff.study.definition_sql import Asked, write_cases

Texts = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Ways:
    """How many are there, left before, and are on the way; None: withheld."""

    reached: int | None
    left: int | None
    open: int | None


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure. until: the last day looked at. floor: the fewest people that are told of."""

    metric: str
    label: str
    until: str
    n: int
    found: TimeTo | Refusal
    ways: Ways
    floor: int


def time_metric(workspace: Workspace, name: str, progress: Progress) -> Timing:
    """Raises PayoffError: no such metric, or none with a time (2); as `prepare` and `admit` (3 to 7)."""
    study = read(workspace)
    written: dict[str, Any] = json.loads(study.plan)["metrics"].get(name, {})
    definition = SHIPPED.find(str(written.get("use", "")))
    if definition is None or definition.cases_are != "times":
        raise PayoffError([_timeless(name)], exit_code=2)
    prepared = prepare(workspace, progress)
    state, _ = admit(prepared, workspace, exploratory=False)
    window = study.design.baseline if state == "health" else study.design.follow_up
    binding = read_binding(written, definition)
    asked = Asked(study.design.unit, "day", window.start_on, window.end_on, study.design.calendar)
    sql = write_cases(definition, SHIPPED.tables, binding, asked)
    query = Query(f"times:{name}", sql, tuple(sorted(set(binding.tables.values()))))
    table = ask([query], prepared.sources, workspace)[query.name]
    days = np.asarray(table["days"].to_numpy(), dtype=np.float64)
    ended = np.asarray(table["ended"].to_pylist(), dtype=np.str_)
    floor = smallest_told(study)
    found: TimeTo | Refusal = Refusal("time to an event", f"Fewer than {count(floor)} people.")
    if days.size >= floor:
        found = time_to_event(days, ended == "reached", ended == "left")
    ways = _count_ways(ended, floor)
    return Timing(name, study.metric(name).label, str(window.end_on), int(days.size), found, ways, floor)


def _count_ways(ended: Texts, floor: int) -> Ways:
    """Of all those counted, how many may be told of each."""
    inside = np.array([np.ones(ended.size, dtype=bool), *(ended == way for way in ("reached", "left"))])
    groups = np.vstack([inside, inside[0] & ~inside[1] & ~inside[2]])
    shown = choose_shown(groups, floor)
    reached, left, open_ = (
        int(row.sum()) if ok else None for row, ok in zip(groups[1:], shown[1:], strict=True)
    )
    return Ways(reached, left, open_)


def timing_lines(timing: Timing) -> tuple[tuple[str, str], ...]:
    """Answer first, then who is in it."""
    if isinstance(timing.found, Refusal):
        return ((timing.label, f"not known: {lowered(timing.found.reason)}"),)
    found, curve, ways = timing.found, timing.found.curve, timing.ways
    share = "" if ways.reached is None else f"; {percent(found.share_of_all)} there so far"
    note = (("", hidden_note(timing.floor)),) if None in (ways.reached, ways.left, ways.open) else ()
    ends = f"{_days(curve.median_low)} to {_days(curve.median_high)}"
    return (
        (timing.label, f"half of those who stay are there after {_days(curve.median)} (95%: {ends})"),
        ("Of all", f"half after {_days(found.median_of_all)}{share}"),
        ("People", f"{count(timing.n)}: {told(ways.reached)} there, {told(ways.left)} left before, "
                   f"{told(ways.open)} on the way on {timing.until}"),
        *note,
    )  # fmt: skip


def _days(value: float) -> str:
    return counted(round(value), "day") if math.isfinite(value) else "more than was seen"


def timing_document(timing: Timing) -> dict[str, Any]:
    """The same, for a program; null where half were never reached, and for what is withheld."""
    said: dict[str, Any] = {"schema_version": 1, "metric": timing.metric, "until": timing.until}
    if isinstance(timing.found, Refusal):
        return said | {"n": timing.n if timing.n >= timing.floor else None, "refused": timing.found.reason}
    found, curve = timing.found, timing.found.curve
    medians = {"median": curve.median, "low": curve.median_low, "high": curve.median_high}
    medians["median_of_all"] = found.median_of_all
    said |= {name: value if math.isfinite(value) else None for name, value in medians.items()}
    ways = timing.ways
    return said | {
        "n": timing.n,
        "n_reached": ways.reached,
        "n_left": ways.left,
        "n_open": ways.open,
        "share_of_all": None if ways.reached is None else found.share_of_all,
    }


def _timeless(name: str) -> Problem:
    timed = ", ".join(d.id for d in SHIPPED.definitions.values() if d.cases_are == "times")
    what = f"metric {name[:60]!r} does not run from a start to an event"
    return Problem(
        "U226", what, "only such a measure has a median time", f"a metric with use: one of {timed}"
    )
