"""Does a series turn with the year (or the week), and how strongly?

Question  Which share of what is not trend is a pattern that returns each cycle?
Estimand  Strength of seasonality, max(0, 1 − Var(R) / Var(S + R)), of an STL decomposition into trend T,
          season S and remainder R.
Assumes   A pattern that changes slowly; periods in equal steps. STL finds some pattern in noise too, most of
          all in two cycles: the share of shuffled series that look as strong stands beside it.
Refuses   Fewer than two cycles, gaps, a series that does not vary.
Cites     Wang, Smith & Hyndman (2006), doi:10.1007/s10618-005-0039-x; Cleveland et al. (1990), STL.
Proof     tests/signals/test_signals_season.py: statsmodels' STL, a pure wave, noise.
"""

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.baseline import Season
from payoff.nouns.refusal import Refusal

METHOD = "seasonality"
CYCLES = {"day": (7, "week"), "week": (52, "year"), "month": (12, "year"), "quarter": (4, "year")}
CYCLES_NEEDED = 2
SHUFFLES = 199
_SEED = 20260101


def measure_season(series: Floats, period: str) -> Season | Refusal:
    """Of one value per period (n,), in time order, NaN where there is none."""
    if period not in CYCLES:
        return Refusal(METHOD, f"A {period} holds every season: no pattern within it can be seen.")
    cycle, words = CYCLES[period]
    needed = CYCLES_NEEDED * cycle
    if series.size < needed:
        reason = f"It cannot be seen: {needed} {period}s (two {words}s) are needed, the baseline has "
        return Refusal(METHOD, f"{reason}{series.size}. Export an earlier part of the history.")
    if not np.isfinite(series).all():
        gaps = int((~np.isfinite(series)).sum())
        return Refusal(METHOD, f"It cannot be seen: {gaps} of {series.size} {period}s have no value.")
    if np.ptp(series) <= 1e-12 * max(1.0, float(np.abs(series).max())):
        return Refusal(METHOD, "The series does not vary.")
    strength = seasonal_strength(series, cycle)
    lot = np.random.default_rng(_SEED)
    level = series - _line(series)
    shuffled = [seasonal_strength(lot.permutation(level), cycle) for _ in range(SHUFFLES)]
    as_strong = sum(found >= strength for found in shuffled)
    return Season(strength, (1 + as_strong) / (1 + SHUFFLES), cycle, words)


def seasonal_strength(series: Floats, cycle: int) -> float:
    """max(0, 1 − Var(R) / Var(S + R)) of (n,) values without gaps, n at least two cycles."""
    from statsmodels.tsa.seasonal import STL  # seconds to import: only when asked

    parts = STL(series, period=cycle).fit()
    remainder = np.asarray(parts.resid, dtype=np.float64)
    rest = remainder + np.asarray(parts.seasonal, dtype=np.float64)
    spread = float(rest.var())
    if spread <= 1e-20 * max(float(series.var()), 1e-300):
        return 0.0  # a trend and nothing else: what is left is rounding
    return max(0.0, 1.0 - float(remainder.var()) / spread)


def _line(series: Floats) -> Floats:
    """Least-squares line through (n,) values."""
    time = np.arange(series.size) - (series.size - 1) / 2
    return np.asarray(series.mean() + time * (time @ series) / (time @ time), dtype=np.float64)
