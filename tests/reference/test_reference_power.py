"""Published tables of power and sample size, and independent implementations of them."""

import math

import numpy as np
import pytest
from statsmodels.stats.power import FTestAnovaPower, NormalIndPower, TTestIndPower, TTestPower

from payoff.causal.design_factors import (
    clusters_needed,
    cuped_factor,
    design_effect,
    intraclass_correlation,
    power_clustered,
    repeated_factor,
    smallest_difference_clustered,
    stepped_wedge_error,
)
from payoff.causal.sample_size import (
    cohens_h,
    power_of_t,
    power_paired,
    power_several_means,
    power_two_means,
    power_two_shares,
    size_paired,
    size_several_means,
    size_two_means,
    size_two_shares,
    smallest_difference,
    visible_shift,
)
from payoff.nouns.refusal import Refusal


@pytest.mark.parametrize(
    ("d", "n", "tolerance"), [(0.2, 393.4, 0.05), (0.5, 63.77, 0.01), (0.8, 25.52, 0.01)]
)
def test_cohen_table_2_4_1(d: float, n: float, tolerance: float) -> None:
    """Cohen (1988): 393, 64 and 26 an arm; R's pwr gives the decimals."""
    assert size_two_means(d) == pytest.approx(n, abs=tolerance)


@pytest.mark.parametrize(("n", "d"), [(30, 0.7356), (50, 0.5659)])
def test_what_thirty_and_fifty_an_arm_can_see(n: int, d: float) -> None:  # EXP-14
    assert smallest_difference(n) == pytest.approx(d, abs=0.0005)


@pytest.mark.parametrize("d", [0.1, 0.35, 0.9])
@pytest.mark.parametrize("n", [4, 30, 400])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 3.0])
@pytest.mark.parametrize(("sides", "name"), [(1, "larger"), (2, "two-sided")])
def test_two_means_as_statsmodels_has_them(d: float, n: int, ratio: float, sides: int, name: str) -> None:
    theirs = TTestIndPower().power(d, n, 0.05, ratio=ratio, alternative=name)
    theirs = 1.0 if np.isnan(theirs) else theirs  # its tail gives out where power is certain
    assert power_two_means(d, n, ratio=ratio, sides=sides) == pytest.approx(theirs, abs=1e-6)  # type: ignore[arg-type]


def test_pairs_shares_and_several_means_as_statsmodels_has_them() -> None:
    assert power_paired(0.5, 20) == pytest.approx(TTestPower().power(0.5, 20, 0.05), abs=1e-6)
    assert size_paired(0.5) == pytest.approx(TTestPower().solve_power(0.5, alpha=0.05, power=0.8), rel=1e-4)
    h = cohens_h(0.6, 0.5)
    theirs = NormalIndPower().solve_power(h, alpha=0.05, power=0.8)
    assert size_two_shares(0.6, 0.5) == pytest.approx(theirs, rel=1e-6)
    assert power_several_means(0.25, 4, 20) == pytest.approx(
        FTestAnovaPower().power(0.25, 80, 0.05, k_groups=4), abs=1e-6
    )
    assert size_several_means(0.25, 4) == pytest.approx(
        FTestAnovaPower().solve_power(0.25, alpha=0.05, power=0.8, k_groups=4) / 4, rel=1e-5
    )


def test_fleiss_two_proportions() -> None:
    """Fleiss, Levin & Paik (2003), section 4.2: the uncorrected formula, from its own terms."""
    a, b = 0.60, 0.70
    middle = (a + b) / 2
    expected = (
        1.959964 * math.sqrt(2 * middle * (1 - middle)) + 0.841621 * math.sqrt(a * (1 - a) + b * (1 - b))
    ) ** 2 / (a - b) ** 2
    assert size_two_shares(a, b, by="difference") == pytest.approx(expected, rel=1e-5)
    assert power_two_shares(a, b, expected, by="difference") == pytest.approx(0.8, abs=1e-5)


def test_design_effects() -> None:
    """Twenty people a team at ICC 0.05 nearly double a study; unequal teams more (Eldridge 2006)."""
    assert design_effect(20, 0.05) == pytest.approx(1.95)
    assert design_effect(20, 0.05, 0.5) == pytest.approx(1 + (1.25 * 20 - 1) * 0.05)
    assert 1 / cuped_factor(0.6) == pytest.approx(1.25)


