"""Profiles of sources: known, whole, and put to no use they cannot carry.

Question  Does each source say whose export it is in a way that can be read, and does no metric take a
          column for what it is not?
Refuses   Handling time from tickets (they hold elapsed time alone), an outcome placed or measured by the
          expected close of open deals.
"""

import re
from collections.abc import Iterator

from payoff.nouns.canonical import KINDS
from payoff.nouns.problem import Problem
from payoff.study.check_sql import source_names
from payoff.study.codes import FindingError, build_problem
from payoff.study.document import MetricPart, SourcePart
from payoff.study.fields import close_choice
from payoff.study.profiles import PROFILES
from payoff.study.sql import named_columns, read_query
from payoff.study.structure import Draft

_WITH_PROFILE = ("timezone", "date_format", "decimal", "language", "duration_unit", "values",
                 "leavers", "confirmed_by")  # fmt: skip
_HANDLING = re.compile(r"\baht\b|\bhandl(e|ing)[ _-]?times?\b", re.IGNORECASE)


def check_layouts(draft: Draft) -> Iterator[Problem]:
    """Problems P101 to P122 of profiles, and of metrics that read their tables."""
    for name, source in draft.doc.sources.items():
        yield from _check_source(draft, name, source)
    for name, metric in draft.doc.metrics.items():
        yield from _check_use(draft, name, metric)


def _check_source(draft: Draft, name: str, source: SourcePart) -> Iterator[Problem]:
    path = ("sources", name)
    if source.profile is None:
        for key in _WITH_PROFILE:
            if draft.is_written(*path, key):
                fix = f"delete {key}, or add profile: whose export it is"
                yield build_problem("P113", f"sources.{name}.{key} belongs to a profile", fix,
                                    draft.place(*path, key))  # fmt: skip
        return
    profile = PROFILES.get(source.profile)
    if profile is None:
        what = f"sources.{name}.profile {source.profile[:40]!r} is not known"
        fix = close_choice(source.profile, tuple(PROFILES))
        yield build_problem("P109", what, fix, draft.place(*path, "profile"))
        return
    if source.statements is not None or source.lrs is not None:
        what = f"sources.{name}: statements have columns of their own"
        yield build_problem("P113", what, "delete profile", draft.place(*path, "profile"))
    taken: dict[str, str] = {}
    for theirs, ours in source.mapping.items():
        if ours in taken:
            what = f"sources.{name}.mapping gives {ours} two columns: {taken[ours][:40]} and {theirs[:40]}"
            yield build_problem("P113", what, "keep one", draft.place(*path, "mapping", theirs))
        taken[ours] = theirs
    if profile.layout == "from memory" and source.confirmed_by is None:
        what = f"sources.{name}: profile {profile.name} is an unverified layout, written from memory"
        fix = f"run payoff connect, look at its columns and write confirmed_by under sources.{name}"
        yield build_problem("P122", what, fix, draft.place(*path, "profile"))


def _check_use(draft: Draft, name: str, metric: MetricPart) -> Iterator[Problem]:
    """A metric against what the columns it reads must not be taken for."""
    kinds = {source: _kind(draft, source) for source in _sources_read(draft, metric)}
    known = [KINDS[kind] for kind in kinds.values() if kind]
    texts = (metric.sql or metric.expr or "", *metric.columns.values())
    named = {column for text in texts for column in named_columns(text)} | {(metric.on or "").lower()}
    refused = {c.name: c.never_as for table in known for c in table.columns if c.name in named and c.never_as}
    place = draft.place("metrics", name, "sql" if metric.sql is not None else "expr")
    forecasts = [column for column, use in refused.items() if use == "outcome date"]
    if forecasts:
        what = f"metrics.{name} reads {forecasts[0]}, which is a forecast"
        fix = "use closed_on, which holds the close of deals that are closed"
        yield build_problem("P121", what, fix, place)
    if not _is_handling(draft, name, metric):
        return
    elapsed = [column for column, use in refused.items() if use == "handling time"]
    alone = bool(kinds) and set(kinds.values()) == {"tickets"}
    if elapsed or alone:
        read = elapsed[0] if elapsed else "tickets alone"
        what = f"metrics.{name} is handling time but reads {read}: elapsed time, waiting included"
        fix = (
            "take handle_seconds of an interactions export, or call the metric what it is: time to resolution"
        )
        yield build_problem("P121", what, fix, place)


def _sources_read(draft: Draft, metric: MetricPart) -> tuple[str, ...]:
    if metric.sql is None:
        named = (metric.source, *metric.tables.values())
        return tuple(source for source in named if source is not None)
    try:
        return read_query(metric.sql, source_names(draft)).tables
    except FindingError:  # told where SQL is checked
        return ()


def _kind(draft: Draft, source: str) -> str | None:
    part = draft.doc.sources.get(source)
    profile = PROFILES.get(part.profile) if part is not None and part.profile is not None else None
    return profile.kind if profile is not None else None


def _is_handling(draft: Draft, name: str, metric: MetricPart) -> bool:
    """Whether it says it is handling time, or is turned into money as such."""
    if _HANDLING.search(f"{name} {metric.label or ''} {metric.use or ''}".replace("_", " ")):
        return True
    primary = draft.doc.outcome.primary if draft.doc.outcome is not None else None
    return any(
        benefit.converter == "handle_time" and (benefit.metric or primary) == name
        for benefit in draft.doc.value.values()
    )
