"""Moments of a trial from DuckDB: numpy's on the same rows, empty values, values far from zero."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from payoff.causal.cuped_moments import ArmMoments, find_moments, fit_moments
from payoff.nouns.refusal import Refusal
from payoff.warehouse.trial import fetch_moments


def fetched(table: pa.Table, *columns: str) -> tuple[ArmMoments, ArmMoments] | Refusal:
    connection = duckdb.connect()
    connection.register("users", table)
    return fetch_moments(connection, "users", "variant = 1", columns)


@pytest.mark.parametrize("far", [0.0, 1e6])
def test_they_are_numpys(far: float) -> None:
    rng = np.random.default_rng(1)
    arm = np.arange(500) % 2 == 1
    columns = far + rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4))
    table = pa.table({"variant": arm.astype(int), **{f"x{n}": columns[:, n] for n in range(4)}})
    found = fetched(table, "x0", "x1", "x2", "x3")
    assert not isinstance(found, Refusal)
    for ours, theirs in zip(found, find_moments(columns, arm), strict=True):
        assert ours.n == theirs.n
        np.testing.assert_allclose(ours.means, theirs.means, rtol=1e-12)
        np.testing.assert_allclose(ours.covariance, theirs.covariance, rtol=1e-8, atol=1e-8)
    fit = fit_moments(*found, ratio=True, cuped=True)
    assert fit.std_error > 0


def test_rows_with_an_empty_value_are_left_out_whole() -> None:
    table = pa.table(
        {"variant": [0, 0, 0, 1, 1, 1, None], "y": [1.0, 2, None, 3, 5, 7, 9], "x": [1, 1, 9, 2, 3, None, 9]}
    )
    found = fetched(table, "y", "x")
    assert not isinstance(found, Refusal)
    assert [arm.n for arm in found] == [2, 2]
    np.testing.assert_allclose([arm.means for arm in found], [[1.5, 1.0], [4.0, 2.5]])
    assert found[1].covariance[0, 1] == pytest.approx(1.0)


def test_an_arm_that_is_missing_is_refused() -> None:
    found = fetched(pa.table({"variant": [0, 0, 1], "y": [1.0, 2.0, 3.0]}), "y")
    assert isinstance(found, Refusal)
    assert "fewer than two complete rows" in found.reason
