"""The course of one metric before anything began: level, trend, spread, memory.

Question  At which level, moving which way, how unlike are units, and how far does one period tell the next?
Estimand  Trend: common slope per period within units. Spread: one-way random effects, moments. Memory: lag-1
          autocorrelation of deviations from each unit's own mean.
Assumes   Trend: its interval is the wider of two, one clustered by cluster (CR1, t(G − 1)), one for shocks
          that all units share and that last (Driscoll–Kraay, Bartlett weights, t(T − 2)). Memory is pulled
          down by about one over the number of periods.
Refuses   Fewer than four periods (trend, memory); fewer than two units, or none seen twice (spread).
Cites     Cameron & Miller (2015), doi:10.3368/jhr.50.2.317; Driscoll & Kraay (1998),
          doi:10.1162/003465398557825; Newey & West (1994) for the lag; Searle (1971) for unequal sizes.
Proof     tests/signals/test_signals_level.py: statsmodels, and by hand.
"""

import numpy as np
from scipy.special import stdtrit

from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.baseline import Level, Memory, Spread, Trend, YearBefore
from payoff.nouns.refusal import Refusal

MIN_PERIODS = 4
MIN_CLUSTERS = 2


def weighted_level(values: Floats, weights: Floats) -> Level | Refusal:
    """Weighted mean of all (n_units, n_periods) cells that have a value."""
    total = float(weights.sum())
    if not total > 0:
        return Refusal("level", "Nothing was observed in the window.")
    return Level(float((np.nan_to_num(values) * weights).sum() / total))


def period_course(values: Floats, weights: Floats) -> Floats:
    """(n_periods,) grand mean plus the period's deviation from units' own means: turnover of units is out."""
    seen = weights > 0
    own = _own_means(values, weights)
    grand = float((np.nan_to_num(values) * weights).sum() / max(weights.sum(), 1e-300))
    deviation = np.where(seen, np.nan_to_num(values) - own[:, None], 0.0) * weights
    total = weights.sum(axis=0)
    return np.where(total > 0, grand + deviation.sum(axis=0) / np.where(total > 0, total, 1.0), np.nan)


def fit_trend(values: Floats, weights: Floats, cluster: Ints) -> Trend | Refusal:
    """Slope per period of (n_units, n_periods); cluster (n_units,) codes."""
    seen = weights > 0
    filled = int(seen.any(axis=0).sum())
    if filled < MIN_PERIODS:
        return Refusal("trend", f"{MIN_PERIODS} periods with values are needed, there are {filled}.")
    time = np.where(seen, np.arange(values.shape[1], dtype=np.float64)[None, :], np.nan)
    x = np.where(seen, np.nan_to_num(time) - _own_means(time, weights)[:, None], 0.0)
    y = np.where(seen, np.nan_to_num(values) - _own_means(values, weights)[:, None], 0.0)
    squares = float((weights * x * x).sum())
    if squares <= 0:
        return Refusal("trend", "No unit was observed twice: none can be seen to move.")
    slope = float((weights * x * y).sum()) / squares
    scores = weights * x * (y - slope * x)
    names, code = np.unique(cluster[seen.any(axis=1)], return_inverse=True)
    candidates = [("periods", np.sqrt(_lasting(scores.sum(axis=0)[seen.any(axis=0)])), filled - 2)]
    if len(names) >= MIN_CLUSTERS:
        sums = np.bincount(code, weights=scores[seen.any(axis=1)].sum(axis=1))
        spread = float(sums @ sums) * len(names) / (len(names) - 1)
        candidates.append(("clusters", np.sqrt(spread), len(names) - 1))
    halves = [float(stdtrit(df, 0.975)) * float(error) / squares for _, error, df in candidates]
    widest = int(np.argmax(halves))
    return Trend(slope, slope - halves[widest], slope + halves[widest], candidates[widest][0])


