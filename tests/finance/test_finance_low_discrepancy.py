"""Quasi-random numbers: each uniform, together even, columns independent; draws err less than plain ones."""

import numpy as np
import pytest
from finance_studies import assume, effect_of
from scipy.stats import kstest, qmc, spearmanr, triang

from payoff.finance.draws import draw_assumption, draw_lifts
from payoff.finance.low_discrepancy import halton, strata


def stream(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_each_dimension_is_uniform_and_all_together_are_even() -> None:
    points = halton(stream(1), 4096, 12)
    assert points.shape == (12, 4096)
    assert ((points > 0) & (points < 1)).all()
    assert all(kstest(row, "uniform").pvalue > 0.5 for row in points)
    plain = qmc.discrepancy(stream(1).random((4096, 6)))
    assert qmc.discrepancy(points[:6].T) < plain / 5
    assert np.abs(np.corrcoef(points) - np.eye(12)).max() < 0.05
    assert (halton(stream(1), 4096, 12) == points).all()
    assert (halton(stream(2), 4096, 12) != points).any()


def test_a_single_point_anywhere_is_uniform() -> None:
    """Scrambling makes every point uniform, not only all of them together."""
    third = [float(halton(stream(seed), 3, 2)[1, 2]) for seed in range(2000)]
    assert kstest(third, "uniform").pvalue > 1e-3


def test_strata_hold_one_number_each_in_an_order_of_their_own() -> None:
    first, second = strata(stream(1), 5000), strata(stream(2), 5000)
    assert (np.sort((first * 5000).astype(int)) == np.arange(5000)).all()
    assert abs(spearmanr(first, second).statistic) < 0.05


def test_effects_drawn_apart_are_independent() -> None:
    """Two scrambled sequences in one order would move together."""
    effect = effect_of(0.1, std_error=0.05)
    pairs = [
        spearmanr(draw_lifts(effect, n, 2000)[:, 0], draw_lifts(effect, n + 50, 2000)[:, 0]) for n in range(8)
    ]
    assert max(abs(pair.statistic) for pair in pairs) < 0.08


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_percentiles_of_draws_err_less_than_half_as_much_as_plain_ones(share: float) -> None:
    price, known = assume("price", (50.0, 100.0, 180.0), "USD"), triang(5 / 13, 50, 130)
    even = [np.quantile(draw_assumption(price, seed, 1000), share) for seed in range(20)]
    plain = [np.quantile(known.rvs(1000, random_state=seed), share) for seed in range(20)]
    off_even, off_plain = (float(np.std(np.array(x) - known.ppf(share))) for x in (even, plain))
    assert off_even < off_plain / 2
    effect = effect_of(0.1, std_error=0.05)
    shares = [float((draw_lifts(effect, seed, 1000) > 0.1).mean()) for seed in range(20)]
    assert float(np.std(shares)) < 0.5 / np.sqrt(1000) / 2
