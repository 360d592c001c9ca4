"""Small invented lists, and what they say by looking at one day and one claim at a time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.identity import Claims, Decision, Identifier, People, State, match, standing
from payoff.identity.claims import FIRST, LAST, SCHEMA

START = dt.date(2026, 1, 1).toordinal()


@dataclass(frozen=True)
class Row:
    """identifiers: system → value. own: the system that names the person, None for a list that links."""

    identifiers: tuple[tuple[str, str], ...]
    own: str | None = None
    first: int = FIRST
    last: int = LAST

    def covers(self, day: int) -> bool:
        return self.first <= day <= self.last


def claim(rows: Sequence[Row]) -> Claims:
    records = [
        (n, system, value, system == row.own, row.first, row.last)
        for n, row in enumerate(rows)
        for system, value in row.identifiers
    ]
    named = [dict(zip(SCHEMA.names, record, strict=True)) for record in records]
    return Claims(pa.Table.from_pylist(named, schema=SCHEMA))


def row(own: str | None = None, first: int = FIRST, last: int = LAST, **identifiers: str) -> Row:
    return Row(tuple(identifiers.items()), own, first, last)


def find(people: People, system: str, value: str, day: int | None = None) -> tuple[State, str | None]:
    """The state, and the identifier that names the person."""
    numbers = people.find(system, pa.array([value]))
    found = match(people, numbers, None if day is None else np.array([day], dtype=np.int64))
    state = State(int(found.state[0]))
    return state, str(people.tell_person(int(found.person[0]))) if state is State.MATCHED else None


def holders(rows: Sequence[Row], decisions: Sequence[Decision], day: int) -> dict[Identifier, set[str]]:
    """Who holds each identifier on one day: claims one at a time, until nothing new follows."""
    decided = standing(decisions)
    same: dict[str, str] = {}

    def root(own: str) -> str:
        while own in same:
            own = same[own]
        return own

    for d in decided:
        if d.kind == "same":
            low, high = sorted((root(str(d.identifier)), root(str(d.person))))
            if low != high:
                same[high] = low
    rulings = {
        d.identifier: {root(str(d.person))} if d.person else {"nobody"}
        for d in decided
        if d.identifier
        and d.kind in ("belongs", "nobody")
        and d.first_on.toordinal() <= day <= d.last_on.toordinal()
    }
    held: dict[Identifier, set[str]] = {}
    own = {Identifier(r.own, dict(r.identifiers)[r.own]) for r in rows if r.own}
    own |= {d.person for d in decided if d.person}
    own |= {d.identifier for d in decided if d.kind == "same" and d.identifier}
    for identifier in own:
        held[identifier] = {root(str(identifier))}
    for r in rows:
        if r.own and r.covers(day):
            for pair in r.identifiers:
                held.setdefault(Identifier(*pair), set()).add(root(f"{r.own}={dict(r.identifiers)[r.own]}"))
    direct = own | {Identifier(*pair) for r in rows if r.own for pair in r.identifiers}
    held |= rulings
    while True:
        before = {key: set(value) for key, value in held.items()}
        for r in rows:
            if not r.own and r.covers(day):
                named = [Identifier(*pair) for pair in r.identifiers]
                whose = set().union(*(held.get(i, set()) for i in named)) - {"nobody"}
                for i in named:
                    if i not in rulings and i not in direct and whose:
                        held.setdefault(i, set()).update(whose)
        if held == before:
            return held
