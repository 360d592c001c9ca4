"""Metrics and outcomes: each defined once, owned, in one unit; one primary.

Question  Could two people compute the same number from this definition?
"""

import re
from collections.abc import Iterator, Mapping

from payoff.nouns.formula import FormulaError
from payoff.nouns.problem import Problem
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.study.check_sql import place_in_sql, source_names
from payoff.study.codes import FindingError, build_problem
from payoff.study.document import MetricPart
from payoff.study.expression import (
    check_aggregate,
    check_derived,
    find_cycles,
    is_derived,
    needs_more_than,
    parts_of,
)
from payoff.study.formulas import parse_formula
from payoff.study.guardrails import read_guardrail
from payoff.study.sql import SqlFindingError
from payoff.study.structure import Draft
from payoff.study.suggest import suggestion

MAX_SECONDARY = 2
MAX_PARTS = 30
_CHANGE = re.compile(r"^[+\-\u2212]\s*\d")
_ALTERNATIVES = re.compile(r"\s+(?:or|/|\|)\s+", re.IGNORECASE)


def check_metrics(draft: Draft) -> Iterator[Problem]:
    """Problems of every metric's own definition, and circles among them."""
    for name, metric in draft.doc.metrics.items():
        yield from _check_definition(draft, name, metric)
        yield from _check_documentation(draft, name, metric)
        yield from _check_unit(draft, name, metric)
    cycles = list(find_cycles(draft.doc.metrics))
    for name in draft.doc.metrics if not cycles else ():
        if needs_more_than(name, draft.doc.metrics, MAX_PARTS):
            what = f"metrics.{name} takes more than {MAX_PARTS} queries to write out"
            yield build_problem("P208", what, "write it as sql", draft.place("metrics", name, "expr"))
    for cycle in cycles:
        fix = "define one of them as sql"
        place = draft.place("metrics", cycle[0], "expr")
        yield build_problem("P207", f"metrics in a circle: {' → '.join(cycle)}"[:200], fix, place)
    if draft.is_written("metrics") and not draft.tree.names("metrics"):
        place = draft.place("metrics")
        yield build_problem("P102", "there is no metric", "define the primary metric", place)


def _check_definition(draft: Draft, name: str, metric: MetricPart) -> Iterator[Problem]:
    if metric.use is not None:
        return  # checked where it is filled in
    for key in ("tables", "columns", "members", "hierarchy", "level"):
        if draft.is_written("metrics", name, key):
            what = f"metrics.{name}.{key} belongs to use"
            yield build_problem("P113", what, f"delete {key}", draft.place("metrics", name, key))
    written = [key for key in ("sql", "expr") if draft.is_written("metrics", name, key)]
    if len(written) != 1:
        what = f"metrics.{name} has {'both sql and expr' if written else 'no definition'}"
        fix = "keep one of the two" if written else "add sql, or expr with source and on"
        yield build_problem("P113" if written else "P211", what, fix, draft.place("metrics", name))
    for key in ("source", "on"):
        if metric.sql is not None and draft.is_written("metrics", name, key):
            what = f"metrics.{name}.{key} is unused: the query says it itself"
            yield build_problem("P113", what, f"delete {key}", draft.place("metrics", name, key))
    if metric.expr is None or written != ["expr"]:
        return
    sources = source_names(draft)
    if metric.source is not None and metric.source not in sources:
        what = f"metrics.{name}.source: {metric.source[:60]} is not a declared source"
        place = draft.place("metrics", name, "source")
        yield build_problem("P303", what, suggestion(metric.source, sources), place)
    try:
        if is_derived(metric):
            check_derived(metric, draft.doc.metrics, draft.tree.names("metrics"))
        else:
            check_aggregate(metric, sources)
    except SqlFindingError as finding:
        path = ("metrics", name, "expr")
        yield finding.at(place_in_sql(draft, path, finding.span))
    except FindingError as finding:
        yield finding.at(draft.place("metrics", name, "expr"))


