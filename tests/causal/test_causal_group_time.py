"""Moments, however they are counted, carry what unit rows carry; bands and small-sample errors."""

import numpy as np
import pyarrow as pa
import pytest
from causal_rollouts import Rows, make_rows
from scipy.special import ndtri

from payoff.causal import group_time_average as averages
from payoff.causal import moments_stream
from payoff.causal.group_time_band import draw_influence, find_band
from payoff.causal.group_time_covariates import compare
from payoff.causal.group_time_effects import plain_effects, regression_effects
from payoff.causal.group_time_trusted import trusted_errors
from payoff.causal.group_time_units import UnitEffects, unit_effects
from payoff.causal.moments import Moments, build_moments
from payoff.causal.moments_stream import RolloutColumns, stream_moments
from payoff.causal.never import NEVER_LAUNCHED
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.refusal import Refusal


def table_of(rows: Rows) -> pa.Table:
    n, size = rows.values.shape
    launch = np.repeat(rows.launch, size)
    return pa.table(
        {
            "unit": np.repeat(np.arange(n), size),
            "period": np.tile(rows.times, n),
            "launch": pa.array(launch, mask=launch == NEVER_LAUNCHED),
            "cluster": np.repeat(rows.cluster, size),
            "x": np.repeat(rows.x, size),
            "value": rows.values.ravel(),
        }
    )


def hold(found: Moments | Refusal, expected: Moments) -> None:
    assert isinstance(found, Moments)
    for name in ("times", "cohorts", "count", "mass", "mean", "gram"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-9, atol=1e-8)
    assert (found.n_clusters, found.n_covariates) == (expected.n_clusters, expected.n_covariates)


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_moments_say_what_unit_rows_say(clustered: bool, adjusted: bool, weighted: bool) -> None:
    """Brute force: influence functions unit by unit."""
    rows = make_rows(1, n=150)
    weights = np.random.default_rng(2).uniform(0.5, 2.0, 150) if weighted else None
    cells = rows.cells("not_yet")
    moments = rows.moments(clustered=clustered, adjusted=adjusted, weights=weights)
    found = regression_effects(moments, cells) if adjusted else plain_effects(moments, cells)
    units = rows.units(clustered=clustered, adjusted=adjusted, weights=weights)
    brute = unit_effects(units, cells, len(moments.cohorts), "reg")
    assert found is not None
    assert isinstance(brute, UnitEffects)
    np.testing.assert_allclose(found.estimates, brute.estimates, atol=1e-11)
    np.testing.assert_allclose(found.covariance(), brute.covariance(), atol=1e-11)
    for aggregate in (averages.average_simple, averages.average_by_group, averages.average_by_exposure):
        average = aggregate(cells, found.estimates, found.share)
        np.testing.assert_allclose(found.average(average)[1], brute.average(average)[1], atol=1e-11)


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("cut", [1, 97, 10_000])
def test_rows_in_batches_of_any_size(
    monkeypatch: pytest.MonkeyPatch, clustered: bool, adjusted: bool, cut: int
) -> None:
    monkeypatch.setattr(moments_stream, "CHUNK_ROWS", 500)
    rows = make_rows(3, n=200)
    columns = RolloutColumns(cluster="cluster" if clustered else None, covariates=("x",) if adjusted else ())
    found = stream_moments(table_of(rows).to_batches(max_chunksize=cut), columns)
    hold(found, rows.moments(clustered=clustered, adjusted=adjusted))


def test_units_named_by_text() -> None:
    rows = make_rows(3, n=50)
    table = table_of(rows)
    names = pa.array([f"u{i:04d}" for i in table["unit"].to_pylist()])
    table = table.set_column(0, "unit", names)
    hold(stream_moments(table.to_batches(max_chunksize=33), RolloutColumns()), rows.moments())


def test_rows_that_moments_cannot_be_taken_from() -> None:
    """Missing cells, duplicate unit-periods, disorder, infinities: said, never silently wrong."""
    table = table_of(make_rows(4, n=30))
    value = table["value"].to_numpy().copy()
    value[5] = np.inf
    moving = table["launch"].to_numpy().copy()
    moving[0] = 4.0 if moving[0] != 4.0 else 3.0
    bad = {
        "no rows": table.slice(0, 0),
        "lacks a period": table.slice(0, 20).take(pa.array([*range(9), *range(10, 20)])),
        "twice": pa.concat_tables([table, table.slice(0, 7)]),
        "not sorted": table.take(pa.array(np.random.default_rng(1).permutation(len(table)))),
        "no finite number": table.set_column(5, "value", pa.array(value)),
        "empty cells": table.set_column(5, "value", pa.array(value, mask=np.isinf(value))),
        "changes within a unit": table.set_column(2, "launch", pa.array(moving, from_pandas=True)),
    }
    for words, rows in bad.items():
        found = stream_moments(rows.to_batches(), RolloutColumns())
        assert isinstance(found, Refusal), words
    with pytest.raises(ValueError, match="values are"):
        build_moments(np.zeros((3, 2)), np.zeros(2, dtype=np.int64), np.arange(2))


