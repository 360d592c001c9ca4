"""Imputation: dense matrices, fixed effects at one date, growing effects, coverage."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study

from payoff.causal import estimate
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.imputation import answer
from payoff.causal.imputation_fit import adjusted, fit_imputation, gardner, pool_waves
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

TWO = (Term("now", 0, 0), Term("later", 1, None))


def study(**more: object) -> Study:
    return make_study(method="imputation", second=None, **more)  # type: ignore[arg-type]


def locked(plan: Study, panel: Panel) -> Effect:
    effect = estimate(plan, panel)[0]
    assert isinstance(effect, Effect), effect
    return effect


def ragged(seed: int = 1) -> Panel:
    """Forty units over seven periods, two waves, weights and gaps."""
    generator = np.random.default_rng(seed)
    values, launch = did_world(generator, 40, 7, 3, effect=1.0, staggered=True, missing=0.08)
    weights = np.where(np.isnan(values), 0.0, generator.uniform(0.5, 2.0, values.shape))
    return make_panel(values, 3, launch=launch, weights=weights)


def cells_of(plan: Study, panel: Panel) -> EventCells:
    cells = event_cells(plan, panel, "imputation")
    assert isinstance(cells, EventCells)
    return cells


def dense(cells: EventCells, holder: Ints) -> tuple[Floats, Floats, Floats]:
    """Estimates, and Gardner's covariance, from dummies: two stages and their scores by cluster."""
    n, n_periods = cells.values.shape
    unit = np.repeat(np.eye(int(holder.max()) + 1)[holder], n_periods, axis=0)
    period = np.tile(np.eye(n_periods), (n, 1))
    x = np.hstack([unit, period])
    y, w = cells.values.ravel(), cells.weights.ravel()
    terms = cells.terms.reshape(n * n_periods, -1).astype(float)
    first = w * ~terms.any(axis=1)
    inverse = np.linalg.pinv((x * first[:, None]).T @ x)
    left = y - x @ (inverse @ (x.T @ (first * y)))
    gram = np.linalg.inv((terms * w[:, None]).T @ terms)
    estimates = gram @ (terms.T @ (w * left))
    second = terms * (w * (left - terms @ estimates))[:, None]
    own = x * (first * left)[:, None] @ inverse @ (x * w[:, None]).T @ terms
    cluster = np.repeat(cells.cluster, n_periods)
    scores = np.zeros((cells.n_clusters, terms.shape[1]))
    np.add.at(scores, cluster, second - own)
    return estimates, gram @ scores.T @ scores @ gram, left


@pytest.mark.parametrize("by_cluster", [False, True])
def test_estimates_and_two_stage_errors_equal_dense_matrices(by_cluster: bool) -> None:
    panel = ragged()
    if by_cluster:
        panel = replace(panel, cluster=np.arange(40) % 10)
    plan = study(terms=TWO, cluster="team" if by_cluster else None)
    cells = cells_of(plan, panel)
    holder = cells.cluster if by_cluster else np.arange(cells.n_units)
    wave = pool_waves(panel.launch[cells.index], cells.cluster)
    untreated = ~cells.terms.any(axis=2) & (cells.weights > 0)
    fit = fit_imputation(cells.values, cells.weights, cells.terms, untreated, holder, cells.cluster, wave)
    estimates, covariance, _ = dense(cells, holder)
    np.testing.assert_allclose(fit.estimates, estimates, rtol=1e-9)
    np.testing.assert_allclose(gardner(fit).covariance, covariance, rtol=1e-8)


def test_trusted_errors_are_unbiased_under_their_working_model() -> None:
    """CAU-14: the mean over noise of the variance estimate is the variance of the estimate, gaps or not."""
    panel = ragged()
    plan = study(terms=TWO)
    cells = cells_of(plan, panel)
    wave = pool_waves(panel.launch[cells.index], cells.cluster)
    untreated = ~cells.terms.any(axis=2) & (cells.weights > 0)
    generator, found, estimates = np.random.default_rng(2), [], []
    for _ in range(1_000):
        noise = generator.normal(size=cells.values.shape) / np.sqrt(
            np.where(cells.weights > 0, cells.weights, 1.0)
        )
        fit = fit_imputation(
            noise, cells.weights, cells.terms, untreated, np.arange(cells.n_units), cells.cluster, wave
        )
        found.append(np.diag(adjusted(fit).covariance))
        estimates.append(fit.estimates)
    np.testing.assert_allclose(np.mean(found, axis=0), np.var(estimates, axis=0), rtol=0.12)