def test_whole_clusters() -> None:
    needed = clusters_needed(0.3, 20, 0.05)
    assert isinstance(needed, int)
    assert power_clustered(0.3, needed, 20, 0.05) >= 0.8 > power_clustered(0.3, needed - 1, 20, 0.05)
    visible = smallest_difference_clustered(needed, 20, 0.05)
    assert isinstance(visible, float)
    assert power_clustered(visible, needed, 20, 0.05) == pytest.approx(0.8)
    assert power_clustered(0.3, 20, 1, 0.4) == pytest.approx(power_two_means(0.3, 20))
    assert isinstance(smallest_difference_clustered(1, 20, 0.05), Refusal)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8])
def test_repeated_measures_by_brute_force(rho: float) -> None:
    """Frison & Pocock (1992): the variances of the three readings, from the covariance matrix itself."""
    before, after = 2, 3
    cov = np.full((5, 5), rho) + (1 - rho) * np.eye(5)
    late = np.array([0, 0, 1, 1, 1]) / after
    early = np.array([1, 1, 0, 0, 0]) / before
    change = late - early
    adjusted = late @ cov @ late - (late @ cov @ early) ** 2 / (early @ cov @ early)
    assert repeated_factor(before, after, rho, "after") == pytest.approx(late @ cov @ late)
    assert repeated_factor(before, after, rho, "change") == pytest.approx(change @ cov @ change)
    assert repeated_factor(before, after, rho, "adjusted") == pytest.approx(adjusted)


@pytest.mark.parametrize(("n_clusters", "n_periods"), [(4, 5), (24, 5), (6, 7)])
def test_hussey_and_hughes_by_generalised_least_squares(n_clusters: int, n_periods: int) -> None:
    """Their formula (8) against the regression it stands for."""
    steps = np.arange(n_clusters) % (n_periods - 1) + 1
    exposed = np.arange(n_periods)[None, :] >= steps[:, None]
    cell, cluster = 0.3, 0.1
    inverse = np.linalg.inv(cell * np.eye(n_periods) + cluster)
    rows = [np.column_stack([row, np.eye(n_periods)]) for row in exposed.astype(float)]
    information = sum(r.T @ inverse @ r for r in rows)
    expected = np.sqrt(np.linalg.inv(information)[0, 0])
    assert stepped_wedge_error(exposed, cell, cluster) == pytest.approx(expected)
    assert isinstance(stepped_wedge_error(np.ones((4, 3), dtype=bool), cell, cluster), Refusal)


def test_intraclass_correlation_of_a_worked_table() -> None:
    """Three teams of unequal size, by hand: mean squares 37.5 and 2/3, mean size 2.2 (rounded)."""
    values = np.array([1.0, 2.0, 5.0, 6.0, 7.0, 12.0, 13.0])
    team = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0])
    means = np.array([1.5, 6.0, 12.5])
    between = (np.array([2, 3, 2]) * (means - values.mean()) ** 2).sum() / 2
    within = ((values - means[team.astype(int)]) ** 2).sum() / 4
    size = (7 - (4 + 9 + 4) / 7) / 2
    expected = (between - within) / (between + (size - 1) * within)
    assert intraclass_correlation(values, team) == pytest.approx(expected)


@pytest.mark.parametrize("df", [1.0, 3.0, 8.0, 60.0, math.inf])
def test_the_visible_shift_is_seen_as_often_as_it_says(df: float) -> None:
    for power in (0.5, 0.8, 0.95):
        assert power_of_t(visible_shift(df, power), df) == pytest.approx(power, abs=1e-9)
    assert power_of_t(0.0, df) == pytest.approx(0.05, abs=1e-9)
    assert power_of_t(1e6, df) == 1.0


def test_impossible_questions_are_refused() -> None:
    assert isinstance(size_two_means(0.0), Refusal)
    assert isinstance(size_two_means(0.5, power=1.0), Refusal)
    assert isinstance(size_two_shares(1.2, 0.5), Refusal)
    assert isinstance(smallest_difference(1), Refusal)
    assert math.isnan(power_of_t(1.0, 0.0))
