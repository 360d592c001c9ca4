"""Linear algebra finds small groups in tables that hide only small cells, and none in ours."""

from collections.abc import Callable
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from payoff.metrics.suppression import choose_shown
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.people import FLOOR

N_FIRMS, N_PAIRS, N_TRIPLES = 20, 1_000, 300


def people_of(seed: int) -> Ints:
    """(n_people, 3) region, tenure and role of an invented firm, levels of very unequal size."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 160))
    return np.column_stack(
        [rng.choice(levels, n, p=rng.dirichlet(np.full(levels, 0.8))) for levels in (4, 3, 2)]
    )


def filters_of(people: Ints) -> Bools:
    """(n_filters, n_people) everybody, each level of a column, pairs, triples; coarse first."""
    columns = [[people[:, c] == level for level in np.unique(people[:, c])] for c in range(people.shape[1])]
    rows = [np.ones(len(people), dtype=np.bool_)]
    for depth in (1, 2, 3):
        for chosen in combinations(columns, depth):
            rows += [np.logical_and.reduce(levels) for levels in product(*chosen)]
    return np.array([row for row in rows if row.any()])


def hide_small_only(filters: Bools) -> Bools:
    """What is often done: cells below the floor are blanked, nothing else."""
    return np.asarray(filters.sum(axis=1) >= FLOOR)


class Attacker:
    """Knows every count shown, and that nobody is a negative number of people."""

    def __init__(self, filters: Bools, shown: Bools) -> None:
        self._atoms, self._place = np.unique(filters, axis=1, return_inverse=True)
        counts = np.bincount(self._place.ravel(), minlength=self._atoms.shape[1])
        self._rows = self._atoms[shown].astype(np.float64)
        self._totals = self._rows @ counts

    def atoms_of(self, group: Bools) -> Floats:
        inside = np.zeros(self._atoms.shape[1])
        inside[self._place.ravel()[group]] = 1.0
        return inside

    def solves(self, group: Bools) -> bool:
        """By adding and subtracting alone: the group lies in the span of those shown."""
        if not len(self._rows):
            return False
        aim = self.atoms_of(group)
        found = np.linalg.lstsq(self._rows.T, aim, rcond=None)[0]
        return bool(np.abs(self._rows.T @ found - aim).max() < 1e-8)

    def most(self, group: Bools) -> float:
        """The most people that can be in the group."""
        found = linprog(-self.atoms_of(group), A_eq=self._rows, b_eq=self._totals, bounds=(0, None))
        return np.inf if found.status == 3 else float(-found.fun)

    def recovers(self, group: Bools) -> bool:
        return self.solves(group) or self.most(group) < FLOOR - 1e-6


@cache
def attackers(hide: Callable[[Bools], Bools]) -> list[tuple[Bools, Attacker]]:
    """Each invented firm's filters, and who sees what is left of them."""
    asked = [filters_of(people_of(firm)) for firm in range(N_FIRMS)]
    return [(filters, Attacker(filters, hide(filters))) for filters in asked]


