"""Cluster-robust errors against dense matrices written from the papers, one row per observation."""

import importlib

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study
from numpy.typing import NDArray

from payoff.causal.cluster_errors import cr0, cr1, cr2, ordinary, trusted
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.fixed_effects import fit_within
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.nouns.study import Term

Matrix = NDArray[np.float64]


def dense_cr2(
    rows: Matrix, response: Matrix, weights: Matrix, cluster: NDArray[np.int64], k: int
) -> tuple[Matrix, Matrix]:
    """Covariance and degrees of freedom of the first k columns, by N × N matrices."""
    scale = np.sqrt(weights)
    x, y = rows * scale[:, None], response * scale
    bread = np.linalg.pinv(x.T @ x)
    hat = x @ bread @ x.T
    rest = np.eye(len(y)) - hat
    residual = rest @ y
    meat = np.zeros_like(bread)
    lifted: list[list[Matrix]] = [[] for _ in range(k)]
    for g in np.unique(cluster):
        inside = cluster == g
        values, vectors = np.linalg.eigh(rest[np.ix_(inside, inside)])
        power = np.where(values > 1e-9, values, np.inf) ** -0.5
        adjust = vectors @ np.diag(power) @ vectors.T
        score = x[inside].T @ adjust @ residual[inside]
        meat += np.outer(score, score)
        for j in range(k):
            lifted[j].append(rest[:, inside] @ adjust @ x[inside] @ bread[:, j])
    df = []
    for j in range(k):
        spread = np.column_stack(lifted[j])
        omega = spread.T @ spread
        df.append(np.trace(omega) ** 2 / np.trace(omega @ omega))
    return (bread @ meat @ bread)[:k, :k], np.array(df)


def dense_design(cells: EventCells) -> tuple[Matrix, Matrix, Matrix, NDArray[np.int64]]:
    """Terms, period dummies and unit dummies as columns; response, weights, cluster by row."""
    n, periods, k = cells.terms.shape
    used = (cells.weights > 0).ravel()
    unit = np.kron(np.eye(n), np.ones((periods, 1)))
    calendar = np.kron(np.ones((n, 1)), np.eye(periods)[:, 1:])
    rows = np.column_stack([cells.terms.reshape(-1, k), calendar, unit])[used]
    cluster = np.repeat(cells.cluster, periods)[used]
    return rows, cells.values.ravel()[used], cells.weights.ravel()[used], cluster


def world(seed: int, *, clusters: int | None, weighted: bool, missing: float) -> EventCells:
    rng = np.random.default_rng(seed)
    values, launch = did_world(rng, n_units=24, staggered=True, missing=missing)
    weights = np.where(np.isnan(values), 0.0, rng.uniform(1, 12, values.shape) if weighted else 1.0)
    cluster = None if clusters is None else rng.permutation(np.arange(24) % clusters)
    study = make_study(terms=(Term("now", 0, 0), Term("later", 1, None)))
    panel = make_panel(values, 3, launch=launch, weights=weights, cluster=cluster)
    cells = event_cells(study, panel, "test")
    assert isinstance(cells, EventCells)
    return cells


@pytest.mark.parametrize("clusters", [None, 8])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_fixed_effects_errors_equal_dense_matrices(
    clusters: int | None, weighted: bool, missing: float
) -> None:
    cells = world(11, clusters=clusters, weighted=weighted, missing=missing)
    rows, response, weights, cluster = dense_design(cells)
    expected, df = dense_cr2(rows, response, weights, cluster, 2)
    fit = fit_within(cells, cells.terms)
    found = cr2(fit, 2)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-8)
    np.testing.assert_allclose(found.df, df, rtol=1e-8)
    scale = np.sqrt(weights)
    whole = np.linalg.lstsq(rows * scale[:, None], response * scale, rcond=None)[0]
    np.testing.assert_allclose(fit.coefficients, whole[: len(fit.coefficients)], atol=1e-8)


def test_fixed_effects_equal_linearmodels() -> None:
    import pandas as pd
    from linearmodels.panel import PanelOLS

    cells = world(5, clusters=None, weighted=False, missing=0.1)
    fit = fit_within(cells, cells.terms)
    used = cells.weights > 0
    unit, period = np.nonzero(used)
    index = pd.MultiIndex.from_arrays([unit, period])
    frame = pd.DataFrame(cells.terms[used].astype(float), index=index, columns=["now", "later"])
    response = pd.Series(cells.values[used], index=index, name="y")
    model = PanelOLS(response, frame, entity_effects=True, time_effects=True)
    plain = model.fit(cov_type="unadjusted")
    np.testing.assert_allclose(fit.coefficients[:2], plain.params, rtol=1e-9)
    np.testing.assert_allclose(ordinary(fit, 2).covariance, plain.cov, rtol=1e-8)
    clustered = model.fit(cov_type="clustered", cluster_entity=True, debiased=False)
    factor = clustered.nobs / (clustered.df_resid + 2)  # linearmodels counts the effects; CR0 has no factor
    np.testing.assert_allclose(cr0(fit, 2).covariance * factor, clustered.cov, rtol=1e-8)


