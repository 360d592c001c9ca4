"""What the store is asked about the health of a source: counts and medians, never its rows.

Question  How many rows break each rule and came on each day, which words and sizes has each month?
Scale     Aggregates only, over columns; `list_rows` asks for rows, up to a cap, once a rule is broken.
"""

from collections.abc import Iterator, Sequence

from payoff.metrics.health_hours import ask_hours
from payoff.metrics.health_rows import EARLIEST, SKEW, RowRule
from payoff.metrics.health_subject import Subject, local, spell
from payoff.nouns.query import Query
from payoff.nouns.sql_quoting import literal, quoted

STARTS = ("created_at", "started_at", "sold_at", "offered_at")  # when a thing began, in any of two systems
SHARED = ("ticket_id", "interaction_id", "opportunity_id", "sale_id", "session_id")


def ask_rows(subject: Subject, rules: Sequence[RowRule]) -> Query:
    """One row: all rows, filled cells (`c0` …), rows at fault by rule (`r0` …), midnights (`m0` …)."""
    parts = ["count(*) as n"]
    parts += [f"count({quoted(name)}) as c{n}" for n, name in enumerate(subject.columns)]
    parts += [f"count(*) filter (where {rule.condition}) as r{n}" for n, rule in enumerate(rules)]
    for n, name in enumerate(subject.only("instant", "time")):
        parts.append(f"count(*) filter (where {at_midnight(subject, name)}) as m{n}")
    if subject.when is not None:
        known = f"filter (where {in_time(subject)})"
        parts.append(f"max({local(subject, subject.when)}) {known}::date as last_on")
    return _query(subject, "rows", f"select {', '.join(parts)} from {quoted(subject.name)}")


def at_midnight(subject: Subject, column: str) -> str:
    """SQL: the wall clock shows midnight sharp."""
    return f"{local(subject, column)} = date_trunc('day', {local(subject, column)})"


def in_time(subject: Subject) -> str:
    """SQL: the row happened at a time that can be; others are findings of their own and on no calendar."""
    when, until = quoted(subject.when or ""), (subject.landed_at + SKEW).date()
    return f"{when} >= date '{EARLIEST}' and {when}::date <= date '{until}'"


def ask_over_time(subject: Subject) -> Iterator[Query]:
    """Rows by day; size, medians and nights by month; words by month. None without a column of time."""
    when = subject.when
    if when is None:
        return
    table, moment = quoted(subject.name), local(subject, when)
    where = f"from {table} where {in_time(subject)}"
    yield _query(
        subject, "days", f"select {moment}::date as on_day, count(*) as n {where} group by 1 order by 1"
    )
    if subject.columns[when] != "date":
        yield ask_hours(subject, in_time(subject))
    parts = [f"date_trunc('month', {moment})::date as month", "count(*) as n"]
    if subject.columns[when] != "date":
        dark = f"extract(hour from {moment}) >= 22 or extract(hour from {moment}) < 6"
        parts.append(f"count(*) filter (where {dark}) as night")
    for n, name in enumerate(measures_of(subject)):
        parts.append(f"median({quoted(name)}) filter (where {quoted(name)} > 0) as v{n}")
        parts.append(f"count(*) filter (where {quoted(name)} > 0) as k{n}")
        parts.append(f"count({quoted(name)}) as f{n}")
    yield _query(subject, "months", f"select {', '.join(parts)} {where} group by 1 order by 1")
    words = words_of(subject)
    if words:
        asked = " union all ".join(
            f"select {literal(name)} as column_name, date_trunc('month', {moment})::date as month, "
            f"{quoted(name)}::varchar as word, count(*) as n {where} and {quoted(name)} is not null "
            f"group by 2, 3"
            for name in words
        )
        yield _query(subject, "words", f"select * from ({asked}) order by 1, 2, 3")


def ask_states(subject: Subject) -> Iterator[Query]:
    """Words of every column of categories over all rows, to hold against another load."""
    columns = states_of(subject)
    if columns:
        asked = " union all ".join(
            f"select {literal(name)} as column_name, {quoted(name)}::varchar as word, count(*) as n "
            f"from {quoted(subject.name)} where {quoted(name)} is not null group by 2"
            for name in columns
        )
        yield _query(subject, "states", f"select * from ({asked}) order by 1, 2")


