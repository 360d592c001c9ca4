"""Claims and decisions → people.

Question  Which identifiers are one person's, on which days, by all lists together?
Rows      A row with the person's own identifier gives them every other identifier in it, on its days. A row
          without one links: whoever holds one of its identifiers on a day of the row holds the others too,
          but for those that some list gives to a person directly.
          That is repeated until nothing new follows, all rows at once, so that no order of lists can matter.
Decided   What a steward decided goes before every claim, on its days, at every step.
Refuses   Nothing is joined by names or likeness. Two holders of one identifier on a day make it ambiguous.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.identity.claims import FIRST, LAST, Claims
from payoff.identity.decision import Decision, standing
from payoff.identity.holdings import Holdings, find_spans, join, without
from payoff.identity.identifier import EMAIL, Identifier, normalise
from payoff.identity.people import People
from payoff.nouns.arrays import Bools, Ints


def build_people(claims: Claims, decisions: Sequence[Decision] = ()) -> People:
    """Who is who by these claims; those of `decisions` that stand go before them."""
    decided = standing(decisions)
    index = _Index(claims.table, decided)
    rows = _number_rows(claims.table["row"].combine_chunks())
    numbers = index.numbers
    own = claims.table["is_person"].to_numpy() & (numbers >= 0)
    first, last = (claims.table[name].to_numpy().astype(np.int64) for name in ("first", "last"))
    anchors, whose = _merge_persons(index, numbers[own], decided)
    of_row = np.full(int(rows.max(initial=-1)) + 1, -1, dtype=np.int64)
    of_row[rows[own]] = whose(numbers[own])
    known = (numbers >= 0) & (of_row[rows] >= 0)
    all_days = np.full(len(index.own), FIRST), np.full(len(index.own), LAST)
    held = join(
        Holdings(numbers[known], of_row[rows][known], first[known], last[known]),
        Holdings(index.own, whose(index.own), *all_days),
    )
    rulings = _read_rulings(index, whose, decided, len(anchors))
    direct = _mark(held.identifier, index.size)
    held = _overrule(held, rulings)
    loose = (numbers >= 0) & (of_row[rows] < 0)
    links = _Links(rows[loose], numbers[loose], first[loose], last[loose])
    while True:
        found = links.follow(held, len(anchors), index.size)
        found = found.pick(~direct[found.identifier])
        wider = _overrule(join(held, found), rulings)
        if wider.equals(held):
            break
        held = wider
    return People(index.systems, index.values, anchors, held, find_spans(held), index.written)


class _Index:
    """Every identifier in claims and decisions, numbered by system and value."""

    def __init__(self, table: pa.Table, decided: Sequence[Decision]) -> None:
        ruled = [i for d in decided for i in (d.identifier, d.person) if i is not None]
        systems = table["system"].combine_chunks()
        told = systems.dictionary.to_pylist()
        code = np.asarray(systems.indices)
        raw = table["value"].combine_chunks()
        self.systems = tuple(sorted({*(told[n] for n in np.unique(code)), *(i.system for i in ruled)}))
        self.numbers = np.full(table.num_rows, -1, dtype=np.int64)
        self.written = (pa.array([], pa.string()), np.array([], dtype=np.int64))
        values: list[pa.Array] = []
        start = 0
        for system in self.systems:
            places = np.flatnonzero(code == told.index(system)) if system in told else np.array([], np.int64)
            theirs = raw.take(pa.array(places))
            alike = normalise(system, theirs)
            there, at = _rank(alike, pa.array([i.value for i in ruled if i.system == system], pa.string()))
            self.numbers[places] = np.where(at >= 0, at + start, -1)
            if system == EMAIL:
                self.written = _other_spellings(theirs, alike, self.numbers[places])
            values.append(there)
            start += len(there)
        self.values, self.size = tuple(values), start
        self._starts = dict(zip(self.systems, np.cumsum([0, *map(len, values)]).tolist(), strict=False))
        self.own: Ints = np.array([], dtype=np.int64)

    def find(self, identifier: Identifier) -> int:
        """The number of an identifier that a decision names."""
        values = self.values[self.systems.index(identifier.system)]
        return int(self._starts[identifier.system] + values.index(identifier.value).as_py())


def _rank(alike: pa.Array, named: pa.Array) -> tuple[pa.Array, Ints]:
    """Distinct values of both, sorted, and the place among them of each of `alike`, −1 where it is blank."""
    encoded = pa.concat_arrays([alike, named]).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)
    place = np.full(len(order) + 1, -1, dtype=np.int64)  # the last is what a blank's −1 finds
    place[np.asarray(order, dtype=np.int64)] = np.arange(len(order))
    codes = np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)
    return encoded.dictionary.take(order), place[codes[: len(alike)]]


def _other_spellings(raw: pa.Array, alike: pa.Array, numbers: Ints) -> tuple[pa.Array, Ints]:
    """Addresses that lists write otherwise than they are compared: statements may spell them so."""
    other = np.asarray(pc.not_equal(raw, alike).fill_null(False))
    spelt = raw.filter(pa.array(other)).dictionary_encode()
    _, at = np.unique(np.asarray(spelt.indices), return_index=True)
    return spelt.dictionary, numbers[other][at]


def _number_rows(rows: pa.Array) -> Ints:
    return np.asarray(rows.dictionary_encode().indices, dtype=np.int64)


class _Whose:
    """Number of a person's own identifier → their place among persons."""

    def __init__(self, own: Ints, person: Ints) -> None:
        self._own, self._person = own, person

    def __call__(self, numbers: Ints) -> Ints:
        return self._person[np.searchsorted(self._own, numbers)]