def regression_fit(seed: int, clusters: int) -> tuple[ClusterFit, Matrix, Matrix, Matrix, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    n = 90
    cluster = rng.permutation(np.arange(n) % clusters)
    arm = (cluster % 2).astype(float)
    rows = np.column_stack([arm, np.ones(n), rng.normal(size=n)])
    response, weights = rng.normal(size=n) + arm, rng.uniform(0.5, 3, n)
    return fit_rows(rows, response, weights, cluster), rows, response, weights, cluster


@pytest.mark.parametrize("clusters", [6, 15, 90])
def test_regression_errors_equal_dense_matrices(clusters: int) -> None:
    fit, rows, response, weights, cluster = regression_fit(3, clusters)
    expected, df = dense_cr2(rows, response, weights, cluster, 3)
    found = cr2(fit, 3)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9)
    np.testing.assert_allclose(found.df, df, rtol=1e-8)


def test_a_cluster_that_alone_decides_a_coefficient_is_dropped_as_the_pseudo_inverse_says() -> None:
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(8), 5)
    rows = np.column_stack([(cluster == 0).astype(float), np.ones(40)])
    response = rng.normal(size=40)
    expected, df = dense_cr2(rows, response, np.ones(40), cluster, 2)
    found = cr2(fit_rows(rows, response, np.ones(40), cluster), 2)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9)
    np.testing.assert_allclose(found.df, df, rtol=1e-8)


def test_singleton_clusters_are_hc2_and_welch() -> None:
    from scipy import stats

    rng = np.random.default_rng(9)
    a, b = rng.normal(1, 2, 17), rng.normal(0, 1, 31)
    rows = np.column_stack([np.r_[np.ones(17), np.zeros(31)], np.ones(48)])
    fit = fit_rows(rows, np.r_[a, b], np.ones(48), np.arange(48))
    found = cr2(fit, 1)
    welch = stats.ttest_ind(a, b, equal_var=False)
    assert found.covariance[0, 0] == pytest.approx(a.var(ddof=1) / 17 + b.var(ddof=1) / 31)
    low, high = welch.confidence_interval(0.95)
    assert fit.coefficients[0] == pytest.approx(a.mean() - b.mean())
    # Bell-McCaffrey's degrees of freedom are Welch's at equal variances
    equal = (1 / 17 + 1 / 31) ** 2 / (1 / 17**2 / 16 + 1 / 31**2 / 30)
    assert found.df[0] == pytest.approx(equal)
    assert high - low == pytest.approx(found.intervals[0, 1] - found.intervals[0, 0], rel=0.1)


def test_hc2_equals_statsmodels() -> None:
    sm = importlib.import_module("statsmodels.api")
    fit, rows, response, weights, _ = regression_fit(4, 90)
    expected = sm.WLS(response, rows, weights=weights).fit(cov_type="HC2").cov_params()
    np.testing.assert_allclose(cr2(fit, 3).covariance, expected, rtol=1e-9)


def test_where_both_arms_hold_hundreds_cr1_may_take_over_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    values, launch = did_world(rng, n_units=1500, effect=0.5)
    cells = event_cells(make_study(), make_panel(values, 3, launch=launch), "test")
    assert isinstance(cells, EventCells)
    exact = trusted(fit_within(cells, cells.terms), 1)
    monkeypatch.setattr("payoff.causal.regression.CROSS_CELLS_MOST", 10)
    fit = fit_within(cells, cells.terms)
    assert fit.cross is None
    quick = trusted(fit, 1)
    assert (exact.kind, quick.kind) == ("CR2", "CR1")
    np.testing.assert_allclose(quick.intervals, exact.intervals, rtol=2e-3)
    assert quick.covariance[0, 0] == pytest.approx(cr1(fit, 1).covariance[0, 0])
    with pytest.raises(ValueError, match="cross products"):
        cr2(fit, 1)


def test_a_small_arm_keeps_cr2_whatever_it_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only one term's arm is small: a first wave of five, then hundreds."""
    monkeypatch.setattr("payoff.causal.regression.CROSS_CELLS_MOST", 0)
    monkeypatch.setattr("payoff.causal.regression.CROSS_CELLS_CHEAP", 0)
    values, _ = did_world(np.random.default_rng(1), n_units=1000)
    unit = np.arange(1000)
    for launch, kind in (
        (np.where(unit < 199, 3, -1), "CR2"),
        (np.where(unit < 801, 3, -1), "CR2"),
        (np.where(unit < 400, 3, -1), "CR1"),
        (np.where(unit < 5, 3, np.where(unit < 400, 5, -1)), "CR2"),
    ):
        study = make_study(terms=(Term("now", 0, 0), Term("later", 1, 2)))
        cells = event_cells(study, make_panel(values, 3, launch=launch), "test")
        assert isinstance(cells, EventCells)
        assert trusted(fit_within(cells, cells.terms[:, :, 1:]), 1).kind == kind
    arm = (unit < 5).astype(float)
    fit = fit_rows(np.column_stack([arm, np.ones(1000)]), values[:, 0], np.ones(1000), unit, smaller_arm=5)
    assert trusted(fit, 1).kind == "CR2"


@pytest.mark.parametrize("n_treated", [5, 10])
def test_coverage_with_few_treated_among_thousands(n_treated: int) -> None:
    """Random walks: the normal interval, which t(G − 1) is here, covers 85 % with five treated."""
    covered, worlds = 0, 200
    study = make_study()
    launch = np.where(np.arange(600) < n_treated, 5, -1)
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        values = 20 + np.cumsum(rng.normal(scale=0.5, size=(600, 10)), axis=1)
        cells = event_cells(study, make_panel(values, 5, launch=launch), "test")
        assert isinstance(cells, EventCells)
        found = trusted(fit_within(cells, cells.terms), 1)
        covered += found.intervals[0, 0] <= 0 <= found.intervals[0, 1]
    assert 0.91 <= covered / worlds <= 0.985