def _check_documentation(draft: Draft, name: str, metric: MetricPart) -> Iterator[Problem]:
    """A baseline is one level of one measure (KPI-04)."""
    for key in ("baseline", "target"):
        given = getattr(metric, key)
        place = draft.place("metrics", name, key)
        parts = _ALTERNATIVES.split(given) if isinstance(given, str) else [given]
        if len(parts) > 1:
            split = "; ".join(f"{key}: {part}" for part in parts)
            what = f"metrics.{name}.{key} {given!r} is {len(parts)} measures in one"[:200]
            yield build_problem("P206", what, f"make one metric each ({split})"[:200], place)
        if key == "baseline" and any(isinstance(p, str) and _CHANGE.match(p) for p in parts):
            what = f"metrics.{name}.baseline {given!r} is a change, not a level"[:200]
            yield build_problem(
                "P205", what, "write the level, such as 12 min/call; the change is a target", place
            )
    parts = _ALTERNATIVES.split(metric.label or "")
    if len(parts) > 1:
        what = f"metrics.{name}.label {metric.label!r} names {len(parts)} measures"[:200]
        fix = f"make one metric each: {'; '.join(parts)}"[:200]
        yield build_problem("P206", what, fix, draft.place("metrics", name, "label"))


def _check_unit(draft: Draft, name: str, metric: MetricPart) -> Iterator[Problem]:
    place = draft.place("metrics", name, "unit")
    try:
        unit = read_unit(metric.unit)
    except UnitError as error:
        yield build_problem(
            "P114", str(error)[:200], "write words joined by /, such as deals/rep/month", place
        )
        return
    if not is_derived(metric):
        return
    units = {part: _unit_of(draft, part) for part in parts_of(metric)}
    known = {part: found for part, found in units.items() if found is not None}
    if not known or len(known) < len(units):
        return
    try:
        found = parse_formula(str(metric.expr)).unit(known)
    except FormulaError as error:
        yield build_problem("P114", str(error)[:200], "add only what has the same unit", place)
        return
    if found != unit:
        what = f"metrics.{name} is in {unit} but its expression comes to {found}"
        yield build_problem("P114", what, f"write unit: {found}", place)


def _unit_of(draft: Draft, name: str) -> Unit | None:
    metric = draft.doc.metrics.get(name)
    try:
        return read_unit(metric.unit) if metric is not None else None
    except UnitError:
        return None


def check_outcome(draft: Draft) -> Iterator[Problem]:
    """One primary, at most two secondary, every name a metric, every metric in use."""
    outcome = draft.doc.outcome
    if outcome is None:
        return
    listed = [(("outcome", "primary"), outcome.primary)]
    for key in ("secondary", "leading", "placebo"):
        listed += [(("outcome", key, i), n) for i, n in enumerate(getattr(outcome, key))]  # type: ignore[misc]
    listed += [(("outcome", "guardrail", n), n) for n in outcome.guardrail]  # type: ignore[misc]
    if draft.doc.explore is not None and draft.doc.explore.mediator is not None:
        listed.append((("explore", "mediator"), draft.doc.explore.mediator))
    known = draft.tree.names("metrics")
    seen: set[str] = set()
    for path, name in listed:
        if name not in known:
            what = f"{name[:60]} is not a metric of this study"
            place = draft.tree.key_place(*path) if path[1] == "guardrail" else draft.place(*path)
            yield build_problem("P201", what, suggestion(name, known), place)
        elif name in seen and path[1] not in ("guardrail", "mediator"):
            fix = "name it once"
            yield build_problem("P212", f"{name} has two roles", fix, draft.place(*path))
        seen.add(name)
    yield from _check_guardrails(draft, outcome.guardrail)
    if len(outcome.secondary) > MAX_SECONDARY:
        what = f"{len(outcome.secondary)} secondary metrics; at most {MAX_SECONDARY}"
        fix = "keep two; others may be leading or guardrail"
        yield build_problem("P203", what, fix, draft.place("outcome", "secondary"))
    used = seen | {part for metric in draft.doc.metrics.values() for part in parts_of(metric)}
    for name in draft.doc.metrics:
        if name not in used:
            fix = "list it under outcome, or delete it"
            yield build_problem(
                "P209", f"metric {name} is used nowhere", fix, draft.tree.key_place("metrics", name)
            )


def _check_guardrails(draft: Draft, rules: Mapping[str, str]) -> Iterator[Problem]:
    """Every rule can be held against its metric."""
    for name, rule in rules.items():
        metric = draft.doc.metrics.get(name)
        if metric is None or _unit_of(draft, name) is None:
            continue  # said elsewhere
        try:
            read_guardrail(name, rule, metric.unit, metric.better)
        except FindingError as error:
            yield error.at(draft.place("outcome", "guardrail", name))
