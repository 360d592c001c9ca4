"""A definition of the catalogue, written out as the query of one study.

Question  Which query does `use: average_handle_time` stand for, over these sources?
Identity  The same id, bindings, unit, grain and calendar give the same text, whichever study asks.
Method    Each table becomes a CTE over its source: the columns the definition reads, of their kind,
          instants in local time; the definition's own SQL then runs over these alone. Text only: a locked
          plan holds the query, and must not change with the release of a parser.
Members   Where rows do not say the unit, the stays of a people table do: as of the day of the row.
Levels    Where a level is asked for, the unit's place in the hierarchy says which unit of it: as of that day.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from payoff.nouns.definition import Definition, MetricTable, TableColumn
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.study.hierarchy_sql import ABOVE, write_levels
from payoff.study.sql_text import flatten_sql

_TYPES = {
    "text": "varchar", "number": "double", "flag": "boolean", "day": "date", "local day": "date"
}  # fmt: skip
_DATED = ("instant", "local day", "day")
# a stay while its unit stays where it is: who goes on in another place has not left
_PIECES = {
    "hired_on": "greatest(event.hired_on, coalesce(above.from_on, event.hired_on))",
    "left_on": "case when event.left_on <= coalesce(above.until_on, event.left_on) then event.left_on "
    "else nullif(above.until_on, date '9999-12-31') end",
    "voluntary": "(event.voluntary and event.left_on <= coalesce(above.until_on, event.left_on))",
}
_PERIOD_OF = re.compile(r"period_of\(([^()]*)\)")
_SEEN_UNTIL = re.compile(r"seen_until\(((?:[^()]|\([^()]*\))*)\)")
_PER_YEAR = {"day": 365.0, "week": 52.0, "month": 12.0, "quarter": 4.0, "year": 1.0}


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a definition finds its rows.

    tables: the definition's table → the study's source. columns: "table.column" or "column" → SQL over the
    source; a column that is not named is there under its own name, the unit under the study's.
    members: source of stays that say each person's unit; None where rows say it.
    hierarchy, level: source that says which unit belongs to which, and the level to roll up to; None: as is.
    """

    tables: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    members: str | None = None
    hierarchy: str | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """By which unit and period, on which calendar, over which days."""

    unit: str
    period: str
    first_on: dt.date
    last_on: dt.date
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar)


def write_definition(
    definition: Definition, tables: Mapping[str, MetricTable], binding: Binding, asked: Asked
) -> str:
    """The query: unit, period, numerator and denominator where it is a rate, value."""
    people = tables["people"]
    members = [_write_members(people, binding, asked)] if binding.members is not None else []
    if binding.hierarchy is not None:
        names = [column.name for column in tables["hierarchy"].columns]
        found = {name: _mapped("hierarchy", name, binding) or f'"{name}"' for name in names}
        members += write_levels(binding.hierarchy, found, binding.level)
    ctes = [_write_table(tables[name], read, binding, asked) for name, read in definition.needs]
    spine = [_write_periods(asked)] if definition.uses_periods else []
    counted = f"select unit, {_period('happened', asked)} as period"
    counted += f", cast({fill_periods(definition.numerator, asked)} as double) as numerator"
    value = "numerator as value"
    if definition.denominator is not None:
        counted += f", cast({fill_periods(definition.denominator, asked)} as double) as denominator"
        value = "numerator, denominator, numerator / nullif(denominator, 0) as value"
    counted += f" from ({fill_periods(definition.rows, asked)}) as counted group by 1, 2"
    head = ",\n".join([*members, *ctes, *spine])
    far = " where period is not null" if asked.calendar.weeks is not None else ""
    return f'with {head}\nselect unit as "{asked.unit}", period, {value}\nfrom ({counted}) as summed{far}'


def write_cases(
    definition: Definition, tables: Mapping[str, MetricTable], binding: Binding, asked: Asked
) -> str:
    """The query of the single cases; nothing after `asked.last_on` is looked at."""
    ctes = [_write_rows(tables[name], read, binding, asked) for name, read in definition.cases_need]
    last = f"date '{asked.last_on}'"
    rows = _SEEN_UNTIL.sub(lambda word: f"least({word[1]}, {last})", flatten_sql(definition.cases))
    return f"with {', '.join(ctes)}\n{rows}"


def fill_periods(sql: str, asked: Asked) -> str:
    """The definition's SQL on one line, with its two words of the calendar written out."""
    per_year = flatten_sql(sql).replace("periods_per_year()", repr(_PER_YEAR[asked.period]))
    return _PERIOD_OF.sub(lambda word: _period(word[1], asked), per_year)


