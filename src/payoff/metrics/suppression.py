"""Which counts of people may be shown, so that no small group can be worked out from those that are?

Question  Of the groups asked about, which can be shown together without giving a small one away?
Method    Groups are unions of atoms: the smallest sets of people that the questions tell apart. In the
          order asked, a group is shown when everything shown so far still leaves every small atom in doubt;
          else it is withheld, whether small itself or the complement that would give a small one away.
Doubt     A small atom has 1 to floor - 1 people. It stays in doubt while whole numbers of people that agree
          with everything shown put `floor` people or more in it, and leave it `floor` values or more.
Identity  Whoever is found by adding and subtracting groups shown is a union of atoms; were a union of
          fewer than `floor` people found, every atom of it would be bounded below `floor`. So atoms suffice.
          A sum or mean of a group is found only where its count is, so it is shown exactly where that is.
Depends   On the people and on the whole list of questions; never on who asked what before.
Assumes   Whoever looks knows nothing of single people from elsewhere.
Cites     Cox (1980), doi:10.1080/01621459.1980.10477481: complementary suppression; Fischetti & Salazar
          (2001), doi:10.1287/mnsc.47.7.1008.9805: protection as intervals of a linear system; Chin &
          Ozsoyoglu (1982), doi:10.1109/TSE.1982.236161: auditing of queries.
Proof     tests/metrics/test_metrics_suppression.py: brute force over small tables.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.people import FLOOR


def choose_shown(asked: Bools, floor: int = FLOOR, weights: Ints | None = None) -> Bools:
    """(n_groups,) which groups may be shown. asked (n_groups, n_people): who is in each, most wanted first.

    weights (n_people,): how many people a column stands for; one each unless given.
    """
    patterns, place = np.unique(asked, axis=1, return_inverse=True)
    people = np.bincount(place.ravel(), weights=weights, minlength=patterns.shape[1]).astype(np.int64)
    return _Doubt(people, floor).admit(patterns)


class _Doubt:
    """What is shown so far, and tables of people that agree with it: the true one, and others."""

    def __init__(self, people: Ints, floor: int) -> None:
        self._people, self._floor = people, floor
        self._small = np.flatnonzero((people > 0) & (people < floor))
        raised = people.copy()
        raised[self._small] += floor  # while nothing is shown anything agrees with it
        self._tables = np.array([people, raised])
        self._rows = np.zeros((0, len(people)), dtype=np.bool_)

    def admit(self, patterns: Bools) -> Bools:
        """(n_groups,) as `choose_shown`; patterns (n_groups, n_atoms)."""
        shown = np.zeros(len(patterns), dtype=np.bool_)
        for n, row in enumerate(patterns):
            inside = int(self._people[row].sum())
            if not 0 < inside < self._floor:
                shown[n] = self._try(row, inside)
        return shown

    def _try(self, row: Bools, inside: int) -> bool:
        """Show the group when every small atom stays in doubt; then keep the tables that say so."""
        rows = np.vstack([self._rows, row])
        tables = self._tables[self._tables[:, row].sum(axis=1) == inside]
        while (told := self._told(tables, row)) is not None:
            found = self._doubted(rows, told)
            if found is None:
                return False
            tables = np.vstack([tables, found])
        self._tables, self._rows = _needed(tables, self._small), rows
        return True

    def _told(self, tables: Ints, row: Bools) -> int | None:
        """A small atom that these tables leave too little doubt of, one inside the group first."""
        most, least = tables[:, self._small].max(axis=0), tables[:, self._small].min(axis=0)
        told = self._small[(most < self._floor) | (most - least < self._floor - 1)]
        return int(told[np.argmax(row[told])]) if len(told) else None

    def _doubted(self, rows: Bools, atom: int) -> Ints | None:
        """Tables (1 or 2, n_atoms) with many people in the atom, and with few; None: it is told."""
        totals = rows @ self._people
        most = _solve(rows, totals, atom, sign=-1.0)
        if most is None or most[atom] < self._floor:
            return None
        if most[atom] - self._people[atom] >= self._floor - 1:
            return most[None, :]
        least = _solve(rows, totals, atom, sign=1.0)
        if least is None or most[atom] - least[atom] < self._floor - 1:
            return None
        return np.array([most, least])


def _solve(rows: Bools, totals: Ints, atom: int, sign: float) -> Ints | None:
    """The whole numbers with the fewest (sign 1) or most (-1) in the atom that add up to `totals`."""
    n = rows.shape[1]
    goal = np.zeros(n)
    goal[atom] = sign
    found = milp(
        goal,
        integrality=np.ones(n),
        bounds=Bounds(0, float(totals.max() + 1)),
        constraints=LinearConstraint(rows.astype(np.float64), totals, totals),
    )
    if found.x is None:
        return None
    table: Ints = np.rint(found.x).astype(np.int64)
    return table


def _needed(tables: Ints, small: Ints) -> Ints:
    """The true table, which is the first, and those with the most or fewest people in a small atom."""
    most, least = tables[:, small].argmax(axis=0), tables[:, small].argmin(axis=0)
    kept: Ints = tables[np.unique(np.concatenate([[0], most, least]))]
    return kept