def ask_leavers(subject: Subject) -> Iterator[Query]:
    """Hires and leavers by month, of a source of people."""
    if subject.table != "people" or not {"hired_on", "left_on"} <= set(subject.columns):
        return
    one = "select date_trunc('month', {0})::date as month, {1} as hired, {2} as left_ from {3} "
    one += "where {0} is not null"
    hires = one.format("hired_on", 1, 0, quoted(subject.name))
    leavers = one.format("left_on", 0, 1, quoted(subject.name))
    sql = "select month, sum(hired)::bigint as hired, sum(left_)::bigint as gone from "
    sql += f"({hires} union all {leavers}) group by 1 order by 1"
    yield _query(subject, "leavers", sql)


def ask_shifts(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Subject, Query]]:
    """Two sources that hold the same things: hours between their clocks, and rows that stand so far apart."""
    for n, later in enumerate(subjects):
        for earlier in subjects[:n]:
            found = shared_by(earlier, later)
            if found is not None:
                query = Query(
                    f"health:{later.name}:shift:{earlier.name}",
                    f"select hours, count(*) as n, count(*) filter (where near) as whole from "
                    f"({between(earlier, later, found)}) group by 1 order by 1",
                    (earlier.name, later.name),
                )
                yield earlier, later, query


def between(earlier: Subject, later: Subject, shared: tuple[str, str, str]) -> str:
    """SQL: `_row` of the later source, hours from the earlier one's clock, and whether they are whole."""
    id_, mine, theirs = shared
    apart = f"(epoch(b.{quoted(theirs)}) - epoch(a.{quoted(mine)}))"
    return (
        f"select b._row as row_, round({apart} / 3600)::bigint as hours, "
        f"abs({apart} - 3600 * round({apart} / 3600)) < 90 as near "
        f"from {quoted(earlier.name)} a join {quoted(later.name)} b "
        f"on a.{quoted(id_)}::varchar = b.{quoted(id_)}::varchar "
        f"where a.{quoted(mine)} is not null and b.{quoted(theirs)} is not null"
    )


def shared_by(earlier: Subject, later: Subject) -> tuple[str, str, str] | None:
    """(id both hold, when it began in the one, and in the other); None where they share none."""
    ids = [name for name in SHARED if name in earlier.columns and name in later.columns]
    starts = [
        next((name for name in STARTS if one.columns.get(name) in ("instant", "time")), None)
        for one in (earlier, later)
    ]
    if not ids or starts[0] is None or starts[1] is None:
        return None
    return ids[0], starts[0], starts[1]


def list_rows(subject: Subject, rule: str, condition: str, at_most: int) -> Query:
    """The first rows at fault, in the order they were landed: file and number, and key."""
    names = [quoted(name) for name in (*subject.place, *subject.key)]
    sql = f"select {', '.join(names)} from {quoted(subject.name)} where {condition} "
    sql += f"order by _row limit {at_most}"
    return Query(f"health:{subject.name}:{rule}", sql, (subject.name,))


def measures_of(subject: Subject) -> tuple[str, ...]:
    """Columns of numbers whose magnitude should last: all but counts, which are small, and keys."""
    return (
        tuple(name for name in subject.only("number") if name not in subject.key) if subject.declared else ()
    )


def words_of(subject: Subject) -> tuple[str, ...]:
    """Columns whose words should be the same in every month."""
    named = (*subject.expected.words, *subject.rules.categories)
    return tuple(dict.fromkeys(c for c in (spell(subject, n) for n in named) if c in subject.columns))


def states_of(subject: Subject) -> tuple[str, ...]:
    """Columns whose words should be the same in every load."""
    named = (*subject.expected.words, *subject.expected.states, *subject.rules.categories)
    return tuple(dict.fromkeys(c for c in (spell(subject, n) for n in named) if c in subject.columns))


def _query(subject: Subject, what: str, sql: str) -> Query:
    return Query(f"health:{subject.name}:{what}", sql, (subject.name,))
