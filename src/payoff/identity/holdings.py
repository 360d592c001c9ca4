"""Who held which identifier from when to when, and on which days two people did.

Question  Whose was this identifier on each day, by all that is claimed?
Identity  Claims of one person that touch or overlap are one holding, so the holdings on a day are as many as
          the people: with one it is theirs, with two it is ambiguous on exactly these days. Both come out of
          sorted events and running sums, so that the order of claims does not matter.
Proof     tests/identity/test_identity_properties.py holds it against one day and one claim at a time.
"""

from dataclasses import dataclass

import numpy as np

from payoff.identity.claims import DAYS
from payoff.nouns.arrays import Ints

AMBIGUOUS = -1


@dataclass(frozen=True, slots=True)
class Holdings:
    """Arrays (n,), by identifier, then person, then day; first and last day are both held."""

    identifier: Ints
    person: Ints
    first: Ints
    last: Ints

    def pick(self, wanted: np.ndarray) -> "Holdings":
        """Those that `wanted`, a mask or places, picks."""
        return Holdings(self.identifier[wanted], self.person[wanted], self.first[wanted], self.last[wanted])

    def __len__(self) -> int:
        return len(self.identifier)

    def equals(self, other: "Holdings") -> bool:
        """Whether both say the same."""
        return len(self) == len(other) and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("identifier", "person", "first", "last")
        )


@dataclass(frozen=True, slots=True)
class Spans:
    """Arrays (n,), by identifier and day, of one identifier never on the same day twice.

    person: AMBIGUOUS where two or more held it.
    """

    identifier: Ints
    first: Ints
    last: Ints
    person: Ints


def join(*parts: Holdings) -> Holdings:
    """All of them, touching ones of the same identifier and person as one."""
    ident, person, first, last = (
        np.concatenate([np.asarray(getattr(part, name), dtype=np.int64) for part in parts])
        for name in ("identifier", "person", "first", "last")
    )
    if not len(ident):
        return Holdings(ident, person, first, last)
    pair = ident * (person.max() + 1) + person
    order = np.lexsort((first, pair))
    ident, person, first, last = ident[order], person[order], first[order], last[order]
    fresh = np.ones(len(ident), dtype=bool)
    fresh[1:] = np.diff(pair[order]) != 0
    shift = np.cumsum(fresh) * DAYS
    reach = np.maximum.accumulate(shift + last) - shift
    begins = fresh.copy()
    begins[1:] |= first[1:] > reach[:-1] + 1
    at = np.flatnonzero(begins)
    return Holdings(ident[at], person[at], first[at], np.maximum.reduceat(last, at))


def find_spans(held: Holdings) -> Spans:
    """Each identifier's days in pieces: one person's, or AMBIGUOUS."""
    if not len(held):
        return Spans(held.identifier, held.first, held.last, held.person)
    ident = np.concatenate((held.identifier, held.identifier))
    day = np.concatenate((held.first, held.last + 1))
    change = np.repeat(np.array([1, -1]), len(held))
    person = np.concatenate((held.person, -held.person))
    key = ident * DAYS + day
    order = np.argsort(key, kind="stable")
    key, change, person = key[order], change[order], person[order]
    at = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    n_held, total = np.cumsum(np.add.reduceat(change, at)), np.cumsum(np.add.reduceat(person, at))
    start = key[at]
    end = np.concatenate((start[1:], start[-1:]))
    kept = np.flatnonzero(n_held > 0)  # at an identifier's last event nobody holds it, so `end` is its own
    whose = np.where(n_held[kept] == 1, total[kept], AMBIGUOUS)
    return Spans(start[kept] // DAYS, start[kept] % DAYS, end[kept] % DAYS - 1, whose)


def without(held: Holdings, identifier: int, first: int, last: int) -> Holdings:
    """`held` but for the days from `first` to `last` of one identifier."""
    theirs = (held.identifier == identifier) & (held.first <= last) & (held.last >= first)
    if not theirs.any():
        return held
    cut = held.pick(theirs)
    before = Holdings(cut.identifier, cut.person, cut.first, np.minimum(cut.last, first - 1))
    after = Holdings(cut.identifier, cut.person, np.maximum(cut.first, last + 1), cut.last)
    parts = [part.pick(part.first <= part.last) for part in (before, after)]
    return join(held.pick(~theirs), *parts)
