"""How one unit's outcome varies over time, from the baseline alone.

Question  How far may a unit stray from its usual level and its group's course, and for how long?
Model     Deviations beyond lasting differences between units follow AR(1): variance σ², correlation
          ρ^k between periods k apart. Clusters multiply the variance by their design effect.
          Lasting differences between units have a variance of their own: what an average over the baseline
          spreads more than its deviations explain.
Identity  Half the mean squared change of a unit over k periods is γ(k) = σ²(1 − ρ^k): lasting
          differences cancel in changes, so that few periods bring no bias as they do in residuals
          from unit means (Nickell 1981). Empty cells drop out pair by pair.
Assumes   From three baseline periods on, σ² and ρ are fitted to the variogram (Cressie 1985's weighted
          least squares). With two, ρ is ASSUMED. With one, ASSUMED of the spread between units is
          lasting and the rest is independent from period to period.
Cites     Diggle et al. (2002), Analysis of Longitudinal Data, ch. 3 and 5: the variogram; Bertrand,
          Duflo & Mullainathan (2004), doi:10.1162/003355304772839588: why independence misleads.
Proof     tests/causal/test_causal_power.py: predicted against real errors for ρ of 0, 0.5 and 0.8.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.floors import compact
from payoff.nouns.arrays import Bools, Floats, Ints

ASSUMED = 0.5
ASSUMED_SPREAD = "With one baseline period, half of the spread between units is assumed to last."
ASSUMED_FADE = "With two baseline periods, half of a deviation is assumed to stay to the next period."
CANDIDATES = np.arange(100) / 100.0  # for ρ: from independent to all but a random walk


@dataclass(frozen=True, slots=True)
class Noise:
    """variance: of one unit-period's deviation, design effect included. correlation: of neighbouring ones.

    lasting: variance of the differences between units that stay, design effect included.
    assumed: what a short baseline left to assume, as a sentence; "" where nothing was.
    """

    variance: float
    correlation: float
    lasting: float = 0.0
    assumed: str = ""

    def of_contrast(self, contrast: Floats, period: Ints) -> float:
        """Variance of a unit's Σ contrast × outcome; contrast and period (T,), the latter on the calendar."""
        return self.between(contrast, contrast, period)

    def between(self, one: Floats, other: Floats, period: Ints) -> float:
        """Covariance of two such sums of one unit. Where either sums to 0, lasting differences cancel."""
        lag = np.abs(period[:, None] - period[None, :])
        shared = self.lasting * one.sum() * other.sum()
        return float(self.variance * one @ self.correlation**lag @ other + shared)

    def of_mean(self, after: Ints, before: Ints | None) -> float:
        """Variance of a unit's mean over the periods `after`, less what its mean over `before` explains."""
        if not len(after):
            return 0.0
        earlier = np.empty(0, dtype=np.int64) if before is None else before
        period = np.concatenate([earlier, after])
        is_after = np.arange(len(period)) >= len(earlier)
        late = is_after / len(after)
        variance = self.of_contrast(late, period)
        if len(earlier):
            early = ~is_after / len(earlier)
            own = self.of_contrast(early, period)
            variance -= self.between(early, late, period) ** 2 / own if own > 0 else 0.0
        return max(variance, 0.0)


def find_noise(values: Floats, quiet: Bools, program: Bools, cluster: Ints) -> Noise:
    """values, quiet (n_units, n_periods): the analysed outcome, and the baseline cells that may be read."""
    centred = _centre(values, quiet, program)
    period = np.flatnonzero(quiet.any(axis=0))
    change = _long_change(centred, quiet, period)
    moved = np.isfinite(change)
    seen = quiet.any(axis=1)
    spread = _spread(centred[seen], quiet[seen], program[seen], cluster[seen])
    if 2 * moved.sum() < seen.sum():
        return Noise((1.0 - ASSUMED) * spread, 0.0, ASSUMED * spread, ASSUMED_SPREAD)
    variance, correlation = _fit(centred, quiet, period)
    correction = moved.sum() / _degrees(program[moved])
    variance *= correction * _design_effect(change[moved], cluster[moved])
    mean = np.full(len(period), 1.0 / len(period))
    lasting = spread - Noise(variance, correlation).of_contrast(mean, period)
    return Noise(variance, correlation, max(lasting, 0.0), ASSUMED_FADE if len(period) == 2 else "")


