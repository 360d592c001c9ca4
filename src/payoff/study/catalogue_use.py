"""A metric that names a measure of the catalogue, filled in before the document is read.

Question  What do `use: average_handle_time` and its sources stand for in this study?
Fills     sql, unit, better, missing, tier, version and `use` with its version, so that every later step, the
          plan lock included, sees the definition written out.
Refuses   An unknown id or version, a table without a source, a column the measure does not read, a period it
          is not told by, and what the catalogue says already. A metric that cannot be filled is left out, so
          that one fault does not set off others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from payoff.nouns.definition import Catalogue, Definition
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.problem import Problem
from payoff.study.codes import FindingError, build_problem
from payoff.study.definition_sql import Asked, Binding, write_definition
from payoff.study.sql import read_expression
from payoff.study.suggest import suggestion
from payoff.study.tree import Tree
from payoff.study.values import read_window

_HIERARCHY = ("unit_id", "level", "parent_id", "from_on", "until_on")
_SAID = ("sql", "expr", "on", "unit", "better", "missing", "version")


def fill_uses(data: Any, tree: Tree, catalogue: Catalogue) -> Iterator[Problem]:
    """Fill every metric with `use`, in place; yield what is wrong with the others."""
    metrics = data.get("metrics") if isinstance(data, dict) else None
    if not isinstance(metrics, dict):
        return
    for name, part in list(metrics.items()):
        if isinstance(part, dict) and "use" in part:
            problems = list(_fill(data, name, part, tree, catalogue))
            if problems:
                del metrics[name]
            yield from problems


def _fill(
    data: Mapping[str, Any], name: str, part: dict[str, Any], tree: Tree, catalogue: Catalogue
) -> Iterator[Problem]:
    definition = catalogue.find(str(part["use"]))
    if definition is None:
        what = f"metrics.{name}.use: {str(part['use'])[:60]!r} is not in the catalogue"
        fix = suggestion(str(part["use"]).partition("@")[0], catalogue.definitions, "payoff metrics list")
        yield build_problem("P214", what, fix, tree.place("metrics", name, "use"))
        return
    for key in _SAID:
        if key in part:
            what = f"metrics.{name}.{key}: the catalogue says it ({definition.id})"
            yield build_problem("P113", what, f"delete {key}", tree.place("metrics", name, key))
    binding = read_binding(part, definition)
    yield from _check_binding(name, part, definition, binding, tree)
    asked = _asked(data)
    if asked is None:  # the design's own faults are told where it is checked
        part.update(_facts(data, definition, "unit", "period"))
        return
    if asked.period not in definition.grains:
        what = f"metrics.{name}: {definition.id} is not told by {asked.period}"
        fix = f"design.period: {' or '.join(definition.grains)}"
        yield build_problem("P216", what, fix, tree.place("metrics", name, "use"))
        return
    if set(binding.tables) == set(definition.tables):
        part["sql"] = write_definition(definition, catalogue.tables, binding, asked)
    part.update(_facts(data, definition, asked.unit, asked.period))
    part.setdefault("label", definition.label)


def read_binding(part: Mapping[str, Any], definition: Definition) -> Binding:
    """Where a metric with `use` finds its rows."""
    hierarchy, level = part.get("hierarchy"), part.get("level")
    placed = Binding(_tables(part, definition), _texts(part.get("columns")), part.get("members"))
    if isinstance(hierarchy, str) and isinstance(level, str):
        return replace(placed, hierarchy=hierarchy, level=level)
    return placed


def _facts(data: Mapping[str, Any], definition: Definition, unit: str, period: str) -> dict[str, Any]:
    design = data.get("design")
    label = design.get("unit_label") if isinstance(design, dict) else None
    noun = label if isinstance(label, str) else unit.removesuffix("_id")
    money = str(data.get("currency"))
    return {
        "use": definition.reference,
        "unit": definition.unit.format(unit=noun, period=period, money=money),
        "better": definition.better,
        "missing": definition.missing,
        "tier": "leading" if definition.leading else "lagging",
        "version": definition.version,
    }


def _tables(part: Mapping[str, Any], definition: Definition) -> dict[str, str]:
    """As named under `tables`; `source` where the measure reads one table alone."""
    named = _texts(part.get("tables"))
    if len(definition.tables) == 1 and isinstance(part.get("source"), str):
        return {definition.tables[0]: part["source"], **named}
    return named


def _texts(value: Any) -> dict[str, str]:
    """Entries of a mapping that are text; what is not is told by the document's own check."""
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}


