"""Identifiers of a source → one key for each person, whichever system they come from.

Question  Whose is each row, on the day it speaks of, and which rows are nobody's we know?
Key       Of a person: a keyed pseudonym, the same in every source. Of an identifier that is ambiguous,
          missing or nobody's: one of its own behind that word, which joins to nothing and is still counted.
Days      As written; instants in the source's time zone, UTC without one.
Refuses   A column or system that is not there (D150, D151), a day that is none (D152), and a source of which
          more rows than declared are nobody's (D153).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.cells import read_text
from payoff.connectors.complaint import complain, list_names
from payoff.connectors.pseudonym import name_text, name_texts
from payoff.identity import Coverage, Matched, People, State, match
from payoff.identity.claims import to_ordinals
from payoff.identity.coverage import UNMATCHED, count_states
from payoff.identity.identifier import normalise
from payoff.identity.matching import NO_DAY
from payoff.nouns.arrays import Ints
from payoff.nouns.identifying import Identifying
from payoff.nouns.study import Source

PREFIX = {
    State.AMBIGUOUS: "ambiguous-",
    State.MISSING: "missing-",
    State.NOT_THEN: "missing-",
    State.NOBODY: "nobody-",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """Who is known, by which key they are named, and the version of the map that says so."""

    people: People
    secret: bytes
    version: str

    def name_person(self, person: int) -> str:
        """A person's key in every table."""
        told = self.people.tell_person(person)
        return name_text(f"person {told.system} {told.value}", self.secret)


@dataclass(frozen=True, slots=True)
class Looked:
    """A column held against the map. numbers (n,): place of each row's identifier in `values`."""

    column: str
    system: str
    values: pa.Array
    numbers: Ints
    matched: Matched
    coverage: Coverage
    days: Ints | None


def look_up(source: Source, said: Identifying, table: pa.Table, people: People) -> tuple[Looked, ...]:
    """Each column of identifiers against the map. Raises PayoffError D150 to D152."""
    days = read_days(source, said, table)
    return tuple(
        _look_up(source, find_column(source, table, column), system, table, people, days)
        for column, system in said.columns
    )


def name_identifiers(source: Source, table: pa.Table, naming: Naming) -> tuple[pa.Table, tuple[str, ...]]:
    """The table with keys in place of identifiers, and what was found, in words. Raises D150 to D153."""
    said = source.identifying
    if said is None:
        return table, ()
    if source.format == "statements":
        looked = look_up_agents(source, said, table, naming)
    else:
        looked = look_up(source, said, table, naming.people)
    for one in looked:
        keys = write_keys(one, naming)
        refuse_unmatched(source, said, one, keys)
        table = table.set_column(table.column_names.index(one.column), one.column, keys)
    return table, tuple(one.coverage.describe() for one in looked)


def write_keys(one: Looked, naming: Naming) -> pa.Array:
    """The key of each row; null where there was no identifier."""
    n = len(one.values)
    state, place = one.matched.state, np.maximum(one.numbers, 0)
    label = np.where(state == State.MATCHED, one.matched.person, naming.people.n_persons + state * n + place)
    label = np.where(state == State.BLANK, -1, label)
    labels, inverse = np.unique(label, return_inverse=True)
    blank, known = int((labels < 0).sum()), int((labels < naming.people.n_persons).sum())
    keys: list[str | None] = [None] * blank
    persons = naming.people.tell_persons(labels[blank:known])
    keys += name_texts((f"person {text}" for text in persons), naming.secret)
    states, places = np.divmod(labels[known:] - naming.people.n_persons, max(n, 1))
    values = one.values.take(pa.array(places)).to_pylist()
    named = name_texts((f"{one.system} {value}" for value in values), naming.secret)
    keys += [PREFIX[State(state)] + name for state, name in zip(states.tolist(), named, strict=True)]
    return pa.array(keys, pa.string()).take(pa.array(inverse))


def refuse_unmatched(source: Source, said: Identifying, one: Looked, keys: pa.Array) -> None:
    """Raises PayoffError D153 when more rows are nobody's than the study allows."""
    coverage = one.coverage
    if coverage.share_unmatched <= said.most_unmatched:
        return
    open_rows = np.isin(one.matched.state, UNMATCHED)
    some = pc.unique(keys.filter(pa.array(open_rows))).to_pylist()
    raise complain(
        source,
        "D153",
        f"{coverage.describe()}; {said.most_unmatched:.1%} may be",
        "what cannot be given to a person is left out of every figure, and seldom by chance",
        "payoff identity match STUDY --keys FILE lists them; add the list that knows them, decide those that "
        "are ambiguous, or raise most_unmatched and say why",
        some,
    )


