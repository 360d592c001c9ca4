"""Agreement on categories: do raters put the same things into the same boxes, beyond chance?

Estimand  Cohen's kappa (two raters, optionally weighted), Fleiss' kappa (any number, chance from the pooled
          shares), Krippendorff's alpha (any number, missing ratings, four levels of measurement).
Assumes   Units were rated independently. 1 is perfect, 0 what chance alone gives.
Refuses   Fewer than two ratings of anything; one category throughout (chance agreement is then certain).
Cites     Cohen (1968), doi:10.1037/h0026256; Fleiss (1971), doi:10.1037/h0031619; Krippendorff (2011),
          Computing Krippendorff's alpha-reliability.
Proof     tests/reference/test_reference_signals.py.
"""

from typing import Literal

import numpy as np

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.refusal import Refusal

Level = Literal["nominal", "ordinal", "interval", "ratio"]
Weights = Literal["none", "linear", "quadratic"]

_ONE_BOX = "Every rating is the same: agreement by skill cannot be told from agreement by habit."


def cohens_kappa(first: Floats | Ints, second: Floats | Ints, weights: Weights = "none") -> float | Refusal:
    """Kappa of two raters over the same units, (n_units,) each; weights by distance of sorted categories."""
    one, two = np.asarray(first), np.asarray(second)
    if one.shape != two.shape or one.ndim != 1 or one.size < 2:
        return Refusal("kappa", "Two raters must have rated the same units, two at least.")
    categories, codes = np.unique(np.concatenate([one, two]), return_inverse=True)
    if len(categories) < 2:
        return Refusal("kappa", _ONE_BOX)
    n, k = one.size, len(categories)
    table = np.zeros((k, k))
    np.add.at(table, (codes[:n], codes[n:]), 1.0 / n)
    distance = np.abs(np.arange(k)[:, None] - np.arange(k)[None, :]).astype(np.float64)
    cost = {"none": (distance > 0).astype(np.float64), "linear": distance, "quadratic": distance**2}[weights]
    expected = float((cost * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    return 1.0 - float((cost * table).sum()) / expected


def fleiss_kappa(counts: Floats) -> float | Refusal:
    """Kappa from (n_subjects, n_categories) counts of raters, as many for each subject."""
    table = np.asarray(counts, dtype=np.float64)
    raters = table.sum(axis=1)
    if table.ndim != 2 or table.shape[0] < 2 or np.ptp(raters) > 0 or raters[0] < 2:
        return Refusal("kappa", "Every subject needs the same number of raters, two at least.")
    m = raters[0]
    agreement = float(((table**2).sum(axis=1) - m).mean() / (m * (m - 1)))
    chance = float(((table.sum(axis=0) / table.sum()) ** 2).sum())
    if chance >= 1:
        return Refusal("kappa", _ONE_BOX)
    return float((agreement - chance) / (1 - chance))


def krippendorff_alpha(ratings: Floats, level: Level = "nominal") -> float | Refusal:
    """Alpha of (n_raters, n_units) ratings, NaN where a rater did not rate a unit."""
    table = np.asarray(ratings, dtype=np.float64)
    rated = np.isfinite(table).sum(axis=0)
    pairable = table[:, rated >= 2]
    seen = np.isfinite(pairable)
    if not seen.any():
        return Refusal("alpha", "No unit was rated twice: there is no agreement to measure.")
    values, codes = np.unique(pairable[seen], return_inverse=True)
    if len(values) < 2:
        return Refusal("alpha", _ONE_BOX)
    unit = np.broadcast_to(np.arange(pairable.shape[1]), pairable.shape)[seen]
    counts = np.zeros((pairable.shape[1], len(values)))
    np.add.at(counts, (unit, codes), 1.0)
    share = counts / (counts.sum(axis=1, keepdims=True) - 1)
    coincidence = share.T @ counts - np.diag(share.sum(axis=0))
    totals = coincidence.sum(axis=1)
    distance = _distances(values, totals, level)
    observed = float((coincidence * distance).sum())
    expected = float((np.outer(totals, totals) * distance).sum()) / (totals.sum() - 1)
    return float(1.0 - observed / expected)


def _distances(values: Floats, totals: Floats, level: Level) -> Floats:
    """(k, k) squared differences between values, as the level of measurement sees them."""
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=np.float64)
    gap = values[:, None] - values[None, :]
    if level == "interval":
        return np.asarray(gap**2, dtype=np.float64)
    if level == "ratio":
        total = values[:, None] + values[None, :]
        return np.asarray(
            np.divide(gap, total, out=np.zeros_like(gap), where=total != 0) ** 2, dtype=np.float64
        )
    return np.asarray(gap != 0, dtype=np.float64)
