"""Internal consistency: do the items of a rubric measure one thing?

Estimand  Cronbach's alpha, raw (covariances) and standardised (correlations).
Assumes   Items point the same way; alpha is a lower bound of reliability when they measure one thing.
Refuses   Fewer than two items or three people, missing scores, items that do not vary.
Cites     Cronbach (1951), doi:10.1007/BF02310555.
Proof     tests/reference/test_reference_signals.py.
"""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal

METHOD = "Cronbach's alpha"


@dataclass(frozen=True, slots=True)
class Consistency:
    """Alpha from covariances (raw) and from correlations (standardised); 1 is perfect."""

    raw: float
    standardised: float


def cronbach_alpha(items: Floats) -> Consistency | Refusal:
    """Alpha of (n_people, n_items) scores."""
    table = np.asarray(items, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2 or table.shape[0] < 3:
        return Refusal(METHOD, "At least two items and three people are needed.")
    if not np.isfinite(table).all():
        return Refusal(METHOD, "A score is missing; leave that person out, openly, or ask again.")
    covariance = np.cov(table, rowvar=False)
    if (np.diag(covariance) <= 0).any():
        return Refusal(METHOD, "An item has the same score for everyone: it measures nothing here.")
    k = table.shape[1]
    raw = k / (k - 1) * (1 - float(np.trace(covariance)) / float(covariance.sum()))
    scale = np.sqrt(np.diag(covariance))
    between = float((covariance / np.outer(scale, scale))[np.triu_indices(k, 1)].mean())
    return Consistency(raw, k * between / (1 + (k - 1) * between))
