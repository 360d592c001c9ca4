"""What a single row must satisfy: each rule is SQL that is true for a row at fault.

Question  Which rows are blank where they may not be, there twice, impossible, ahead of their load, or name
          somebody who is not there?
Rule      A value is at fault only where it is there: what is unknown breaks no rule but that of blanks.
Blocks    More rows at fault than are tolerated: one in a hundred, or as declared; one in ten for references.
Proof     tests/run/test_run_health_defects.py
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from payoff.metrics.health_defaults import required_columns, usual_range
from payoff.metrics.health_subject import Subject, find_subject, local, spell
from payoff.nouns.batch import LINEAGE
from payoff.nouns.in_clear import ADDRESS, TELLING, InClear, name_pattern
from payoff.nouns.source_health import HealthKind, RestsOn
from payoff.nouns.sql_quoting import quoted
from payoff.nouns.wording import number, plain

TOLERATED = 0.01
TOLERATED_ORPHANS = 0.1
EARLIEST, EARLIEST_EMPLOYMENT = dt.date(1990, 1, 1), dt.date(1950, 1, 1)
LEAST_ALIKE = 4  # columns beside the key; fewer are alike by chance
GRACE = dt.timedelta(minutes=5)  # clocks of two machines
SKEW = dt.timedelta(days=1)  # beyond it a time is not skewed but impossible


@dataclass(frozen=True, slots=True)
class RowRule:
    """words: what the rows at fault are, after their number: 'have no agent id'. column: what it is about.

    may_block: whether it can keep a result from being published at all.
    """

    name: str
    kind: HealthKind
    column: str
    condition: str
    words: str
    tolerated: float = TOLERATED
    may_block: bool = True
    rests_on: RestsOn = "rows"


def list_row_rules(subject: Subject, subjects: Sequence[Subject], people: str | None) -> Iterator[RowRule]:
    """Every rule of a source, those on columns that are not there left out.

    people: the only source of people of the study, which owners and agents are looked up in.
    """
    yield from _in_clear(subject)
    if not subject.declared:
        return
    yield from _blanks(subject)
    yield from _copies(subject)
    yield from _ranges(subject)
    yield from _orders(subject)
    yield from _dates(subject)
    yield from _references(subject, subjects, people)
    yield from _hours(subject)


def _in_clear(subject: Subject) -> Iterator[RowRule]:
    """Addresses or names of people, where a telling share of the column is."""
    for column in subject.only("text"):
        called = name_pattern(column, [name for name in subject.columns if name != column])
        patterns: list[tuple[InClear, str | None]] = [("addresses", ADDRESS), ("names", called)]
        for what, pattern in patterns:
            if pattern is None:
                continue
            name, found = quoted(column), f"regexp_matches({quoted(column)}, '{pattern}')"
            share = f"select avg({found}::int) from {quoted(subject.name)} where trim({name}) <> ''"
            condition = f"{found} and ({share}) >= {TELLING[what]!r}"
            words = f"have {what} of people in clear in {plain(column)}"
            yield RowRule(f"{what}.{column}", "privacy", column, condition, words, may_block=False)


def required_of(subject: Subject) -> tuple[str, ...]:
    """Columns that may not be blank, as the file spells them, there or not; a row's number always is."""
    named = (*subject.rules.required, *required_columns(subject.table), *subject.source.key)
    return tuple(dict.fromkeys(spell(subject, name) for name in named if name.lower() not in LINEAGE))


def declared_of(subject: Subject) -> tuple[str, ...]:
    """Columns that the study says anything about; one that is not there cannot be looked at."""
    rules = subject.rules
    named = [*subject.source.columns, *rules.categories, *([rules.when] if rules.when is not None else [])]
    named += [name for name, _, _ in rules.ranges] + [name for name, _, _ in rules.references]
    named += [name for pair in rules.orders for name in pair]
    return tuple(dict.fromkeys(spell(subject, name) for name in named if name.lower() not in LINEAGE))


def _blanks(subject: Subject) -> Iterator[RowRule]:
    for column in required_of(subject):
        if column in subject.columns:
            blank = f"{quoted(column)} is null"
            if subject.columns[column] == "text":
                blank += f" or trim({quoted(column)}) = ''"
            yield RowRule(f"blank.{column}", "completeness", column, blank, f"have no {plain(column)}")


def _copies(subject: Subject) -> Iterator[RowRule]:
    """Copies after the first: the whole row again, or all of it but its key."""
    others = [name for name in subject.columns if name not in subject.key]
    everything = ", ".join(quoted(name) for name in subject.columns)
    again = f"select _row from {quoted(subject.name)} "
    again += f"qualify row_number() over (partition by {everything} order by _row) > 1"
    if not subject.declared_key and subject.columns:
        yield RowRule("copies", "duplicates", "", f"_row in ({again})", "are copies of an earlier row")
    times = [n for n in others if subject.columns[n] in ("instant", "time")]
    if not subject.key or not times or len(others) < LEAST_ALIKE:
        return
    # a moment to the second, all else alike and another key: hardly two events
    exact = " or ".join(f"{quoted(n)} <> date_trunc('day', {quoted(n)})" for n in times)
    content, key = ", ".join(map(quoted, others)), ", ".join(map(quoted, subject.key))
    unlike = (
        f"select _row from (select _row, rank() over (partition by {content} order by first_row) as copy "
        f"from "
        f"(select *, min(_row) over (partition by {content}, {key}) as first_row from {quoted(subject.name)} "
        f"where {exact})) where copy > 1"
    )
    words = "say the same as an earlier row under another key"
    yield RowRule("same_under_another_key", "duplicates", "", f"_row in ({unlike})", words)