def _merge_persons(index: _Index, own: Ints, decided: Sequence[Decision]) -> tuple[Ints, _Whose]:
    """Persons, by their smallest own identifier; those that are the same by decision are one."""
    pairs = [
        (index.find(d.identifier), index.find(d.person))
        for d in decided
        if d.kind == "same" and d.identifier and d.person
    ]
    named = [index.find(d.person) for d in decided if d.person] + [first for first, _ in pairs]
    index.own = np.flatnonzero(_mark(np.concatenate((own, np.array(named, dtype=np.int64))), index.size))
    root: dict[int, int] = {}

    def find(number: int) -> int:
        while root.get(number, number) != number:
            number = root[number]
        return number

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    heads = index.own.copy()
    for number in root:
        heads[np.searchsorted(index.own, number)] = find(number)
    persons, place = np.unique(heads, return_inverse=True)
    return persons, _Whose(index.own, place.astype(np.int64))


_Rulings = tuple[tuple[int, int, int, int], ...]  # identifier, person, first, last


def _read_rulings(index: _Index, whose: _Whose, decided: Sequence[Decision], nobody: int) -> _Rulings:
    found: list[tuple[int, int, int, int]] = []
    for d in decided:
        if d.kind in ("belongs", "nobody") and d.identifier is not None:
            person = int(whose(np.array([index.find(d.person)]))[0]) if d.person else nobody
            found.append((index.find(d.identifier), person, d.first_on.toordinal(), d.last_on.toordinal()))
    return tuple(found)


def _overrule(held: Holdings, rulings: _Rulings) -> Holdings:
    """Decided days are as decided, whatever was claimed."""
    if not rulings:
        return held
    for identifier, _, first, last in rulings:
        held = without(held, identifier, first, last)
    return join(held, Holdings(*(np.array(column, dtype=np.int64) for column in zip(*rulings, strict=True))))


def _mark(numbers: Ints, n: int) -> Bools:
    """Which of n numbers are among these, (n,)."""
    marked = np.zeros(n, dtype=bool)
    marked[numbers] = True
    return marked


class _Links:
    """Rows that name nobody: identifiers of one human, whoever that is."""

    def __init__(self, row: Ints, number: Ints, first: Ints, last: Ints) -> None:
        self._ends = _Ends(row[order := np.argsort(row, kind="stable")], int(row.max(initial=-1)) + 1)
        self._row, self._number = row[order], number[order]
        self._first, self._last = first[order], last[order]

    def follow(self, held: Holdings, nobody: int, n_identifiers: int) -> Holdings:
        """What follows from `held`: each holder of one identifier of a row holds its others on those days."""
        record, holding = _Ends(held.identifier, n_identifiers).pair(self._number)
        first = np.maximum(self._first[record], held.first[holding])
        last = np.minimum(self._last[record], held.last[holding])
        kept = (first <= last) & (held.person[holding] != nobody)
        found = Holdings(self._row[record], held.person[holding], first, last).pick(kept)
        found = join(found)
        place, other = self._ends.pair(found.identifier)
        return Holdings(self._number[other], found.person[place], found.first[place], found.last[place])


class _Ends:
    """Where each of n numbers begins and ends in an array sorted by them: counted, nothing is searched."""

    def __init__(self, there: Ints, n: int) -> None:
        self._n = np.bincount(there, minlength=n)
        self._low = np.cumsum(self._n) - self._n

    def pair(self, wanted: Ints) -> tuple[Ints, Ints]:
        """Places (in `wanted`, in the sorted array) of every equal pair."""
        n = self._n[wanted]
        left = np.repeat(np.arange(len(wanted)), n)
        return left, np.arange(len(left)) + np.repeat(self._low[wanted] - (np.cumsum(n) - n), n)
