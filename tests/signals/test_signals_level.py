"""Level, trend, spread, memory and the year before: by hand, and against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.stattools import acf

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.baseline import Memory, Spread, Trend, YearBefore
from payoff.nouns.refusal import Refusal
from payoff.signals import compare_season, fit_trend, lag_one, period_course, split_spread, weighted_level


def panel(seed: int, n: int = 12, periods: int = 10, shock: float = 0.0) -> tuple[Floats, Floats, Ints]:
    rng = np.random.default_rng(seed)
    common = np.cumsum(rng.normal(size=periods)) * shock
    values = rng.normal(size=(n, 1)) * 3 + 0.4 * np.arange(periods) + common + rng.normal(size=(n, periods))
    return values, np.ones_like(values), np.arange(n) // 2


def within(values: Floats) -> tuple[Floats, Floats]:
    time = np.tile(np.arange(values.shape[1], dtype=float), (values.shape[0], 1))
    return (values - values.mean(axis=1, keepdims=True)).ravel(), (time - time.mean()).ravel()


def test_a_known_series_gives_its_level_and_trend() -> None:
    values = np.array([[1.0, 2.0, 3.0, 4.0], [11.0, 12.0, 13.0, 14.0]])
    level = weighted_level(values, np.ones_like(values))
    trend = fit_trend(values, np.ones_like(values), np.array([0, 1]))
    assert not isinstance(level, Refusal)
    assert level.value == 7.5
    assert isinstance(trend, Trend)
    assert trend.per_period == pytest.approx(1.0)
    assert (trend.low, trend.high) == pytest.approx((1.0, 1.0))


def test_the_interval_by_clusters_is_that_of_statsmodels() -> None:
    values, weights, cluster = panel(1)
    trend = fit_trend(values, weights, cluster)
    y, x = within(values)
    groups = np.repeat(cluster, values.shape[1])
    options = {"groups": groups, "use_correction": False}
    fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds=options)
    error = fit.bse[0] * np.sqrt(6 / 5)  # CR1 without the factor for coefficients: the means are nested
    assert isinstance(trend, Trend)
    assert trend.errors == "clusters"
    half = stats.t.ppf(0.975, 5) * error
    assert (trend.low, trend.high) == pytest.approx((fit.params[0] - half, fit.params[0] + half))


def test_shocks_that_all_share_widen_it_to_driscoll_and_kraay() -> None:
    values, weights, cluster = panel(4, n=40, shock=1.0)
    trend = fit_trend(values, weights, cluster)
    assert isinstance(trend, Trend)
    assert trend.errors == "periods"
    y, x = within(values)
    time = np.tile(np.arange(10), 40)
    lag = int(4 * (10 / 100) ** (2 / 9))
    options = {"time": time, "maxlags": lag, "use_correction": False}
    fit = sm.OLS(y, x).fit(cov_type="hac-groupsum", cov_kwds=options)
    half = stats.t.ppf(0.975, 8) * fit.bse[0]
    assert (trend.low, trend.high) == pytest.approx((fit.params[0] - half, fit.params[0] + half))


def test_variance_between_and_within_by_hand() -> None:
    """Three units of two: means 2, 6, 10; squares inside 2 each, so 6/3 = 2; outside 2·32/2 = 32."""
    values = np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]])
    spread = split_spread(values)
    assert isinstance(spread, Spread)
    assert (spread.within, spread.between) == pytest.approx((2.0, 15.0))
    assert spread.share_between == pytest.approx(15 / 17)


def test_memory_of_one_unit_is_the_autocorrelation_of_its_series() -> None:
    series = np.random.default_rng(3).normal(size=30)
    memory = lag_one(series[None, :], np.ones((1, 30)))
    assert isinstance(memory, Memory)
    assert memory.n_pairs == 29
    assert memory.lag_one == pytest.approx(acf(series, nlags=1, fft=False)[1])


def test_a_unit_that_comes_later_does_not_move_the_course() -> None:
    values = np.array([[1.0, 1.0, 1.0, 1.0], [np.nan, np.nan, 9.0, 9.0]])
    course = period_course(values, np.isfinite(values).astype(float))
    assert np.ptp(course) == pytest.approx(0.0)


def test_the_december_of_the_year_before_is_told_from_the_rest() -> None:
    """Three units, one December of four months: it was 4, 6 and 8 above the rest of each."""
    values = np.array([[1.0, 1.0, 1.0, 5.0], [2.0, 2.0, 2.0, 8.0], [3.0, 3.0, 3.0, 11.0]])
    same = np.array([False, False, False, True])
    year = compare_season(values, np.ones_like(values), same, np.arange(3))
    assert isinstance(year, YearBefore)
    half = stats.t.ppf(0.975, 2) * np.std([4, 6, 8], ddof=1) / np.sqrt(3)
    assert (year.level, year.difference, year.low, year.high) == pytest.approx((8, 6, 6 - half, 6 + half))


def test_what_cannot_be_said_is_refused() -> None:
    three = np.arange(6.0).reshape(2, 3)
    ones = np.ones_like(three)
    assert isinstance(fit_trend(three, ones, np.array([0, 1])), Refusal)
    assert isinstance(lag_one(three, ones), Refusal)
    assert isinstance(split_spread(three[:1]), Refusal)
    assert isinstance(weighted_level(three, np.zeros_like(three)), Refusal)
    assert isinstance(compare_season(three, ones, np.zeros(3, dtype=bool), np.array([0, 1])), Refusal)
