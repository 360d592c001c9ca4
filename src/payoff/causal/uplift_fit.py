"""Who gains most: the arithmetic of an honest search for differing effects.

Question  Can what was known before launch foretell who gains more?
Identity  Each unit's gain is foretold by models that never saw its cluster (cross-fitting, `REPEATS`
          times). Its score Γ (augmented inverse probability) has the unit's expected gain as its mean,
          whatever the models: so regressing Γ on the foretold gain is an honest test. A slope of 1 is a
          perfect forecast, 0 none.
          Qini: (area between the gain of treating those foretold to gain most first and of treating at
          random) = mean of Γ × (½ − rank/n), linear in Γ, hence its error by clusters.
Assumes   The lot decided the arm with one probability.
Refuses   Nothing: callers look at the interval and the slope.
Cites     Nie & Wager (2021), doi:10.1093/biomet/asaa076: R-learner; Chernozhukov et al. (2018),
          arXiv:1712.04802: calibration and sorted groups; Radcliffe (2007): Qini.
Proof     tests/causal/test_causal_explore.py: seeded heterogeneity found, none seeded none
          found (CAU-07).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from payoff.causal.cluster_errors import Inference, trusted
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints

FOLDS = 5
REPEATS = 4
GROUPS = 3
PENALTIES = np.logspace(-3, 3, 13)  # of the ridge, in units of the mean square of its columns


@dataclass(frozen=True, slots=True)
class UpliftFit:
    """foretold, scores (n,): out-of-fold gain and Γ. groups (GROUPS,): mean gain by foretold gain, least
    first, with `inference`. average, qini, slope: (estimate, low, high). p_value: one-sided, of slope ≤ 0.
    """

    foretold: Floats
    scores: Floats
    groups: Floats
    inference: Inference
    average: tuple[float, float, float]
    qini: tuple[float, float, float]
    slope: tuple[float, float, float]
    p_value: float
    group: Ints


def fit_uplift(outcome: Floats, arm: Bools, known: Floats, cluster: Ints, seed: int) -> UpliftFit:
    """outcome (n,) with more being better; known (n, k) finite; cluster (n,) codes 0..G-1."""
    features = _features(known)
    foretold, scores = np.zeros(len(outcome)), np.zeros(len(outcome))
    rng = np.random.default_rng(seed)
    for _ in range(REPEATS):
        fold = rng.permutation(np.arange(int(cluster.max()) + 1) % FOLDS)[cluster]
        for part in range(FOLDS):
            inside = fold != part
            gain, score = _held_out(outcome, arm, features, inside)
            foretold[~inside] += gain / REPEATS
            scores[~inside] += score / REPEATS
    rank = np.argsort(np.argsort(-foretold, kind="stable"), kind="stable")
    group = GROUPS - 1 - rank * GROUPS // len(rank)
    ones = np.ones(len(outcome))
    by_group = fit_rows((group[:, None] == np.arange(GROUPS)).astype(np.float64), scores, ones, cluster)
    centred = foretold - foretold.mean()
    scale = float(centred.std()) or 1.0
    calibrated = fit_rows(np.column_stack([centred / scale, ones]), scores, ones, cluster)
    pitch = trusted(calibrated, 2)
    share = 0.5 - (rank + 0.5) / len(rank)
    ranked = fit_rows(ones[:, None], (scores - scores.mean()) * share, ones, cluster)
    error = float(np.sqrt(pitch.covariance[0, 0]))
    slope = float(calibrated.coefficients[0])
    return UpliftFit(
        foretold=foretold,
        scores=scores,
        groups=by_group.coefficients,
        inference=trusted(by_group, GROUPS),
        average=_with_ends(float(calibrated.coefficients[1]), pitch.intervals[1]),
        qini=_with_ends(float(ranked.coefficients[0]), trusted(ranked, 1).intervals[0]),
        slope=_with_ends(slope / scale, pitch.intervals[0] / scale),
        p_value=float(stdtr(pitch.df[0], -slope / error)) if error > 0 and pitch.df[0] > 0 else 1.0,
        group=group,
    )


def qini_curve(foretold: Floats, scores: Floats, steps: int = 20) -> tuple[Floats, Floats]:
    """(shares treated, gain per person of all), both (steps + 1,), those foretold to gain most first."""
    ranked = scores[np.argsort(-foretold, kind="stable")]
    shares = np.linspace(0.0, 1.0, steps + 1)
    total = np.concatenate([[0.0], np.cumsum(ranked)])
    gains: Floats = total[np.round(shares * len(ranked)).astype(int)] / len(ranked)
    return shares, gains


def _with_ends(estimate: float, interval: Floats) -> tuple[float, float, float]:
    return estimate, float(interval[0]), float(interval[1])


def _features(known: Floats) -> Floats:
    """Columns centred and brought to one spread, and their squares where they take many values."""
    spread = known.std(axis=0)
    z = (known - known.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    curved = [column**2 for column in z.T if len(np.unique(column)) > 5]
    return np.column_stack([z, *(c - c.mean() for c in curved)]) if curved else z


def _held_out(outcome: Floats, arm: Bools, features: Floats, inside: Bools) -> tuple[Floats, Floats]:
    """Foretold gain and score of the units outside, from models of those inside."""
    x, y, treated = features[inside], outcome[inside], arm[inside]
    share = float(treated.mean())
    outer = features[~inside]
    by_arm = [_ridge(x[treated == a], y[treated == a]) for a in (False, True)]
    expected = [model[0] + outer @ model[1:] for model in by_arm]
    seen = [model[0] + x @ model[1:] for model in by_arm]
    middle = (1 - share) * seen[0] + share * seen[1]
    lean = treated.astype(np.float64) - share
    gain = _ridge(x, (y - middle) / lean, lean**2)
    out = arm[~inside]
    rest = outcome[~inside] - np.where(out, expected[1], expected[0])
    score = expected[1] - expected[0] + rest * np.where(out, 1 / share, -1 / (1 - share))
    return gain[0] + outer @ gain[1:], score


def _ridge(x: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """(1 + k,) constant and slopes; the penalty by generalised cross-validation, the constant free of it."""
    w = np.ones(len(y)) if weights is None else weights / weights.mean()
    x_mean, y_mean = np.average(x, axis=0, weights=w), float(np.average(y, weights=w))
    root = np.sqrt(w)
    a, b = (x - x_mean) * root[:, None], (y - y_mean) * root
    values, vectors = np.linalg.eigh(a.T @ a)
    values = np.maximum(values, 0.0)
    moment = vectors.T @ (a.T @ b)
    penalties = PENALTIES * len(y)
    kept = values / (values + penalties[:, None])  # (penalties, k)
    slopes = moment / (values + penalties[:, None])
    residual = float(b @ b) - 2 * slopes @ moment + slopes**2 @ values
    best = int(np.argmin(residual / (len(y) - 1 - kept.sum(axis=1)) ** 2))
    slope = vectors @ slopes[best]
    return np.concatenate([[y_mean - float(x_mean @ slope)], slope])