def _period(column: str, asked: Asked) -> str:
    return asked.calendar.period_sql(column, asked.period, (asked.first_on, asked.last_on))


def _write_table(table: MetricTable, read: tuple[str, ...], binding: Binding, asked: Asked) -> str:
    """The table with each row's unit, where rows are somebody's."""
    if not table.person:
        return _write_rows(table, read, binding, asked)
    known = {column.name: column for column in table.columns}
    columns = {name: _column(table.name, known[name], binding, asked) for name in read}
    day, rows = _day(table, read), f'"{binding.tables[table.name]}"'
    if binding.members is None or not table.at:
        unit = _mapped(table.name, "unit", binding) or f'"{asked.unit}"'
        unit, kept, source = f"{unit} as unit", list(columns.values()), rows
    else:
        columns[table.person] = _column(table.name, known[table.person], binding, asked)
        source = (
            f"(select {', '.join(columns.values())} from {rows}) as event "
            f'left join members on members.person_id = event."{table.person}" '
            f"and members.hired_on <= {day} and (members.left_on is null or members.left_on >= {day})"
        )
        unit, kept = "members.unit as unit", [f'event."{name}" as "{name}"' for name in columns]
    if binding.hierarchy is None:
        return _select(table.name, [unit, *kept], source)
    placed = f"(select {', '.join([unit, *kept])} from {source}) as event"
    if table.at or "left_on" not in columns:
        join = f"{ABOVE} and above.from_on <= {day} and above.until_on >= {day}"
        return _select(table.name, ["above.unit as unit", *_kept(columns)], f"{placed} left join {join}")
    join = f"{ABOVE} and above.from_on <= coalesce(event.left_on, above.from_on) "
    join += "and above.until_on >= event.hired_on"
    return _select(table.name, ["above.unit as unit", *_kept(columns, _PIECES)], f"{placed} left join {join}")


def _write_rows(table: MetricTable, read: tuple[str, ...], binding: Binding, asked: Asked) -> str:
    """The table as it is, of no unit."""
    known = {column.name: column for column in table.columns}
    columns = [_column(table.name, known[name], binding, asked) for name in read]
    return _select(table.name, columns, f'"{binding.tables[table.name]}"')


def _kept(columns: Iterable[str], instead: Mapping[str, str] | None = None) -> list[str]:
    written = instead or {}
    return [f'{written[n]} as "{n}"' if n in written else f'event."{n}" as "{n}"' for n in columns]


def _day(table: MetricTable, read: tuple[str, ...]) -> str:
    """The day on which it matters whose a row is: when it happened, else the first that is known of it."""
    dated = [c.name for c in table.columns if c.kind in _DATED and c.name in read and c.name != "known_until"]
    first = [table.at] if table.at in read else dated
    days = [f'cast(event."{name}" as date)' for name in first]
    return days[0] if len(days) == 1 else f"coalesce({', '.join(days)})"


def _write_members(people: MetricTable, binding: Binding, asked: Asked) -> str:
    """Who was in which unit, and when."""
    known = {column.name: column for column in people.columns}
    columns = [
        _column("members", known[name], binding, asked) for name in ("person_id", "hired_on", "left_on")
    ]
    unit = _mapped("members", "unit", binding) or f'"{asked.unit}"'
    return _select("members", [f"{unit} as unit", *columns], f'"{binding.members}"')


def _write_periods(asked: Asked) -> str:
    listed = asked.calendar.list_periods(asked.first_on, asked.last_on, asked.period)
    rows = ", ".join(f"(date '{start}', date '{after}')" for start, after in listed)
    return f"periods as (select starts_on, ends_before from (values {rows}) as p(starts_on, ends_before))"


def _select(name: str, columns: list[str], rows: str) -> str:
    return f"{name} as (select {', '.join(columns)} from {rows})"


def _column(table: str, column: TableColumn, binding: Binding, asked: Asked) -> str:
    """The column as its kind; an instant as the local time it was."""
    found = _mapped(table, column.name, binding) or f'"{column.name}"'
    if column.kind in ("instant", "local day"):
        found = _in_zone(found, asked.calendar.time_zone)
    if column.kind == "instant":
        return f'{found} as "{column.name}"'
    return f'cast({found} as {_TYPES[column.kind]}) as "{column.name}"'


def _in_zone(found: str, zone: str) -> str:
    """A local time; a time without offset is UTC."""
    if zone == "UTC":
        return f"cast({found} as timestamp)"
    return f"cast({found} as timestamptz) at time zone '{zone}'"


def _mapped(table: str, column: str, binding: Binding) -> str | None:
    written = binding.columns.get(f"{table}.{column}", binding.columns.get(column))
    return None if written is None else f"({flatten_sql(written)})"
