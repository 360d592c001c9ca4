"""`health:` blocks against the sources they stand under."""

from collections.abc import Iterator

from payoff.nouns.canonical import KINDS
from payoff.nouns.problem import Problem
from payoff.study.codes import build_problem
from payoff.study.document import SourcePart
from payoff.study.fields import close_choice
from payoff.study.health_part import HealthPart
from payoff.study.profiles import PROFILES
from payoff.study.structure import Draft
from payoff.study.values import read_range


def check_health(draft: Draft) -> Iterator[Problem]:
    """Problems P103, P109, P113 and P118 of what sources declare about their rows."""
    for name, source in draft.doc.sources.items():
        if source.health is not None:
            yield from _check_columns(draft, name, source, source.health)
            yield from _check_references(draft, name, source.health)
            yield from _check_gates(draft, name, source.health)


def _check_columns(draft: Draft, name: str, source: SourcePart, health: HealthPart) -> Iterator[Problem]:
    """With a profile, every column that is named is one of its table's."""
    profile = PROFILES.get(source.profile) if source.profile is not None else None
    if profile is None:
        return
    known = tuple(column.name for column in KINDS[profile.kind].columns)
    named = [("required", c) for c in health.required] + [("categories", c) for c in health.categories]
    named += [("ranges", c) for c in health.ranges] + [("references", c) for c in health.references]
    named += [("orders", c) for pair in health.orders.items() for c in pair]
    named += [("when", health.when)] if health.when is not None else []
    for key, column in named:
        if column not in known:
            what = f"sources.{name}.health.{key}: {column[:60]} is no column of {profile.kind}"
            place = draft.place("sources", name, "health", key)
            yield build_problem("P109", what, close_choice(column, known), place)


def _check_references(draft: Draft, name: str, health: HealthPart) -> Iterator[Problem]:
    for column, text in health.references.items():
        source, dot, theirs = text.partition(".")
        if not dot or not theirs or source not in draft.doc.sources:
            what = f"sources.{name}.health.references.{column[:60]}: {text[:60]!r} is no column of a source"
            fix = "write source.column, such as people.person_id"
            yield build_problem(
                "P109", what, fix, draft.place("sources", name, "health", "references", column)
            )


def _check_gates(draft: Draft, name: str, health: HealthPart) -> Iterator[Problem]:
    """A kind either stops a result, or never does, or is not looked at."""
    path = ("sources", name, "health")
    both = sorted(set(health.block) & set(health.warn) | set(health.off) & {*health.block, *health.warn})
    if both:
        what = f"sources.{name}.health says two things of {both[0]}"
        yield build_problem("P113", what, "keep it under one of block, warn, off", draft.place(*path))
    if health.tolerate is not None and not 0 <= health.tolerate < 1:
        what = f"sources.{name}.health.tolerate is {health.tolerate:g}"
        yield build_problem("P103", what, "write a share such as 1%", draft.place(*path, "tolerate"))
    if health.hours is not None:
        first, last = read_range(health.hours)
        if not 0 <= first < last <= 24:
            what = f"sources.{name}.health.hours: {health.hours} are no hours of a day"
            yield build_problem("P118", what, "write such as 7..20", draft.place(*path, "hours"))
