"""Rows of too few alike lose what tells them apart, and no fewer than the floor are ever alike."""

from collections import Counter

import numpy as np
import pytest

from payoff.metrics.alike import choose_blanked, group_alike


def test_the_next_smallest_group_joins_a_few() -> None:
    alike = np.repeat([0, 1, 2, 3], [20, 9, 6, 2])
    assert np.unique(alike[choose_blanked(alike, 5)]).tolist() == [2, 3]


def test_large_groups_keep_everything() -> None:
    alike = np.repeat([0, 1], [20, 5])
    assert not choose_blanked(alike, 5).any()


def test_one_column_more_never_joins_groups() -> None:
    assert group_alike([["a", "a", "b"], [1, 2, 1]], 3).tolist() == [0, 1, 2]
    assert group_alike([], 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize("seed", range(50))
def test_everybody_hides_among_as_many_as_the_floor_by_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, floor = int(rng.integers(5, 80)), int(rng.integers(2, 8))
    columns = [rng.choice(4, n, p=rng.dirichlet(np.ones(4))).tolist() for _ in range(2)]
    alike = group_alike(columns, n)
    blanked = choose_blanked(alike, floor)
    rows = [("", "") if blanked[i] else (columns[0][i], columns[1][i]) for i in range(n)]
    assert n < floor or min(Counter(rows).values()) >= floor