def attack(hide: Callable[[Bools], Bools], n_filters: int, n_asked: int) -> tuple[int, int]:
    """(small groups in reach of combining so many filters, those of them recovered)."""
    reach = recovered = 0
    rng = np.random.default_rng(n_filters)
    for filters, attacker in attackers(hide):
        for _ in range(n_asked // N_FIRMS):
            first, *others = rng.choice(len(filters), n_filters, replace=False)
            for signs in product((True, False), repeat=n_filters - 1):
                parts = [filters[o] if sign else ~filters[o] for o, sign in zip(others, signs, strict=True)]
                group = np.logical_and.reduce([filters[first], *parts])
                if 0 < group.sum() < FLOOR:
                    reach += 1
                    recovered += attacker.recovers(group)
    return reach, recovered


@pytest.mark.parametrize(("n_filters", "n_asked"), [(2, N_PAIRS), (3, N_TRIPLES)])
def test_no_small_group_is_recovered_from_filters_that_differ(n_filters: int, n_asked: int) -> None:
    reach, recovered = attack(choose_shown, n_filters, n_asked)
    assert reach > n_asked / 4  # there was something to be found
    assert recovered == 0


@pytest.mark.parametrize(("n_filters", "n_asked"), [(2, N_PAIRS), (3, N_TRIPLES)])
def test_hiding_small_cells_alone_gives_them_away(n_filters: int, n_asked: int) -> None:
    reach, recovered = attack(hide_small_only, n_filters, n_asked)
    assert recovered > reach / 3


@pytest.mark.parametrize("seed", range(30))
def test_every_small_atom_stays_in_doubt_by_brute_force(seed: int) -> None:
    """All tables of whole people that agree with what is shown are listed: each small atom can be large."""
    rng = np.random.default_rng(seed)
    counts = rng.choice([0, 1, 2, 3, 4, 6, 9], 4)
    rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    asked = np.array([rows >= 0, rows == 0, rows == 1, columns == 0, columns == 1, *np.eye(4, dtype=bool)])
    shown = choose_shown(asked, weights=counts)
    top = int(counts.sum()) + FLOOR
    tables = np.array(list(product(range(top + 1), repeat=4))) if top <= 24 else np.zeros((0, 4), dtype=int)
    agree = tables[(tables @ asked[shown].T == asked[shown] @ counts).all(axis=1)]
    for atom in np.flatnonzero((counts > 0) & (counts < FLOOR)) if len(tables) else ():
        assert agree[:, atom].max() >= FLOOR
        assert np.ptp(agree[:, atom]) >= FLOOR - 1


def groups(*counts: int) -> tuple[Bools, Ints]:
    """(everybody, then each group) and how many are in each."""
    return np.vstack([np.ones(len(counts), dtype=bool), np.eye(len(counts), dtype=bool)]), np.array(counts)


def test_the_next_smallest_goes_with_the_only_small_one() -> None:
    asked, counts = groups(50, 20, 9, 3)
    assert choose_shown(asked, weights=counts).tolist() == [True, True, True, False, False]


def test_nothing_is_hidden_where_all_are_large_or_empty() -> None:
    asked, counts = groups(50, 20, 5, 0)
    assert choose_shown(asked, weights=counts).all()


def test_two_small_ones_that_together_are_small_take_a_third_with_them() -> None:
    asked, counts = groups(40, 12, 2, 1)
    assert choose_shown(asked, weights=counts).tolist() == [True, True, False, False, False]


def test_a_small_cell_of_a_cross_table_takes_a_rectangle_with_it() -> None:
    """Margins stay; the small cell, one in its row, one in its column and the fourth are withheld."""
    rows, columns = np.divmod(np.arange(9), 3)
    counts = np.array([3, 30, 40, 25, 50, 60, 35, 45, 70])
    margins = [np.ones(9, dtype=bool), *(rows == r for r in range(3)), *(columns == c for c in range(3))]
    by_size = np.eye(9, dtype=bool)[np.argsort(-counts)]
    shown = choose_shown(np.array([*margins, *by_size]), weights=counts)
    assert shown[:7].all()
    hidden = np.sort(counts[~shown[7:][np.argsort(np.argsort(-counts))]])
    assert hidden.tolist()[:1] == [3]
    assert len(hidden) == 4


def test_neighbouring_filters_are_not_both_answered() -> None:
    """All of a region, then all of it but three people: the second question is the one refused."""
    region = np.arange(60) < 30
    longer_there = region & (np.arange(60) >= 3)
    assert choose_shown(np.array([np.ones(60, dtype=bool), region, longer_there])).tolist() == [
        True,
        True,
        False,
    ]


def test_a_higher_floor_hides_larger_groups() -> None:
    asked, counts = groups(50, 20, 15, 8)
    assert choose_shown(asked, floor=10, weights=counts).tolist() == [True, True, True, False, False]


def test_rows_may_come_in_any_order() -> None:
    filters = filters_of(people_of(3))
    order = np.random.default_rng(0).permutation(filters.shape[1])
    assert (choose_shown(filters) == choose_shown(filters[:, order])).all()
