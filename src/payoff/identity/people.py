"""People: every identifier that is known, and whose it was on each day.

Question  Which person is meant by this identifier on this day, and who could be meant where that is open?
Person    Known by the smallest of the identifiers that lists call their own: the order in which lists came
          does not show.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.identity.holdings import Holdings, Spans
from payoff.identity.identifier import ACCOUNT, DIGEST, EMAIL, OPENID, Identifier, normalise
from payoff.nouns.arrays import Ints


@dataclass(frozen=True, slots=True)
class People:
    """systems and, for each, its values (sorted texts); an identifier's number is its place among them all.

    persons: number of the identifier that names each person; the last, one past them, stands for nobody.
    held, spans: by number of identifier and place in `persons`. written: addresses as the lists wrote them,
    and their numbers.
    """

    systems: tuple[str, ...]
    values: tuple[pa.Array, ...]
    persons: Ints
    held: Holdings
    spans: Spans
    written: tuple[pa.Array, Ints]

    @property
    def starts(self) -> tuple[int, ...]:
        """Number of the first identifier of each system."""
        return tuple(int(n) for n in np.cumsum([0, *(len(values) for values in self.values)])[:-1])

    @property
    def n_persons(self) -> int:
        """How many humans, by what is known."""
        return len(self.persons)

    @property
    def n_identifiers(self) -> int:
        return sum(len(values) for values in self.values)

    def find(self, system: str, values: pa.Array | pa.ChunkedArray) -> Ints:
        """Numbers (n,) of identifiers of one system; −1 unknown."""
        if system not in self.systems:
            return np.full(len(values), -1, dtype=np.int64)
        at = self.systems.index(system)
        found = pc.index_in(normalise(system, values), value_set=self.values[at])
        if isinstance(found, pa.ChunkedArray):
            found = found.combine_chunks()
        places = np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
        return np.where(places >= 0, places + self.starts[at], -1)

    def tell(self, number: int) -> Identifier:
        """The identifier of a number."""
        at = int(np.searchsorted(np.array(self.starts), number, side="right")) - 1
        return Identifier(self.systems[at], self.values[at][number - self.starts[at]].as_py())

    def tell_persons(self, persons: Ints) -> list[str]:
        """`system value` of the identifiers that name these persons, in their order."""
        numbers = self.persons[persons]
        at = np.searchsorted(np.array(self.starts), numbers, side="right") - 1
        texts = [""] * len(numbers)
        for n, system in enumerate(self.systems):
            places = np.flatnonzero(at == n)
            values = self.values[n].take(pa.array(numbers[places] - self.starts[n])).to_pylist()
            for place, value in zip(places.tolist(), values, strict=True):
                texts[place] = f"{system} {value}"
        return texts

    def tell_person(self, person: int) -> Identifier:
        """The identifier that names a person."""
        return self.tell(int(self.persons[person]))

    def list_agents(self) -> Iterator[tuple[str, int]]:
        """How statements name whom we know, an agent's identifier as text, and its number.

        Addresses as they are compared and as lists wrote them, and the digests of both.
        """
        for at, system in enumerate(self.systems):
            if system in (DIGEST, OPENID) or system.startswith(ACCOUNT):
                for n, value in enumerate(self.values[at].to_pylist()):
                    yield f"{system} {value}", self.starts[at] + n
            elif system == EMAIL:
                alike = zip(self.values[at].to_pylist(), range(self.starts[at], 1 << 62), strict=False)
                written, numbers = self.written
                for value, number in (*alike, *zip(written.to_pylist(), numbers.tolist(), strict=True)):
                    mailbox = f"mailto:{value}"
                    yield f"mbox {mailbox}", number
                    digest = hashlib.sha1(mailbox.encode(), usedforsecurity=False).hexdigest()
                    yield f"{DIGEST} {digest}", number
