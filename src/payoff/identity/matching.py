"""Identifiers and days → persons.

Question  Which person is meant by each of these identifiers, on the day it was used?
Refuses   An identifier of two people on that day is ambiguous, one that nobody held then is missing. Without
          a day, an identifier that ever had a second holder is ambiguous: nobody can say which is meant.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from payoff.identity.claims import DAYS
from payoff.identity.holdings import AMBIGUOUS
from payoff.identity.people import People
from payoff.nouns.arrays import Ints

NO_DAY = 0


class State(IntEnum):
    """What became of a cell. MISSING: in no list, or of nobody known. NOT_THEN: known, of nobody on that day.

    NOBODY: a steward said that no person is behind it. BLANK: there was no identifier.
    """

    MATCHED = 0
    AMBIGUOUS = 1
    MISSING = 2
    NOT_THEN = 3
    NOBODY = 4
    BLANK = 5

    @property
    def word(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Matched:
    """Arrays (n,): state; person, a place in `People.persons`, −1 where nobody is known."""

    state: Ints
    person: Ints


def match(people: People, numbers: Ints, days: Ints | None = None) -> Matched:
    """numbers: as `People.find` gives them, −1 unknown. days: ordinals; NO_DAY, or None for all: unknown."""
    person, known = _at_any_time(people, numbers)
    state = np.where(known, State.MATCHED, State.MISSING)
    if days is not None:
        dated = days != NO_DAY
        then, held = _on_the_day(people, numbers, days)
        person = np.where(dated, then, person)
        state = np.where(dated & known & ~held, State.NOT_THEN, state)
    state = np.where((state == State.MATCHED) & (person == AMBIGUOUS), State.AMBIGUOUS, state)
    state = np.where((state == State.MATCHED) & (person == people.n_persons), State.NOBODY, state)
    return Matched(state, np.where(state == State.MATCHED, person, -1))


def _on_the_day(people: People, numbers: Ints, days: Ints) -> tuple[Ints, np.ndarray]:
    spans = people.spans
    if not len(spans.identifier):
        return np.full(len(numbers), AMBIGUOUS), np.zeros(len(numbers), dtype=bool)
    at = np.searchsorted(spans.identifier * DAYS + spans.first, numbers * DAYS + days, "right") - 1
    place = np.maximum(at, 0)
    held = (at >= 0) & (spans.identifier[place] == numbers) & (days <= spans.last[place])
    return spans.person[place], held


def _at_any_time(people: People, numbers: Ints) -> tuple[Ints, np.ndarray]:
    """The one person who ever held it, AMBIGUOUS with two; and whether anybody did."""
    spans = people.spans
    ever = np.full(people.n_identifiers + 1, AMBIGUOUS)  # the last is what an unknown −1 finds
    known = np.zeros(people.n_identifiers + 1, dtype=bool)
    if len(spans.identifier):
        at = np.flatnonzero(np.concatenate(([True], spans.identifier[1:] != spans.identifier[:-1])))
        low, high = np.minimum.reduceat(spans.person, at), np.maximum.reduceat(spans.person, at)
        ever[spans.identifier[at]] = np.where(low == high, low, AMBIGUOUS)
        known[spans.identifier[at]] = True
    return ever[numbers], known[numbers]
