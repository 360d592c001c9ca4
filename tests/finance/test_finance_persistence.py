"""Which term carries which month, and how a lift fades after measurement."""

import numpy as np
import pytest
from finance_studies import people
from scipy.integrate import quad

from payoff.finance import decay_factor, term_schedule
from payoff.finance.persistence import lift_by_month


def test_each_term_carries_the_months_it_was_measured_over() -> None:
    schedule = term_schedule(people(measured=[(1, 12), (13, 24)]), 2, 26)
    assert schedule[:12] == ((0, 0),) * 12
    assert schedule[12:24] == ((1, 0),) * 12
    assert schedule[24:] == ((1, 1), (1, 2))


def test_one_term_for_two_spans_is_carried_on_after_its_own() -> None:
    schedule = term_schedule(people(measured=[(1, 3), (4, 6)]), 1, 5)
    assert schedule == ((0, 0), (0, 0), (0, 0), (0, 1), (0, 2))


def test_nothing_is_credited_before_the_first_measured_month() -> None:
    schedule = term_schedule(people(measured=[(3, 4), (7, 8)]), 2, 9)
    assert schedule == ((None, 0), (None, 0), (0, 0), (0, 0), (0, 0), (0, 0), (1, 0), (1, 0), (1, 1))
    lift = lift_by_month(schedule, np.array([[0.1, 0.2]]), None)
    assert lift.tolist() == [[0, 0, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2]]


def test_nothing_measured_nothing_credited() -> None:
    assert term_schedule(people(measured=[]), 1, 2) == ((None, 0), (None, 0))


def test_the_order_of_declaration_plays_no_part() -> None:
    counts = people(measured=[(4, 6), (1, 3)])
    assert term_schedule(counts, 2, 8) == ((1, 0),) * 3 + ((0, 0),) * 3 + ((0, 1), (0, 2))


def test_a_term_before_launch_carries_nothing() -> None:
    assert term_schedule(people(measured=[(0, 0), (2, 3)]), 2, 3) == ((None, 0), (1, 0), (1, 0))


@pytest.mark.parametrize("half_life", [0.5, 6.0, 40.0])
def test_decay_is_the_average_of_the_curve_over_the_month(half_life: float) -> None:  # FIN-29
    found = decay_factor(np.array([0, 1, 2, 7]), np.array([half_life]))[0]
    assert found[0] == 1.0  # measured months do not fade
    for k, factor in zip((1, 2, 7), found[1:], strict=True):
        average, _ = quad(lambda t: 0.5 ** (t / half_life), k - 1, k)
        assert factor == pytest.approx(average, rel=1e-10)


def test_a_long_half_life_hardly_fades() -> None:
    assert decay_factor(np.array([12]), np.array([1e9]))[0, 0] == pytest.approx(1.0, abs=1e-7)