def _lasting(sums: Floats) -> float:
    """Long-run sum of squares of (T,) period sums: Bartlett weights up to the Newey–West lag."""
    n = sums.size
    lag = min(int(4 * (n / 100) ** (2 / 9)), n - 1)
    total = float(sums @ sums)
    for step in range(1, lag + 1):
        total += 2 * (1 - step / (lag + 1)) * float(sums[step:] @ sums[:-step])
    return max(total, float(sums @ sums))


def split_spread(values: Floats) -> Spread | Refusal:
    """Variance components of (n_units, n_periods) values, NaN where not observed."""
    seen = np.isfinite(values)
    counts = seen.sum(axis=1).astype(np.float64)
    rows = counts > 0
    n, total = int(rows.sum()), float(counts.sum())
    if n < 2 or total <= n:
        return Refusal("spread", "Two units, and some of them observed twice, are needed.")
    counts, cells = counts[rows], np.where(seen, values, 0.0)[rows]
    means = cells.sum(axis=1) / counts
    grand = float(cells.sum() / total)
    inside = float(((cells - means[:, None]) ** 2 * seen[rows]).sum()) / (total - n)
    outside = float((counts * (means - grand) ** 2).sum()) / (n - 1)
    per_unit = (total - float(counts @ counts) / total) / (n - 1)
    between = max(0.0, (outside - inside) / per_unit)
    both = between + inside
    if both <= 0:
        return Refusal("spread", "Every value is the same.")
    return Spread(between, inside, between / both)


def lag_one(values: Floats, weights: Floats) -> Memory | Refusal:
    """Autocorrelation over neighbouring periods of the same unit, pooled."""
    seen = weights > 0
    filled = int(seen.any(axis=0).sum())
    if filled < MIN_PERIODS:
        return Refusal("autocorrelation", f"{MIN_PERIODS} periods are needed, there are {filled}.")
    plain = seen.astype(np.float64)
    off = np.where(seen, np.nan_to_num(values) - _own_means(values, plain)[:, None], 0.0)
    pairs = seen[:, 1:] & seen[:, :-1]
    squares = float((off * off).sum())
    if not pairs.any() or squares <= 0:
        return Refusal("autocorrelation", "No unit varies over neighbouring periods.")
    return Memory(float((off[:, 1:] * off[:, :-1] * pairs).sum()) / squares, int(pairs.sum()))


def compare_season(values: Floats, weights: Floats, same: Bools, cluster: Ints) -> YearBefore | Refusal:
    """Periods `same` (n_periods,) against the others, within units that have both; clustered interval."""
    method = "same periods a year before"
    if not same.any() or same.all():
        return Refusal(method, "The baseline does not hold the follow-up's periods of the year before.")
    there, rest = (weights * side for side in (same, ~same))
    both = (there.sum(axis=1) > 0) & (rest.sum(axis=1) > 0)
    names, code = np.unique(cluster[both], return_inverse=True)
    if len(names) < MIN_CLUSTERS:
        return Refusal(method, "Two units with values in both are needed.")
    change = (_own_means(values, there) - _own_means(values, rest))[both]
    mean = float(change.mean())
    sums = np.bincount(code, weights=change - mean)
    error = np.sqrt(float(sums @ sums) * len(names) / (len(names) - 1)) / change.size
    half = float(stdtrit(len(names) - 1, 0.975)) * float(error)
    level = float((np.nan_to_num(values) * there).sum() / there.sum())
    n_periods = int((same & (weights > 0).any(axis=0)).sum())
    return YearBefore(level, mean, mean - half, mean + half, int(both.sum()), n_periods)


def _own_means(values: Floats, weights: Floats) -> Floats:
    """(n_units,) weighted means; 0 for a unit without any."""
    total = weights.sum(axis=1)
    sums = (np.nan_to_num(values) * weights).sum(axis=1)
    return np.asarray(sums / np.where(total > 0, total, 1.0), dtype=np.float64)
