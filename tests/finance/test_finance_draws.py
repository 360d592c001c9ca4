"""Draws: the right distributions, jointly, each input from its own reproducible stream."""

from dataclasses import replace

import numpy as np
import pytest
from finance_studies import assume, effect_of
from scipy import stats

from payoff.finance.draws import draw_assumption, draw_lifts, draw_multivariate_t, lift_quantiles, square_root
from payoff.nouns.arrays import Floats

N = 40_000


def standard_draws(df: list[float], correlation: float = 0.0) -> Floats:
    n = len(df)
    scale = correlation + (1 - correlation) * np.eye(n)
    rng = np.random.default_rng(5)
    return draw_multivariate_t(rng, np.zeros(n), scale, np.array(df), N)


@pytest.mark.parametrize("df", [3.0, 12.0, np.inf])
def test_each_term_has_its_own_t_distribution(df: float) -> None:
    draws = standard_draws([df, 5.0], correlation=0.6)
    reference = stats.norm() if np.isinf(df) else stats.t(df)
    assert stats.kstest(draws[:, 0], reference.cdf).pvalue > 1e-3
    assert stats.kstest(draws[:, 1], stats.t(5).cdf).pvalue > 1e-3


def test_terms_are_drawn_jointly() -> None:
    draws = standard_draws([np.inf, np.inf], correlation=0.6)
    assert (draws[:, 0] * draws[:, 1]).mean() == pytest.approx(0.6, abs=0.02)


def test_equal_degrees_of_freedom_share_one_chi_square() -> None:
    """Uncorrelated terms of a multivariate t are still large together."""
    draws = np.abs(standard_draws([3.0, 3.0]))
    far = draws > stats.t(3).ppf(0.975)
    assert far.all(axis=1).mean() > 2 * 0.05**2


def test_a_singular_covariance_is_no_obstacle() -> None:
    covariance = np.array([[4.0, 0.0], [0.0, 0.0]])
    assert square_root(covariance) @ square_root(covariance) == pytest.approx(covariance)
    draws = draw_multivariate_t(
        np.random.default_rng(1), np.array([1.0, 7.0]), covariance, np.full(2, 9.0), 50
    )
    assert (draws[:, 1] == 7.0).all()


def test_bootstrap_draws_are_used_as_they_are() -> None:
    own = np.array([[1.0], [2.0], [4.0]])  # raw, of a baseline of 10
    effect = replace(effect_of(0.2), draws=own)
    drawn = draw_lifts(effect, 3, 999)
    assert set(drawn[:, 0].tolist()) == {0.1, 0.2, 0.4}


def test_log_effects_on_a_metric_that_should_fall() -> None:
    effect = effect_of(0.2, std_error=0.1, scale="log", better="lower")
    drawn = draw_lifts(effect, 3, N)[:, 0]
    assert np.median(drawn) == pytest.approx(0.2, abs=0.005)
    assert drawn.max() < 1  # a rate cannot fall by more than all of itself


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_lift_quantiles_match_the_draws(better: str) -> None:
    assert better in ("higher", "lower")
    effect = effect_of(0.2, std_error=0.1, df=8.0, better="higher" if better == "higher" else "lower")
    drawn = draw_lifts(effect, 3, N)[:, 0]
    for share in (0.1, 0.9):
        assert lift_quantiles(effect, np.array([share]))[0, 0] == pytest.approx(
            np.quantile(drawn, share), abs=0.005
        )


def test_adding_an_assumption_leaves_the_other_streams_alone() -> None:
    margin, volume = assume("margin", (0.3, 0.4, 0.5)), assume("volume", (1.0, 2.0, 3.0))
    first = draw_assumption(margin, 7, 100)
    draw_assumption(volume, 7, 100)
    assert (draw_assumption(margin, 7, 100) == first).all()
    assert (draw_assumption(margin, 8, 100) != first).any()
    assert abs(np.corrcoef(draw_assumption(margin, 7, N), draw_assumption(volume, 7, N))[0, 1]) < 0.02


def test_assumptions_are_triangular_and_fixed_ones_constant() -> None:
    drawn = draw_assumption(assume("margin", (0.3, 0.4, 0.5)), 7, N)
    assert stats.kstest(drawn, stats.triang(0.5, 0.3, 0.2).cdf).pvalue > 1e-3
    assert (draw_assumption(assume("price", 5.0), 7, 9) == 5.0).all()
