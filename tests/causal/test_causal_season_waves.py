"""One season for the method, its plan and its check."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal import power_series
from payoff.causal.interrupted_series import Series, read_series
from payoff.causal.power_error import Stretch
from payoff.causal.season_waves import count_pairs, season_waves
from payoff.nouns.arrays import Floats
from payoff.nouns.study import Design, Study


def series_study(period: str = "month", harmonics: int | None = None) -> Study:
    study = make_study("its", second=None)
    return replace(study, design=replace(study.design, period=period, harmonics=harmonics))  # type: ignore[arg-type]


def design(period: str, harmonics: int | None = None) -> Design:
    return series_study(period, harmonics).design


@pytest.mark.parametrize(
    ("period", "n_before", "harmonics", "pairs"),
    [
        ("month", 11, None, 0),
        ("month", 12, None, 1),
        ("month", 24, None, 2),
        ("month", 60, None, 2),
        ("month", 8, 3, 3),
        ("month", 36, 9, 6),
        ("quarter", 8, None, 2),
        ("day", 14, None, 2),
        ("year", 30, 2, 0),
    ],
)
def test_pairs_by_whole_cycles_or_as_declared(
    period: str, n_before: int, harmonics: int | None, pairs: int
) -> None:
    assert count_pairs(design(period, harmonics), n_before) == pairs


def test_waves_come_round_with_the_cycle_and_days_have_the_week() -> None:
    for period, cycle in (("day", 7), ("week", 52), ("month", 12), ("quarter", 4)):
        time = np.arange(2 * cycle)
        waves = season_waves(design(period), time, 1)
        assert waves.shape == (2 * cycle, 2)
        np.testing.assert_allclose(waves[:cycle], waves[cycle:], atol=1e-12)
        np.testing.assert_allclose(waves[:cycle].sum(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("harmonics", [1, 2, None])
def test_the_plan_has_the_columns_of_the_method(
    harmonics: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same column space, row by row, so that a plan with harmonics is the plan of this regression."""
    study = series_study(harmonics=harmonics)
    rng = np.random.default_rng(1)
    panel = make_panel(rng.normal(20, 2, (6, 42)), 30, launch=np.full(6, 30))
    method = read_series(study, panel, "x")
    assert isinstance(method, Series)
    seen = []

    def spy(*arrays: Floats, wanders: bool) -> Floats:
        seen.append(arrays[3])
        return np.ones(arrays[3].shape[1])

    monkeypatch.setattr(power_series, "foresee_variances", spy)
    power_series.plan_series(study, panel, Stretch())
    ours, theirs = method.rows(), seen[0]
    assert ours.shape == theirs.shape
    assert np.linalg.matrix_rank(np.column_stack([ours, theirs])) == ours.shape[1]