def _check_binding(
    name: str, part: Mapping[str, Any], definition: Definition, binding: Binding, tree: Tree
) -> Iterator[Problem]:
    place = tree.place("metrics", name)
    sources = tree.names("sources")
    if "source" in part and len(definition.tables) > 1:
        fix = f"tables: {{{', '.join(f'{table}: SOURCE' for table in definition.tables)}}}"
        yield build_problem("P215", f"metrics.{name}: {definition.id} reads several tables", fix, place)
        return
    for table in definition.tables:
        if table not in binding.tables:
            fix = "source: NAME" if len(definition.tables) == 1 else f"tables: {{{table}: SOURCE, …}}"
            what = f"metrics.{name}: {definition.id} has no source for its table {table}"
            yield build_problem("P215", what, fix, place)
    for table in binding.tables.keys() - set(definition.tables):
        what = f"metrics.{name}.tables: {definition.id} reads no table {table[:60]}"
        yield build_problem("P215", what, f"one of: {', '.join(definition.tables)}", place)
    if ("hierarchy" in part) != ("level" in part):
        what = f"metrics.{name}: {'hierarchy' if 'hierarchy' in part else 'level'} alone rolls nothing up"
        yield build_problem("P215", what, "hierarchy: SOURCE and level: NAME, or neither", place)
    named = (binding.members, binding.hierarchy)
    for source in (*binding.tables.values(), *(one for one in named if one)):
        if source not in sources:
            what = f"metrics.{name}: {str(source)[:60]} is not a declared source"
            yield build_problem("P303", what, suggestion(str(source), sources), place)
    yield from _check_columns(name, definition, binding, tree)


def _check_columns(name: str, definition: Definition, binding: Binding, tree: Tree) -> Iterator[Problem]:
    needs = (*definition.needs, *definition.cases_need)
    known = {"unit", *(column for _, columns in needs for column in columns)}
    known |= {f"{table}.{column}" for table, columns in needs for column in (*columns, "unit")}
    members = ("person_id", "hired_on", "left_on", "unit") if binding.members else ()
    known |= {f"members.{column}" for column in members}
    known |= {f"hierarchy.{column}" for column in _HIERARCHY if binding.hierarchy is not None}
    for column, sql in binding.columns.items():
        place = tree.place("metrics", name, "columns", column)
        if column not in known:
            what = f"metrics.{name}.columns: {definition.id} reads no column {column[:60]}"
            yield build_problem("P215", what, suggestion(column, known), place)
            continue
        try:
            if read_expression(sql, ()).tables:
                raise FindingError("P215", "a sub-query", "name a column, or SQL over the source's columns")
        except FindingError as finding:
            yield finding.at(place)


def _asked(data: Mapping[str, Any]) -> Asked | None:
    """By which unit and period, over which days; None where the design cannot say yet."""
    design = data.get("design")
    if not isinstance(design, dict):
        return None
    try:
        windows = [read_window(design[key]) for key in ("baseline", "follow_up")]
        calendar = FiscalCalendar(**data.get("calendar", {}))
        unit, period = design["unit"], design.get("period", "month")
    except (KeyError, TypeError, ValueError):
        return None
    if not isinstance(unit, str) or period not in ("day", "week", "month", "quarter", "year"):
        return None
    first, last = min(w.start_on for w in windows), max(w.end_on for w in windows)
    return Asked(unit, period, first, last, calendar)
