"""Does a segment stand apart from everybody else, or is it one of many that differ by chance?

Question  By how much does the mean of one segment differ from that of everybody else, how surely?
Estimand  Difference of weighted means (of a rate: of summed numerators over summed denominators); a
          description of who stands where, no effect of anything.
Method    CR2 errors with Satterthwaite's t, by cluster; Benjamini-Hochberg over every segment asked about.
Refuses   A side with fewer than MIN_CLUSTERS_PER_ARM clusters; a measure that never varies.
Cites     `cluster_errors`, `multiple_testing`.
Proof     tests/causal/test_causal_segment_gaps.py: a planted gap, false alarms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from payoff.causal.cluster_errors import trusted
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, compact
from payoff.causal.multiple_testing import adjust_p_values
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.refusal import Refusal

METHOD = "segment gap"


@dataclass(frozen=True, slots=True)
class Gap:
    """In the measure's own unit; chance as if it were the only one asked about."""

    difference: float
    interval: tuple[float, float]
    chance: float


def segment_gap(values: Floats, weights: Floats, cluster: Ints, inside: Bools) -> Gap | Refusal:
    """One segment against everybody else; all arrays (n_units,), values known and weights positive."""
    for side in (inside, ~inside):
        if len(np.unique(cluster[side])) < MIN_CLUSTERS_PER_ARM:
            return Refusal(METHOD, f"Fewer than {MIN_CLUSTERS_PER_ARM} independent groups on one side.")
    if np.ptp(values) == 0:
        return Refusal(METHOD, "Everybody has the same value.")
    rows = np.column_stack([inside.astype(np.float64), np.ones(len(values))])
    fit = fit_rows(rows, values, weights, compact(cluster))
    errors = trusted(fit, 1)
    error, df = float(np.sqrt(errors.covariance[0, 0])), float(errors.df[0])
    if not (error > 0 and df > 0):
        return Refusal(METHOD, "Too few independent groups to state an error.")
    difference = float(fit.coefficients[0])
    low, high = (float(x) for x in errors.intervals[0])
    return Gap(difference, (low, high), 2 * float(stdtr(df, -abs(difference) / error)))


def allow_for_many(gaps: Sequence[Gap]) -> Floats:
    """(n_gaps,) chances with allowance for all of them."""
    return adjust_p_values([gap.chance for gap in gaps], "benjamini_hochberg")
