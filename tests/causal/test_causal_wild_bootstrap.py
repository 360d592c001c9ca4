"""The bootstrap on cluster moments equals the bootstrap on rows."""

import itertools

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study

from payoff.causal.cluster_errors import cr2
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.fixed_effects import fit_within
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.wild_bootstrap import wild_bootstrap
from payoff.nouns.arrays import Floats


def within_fit(effect: float, seed: int = 3, clusters: int = 8) -> tuple[ClusterFit, EventCells]:
    values, launch = did_world(np.random.default_rng(seed), n_units=24, effect=effect)
    cluster = np.where(
        launch >= 0, np.arange(24) % (clusters // 2), clusters // 2 + np.arange(24) % (clusters // 2)
    )
    cells = event_cells(make_study(), make_panel(values, 3, launch=launch, cluster=cluster), "test")
    assert isinstance(cells, EventCells)
    return fit_within(cells, cells.terms), cells


def test_p_value_equals_resampling_rows_under_the_null() -> None:
    fit, cells = within_fit(0.4)
    n, periods, _ = cells.terms.shape
    unit = np.kron(np.eye(n), np.ones((periods, 1)))
    calendar = np.kron(np.ones((n, 1)), np.eye(periods)[:, 1:])
    rows = np.column_stack([cells.terms.reshape(-1, 1), calendar, unit])
    response, cluster = cells.values.ravel(), np.repeat(cells.cluster, periods)
    bread = np.linalg.pinv(rows.T @ rows)

    def t_statistic(y: Floats) -> float:
        beta = bread @ (rows.T @ y)
        residual = y - rows @ beta
        scores = np.array([rows[cluster == g].T @ residual[cluster == g] for g in range(8)])
        return float(beta[0] / np.sqrt((bread @ scores.T @ scores @ bread)[0, 0]))

    others = rows[:, 1:]
    fitted = others @ np.linalg.lstsq(others, response, rcond=None)[0]
    draws = [
        t_statistic(fitted + np.array(signs)[cluster] * (response - fitted))
        for signs in itertools.product((-1.0, 1.0), repeat=8)
    ]
    expected = np.mean(np.abs(draws) >= abs(t_statistic(response)) - 1e-9)
    boot = wild_bootstrap(fit, 0, seed=1)
    assert boot.enumerated
    assert boot.p_value == pytest.approx(expected)


@pytest.mark.parametrize("effect", [0.0, 0.6, 2.0])
def test_interval_holds_what_is_not_rejected(effect: float) -> None:
    fit, _ = within_fit(effect)
    boot = wild_bootstrap(fit, 0, seed=1)
    low, high = boot.interval
    assert low < fit.coefficients[0] < high
    assert (low <= 0 <= high) == (boot.p_value >= 0.05)
    (t_low, t_high) = cr2(fit, 1).intervals[0]
    assert 0.4 < (high - low) / (t_high - t_low) < 2.5


def test_more_than_twelve_clusters_are_sampled_and_seeded() -> None:
    fit, _ = within_fit(0.5, clusters=14)
    one, again, other = (wild_bootstrap(fit, 0, seed=s) for s in (1, 1, 2))
    assert not one.enumerated
    assert one == again
    assert one.p_value == pytest.approx(other.p_value, abs=0.08)


def test_false_alarms_with_eight_clusters_stay_near_five_percent() -> None:
    """CAU-14."""
    alarms, worlds = 0, 300
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        cluster = np.arange(48) % 8
        arm = (cluster < 4).astype(float)
        response = rng.normal(size=8)[cluster] + rng.normal(size=48)
        fit = fit_rows(np.column_stack([arm, np.ones(48)]), response, np.ones(48), cluster)
        alarms += wild_bootstrap(fit, 0, seed=seed).p_value < 0.05
    assert alarms / worlds <= 0.085


def test_too_few_clusters_are_a_bug_of_the_caller() -> None:
    rows = np.column_stack([np.r_[np.ones(5), np.zeros(5)], np.ones(10)])
    fit = fit_rows(rows, np.arange(10.0), np.ones(10), np.arange(10) % 5)
    with pytest.raises(ValueError, match="six clusters"):
        wild_bootstrap(fit, 0, seed=1)
