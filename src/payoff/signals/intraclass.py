"""Intraclass correlation: how far several raters' scores of the same people agree.

Question  How much of the spread of scores is between the people rated, not between raters or by chance?
Estimand  The six forms of Shrout & Fleiss: one-way (1), two-way random (2: raters stand for others),
          two-way fixed (3: these raters alone); single score, or the mean of k raters (k).
Assumes   Every target rated by every rater (forms 2 and 3); normal deviations for the intervals.
Refuses   Missing scores, fewer than two targets or raters, no spread at all.
Cites     Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420; McGraw & Wong (1996),
          doi:10.1037/1082-989X.1.1.30 for the intervals.
Proof     tests/reference/test_reference_signals.py.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal

METHOD = "intraclass correlation"


@dataclass(frozen=True, slots=True)
class Intraclass:
    """One form: its value and 95 % interval. `form` is "1", "2", "3", "1k", "2k" or "3k"."""

    form: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of the two-way table: n targets, k raters."""

    n: int
    k: int
    between: float  # targets
    within: float  # everything but targets
    raters: float
    error: float


def intraclass_correlations(scores: Floats, level: float = 0.95) -> dict[str, Intraclass] | Refusal:
    """All six forms by name; scores (n_targets, n_raters)."""
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        return Refusal(METHOD, "At least two people, each scored by at least two raters, are needed.")
    if not np.isfinite(table).all():
        return Refusal(METHOD, "A score is missing: every rater must score everyone, or use alpha.")
    squares = _find_squares(table)
    if squares.between + squares.within <= 0:
        return Refusal(METHOD, "All scores are the same: agreement cannot be told from indifference.")
    single = {"1": _one_way, "2": _two_way_random, "3": _two_way_fixed}
    forms = {form: find(squares, 1.0 - level) for form, find in single.items()}
    averaged = {f"{form}k": tuple(_step_up(r, squares.k) for r in found) for form, found in forms.items()}
    return {form: Intraclass(form, *found) for form, found in (forms | averaged).items()}


def _find_squares(table: Floats) -> _Squares:
    n, k = table.shape
    grand = table.mean()
    rows = k * float(((table.mean(axis=1) - grand) ** 2).sum())
    columns = n * float(((table.mean(axis=0) - grand) ** 2).sum())
    total = float(((table - grand) ** 2).sum())
    left = max(total - rows - columns, 0.0)
    return _Squares(
        n, k, rows / (n - 1), (total - rows) / (n * (k - 1)), columns / (k - 1), left / ((n - 1) * (k - 1))
    )


def _one_way(s: _Squares, alpha: float) -> tuple[float, float, float]:
    return _from_ratio(s, s.between, s.within, s.n * (s.k - 1), alpha)


def _two_way_fixed(s: _Squares, alpha: float) -> tuple[float, float, float]:
    return _from_ratio(s, s.between, s.error, (s.n - 1) * (s.k - 1), alpha)


def _from_ratio(
    s: _Squares, signal: float, noise: float, df: int, alpha: float
) -> tuple[float, float, float]:
    """(F − 1) / (F + k − 1), and the same at the ends of F's interval."""
    if noise <= 0:
        return 1.0, 1.0, 1.0
    ratio = signal / noise
    low = ratio / float(fdtri(s.n - 1, df, 1 - alpha / 2))
    high = ratio * float(fdtri(df, s.n - 1, 1 - alpha / 2))
    value, lower, upper = ((f - 1) / (f + s.k - 1) for f in (ratio, low, high))
    return value, lower, upper


def _two_way_random(s: _Squares, alpha: float) -> tuple[float, float, float]:
    n, k = s.n, s.k
    spread = s.between + (k - 1) * s.error + k * (s.raters - s.error) / n
    value = (s.between - s.error) / spread if spread > 0 else 1.0
    if s.error <= 0 and s.raters <= 0:
        return value, value, value
    # Satterthwaite degrees of freedom of the raters' and the error's mean squares together
    a = k * value / (n * (1 - value)) if value < 1 else np.inf
    b = 1 + k * value * (n - 1) / (n * (1 - value)) if value < 1 else np.inf
    df = (a * s.raters + b * s.error) ** 2 / (
        (a * s.raters) ** 2 / (k - 1) + (b * s.error) ** 2 / ((n - 1) * (k - 1))
    )
    below, above = float(fdtri(n - 1, df, 1 - alpha / 2)), float(fdtri(df, n - 1, 1 - alpha / 2))
    rest = k * s.raters + (k * n - k - n) * s.error
    low = n * (s.between - below * s.error) / (below * rest + n * s.between)
    high = n * (above * s.between - s.error) / (rest + n * above * s.between)
    return value, low, high


def _step_up(r: float, k: int) -> float:
    """Spearman–Brown: reliability of the mean of k raters."""
    return k * r / (1 + (k - 1) * r)