def _look_up(
    source: Source, column: str, system: str, table: pa.Table, people: People, days: Ints | None
) -> Looked:
    if system not in people.systems:
        raise complain(
            source,
            "D151",
            f"{column} is said to hold identifiers of {system}, which no list of the identity map knows",
            "not one row could be given to a person",
            "add a list with that system: payoff identity add FILE"
            + list_names(system, people.systems, "systems known"),
        )
    texts = normalise(system, read_text(_as_chunks(table[column])))
    place = _Place(source.name, column, system)
    return _hold(place, texts, lambda values: people.find(system, values), people, days)


class _Place(NamedTuple):
    source: str
    column: str
    system: str


def _hold(
    place: _Place,
    texts: pa.Array | pa.ChunkedArray,
    find: Callable[[pa.Array], Ints],
    people: People,
    days: Ints | None,
) -> Looked:
    """Texts against the map; `find` gives the numbers of distinct ones, −1 unknown."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    encoded = whole.dictionary_encode()
    numbers = np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)
    known = find(encoded.dictionary)
    of_row = known[numbers] if len(known) else np.full(len(numbers), -1, dtype=np.int64)
    found = match(people, of_row, days)
    state = np.where(numbers < 0, State.BLANK, found.state)
    coverage = count_states(*place, state, numbers, days is not None)
    return Looked(
        place.column, place.system, encoded.dictionary, numbers, Matched(state, found.person), coverage, days
    )


def read_days(source: Source, said: Identifying, table: pa.Table) -> Ints | None:
    """The day of each row, NO_DAY where it is blank; None: the study names no column of days. Raises D152."""
    if said.dated_by is None:
        return None
    column = _as_chunks(table[find_column(source, table, said.dated_by)])
    try:
        days = _to_days(column, source.layout.timezone if source.layout is not None else None)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise complain(
            source,
            "D152",
            f"{said.dated_by} holds cells that are no day (wanted: 2026-03-31 or 2026-03-31 14:05)",
            "an identifier belongs to whoever held it that day",
            "export dates so, name another column in identified_on, or leave it out",
        ) from None
    return np.asarray(to_ordinals(days, NO_DAY), dtype=np.int64)


def _to_days(column: pa.ChunkedArray, timezone: str | None) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        if timezone is not None:
            column = pc.local_timestamp(column.cast(pa.timestamp("us")).cast(pa.timestamp("us", timezone)))
        return column.cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
    if pa.types.is_date(column.type):
        return column.cast(pa.date32(), safe=False)
    return pc.utf8_slice_codeunits(read_text(column), 0, 10).cast(pa.date32())


def find_column(source: Source, table: pa.Table, column: str) -> str:
    """The column as the table spells it. Raises PayoffError D150."""
    spelled: dict[str, str] = {name.lower(): name for name in table.column_names}
    if column.lower() not in spelled:
        raise complain(
            source,
            "D150",
            f"{column} is named for its identifiers and is not there",
            "rows without it can be given to nobody",
            f"correct the study{list_names(column, table.column_names, 'columns there')}",
        )
    return spelled[column.lower()]


def _as_chunks(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def look_up_agents(source: Source, said: Identifying, table: pa.Table, naming: Naming) -> tuple[Looked, ...]:
    """Agents of fed statements, who are pseudonyms of whole identifiers already, against the map.

    A person is looked for by what `actor` holds. The day is that of `timestamp` unless the study says.
    """
    days = read_days(source, replace(said, dated_by=said.dated_by or "timestamp"), table)
    agents = list(naming.people.list_agents())
    known = pa.array(name_texts((text for text, _ in agents), naming.secret), pa.string())
    numbers = np.array([number for _, number in agents], dtype=np.int64)

    def find(values: pa.Array) -> Ints:
        at = np.asarray(pc.index_in(values, value_set=known).fill_null(-1), dtype=np.int64)
        return np.where(at >= 0, numbers[at], -1) if len(numbers) else at

    return tuple(
        _hold(_Place(source.name, column, system), _agents(table, column), find, naming.people, days)
        for column, system in said.columns
    )


def _agents(table: pa.Table, column: str) -> pa.ChunkedArray:
    return _as_chunks(table["actor" if column == "person" else column]).cast(pa.string())
