"""Measures of the catalogue together: a balanced set, no vanity, no money from learning alone.

Question  Do the chosen measures look at the program from every side, and may money rest on them?
Judges    Only what the catalogue knows: a metric with sql or expr of its own has no level or class.
"""

from collections.abc import Iterator

from payoff.nouns.definition import Definition
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.problem import Problem
from payoff.study.codes import build_problem
from payoff.study.structure import Draft

CLASSES = ("engagement", "readiness", "application", "performance", "sentiment")
MOST = 12  # a set that nobody reads through protects nothing
ENOUGH = 4  # fewer make no set
_LEARNING = ("L0", "L1", "L2")


def check_catalogue(draft: Draft) -> Iterator[Problem]:
    """Warnings about the set (KPI-09, KPI-19); an error where money rests on learning alone (KPI-18)."""
    used = {
        name: definition
        for name, part in draft.doc.metrics.items()
        if part.use is not None and (definition := draft.catalogue.find(part.use)) is not None
    }
    yield from _check_calendar(draft)
    yield from _check_balance(draft, used)
    for name, definition in used.items():
        if definition.vanity:
            what = f"metrics.{name}: {definition.id} is a volume"
            fix = "measure what leads on: a rate such as reach, or what people do differently"
            yield build_problem("P218", what, fix, draft.place("metrics", name, "use"))
    outcome = draft.doc.outcome
    for name in (outcome.primary, *outcome.secondary) if outcome is not None else ():
        if name in used and used[name].vanity:
            what = f"outcome: {name} ({used[name].id}) is a volume and is to decide"
            fix = "decide on a rate, or on what people do differently; a volume may be leading"
            yield build_problem("P220", what, fix, draft.place("outcome"))
    primary = outcome.primary if outcome is not None else ""
    for name, benefit in draft.doc.value.items():
        found = used.get(benefit.metric or primary)
        if found is not None and found.level in _LEARNING:
            what = f"value.{name} makes money of {found.id}, a measure of level {found.level}"
            fix = "let money rest on a measure of behaviour or business (L3, L4), with metric: NAME"
            yield build_problem("P219", what, fix, draft.place("value", name))


def _check_calendar(draft: Draft) -> Iterator[Problem]:
    if draft.doc.calendar is None:
        return
    try:
        FiscalCalendar(**draft.doc.calendar.model_dump())
    except ValueError as error:
        key, fix = "time_zone", "an IANA name, such as Europe/Berlin or UTC"
        if "time zone" not in str(error):
            key, fix = "month_starts_on", "delete it, or weeks"
        yield build_problem("P109", f"calendar.{key}: {error}"[:200], fix, draft.place("calendar", key))


def _check_balance(draft: Draft, used: dict[str, Definition]) -> Iterator[Problem]:
    place = draft.place("metrics")
    if len(draft.doc.metrics) > MOST:
        what = f"{len(draft.doc.metrics)} metrics; {MOST} are more than anybody reads"
        yield build_problem("P217", what, "keep those that change a decision", place)
    missing = [tier for tier in CLASSES if all(d.tier != tier for d in used.values())]
    if len(used) >= ENOUGH and missing:
        what = f"{len(used)} measures of the catalogue, none of {', '.join(missing)}"
        yield build_problem("P217", what, "add one of each, drop some of the others", place)
