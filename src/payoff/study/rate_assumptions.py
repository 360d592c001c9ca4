"""An assumption that names a rate of finance's own list, written out before the document is read.

Question  What does `rates: finance_rates` of an assumption, such as the loaded hour of a role, stand for?
Fills     The query for the rate of that name valid on `on` (the first day of the follow-up unless given), in
          the unit the assumption states. Every later step, the plan lock and `payoff explain` included,
          sees a measured number with its query.
Proof     tests/run/test_run_ledger.py: by hand
Null      No row of that name is valid on the day, two are, or it is in another unit: refused, never 0.
Refuses   A value beside it, a source that is no list of rates, no day to look on.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from payoff.nouns.problem import Problem
from payoff.nouns.sql_quoting import literal
from payoff.study.codes import build_problem
from payoff.study.suggest import suggestion
from payoff.study.tree import Tree

_VALUES = ("low", "mid", "high", "value", "values", "sql")


def fill_rate_assumptions(data: Any, tree: Tree) -> Iterator[Problem]:
    """Fill every assumption with `rates`, in place; yield what is wrong with the others."""
    assumptions = data.get("assumptions") if isinstance(data, dict) else None
    if not isinstance(assumptions, dict):
        return
    for name, part in assumptions.items():
        if not isinstance(part, dict) or "rates" not in part:
            continue
        problems = list(_check(data, tree, str(name), part))
        yield from problems
        if not problems:
            _fill(data, str(name), part)


def _check(data: dict[str, Any], tree: Tree, name: str, part: dict[str, Any]) -> Iterator[Problem]:
    place, said = tree.place("assumptions", name), f"assumptions.{name}"
    for key in _VALUES:
        if key in part:
            what = f"{said}: the list of rates says it, and {key} too"
            yield build_problem("P113", what, f"delete {key}", tree.place("assumptions", name, key))
    sources = data.get("sources")
    sources = sources if isinstance(sources, dict) else {}
    source = sources.get(part["rates"]) if isinstance(part["rates"], str) else None
    if not isinstance(source, dict):
        fix = suggestion(str(part["rates"])[:60], sources)
        yield build_problem("P303", f"{said}: {str(part['rates'])[:60]} is no source", fix, place)
    elif source.get("profile") != "rates":
        what = f"{said}: {part['rates']} does not say that it is a list of rates"
        yield build_problem("P303", what, f"profile: rates, under sources.{part['rates']}", place)
    if _day(data, part) is None:
        what = f"{said}: no day the rate is valid on"
        yield build_problem("P102", what, "on: 2026-01-01", place)


def _day(data: dict[str, Any], part: dict[str, Any]) -> dt.date | None:
    """`on`, else the first day of the follow-up."""
    design = data.get("design")
    window = str(design.get("follow_up", "")) if isinstance(design, dict) else ""
    try:
        return dt.date.fromisoformat(str(part.get("on", window.split("..")[0].strip())))
    except ValueError:
        return None


def _fill(data: dict[str, Any], name: str, part: dict[str, Any]) -> None:
    source, rate, day = part["rates"], str(part.get("rate", name)), _day(data, part)
    unit = literal(str(part.get("unit", "")))
    part["sql"] = (
        f"select case when count(*) = 1 and min(coalesce(unit, '')) = {unit} "
        f"then cast(max(value) as double) end as value from {source} where rate = {literal(rate)} "
        f"and valid_from <= date '{day}' and (valid_to is null or valid_to >= date '{day}')"
    )
    part["on"] = str(day)
    part.setdefault("source", f"{source}, {rate} on {day}")
    people = data.get("people")
    finance = people.get("finance") if isinstance(people, dict) else None
    part.setdefault("owner", str(finance or "finance"))
