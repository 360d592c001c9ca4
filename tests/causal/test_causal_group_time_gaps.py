"""Panels with gaps: means of all cells at once say what one regression a cell says."""

import numpy as np
import pytest

from payoff.causal.group_time_cells import Base, Control, find_cells
from payoff.causal.group_time_gaps import mean_effects
from payoff.causal.group_time_units import UnitEffects, Units, unit_effects
from payoff.causal.never import NEVER_LAUNCHED

LAUNCHES = np.array([4, 6, 8, NEVER_LAUNCHED], dtype=np.int64)


def gappy(seed: int, n_units: int, n_clusters: int) -> Units:
    """Units in clusters that start together, with a fifth of cells empty and weights of their own."""
    rng = np.random.default_rng(seed)
    cluster = np.sort(rng.integers(0, n_clusters, n_units))
    cluster = np.unique(cluster, return_inverse=True)[1].astype(np.int64)
    values = rng.normal(size=(n_units, 10)).cumsum(axis=1)
    values[rng.random(values.shape) < 0.2] = np.nan
    weight = rng.uniform(0.5, 2.0, n_units)
    order = np.argsort([3, 0, 1, 2])[cluster % 4]  # cohorts in no order of units
    return Units(values, order.astype(np.int64), weight / weight.mean(), cluster, np.ones((n_units, 1)))


@pytest.mark.parametrize("control", ["never", "not_yet"])
@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize(("n_units", "n_clusters"), [(200, 24), (40, 40), (14, 9)])
def test_means_are_the_regression_cell_by_cell(
    control: Control, base: Base, n_units: int, n_clusters: int
) -> None:
    """CAU-01."""
    units = gappy(n_units, n_units, n_clusters)
    cells = find_cells(np.arange(10), LAUNCHES, control, base)
    brute = unit_effects(units, cells, 4, "reg")
    assert isinstance(brute, UnitEffects)
    quick = mean_effects(units, cells, 4)
    np.testing.assert_array_equal(quick.cells.event, brute.cells.event)
    np.testing.assert_array_equal(quick.cells.cohort, brute.cells.cohort)
    for one, other in (
        (quick.estimates, brute.estimates),
        (quick.influence, brute.influence),
        (quick.adjusted, brute.adjusted),
        (quick.share, brute.share),
    ):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_blocks_of_cells_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    units = gappy(3, 60, 12)
    cells = find_cells(np.arange(10), LAUNCHES, "never", "varying")
    whole = mean_effects(units, cells, 4)
    monkeypatch.setattr("payoff.causal.group_time_gaps.MOST_ENTRIES", 200)
    np.testing.assert_array_equal(mean_effects(units, cells, 4).influence, whole.influence)