def _ranges(subject: Subject) -> Iterator[RowRule]:
    declared = {spell(subject, name): (low, high) for name, low, high in subject.rules.ranges}
    for column, kind in subject.columns.items():
        ends = declared.get(column) or usual_range(subject.table, column)
        if ends is None or (kind != "number" and column not in declared):
            continue
        low, high = ends
        value = quoted(column) if kind == "number" else f"try_cast({quoted(column)} as double)"
        parts = [f"{value} < {low!r}"] + ([f"{value} > {high!r}"] if high != float("inf") else [])
        span = f"below {number(low)}" + (f" or above {number(high)}" if len(parts) > 1 else "")
        words = f"have a {plain(column)} {span}"
        yield RowRule(f"range.{column}", "ranges", column, " or ".join(parts), words)


def _orders(subject: Subject) -> Iterator[RowRule]:
    for first, then in (*subject.expected.orders, *subject.rules.orders):
        a, b = spell(subject, first), spell(subject, then)
        kinds = {subject.columns.get(a), subject.columns.get(b)}
        if len(kinds) == 1 and kinds <= {"instant", "time", "date", "number"}:
            words = f"have {plain(b)} before {plain(a)}"
            yield RowRule(f"order.{a}.{b}", "ranges", b, f"{quoted(b)} < {quoted(a)}", words)


def _dates(subject: Subject) -> Iterator[RowRule]:
    """Dates no system of the firm can have seen, and times ahead of the load that brought them."""
    for column in subject.only("instant", "time", "date"):
        name = quoted(column)
        floor = EARLIEST_EMPLOYMENT if column in subject.expected.long_ago else EARLIEST
        words = f"have a {plain(column)} before {floor.year}"
        yield RowRule(f"long_ago.{column}", "ranges", column, f"{name} < date '{floor}'", words)
        if column in subject.expected.planned:
            continue
        landed, last = subject.landed_at, subject.landed_at + SKEW
        if subject.columns[column] == "date":
            limit, ahead = f"date '{last.date()}'", ""
        else:
            shown = name if subject.columns[column] == "instant" else f"{name} at time zone 'UTC'"
            name, limit = f"({shown})", f"timestamptz '{last.isoformat()}'"
            ahead = f"{name} > timestamptz '{(landed + GRACE).isoformat()}' and {name} <= {limit}"
        words = f"have a {plain(column)} in the future"
        yield RowRule(f"future.{column}", "ranges", column, f"{name} > {limit}", words, rests_on="today")
        if ahead and subject.columns[column] == "instant":
            words = f"have a {plain(column)} later than the load that brought them"
            yield RowRule(f"ahead.{column}", "clock", column, ahead, words, rests_on="today")


def _references(subject: Subject, subjects: Sequence[Subject], people: str | None) -> Iterator[RowRule]:
    declared = {spell(subject, column): (to, theirs) for column, to, theirs in subject.rules.references}
    wanted = {column: (source, theirs, True) for column, (source, theirs) in declared.items()}
    other = find_subject(subjects, people) if people is not None and people != subject.name else None
    for column in subject.expected.persons if other is not None else ():
        # a key of the identity map and a number of HR are never equal, whoever they are of
        if other is not None and subject.holds_keys(column) == other.holds_keys("person_id"):
            wanted.setdefault(column, (other.name, "person_id", False))
    for column, (source, theirs, gates) in wanted.items():
        other = find_subject(subjects, source)
        if other is None or column not in subject.columns or spell(other, theirs) not in other.columns:
            continue
        there = f"select {quoted(spell(other, theirs))}::varchar from {quoted(source)}"
        there += f" where {quoted(spell(other, theirs))} is not null"
        condition = f"{quoted(column)} is not null and {quoted(column)}::varchar not in ({there})"
        words = f"have a {plain(column)} that is not in {source}"
        yield RowRule(
            f"orphan.{column}", "references", column, condition, words, TOLERATED_ORPHANS, may_block=gates
        )


def _hours(subject: Subject) -> Iterator[RowRule]:
    """Rows outside the declared hours of the firm's own clock."""
    when = subject.when
    if subject.rules.hours is None or when is None or subject.columns[when] == "date":
        return
    first, last = subject.rules.hours
    hour = f"(extract(hour from {local(subject, when)}) + extract(minute from {local(subject, when)}) / 60.0)"
    condition = f"{hour} < {first!r} or {hour} >= {last!r}"
    # midnight sharp is a missing time of day, which is a finding of its own
    condition = f"({condition}) and {local(subject, when)} <> date_trunc('day', {local(subject, when)})"
    words = f"have a {plain(when)} outside {number(first)} to {number(last)} o'clock"
    yield RowRule(f"hours.{when}", "clock", when, condition, words, may_block=False)