def test_at_one_date_it_is_fixed_effects() -> None:
    values, launch = did_world(np.random.default_rng(3), n_units=30, n_periods=8, n_pre=4, effect=0.5)
    panel = make_panel(values, 4, launch=launch)
    other = estimate(make_study(second=None), panel)[0]
    assert isinstance(other, Effect)
    mine = locked(study(), panel)
    assert mine.estimate == pytest.approx(other.estimate, rel=1e-10)
    assert mine.std_error == pytest.approx(other.std_error, rel=1e-9)
    assert mine.df[0] == pytest.approx(other.df[0], rel=1e-9)


def test_growing_effects_of_earlier_waves_do_no_harm() -> None:
    """Without noise the mean effect on treated cells comes out, where fixed effects are far off."""
    launch = np.where(np.arange(60) < 45, 4 + 3 * (np.arange(60) % 3), -1)
    since = np.arange(14)[None, :] - launch[:, None]
    gain = np.where((since >= 0) & (launch >= 0)[:, None], 0.5 * (since + 1.0), 0.0)
    generator = np.random.default_rng(4)
    values = 20 + generator.normal(size=(60, 1)) + generator.normal(size=14) + gain
    values = values + 1e-6 * generator.normal(size=values.shape)
    effect = locked(study(), make_panel(values, 4, launch=launch))
    assert effect.estimate == pytest.approx(gain[gain > 0].mean(), abs=1e-5)


def test_where_all_start_periods_without_a_comparison_are_left_out_and_counted() -> None:
    launch = np.repeat([3, 5, 7], 8)
    generator = np.random.default_rng(5)
    values = 20 + generator.normal(size=(24, 10))
    effect = locked(study(), make_panel(values, 3, launch=launch))
    assert "72 rep-months with nobody left untreated not counted" in effect.label
    late = estimate(study(terms=(Term("late", 5, None),)), make_panel(values, 3, launch=launch))[0]
    assert isinstance(late, Refusal)
    assert "still untreated" in late.reason


def test_declared_anticipation_is_no_base_to_compare_from() -> None:
    values, launch = did_world(np.random.default_rng(6), n_units=40, n_periods=8, n_pre=4)
    values[launch >= 0, 3] += 5.0  # the period before launch already shows it
    panel = make_panel(values, 4, launch=launch)
    ahead = locked(study(anticipation=1), panel)
    blank = np.where((np.arange(8) == 3) & (launch >= 0)[:, None], np.nan, values)
    assert ahead.estimate == pytest.approx(locked(study(), make_panel(blank, 4, launch=launch)).estimate)


def test_waves_of_few_clusters_share_an_effect() -> None:
    launch = np.array([1, 1, 1, 2, 3, 3, 4, -1])
    np.testing.assert_array_equal(pool_waves(launch, np.arange(8)), [0, 0, 0, 1, 1, 1, 1, -1])
    np.testing.assert_array_equal(pool_waves(np.array([1, 2, -1]), np.arange(3)), [0, 0, -1])


def test_the_order_of_rows_plays_no_part() -> None:
    values, launch = did_world(np.random.default_rng(7), staggered=True, missing=0.05)
    order = np.random.default_rng(8).permutation(40)
    one = locked(study(), make_panel(values, 3, launch=launch))
    two = locked(study(), make_panel(values[order], 3, launch=launch[order]))
    np.testing.assert_allclose(one.intervals, two.intervals, rtol=1e-10)


@pytest.mark.parametrize(("n_teams", "n_waves"), [(10, 2), (30, 3)])
def test_intervals_cover(n_teams: int, n_waves: int) -> None:
    """CAU-01: 95 % with serial correlation and few teams, within Monte Carlo error."""
    generator, covered, worlds = np.random.default_rng(9), 0, 250
    for _ in range(worlds):
        launch = np.array([-1, *(4 + 2 * np.arange(n_waves))])[np.arange(n_teams) % (n_waves + 1)]
        noise = generator.normal(size=(n_teams, 12))
        for t in range(1, 12):
            noise[:, t] = 0.6 * noise[:, t - 1] + 0.8 * noise[:, t]
        values = 20 + 2 * generator.normal(size=(n_teams, 1)) + noise
        (effect, *_) = answer(study(), make_panel(values, 4, launch=launch), "locked")
        assert isinstance(effect, Effect)
        covered += effect.interval[0] <= 0 <= effect.interval[1]
    assert 0.91 <= covered / worlds <= 0.985
