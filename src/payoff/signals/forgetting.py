"""Forgetting: how much of what was learned is left after a time without practice.

Question  Which share is retained at time t, and when is half of it gone?
Method    Exponential 2^(−t/h) and power (1 + t)^(−d), fitted by least squares to what was measured; Akaike's
          criterion, corrected for few points, weighs them. `savings` is Ebbinghaus's own curve.
Refuses   Fewer than four measurements; scores that do not fall: then there is no half-life to state.
Cites     Ebbinghaus (1885), Über das Gedächtnis, ch. 7; Murre & Dros (2015),
          doi:10.1371/journal.pone.0120644; Hurvich & Tsai (1989), doi:10.1093/biomet/76.2.297.
Proof     tests/reference/test_reference_signals.py: his own constants; tests/signals: seeded half-lives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal

METHOD = "forgetting curve"
EBBINGHAUS_K, EBBINGHAUS_C = 1.84, 1.25


@dataclass(frozen=True, slots=True)
class ForgettingCurve:
    """A fitted curve. `parameters` in the order its form names them; start is the level at time 0.

    half_life: time at which half of the start is left, in the unit of the times; inf when beyond reach.
    weight: Akaike weight among the forms tried (0 to 1). rmse: in the unit of the scores.
    """

    form: str
    start: float
    parameters: tuple[float, ...]
    half_life: float
    rmse: float
    weight: float


def savings(minutes: Floats | float, k: float = EBBINGHAUS_K, c: float = EBBINGHAUS_C) -> Floats:
    """Ebbinghaus's savings in percent, `minutes` (> 1) after learning."""
    time = np.asarray(minutes, dtype=np.float64)
    return np.asarray(100.0 * k / (np.log10(time) ** c + k))


def fit_forgetting(times: Floats, scores: Floats) -> tuple[ForgettingCurve, ...] | Refusal:
    """Exponential and power curves through (n,) times ≥ 0 and scores, the better supported first."""
    t, y = np.asarray(times, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    if t.shape != y.shape or t.size < 4 or len(np.unique(t)) < 3:
        return Refusal(METHOD, "At least four measurements at three different times are needed.")
    if not (np.isfinite(t).all() and np.isfinite(y).all() and (t >= 0).all()):
        return Refusal(METHOD, "A time or a score is missing or negative.")
    if float(np.polyfit(t, y, 1)[0]) >= 0:
        return Refusal(METHOD, "Scores do not fall with time: nothing was forgotten that could be timed.")
    fits = [_fit(form, shape, t, y) for form, shape in _SHAPES.items()]
    best = min(criterion for *_, criterion in fits)
    raw = [float(np.exp((best - criterion) / 2)) for *_, criterion in fits]
    curves = [
        ForgettingCurve(form, start, (rate,), _HALF_LIVES[form](rate), rmse, weight / sum(raw))
        for (form, start, rate, rmse, _), weight in zip(fits, raw, strict=True)
    ]
    return tuple(sorted(curves, key=lambda curve: -curve.weight))


_SHAPES: dict[str, Callable[[Floats, float], Floats]] = {
    "exponential": lambda t, half_life: np.exp2(-t / half_life),
    "power": lambda t, exponent: (1 + t) ** -exponent,
}
_HALF_LIVES: dict[str, Callable[[float], float]] = {
    "exponential": lambda half_life: half_life,
    "power": lambda exponent: float(np.exp2(1 / exponent) - 1) if exponent > 1e-3 else float("inf"),
}


def _fit(
    form: str, shape: Callable[[Floats, float], Floats], t: Floats, y: Floats
) -> tuple[str, float, float, float, float]:
    """(form, start, rate, rmse, AICc): the start is linear, so the search is over the rate alone."""
    from scipy.optimize import minimize_scalar

    def loss(log_rate: float) -> float:
        curve = shape(t, float(np.exp(log_rate)))
        start = float(curve @ y) / float(curve @ curve)
        return float(((y - start * curve) ** 2).sum())

    span = float(t.max()) or 1.0
    ends = (
        (np.log(span * 1e-3), np.log(span * 1e3)) if form == "exponential" else (np.log(1e-4), np.log(20.0))
    )
    grid = np.linspace(*ends, 61)
    at = int(np.argmin([loss(float(g)) for g in grid]))
    bounds = (float(grid[max(at - 1, 0)]), float(grid[min(at + 1, 60)]))
    rate = float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))
    curve = shape(t, rate)
    start = float(curve @ y) / float(curve @ curve)
    n, k = t.size, 3  # start, rate and the spread
    squares = max(float(((y - start * curve) ** 2).sum()), 1e-300)
    criterion = n * float(np.log(squares / n)) + 2 * k + (2 * k * (k + 1) / (n - k - 1) if n > k + 1 else 1e9)
    return form, start, rate, float(np.sqrt(squares / n)), criterion
