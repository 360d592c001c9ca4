"""How strongly a series turns with the year: statsmodels' STL, a pure wave, noise, too short a series."""

import numpy as np
import pytest
from statsmodels.datasets import co2
from statsmodels.tsa.seasonal import STL

from payoff.nouns.baseline import Season
from payoff.nouns.refusal import Refusal
from payoff.signals import measure_season, seasonal_strength


def found(series: np.ndarray, period: str) -> Season:
    season = measure_season(np.asarray(series, dtype=np.float64), period)
    assert isinstance(season, Season)
    return season


def test_strength_is_that_of_the_decomposition_on_the_mauna_loa_record() -> None:
    monthly = co2.load().data["co2"].resample("MS").mean().ffill().to_numpy()[-120:]
    parts = STL(monthly, period=12).fit()
    by_hand = 1 - np.var(parts.resid) / np.var(parts.observed - parts.trend)
    season = found(monthly, "month")
    assert season.strength == pytest.approx(by_hand, rel=1e-12)
    assert season.strength > 0.95  # the textbook example of a season
    assert season.seen
    assert season.words == "year"


def test_a_pure_wave_is_all_season_and_a_line_none() -> None:
    time = np.arange(48.0)
    assert found(10 + np.sin(2 * np.pi * time / 12), "month").strength == pytest.approx(1.0, abs=1e-6)
    assert seasonal_strength(0.3 * time + 5.0, 12) == pytest.approx(0.0, abs=1e-6)


def test_noise_looks_strong_in_two_cycles_and_is_told_apart_by_chance() -> None:
    seen = [found(np.random.default_rng(n).normal(size=24), "month") for n in range(20)]
    assert np.mean([s.strength for s in seen]) > 0.4  # so that a bare threshold would call noise a season
    assert sum(s.seen for s in seen) <= 3


def test_less_than_two_cycles_gaps_and_constants_are_refused() -> None:
    short, gap = np.arange(23.0), np.arange(24.0)
    gap[3] = np.nan
    for series, word in (
        (short, "24 months (two years) are needed"),
        (gap, "1 of 24"),
        (np.ones(24), "vary"),
    ):
        refused = measure_season(series, "month")
        assert isinstance(refused, Refusal)
        assert word in refused.reason
    assert isinstance(measure_season(np.arange(9.0), "year"), Refusal)
