"""Teams by period: who has the table and the totals finds no small team, none of few with a value."""

import numpy as np
import pytest

from payoff.metrics.team_cells import Column, ToldAlready, choose_cells, choose_teams
from payoff.nouns.arrays import Bools, Ints

FLOOR = 5


def told_of_all(n_people: int) -> ToldAlready:
    return ToldAlready(np.ones((1, n_people), np.bool_), np.ones(n_people, np.int64))


def draw_teams(seed: int) -> Ints:
    """(n_people, 1): three to nine teams of 1 to 12 people."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 13, size=rng.integers(3, 10))
    return np.repeat(np.arange(sizes.size), sizes)[:, None].astype(np.int64)


def count_found(team: Ints, kept: Bools) -> int:
    """Small teams, and all left out together where they are few, that follow from the rest and the total."""
    n_teams = len(kept)
    sizes = np.bincount(team[:, 0], minlength=n_teams)
    told = np.vstack([np.eye(n_teams)[kept], np.ones(n_teams)])
    rank = np.linalg.matrix_rank(told)
    hidden = ~kept
    sought = [np.eye(n_teams)[n] for n in np.flatnonzero(hidden)] + [hidden.astype(float)]
    small = [one for one in sought if 0 < one @ sizes < FLOOR]
    return sum(np.linalg.matrix_rank(np.vstack([told, one])) == rank for one in small)


def test_no_small_team_follows_from_the_others_and_the_total() -> None:
    bare = complementary = 0
    for seed in range(200):
        team = draw_teams(seed)
        bare += count_found(team, np.bincount(team[:, 0]) >= FLOOR)
        complementary += count_found(team, choose_teams(team, FLOOR, told_of_all(len(team))))
    assert bare > 50
    assert complementary == 0


def test_the_next_smallest_goes_with_the_small_one() -> None:
    team = np.repeat([0, 1, 2, 3], [9, 3, 6, 12])[:, None]
    assert choose_teams(team, FLOOR, told_of_all(30)).tolist() == [True, False, False, True]


def test_a_team_that_is_small_in_one_period_is_out_in_all() -> None:
    before = np.repeat([0, 1, 2], [8, 8, 8])
    since = np.repeat([0, 1, 2], [10, 4, 10])
    kept = choose_teams(np.column_stack([before, since]), FLOOR, told_of_all(24))
    assert kept.tolist() in ([True, False, False], [False, False, True])


@pytest.mark.parametrize(
    ("n_known", "shown"),
    [
        ((8, 8, 8), [True, True, True]),
        ((8, 8, 5), [False, True, False]),  # five alone would be the total less the others
        ((8, 6, 3), [True, False, False]),  # two without, three with
        ((8, 8, 3), [False, True, False]),  # three alone would be the total less the others
        ((0, 0, 0), [True, True, True]),
    ],
)
def test_of_few_with_a_value_or_without_one_no_sum_is_told(
    n_known: tuple[int, int, int], shown: list[bool]
) -> None:
    """8 of 8 less 5 with a value are 3 without: told by the team's own count of people."""
    team = np.repeat([0, 1, 2], 8)[:, None]
    known = np.concatenate([np.arange(8) < n for n in n_known])[:, None]
    cells = choose_cells(team, np.ones(3, np.bool_), [Column(known)], FLOOR)
    assert cells[0, :, 0].tolist() == shown


def test_few_who_say_yes_are_not_told_though_all_are_known() -> None:
    team = np.repeat([0, 1], 10)[:, None]
    everybody = np.ones((20, 1), np.bool_)
    yes = np.concatenate([np.arange(10) < 2, np.arange(10) < 5])[:, None]
    column = Column(everybody, yes)
    cells = choose_cells(team, np.ones(2, np.bool_), [column], FLOOR)
    assert not cells[0, 0, 0]


def test_one_who_says_no_is_not_left_over_from_the_total() -> None:
    """19 of 20 say yes: alone withheld, they would be all who say yes less those of the other teams."""
    team = np.repeat([0, 1, 2], 20)[:, None]
    yes = np.concatenate([np.arange(20) < n for n in (19, 10, 12)])[:, None]
    column = Column(np.ones((60, 1), np.bool_), yes)
    cells = choose_cells(team, np.ones(3, np.bool_), [column], FLOOR)
    assert cells[0, :, 0].tolist() == [False, False, True]


def test_a_cell_does_not_follow_from_the_team_over_the_window_less_its_other_periods() -> None:
    """Three with a value in the last period, eight in the others; nobody else is few anywhere."""
    team = np.repeat([0, 1, 2], 8)[:, None] * np.ones((1, 6), np.int64)
    known = np.ones((24, 6), np.bool_)
    known[3:8, 5] = False
    windows = np.array([0, 0, 0, 1, 1, 1])
    (cells,) = choose_cells(team, np.ones(3, np.bool_), [Column(known, windows=windows)], FLOOR)
    assert not cells[0, 5]
    for hidden in (*~cells[:, windows == 1], *~cells.T):
        assert hidden.sum() != 1
    assert cells[:, windows == 0].all()
    assert cells[:, windows == 1].sum() == 5  # two teams, two periods: no more than it takes
