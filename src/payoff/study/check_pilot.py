"""The pilot: its windows are its phases, it promises only what it can see, and it knows when to end.

Question  Does a pilot of this length carry what the study asks of it?
"""

import datetime as dt
from collections.abc import Iterator

from payoff.nouns.pilot import Phase
from payoff.nouns.problem import Problem
from payoff.study.codes import FindingError, build_problem
from payoff.study.pilot import WEEKS_4, plan_phases, read_conditions
from payoff.study.structure import Draft
from payoff.study.values import read_date, read_window


def check_pilot(draft: Draft) -> Iterator[Problem]:
    """Problems P801 to P807."""
    yield from _check_exit(draft)
    pilot = draft.doc.pilot
    if pilot is None:
        return
    period = draft.doc.design.period if draft.doc.design is not None else "day"
    phases = plan_phases(pilot.length, read_date(pilot.begins), period)
    whole = _check_whole(draft, phases, period)
    yield from whole
    if not whole:
        yield from _check_windows(draft, phases)
    yield from _check_observations(draft, phases)
    if pilot.length == WEEKS_4:
        yield from _check_too_early(draft)
    if not draft.doc.exit:
        what = "a pilot without exit rules"
        fix = "add `exit:` with rules for stop, continue and scale"
        yield build_problem("P805", what, fix, draft.tree.key_place("pilot"))


def _check_whole(draft: Draft, phases: tuple[Phase, ...], period: str) -> tuple[Problem, ...]:
    """A period that lies partly outside its phase would carry days of another into it."""
    if period == "day" or (period == "week" and phases[-1].start_on.weekday() == 0):
        return ()
    what = f"a pilot's phases do not hold whole {period}s"
    if period != "week":
        return (build_problem("P807", what, "period: week, or day", draft.place("design", "period")),)
    begins = phases[0].start_on if len(phases) > 2 else phases[-1].start_on
    monday = begins - dt.timedelta(days=begins.weekday())
    return (build_problem("P807", what, f"begins: {monday}, a Monday", draft.place("pilot", "begins")),)


def _check_windows(draft: Draft, phases: tuple[Phase, ...]) -> Iterator[Problem]:
    """The baseline ends with its phase (more history before it is welcome); follow-up is the last phase."""
    design = draft.doc.design
    if design is None:
        return
    baseline, follow_up = read_window(design.baseline), read_window(design.follow_up)
    first, last = phases[0], phases[-1]
    if baseline.end_on != first.end_on or baseline.start_on > first.start_on:
        what = f"the baseline phase is {first.start_on}..{first.end_on}, design.baseline is not"
        fix = f"baseline: {first.start_on}..{first.end_on}, or from an earlier day"
        yield build_problem("P801", what, fix, draft.place("design", "baseline"))
    if (follow_up.start_on, follow_up.end_on) != (last.start_on, last.end_on):
        what = f"the {last.name} phase is {last.start_on}..{last.end_on}, design.follow_up is not"
        fix = f"follow_up: {last.start_on}..{last.end_on}"
        yield build_problem("P801", what, fix, draft.place("design", "follow_up"))


def _check_observations(draft: Draft, phases: tuple[Phase, ...]) -> Iterator[Problem]:
    pilot = draft.doc.pilot
    for position, text in enumerate(pilot.observations if pilot is not None else ()):
        day = read_date(text)
        if not phases[0].start_on <= day <= phases[-1].end_on:
            what = f"an observation on {day}, outside the pilot"
            fix = f"a day from {phases[0].start_on} to {phases[-1].end_on}"
            yield build_problem("P806", what, fix, draft.place("pilot", "observations", position))


def _check_too_early(draft: Draft) -> Iterator[Problem]:
    """Four weeks: what moves later can neither decide nor be turned into money."""
    doc = draft.doc
    if doc.outcome is None:
        return
    leading = {name for name, m in doc.metrics.items() if m.tier == "leading"} | {
        name for name in doc.outcome.leading if name in doc.metrics and doc.metrics[name].tier is None
    }
    if doc.outcome.primary in doc.metrics and doc.outcome.primary not in leading:
        what = f"{doc.outcome.primary} decides a pilot of 4 weeks, and it is lagging"
        fix = "decide on a leading metric (tier: leading), or plan 90 days"
        yield build_problem("P802", what, fix, draft.place("outcome", "primary"))
    for name, benefit in doc.value.items():
        metric = benefit.metric or doc.outcome.primary
        if metric in doc.metrics and metric not in leading:
            what = f"value.{name} counts money from {metric}, which is lagging, after 4 weeks"
            yield build_problem("P803", what, f"delete value.{name}", draft.tree.key_place("value", name))


def _check_exit(draft: Draft) -> Iterator[Problem]:
    for position, rule in enumerate(draft.doc.exit):
        place = draft.place("exit", position, "when")
        try:
            conditions = read_conditions(rule.when)
        except FindingError as finding:
            yield finding.at(place)
            continue
        dates = [c.on for c in conditions if c.on is not None]
        yield from _check_dates(draft, position, dates)


def _check_dates(draft: Draft, position: int, dates: list[dt.date]) -> Iterator[Problem]:
    design = draft.doc.design
    if design is None:
        return
    begins = read_window(design.follow_up).start_on
    for day in dates:
        if day < begins:
            what = f"an exit rule from {day}, before follow-up begins on {begins}"
            fix = f"a day from {begins} on"
            yield build_problem("P806", what, fix, draft.place("exit", position, "when"))
