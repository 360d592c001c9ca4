"""One row per person and period: a hand-built firm of ten, keys that stay single, sums that are conserved."""

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.metrics.person_period import JoinReport, Side, join_sides
from payoff.metrics.team_period import group_people
from payoff.nouns.problem import PayoffError

WEEKS = np.array(["2026-01-05", "2026-01-12", "2026-01-19"], dtype="datetime64[D]")
DAYS = [day.astype(object) for day in WEEKS]
BEFORE = dt.date(2025, 12, 29)
TEN = [f"p{n}" for n in range(10)]


def rows(*cells: tuple[Any, ...], names: tuple[str, ...]) -> pa.Table:
    return pa.table({name: [cell[n] for cell in cells] for n, name in enumerate(("unit", "period", *names))})


EXPOSURE = Side(
    "lrs",
    rows(("p0", BEFORE, 4, 1), ("p0", DAYS[0], 2, 0), ("p0", DAYS[2], 3, 1), ("p1", DAYS[1], 5, 2),
         ("guest", DAYS[0], 9, 9), names=("touchpoints", "completions")),
    "lrs_", ("touchpoints", "completions"),
)  # fmt: skip
HR = Side(
    "hris",
    rows(*((who, day, "A" if n < 5 else "B", 30 + n) for n, who in enumerate(TEN) for day in DAYS),
         names=("team", "tenure_days")),
    "hris_",
)  # fmt: skip
SALES = Side(
    "sales", rows(("p0", DAYS[0], 10.0), ("p9", DAYS[2], None), ("p3", DAYS[1], 7.5), names=("sales",))
)


def test_ten_people_by_hand() -> None:
    found = join_sides(TEN, WEEKS, [EXPOSURE, HR, SALES])
    assert found.table.num_rows == 30
    table = {(r["unit"], r["period"]): r for r in found.table.to_pylist()}
    assert [table["p0", day]["lrs_touchpoints"] for day in DAYS] == [2, 0, 3]
    assert [table["p0", day]["lrs_touchpoints_so_far"] for day in DAYS] == [6, 6, 9]
    assert [table["p0", day]["lrs_completions_so_far"] for day in DAYS] == [1, 1, 2]
    assert [table["p1", day]["lrs_touchpoints"] for day in DAYS] == [0, 5, 0]
    assert [table["p2", day]["lrs_touchpoints"] for day in DAYS] == [None] * 3  # never heard of: unknown
    assert [table["p2", day]["lrs_touchpoints_so_far"] for day in DAYS] == [None] * 3
    assert table["p7", DAYS[1]]["hris_team"] == "B"
    assert (table["p0", DAYS[0]]["sales"], table["p9", DAYS[2]]["sales"]) == (10.0, None)
    assert found.reports == (
        JoinReport("lrs", 3, 1, 1, 8),
        JoinReport("hris", 30, 0, 0, 0),
        JoinReport("sales", 3, 0, 0, 7),
    )


def test_two_rows_for_one_cell_are_refused_and_never_multiply() -> None:
    twice = Side("sales", rows(("p0", DAYS[0], 1.0), ("p0", DAYS[0], 2.0), names=("sales",)))
    with pytest.raises(PayoffError) as caught:
        join_sides(TEN, WEEKS, [HR, twice])
    (problem,) = caught.value.problems
    assert problem.code == "D302"
    assert "p0, 2026-01-05" in str(problem)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from([*TEN, "guest", "other"]), st.sampled_from([BEFORE, *DAYS])),
        st.integers(0, 1000),
    )
)
def test_sums_are_conserved(cells: dict[tuple[str, dt.date], int]) -> None:
    """In the table, of nobody, or of no period: nothing is lost and nothing comes twice."""
    side = Side("sales", rows(*((*key, value) for key, value in cells.items()), names=("sales",)))
    found = join_sides(TEN, WEEKS, [HR, side] if cells else [HR])
    assert found.table.num_rows == 30
    assert len(set(zip(*(found.table[n].to_pylist() for n in ("unit", "period")), strict=True))) == 30
    if cells:
        placed = sum(v for (who, day), v in cells.items() if who in TEN and day in DAYS)
        assert sum(v or 0 for v in found.table["sales"].to_pylist()) == placed
        report = found.reports[1]
        assert report.n_matched + report.n_strangers + report.n_outside == len(cells)


def test_teams_hold_sums_and_small_ones_stay_out() -> None:
    every = rows(*((who, day, 10.0 + n) for n, who in enumerate(TEN) for day in DAYS), names=("sales",))
    people = join_sides(TEN, WEEKS, [HR, Side("sales", every), Side("lrs", SALES.rows, "lrs_")]).table
    found = group_people(people, "hris_team", 5)
    assert found.table.num_rows == 6
    first = found.table.to_pylist()[0]
    assert (first["team"], first["people"], first["sales_sum"], first["sales_people"]) == ("A", 5, 60.0, 5)
    assert (first["lrs_sales_sum"], first["lrs_sales_people"]) == (None, None)  # one person's value
    assert sum(found.table["sales_sum"].to_pylist()) == sum(people["sales"].to_pylist())
    assert found.n_withheld == 0
    lonely = group_people(people.slice(0, 27), "hris_team", 5)  # one of B is gone, and nine are told
    assert lonely.table.num_rows == 0
    assert lonely.n_withheld == 2
