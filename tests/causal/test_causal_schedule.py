"""Everybody crosses once, on the day the plan says."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.causal.schedule import Grain, Schedule, add_periods, crosses_once, plan_waves, tabulate_exposure
from payoff.nouns.refusal import Refusal


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.integers(2, 12),
    st.integers(1, 4),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_each_wave_crosses_once_and_later_than_the_one_before(
    first: dt.date, n_waves: int, every: int, grain: Grain
) -> None:  # EXP-02
    plan = plan_waves(first, n_waves, every, grain)
    assert isinstance(plan, Schedule)
    assert list(plan.launch_on) == sorted(set(plan.launch_on))
    days = np.array([add_periods(first.replace(day=1), k, "month") for k in range(30)], dtype="datetime64[D]")
    assert crosses_once(tabulate_exposure(plan.launch_on, days))


def test_the_exposure_table_by_hand() -> None:
    plan = plan_waves(dt.date(2026, 4, 1), 3, 2, "month")
    assert isinstance(plan, Schedule)
    assert plan.pairs == (
        ("A", dt.date(2026, 4, 1)),
        ("B", dt.date(2026, 6, 1)),
        ("C", dt.date(2026, 8, 1)),
    )
    months = np.arange("2026-03", "2026-09", dtype="datetime64[M]").astype("datetime64[D]")
    table = tabulate_exposure(plan.launch_on, months)
    assert table.astype(int).tolist() == [[0, 1, 1, 1, 1], [0, 0, 0, 1, 1], [0, 0, 0, 0, 0]]


def test_the_end_of_a_month_stays_the_end_of_a_month() -> None:
    assert add_periods(dt.date(2026, 1, 31), 1, "month") == dt.date(2026, 2, 28)
    assert add_periods(dt.date(2026, 11, 30), 1, "quarter") == dt.date(2027, 2, 28)
    assert add_periods(dt.date(2024, 2, 29), 1, "year") == dt.date(2025, 2, 28)
    assert add_periods(dt.date(2026, 12, 28), 1, "week") == dt.date(2027, 1, 4)


def test_going_back_is_seen() -> None:
    assert not crosses_once(np.array([[False, True, False]]))


@pytest.mark.parametrize(("n_waves", "every"), [(1, 1), (0, 1), (27, 1), (3, 0)])
def test_no_schedule_without_waves(n_waves: int, every: int) -> None:
    assert isinstance(plan_waves(dt.date(2026, 1, 1), n_waves, every, "week"), Refusal)
