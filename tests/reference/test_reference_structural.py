"""`structural_series` against statsmodels' UnobservedComponents: a wandering level, a trend and a break.

With the variances known the two are the same estimate, to rounding: one fits by whitened least squares, the
other by a diffuse Kalman smoother. With unknown ones statsmodels takes the likeliest as known; here they
are averaged over, so the estimate stays within a fifth of its error and the error is seldom smaller.
"""

import importlib
from typing import Any

import numpy as np
import pytest

from payoff.causal.interrupted_noise import fit_local_level, whiten_level
from payoff.nouns.arrays import Floats, Ints

ucm: Any = importlib.import_module("statsmodels.tsa.statespace.structural")
BREAK = 8.0


def wandering(seed: int, n: int = 120, step: float = 0.5) -> tuple[Floats, Floats, Ints]:
    """(rows, values, time): break, constant and trend; noise 1.5 around a level with steps of `step`."""
    rng = np.random.default_rng(seed)
    time = np.arange(n) - int(0.6 * n)
    rows = np.column_stack([time >= 0, np.ones(n), time / 72]).astype(np.float64)
    values = 100 + BREAK * rows[:, 0] + 5 * rows[:, 2] + np.cumsum(step * rng.normal(size=n))
    return rows, values + 1.5 * rng.normal(size=n), time


def peer(rows: Floats, values: Floats) -> Any:
    """The constant is where the level starts; break and trend are states, so that their doubt is whole."""
    return ucm.UnobservedComponents(
        values, level="local level", exog=rows[:, [0, 2]], mle_regression=False, use_exact_diffuse=True
    )


@pytest.mark.parametrize("ratio", [0.01, 0.1, 2.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_with_known_variances_the_two_are_one(seed: int, ratio: float) -> None:
    rows, values, time = wandering(seed)
    white = whiten_level(np.column_stack([rows, values]), time, np.array([ratio]))[0][0]
    spread = np.linalg.inv(white[:, :3].T @ white[:, :3])
    ours = spread @ (white[:, :3].T @ white[:, 3])
    theirs = peer(rows, values).smooth([1.0, ratio])
    np.testing.assert_allclose(ours[[0, 2]], theirs.smoothed_state[1:, -1], rtol=1e-6)
    np.testing.assert_allclose(
        spread[np.ix_([0, 2], [0, 2])], theirs.smoothed_state_cov[1:, 1:, -1], rtol=1e-5
    )


@pytest.mark.parametrize("seed", range(6))
def test_with_unknown_variances_they_agree_and_the_average_claims_no_more(seed: int) -> None:
    rows, values, time = wandering(seed)
    ours, theirs = fit_local_level(rows, values, time), peer(rows, values).fit(disp=0)
    error = float(np.sqrt(ours.covariance[0, 0]))
    likeliest = float(np.sqrt(theirs.smoothed_state_cov[1, 1, -1]))
    assert ours.coefficients[0] == pytest.approx(theirs.smoothed_state[1, -1], abs=0.2 * error)
    assert 0.95 * likeliest < error < 1.5 * likeliest