def _spread(centred: Floats, quiet: Bools, program: Bools, cluster: Ints) -> float:
    """Variance of units' means over the baseline, design effect included; each unit has a cell."""
    level = centred.sum(axis=1, where=quiet) / quiet.sum(axis=1)
    return float(level @ level) / _degrees(program) * _design_effect(level, cluster)


def _centre(values: Floats, quiet: Bools, program: Bools) -> Floats:
    """Values less the mean of the unit's group in the period; 0 where not quiet."""
    centred = np.where(quiet, values, 0.0)
    for group in (program, ~program):
        seen = quiet & group[:, None]
        means = centred.sum(axis=0, where=seen) / np.maximum(seen.sum(axis=0), 1)
        centred = np.where(seen, centred - means, centred)
    return centred


def _long_change(centred: Floats, quiet: Bools, period: Ints) -> Floats:
    """(n_units,): mean of the later half of the baseline less mean of the earlier; NaN without either."""
    halves = np.array_split(period, 2)
    counts = [quiet[:, half].sum(axis=1) for half in halves]
    sums = [centred[:, half].sum(axis=1) for half in halves]
    both = (counts[0] > 0) & (counts[1] > 0)
    early, late = (
        np.divide(s, c, out=np.full(len(s), np.nan), where=both) for s, c in zip(sums, counts, strict=True)
    )
    change: Floats = late - early
    return change


def _fit(centred: Floats, quiet: Bools, period: Ints) -> tuple[float, float]:
    """σ² and ρ that bring σ²(1 − ρ^k) nearest to the variogram, each lag in proportion and by its pairs."""
    sums: dict[int, list[float]] = {}
    for i, early in enumerate(period):
        for late in period[i + 1 :]:
            both = quiet[:, early] & quiet[:, late]
            change = centred[both, late] - centred[both, early]
            seen = sums.setdefault(int(late - early), [0.0, 0.0])
            seen[0] += float(change @ change) / 2
            seen[1] += float(both.sum())
    lags = np.array(sorted(lag for lag, seen in sums.items() if seen[1] > 0))
    pairs = np.array([sums[lag][1] for lag in lags])
    gamma = np.array([sums[lag][0] for lag in lags]) / pairs
    candidates = CANDIDATES if len(lags) > 1 else np.array([ASSUMED])
    ratio = gamma / (1.0 - candidates[:, None] ** lags)  # (candidates, lags): σ² by each lag
    precision = np.divide(ratio @ pairs, ratio**2 @ pairs, out=np.zeros(len(ratio)), where=gamma.any())
    misfit = ((ratio * precision[:, None] - 1.0) ** 2) @ pairs
    best = int(misfit.argmin())
    return (1.0 / float(precision[best]) if precision[best] > 0 else 0.0), float(candidates[best])


def _degrees(program: Bools) -> int:
    """Units less one mean a group."""
    return max(len(program) - len(np.unique(program)), 1)


def _design_effect(column: Floats, cluster: Ints) -> float:
    """1 + (cluster size − 1) × intracluster correlation of a column (n,) centred by group."""
    code = compact(cluster)
    sizes = np.bincount(code)
    pairs, total = float((sizes * (sizes - 1)).sum()), float(column @ column)
    if pairs == 0 or total == 0:
        return 1.0
    shared = float((np.bincount(code, weights=column) ** 2).sum()) - total
    correlation = max(shared / (pairs * total / len(column)), 0.0)
    return 1.0 + (float((sizes**2).sum()) / len(column) - 1.0) * correlation