def test_a_large_level_costs_no_digits() -> None:
    """Raw sums of products would cancel; changes since the first period do not."""
    near, far = make_rows(5, n=80, level=0.0), make_rows(5, n=80, level=1e7)
    cells = near.cells("never")
    one, other = (plain_effects(rows.moments(), cells).covariance() for rows in (near, far))
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_order_of_rows_changes_nothing() -> None:
    rows = make_rows(6, n=90)
    order = np.random.default_rng(1).permutation(90)
    shuffled = Rows(rows.values[order], rows.launch[order], rows.cluster[order], rows.x[order], rows.times)
    cells = rows.cells("not_yet")
    one, other = (plain_effects(r.moments(clustered=True), cells) for r in (rows, shuffled))
    np.testing.assert_allclose(one.covariance(), other.covariance(), atol=1e-13)


def dense_cr2(scores: Floats, cohort: Ints, cluster: Ints, working: Floats) -> tuple[float, float]:
    """Variance and degrees of freedom of a sum of cohort means of scores, from n × n matrices."""
    n, size = len(cohort), len(working)
    dummies = np.eye(size)[cohort]
    hat = dummies @ np.diag(1 / dummies.sum(axis=0)) @ dummies.T
    residual_maker = np.eye(n) - hat
    rows = []
    for c in np.unique(cluster):
        mine = np.flatnonzero(cluster == c)
        spread, axes = np.linalg.eigh(np.eye(len(mine)) - hat[np.ix_(mine, mine)])
        root = (axes / np.sqrt(spread)) @ axes.T
        rows.append(np.ones(len(mine)) @ root @ residual_maker[mine])
    stacked = np.array(rows)
    omega = stacked @ np.diag(working[cohort]) @ stacked.T
    variance = float(((stacked @ scores) ** 2).sum())
    return variance, float(np.trace(omega) ** 2 / (omega**2).sum())


def test_closed_form_equals_dense_cr2() -> None:
    """Clusters that hold several cohorts, of unequal size."""
    rng = np.random.default_rng(7)
    n = 60
    cohort, cluster = rng.integers(0, 3, n), np.minimum(rng.integers(0, 12, n), rng.integers(0, 12, n))
    raw, working = rng.normal(size=(n, 2)), rng.uniform(0.5, 2.0, (3, 2))
    means = np.stack([raw[cohort == k].mean(axis=0) for k in range(3)])
    found = trusted_errors(np.zeros(2), raw - means[cohort], working, cohort, cluster, np.ones(n))
    for j in range(2):
        variance, df = dense_cr2(raw[:, j], cohort, cluster, working[:, j])
        assert found.covariance[j, j] == pytest.approx(variance, rel=1e-10)
        assert found.df[j] == pytest.approx(df, rel=1e-10)


def test_two_equal_arms_have_the_pooled_degrees_of_freedom() -> None:
    """Special case: one score per cluster, two cohorts of five: t with eight degrees of freedom."""
    cohort = np.repeat([0, 1], 5)
    scores = np.random.default_rng(8).normal(size=(10, 1))
    found = trusted_errors(np.zeros(1), scores, np.ones((2, 1)), cohort, np.arange(10), np.ones(10))
    assert found.kind == "HC2"
    assert found.df[0] == pytest.approx(8.0)


def test_band_of_independent_estimates_is_sidak() -> None:
    band = find_band(np.zeros(5), np.eye(5), np.full(5, np.inf), np.random.default_rng(1), 100_000)
    assert band.critical[0] == pytest.approx(ndtri(0.5 + 0.5 * 0.95 ** (1 / 5)), abs=0.02)
    assert (band.ends[:, 1] == band.critical).all()


def test_band_of_one_estimate_is_its_interval_and_still_ones_take_no_part() -> None:
    covariance = np.diag([4.0, 0.0])
    band = find_band(np.array([1.0, 3.0]), covariance, np.full(2, np.inf), np.random.default_rng(1), 100_000)
    assert band.ends[0] == pytest.approx([1 - 3.92, 1 + 3.92], abs=0.06)
    assert (band.ends[1] == 3.0).all()


def test_draws_are_the_multiplier_bootstrap() -> None:
    """Multiplying unit influences by Gaussian noise, and drawing from the covariance, agree."""
    rows = make_rows(9, n=200)
    cells = rows.cells("never")
    brute = unit_effects(rows.units(), cells, 4, "reg")
    assert isinstance(brute, UnitEffects)
    rng = np.random.default_rng(1)
    multiplied = rng.standard_normal((20_000, 200)) @ brute.influence / 200
    drawn = draw_influence(plain_effects(rows.moments(), cells).covariance(), 20_000, rng)
    np.testing.assert_allclose(np.cov(multiplied.T), np.cov(drawn.T), atol=0.05 * np.var(drawn, axis=0).max())


def test_covariates_that_tell_everybody_apart_are_no_comparison() -> None:
    treated = np.arange(20) < 10
    x = np.column_stack([np.ones(20), treated + np.linspace(0, 0.1, 20)])
    change = np.random.default_rng(1).normal(size=(20, 1))
    assert compare(change, treated, np.ones(20), x, "dr") is None
    twice = np.column_stack([x, x[:, 1]])
    assert compare(change, treated, np.ones(20), twice, "reg") is None
    rows = make_rows(1, n=100)
    double = build_moments(rows.values, rows.launch, rows.times, covariates=np.ones((100, 1)))
    assert regression_effects(double, rows.cells("never")) is None
    with pytest.raises(ValueError, match="no covariates"):
        regression_effects(rows.moments(), rows.cells("never"))
