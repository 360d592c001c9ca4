"""The doubt of one answer around the estimates of another."""

import numpy as np
import pytest

from payoff.nouns.effect import Effect


def made(
    lift: float, error: float, *, baseline: float = 10.0, scale: str = "level", **more: object
) -> Effect:
    """One term; error is of the raw estimate as a share of `baseline`."""
    raw = np.array([lift * baseline if scale == "level" else np.log1p(lift)])
    size = error * (baseline if scale == "level" else 1.0)
    ends = np.stack([raw - 2 * size, raw + 2 * size], axis=1)
    parts = (raw, np.array([[size**2]]), np.array([12.0]), ends, 40, 40, "locked", baseline, 0, "f" * 64)
    return Effect("kpi", ("post",), "effect", "means", "x", scale, "higher", *parts, **more)  # type: ignore


def test_doubt_is_as_wide_in_lifts_whatever_the_baseline() -> None:
    lower, wider = made(0.04, 0.01, baseline=20.0), made(0.06, 0.03)
    found = lower.with_doubt_of(wider)
    assert found.estimate == lower.estimate
    assert found.std_error / found.baseline == pytest.approx(0.03)
    assert found.lift_interval() == pytest.approx((-0.02, 0.10))
    assert found.fingerprint == lower.fingerprint


def test_degrees_of_freedom_and_draws_come_with_the_doubt() -> None:
    cloud = np.array([[0.3], [0.6], [1.2]])
    wider = made(0.06, 0.03, draws=cloud)
    found = made(0.04, 0.01).with_doubt_of(wider)
    assert found.df.tolist() == [12.0]
    assert found.draws is not None
    assert found.draws[:, 0] == pytest.approx([0.1, 0.4, 1.0])  # the same cloud, two tenths lower
    assert made(0.04, 0.01, draws=cloud).with_doubt_of(made(0.06, 0.03)).draws is None


def test_lift_intervals_are_shifted_as_they_are() -> None:
    wider = made(0.06, 0.03, lift_intervals=np.array([[-0.01, 0.15]]))
    assert made(0.04, 0.01).with_doubt_of(wider).lift_interval() == pytest.approx((-0.03, 0.13))


def test_doubt_passes_between_levels_and_logs() -> None:
    log, level = made(0.25, 0.02, scale="log"), made(0.30, 0.05)
    assert log.with_doubt_of(level).std_error == pytest.approx(0.05 / 1.25)  # a step of log is 1.25 of lift
    back = level.with_doubt_of(log)
    assert back.std_error / back.baseline == pytest.approx(0.02 * 1.25)
