"""Did times move between two loads? Rows of equal keys, whole or half hours from where they stood before.

Question  Which rows does this load tell at another hour than the load before did, and is it most of a period?
Rule      The same hours for 20 rows or more, which are one in a hundred of all or most of a period. A clock
          that keeps summer time shows two such shifts an hour apart, so the neighbour of one belongs to it.
Limits    Less than a day apart: what moved by days was corrected, and not by a clock.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payoff.metrics.health_clock import LEAST, MOSTLY
from payoff.metrics.health_findings import Told
from payoff.metrics.health_rows import TOLERATED
from payoff.metrics.health_subject import Subject, local
from payoff.nouns.query import Query
from payoff.nouns.sql_quoting import literal, quoted
from payoff.nouns.wording import counted, listed, percent, plain

HALF_HOUR = 1_800
MOST_HALVES = 48  # a day


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows of one column and period, by half hours between the loads; None: by another time."""

    column: str
    period: str
    halves: int | None
    n: int


def times_of(subject: Subject, before: Subject) -> tuple[str, ...]:
    """Columns of time that both loads hold; () where no key says which row is which."""
    key = subject.key
    if not key or not subject.declared or any(name not in before.columns for name in key):
        return ()
    times = subject.only("instant", "time")
    return tuple(
        name for name in times if before.columns.get(name) == subject.columns[name] and name not in key
    )


def ask_moved(subject: Subject, columns: Sequence[str], period: str) -> Query:
    """Rows by column, period and half hours apart."""
    asked = " union all ".join(
        f"select {literal(name)} as column_name, on_::varchar as period, halves, count(*) as n "
        f"from ({_apart(subject, name, period)}) group by 2, 3"
        for name in columns
    )
    return Query(f"health:{subject.name}:moved", f"select * from ({asked}) order by 1, 2, 3", (subject.name,))


def find_moved(rows: Sequence[Moved]) -> dict[str, tuple[int, ...]]:
    """Half hours by column, of what moved together."""
    found = {}
    for column in dict.fromkeys(row.column for row in rows):
        shifts = _shifts([row for row in rows if row.column == column])
        if shifts:
            found[column] = shifts
    return found


def condition_of(subject: Subject, found: Mapping[str, Sequence[int]]) -> str:
    """SQL: the row moved in one of the columns."""
    parts = [
        f"select row_ from ({_apart(subject, column, 'day')}) where halves in ({', '.join(map(str, halves))})"
        for column, halves in found.items()
    ]
    return f"_row in ({' union '.join(parts)})"


def judge_moved(
    rows: Sequence[Moved], found: Mapping[str, Sequence[int]], n_rows: int, condition: str
) -> Told:
    """One finding for the source. n_rows: rows that moved in any column."""
    mine = {column: [row for row in rows if row.column == column] for column in found}
    n_shared = max(sum(row.n for row in all_) for all_ in mine.values())
    hours = {h for halves in found.values() for h in _largest(halves)}
    apart = listed([f"{abs(h) / 2:g} h {'later' if h > 0 else 'earlier'}" for h in sorted(hours)])
    columns = listed([plain(column) for column in found])
    text = (
        f"{counted(n_rows, 'row')} of {n_shared:,} that the load before had too now stand {apart} "
        f"than there, by {columns}"
    )
    worst = max(_worst(all_, found[column]) for column, all_ in mine.items())
    if worst[0] >= MOSTLY:
        text += f"; of the period from {worst[1]} it is {percent(worst[0])}"
    return Told(
        "clock",
        "moved",
        text,
        next(iter(found)),
        stops=worst[0] >= MOSTLY,
        n_rows=n_rows,
        condition=condition,
        rests_on="loads",
        means="one of the two loads tells these times in another time zone",
    )


def _shifts(rows: Sequence[Moved]) -> tuple[int, ...]:
    """Shifts of one column that are no chance."""
    n_all = sum(row.n for row in rows)
    n_by: Counter[int] = Counter()
    for row in rows:
        if row.halves and abs(row.halves) < MOST_HALVES:
            n_by[row.halves] += row.n
    sure = {
        shift
        for shift, n in n_by.items()
        if n >= LEAST and (n >= TOLERATED * n_all or _worst(rows, (shift,))[0] >= MOSTLY)
    }
    return tuple(sorted(s for s in n_by if sure & {s - 2, s, s + 2}))


def _worst(rows: Sequence[Moved], shifts: Sequence[int]) -> tuple[float, str]:
    """The largest share of a period that moved, and the period; (0, "") where none holds enough rows."""
    n_all: Counter[str] = Counter()
    n_moved: Counter[str] = Counter()
    for row in rows:
        n_all[row.period] += row.n
        n_moved[row.period] += row.n if row.halves in shifts else 0
    shares = [(n_moved[period] / n, period) for period, n in n_all.items() if n >= LEAST]
    return max(shares, default=(0.0, ""), key=lambda pair: pair[0])


def _largest(halves: Sequence[int]) -> tuple[int, ...]:
    return tuple(halves[:2]) if len(halves) <= 2 else (halves[0], halves[-1])


def _apart(subject: Subject, column: str, period: str) -> str:
    """SQL: `row_`, its period and half hours since the load before; null where it is no half hour."""
    keys = [quoted(name) for name in subject.key]
    time, there = quoted(column), quoted(f"{subject.name} before")
    once = f"select {', '.join(keys)}, min({time}) as was_ from {there} group by all having count(*) = 1"
    same = " and ".join(f"a.{key}::varchar = b.{key}::varchar" for key in keys)
    apart = f"(epoch({time}) - epoch(was_))"
    whole = f"round({apart} / {HALF_HOUR})"
    return (
        f"select row_, date_trunc('{period}', {local(subject, column)})::date as on_, "
        f"case when abs({apart} - {HALF_HOUR} * {whole}) < 1 then {whole}::bigint end as halves "
        f"from (select b._row as row_, b.{time}, a.was_ from {quoted(subject.name)} b join ({once}) a "
        f"on {same} where b.{time} is not null and a.was_ is not null)"
    )
