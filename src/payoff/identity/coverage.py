"""How many cells of a column found their person.

Question  Which share of the rows, and of the identifiers, was matched, ambiguous or missing?
Share     Of cells that name somebody: blank ones, and those a steward knows to be nobody's, count on neither
          side.
"""

from dataclasses import dataclass

import numpy as np

from payoff.identity.matching import State
from payoff.nouns.arrays import Ints

UNMATCHED = (State.AMBIGUOUS, State.MISSING, State.NOT_THEN)


@dataclass(frozen=True, slots=True)
class Coverage:
    """rows, identifiers: (n,) by State. An identifier counts in each state that any of its rows is in."""

    source: str
    column: str
    system: str
    rows: tuple[int, ...]
    identifiers: tuple[int, ...]
    is_dated: bool

    @property
    def n_named(self) -> int:
        """Rows that name somebody."""
        return self.rows[State.MATCHED] + self.n_unmatched

    @property
    def n_unmatched(self) -> int:
        return sum(self.rows[state] for state in UNMATCHED)

    @property
    def share_unmatched(self) -> float:
        """0 to 1; 0 where no row names anybody."""
        return self.n_unmatched / self.n_named if self.n_named else 0.0

    def describe(self) -> str:
        """One sentence, as it stands in the warnings of a source."""
        told = f"{self.column} ({self.system}): {self.rows[State.MATCHED]:,} of {self.n_named:,} rows matched"
        parts = [
            f"{state.word} {self.rows[state]:,} ({self.rows[state] / self.n_named:.1%}, "
            f"{self.identifiers[state]:,} identifiers)"
            for state in UNMATCHED
            if self.rows[state]
        ]
        if parts:
            told += f"; {', '.join(parts)}: these rows join to nobody"
        if self.rows[State.NOBODY]:
            told += f"; {self.rows[State.NOBODY]:,} of nobody, as a steward decided"
        return told


def count_states(source: str, column: str, system: str, state: Ints, value: Ints, is_dated: bool) -> Coverage:
    """state, value (n,): of each row; value numbers distinct identifiers, −1 where there is none."""
    rows = np.bincount(state, minlength=len(State))
    seen = np.zeros((int(value.max(initial=-1)) + 2, len(State)), dtype=bool)
    seen[value + 1, state] = True
    kinds = seen.sum(axis=0)
    return Coverage(
        source, column, system, tuple(int(n) for n in rows), tuple(int(n) for n in kinds), is_dated
    )
