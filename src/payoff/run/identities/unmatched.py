"""An identifier that found nobody, as the steward sees it.

Question  Which identifier of which column is open, in how many rows, since when, and who could be meant?
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.identity import People, State
from payoff.identity.matching import NO_DAY
from payoff.nouns.arrays import Ints


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An identifier of one column that found nobody. candidates: places of persons who ever held it.

    value: as it is compared; blank where only its key is left.
    """

    source: str
    column: str
    system: str
    state: State
    key: str
    value: str
    n_rows: int
    first_on: dt.date | None
    last_on: dt.date | None
    candidates: tuple[int, ...]


def find_candidates(people: People, system: str, value: str) -> tuple[int, ...]:
    """Persons who held an identifier at any time."""
    (number,) = people.find(system, pa.array([value], pa.string()))
    held = people.held
    low, high = np.searchsorted(held.identifier, (number, number + 1))
    return tuple(int(p) for p in np.unique(held.person[low:high]) if p < people.n_persons)


def tell_days(days: Ints) -> tuple[dt.date | None, dt.date | None]:
    """First and last of the days that are known."""
    dated = days[days != NO_DAY]
    if not len(dated):
        return None, None
    return dt.date.fromordinal(int(dated.min())), dt.date.fromordinal(int(dated.max()))
