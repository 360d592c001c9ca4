"""What teams, repeated measures, baselines and staggering do to the size of a study.

Question  By how much does a study shrink or grow when people sit in teams, are measured more than once,
          or start at different times?
Identity  Teams: variance × 1 + ((cv² + 1) m − 1) ρ. A baseline correlated r: standard error × √(1 − r²).
          Stepped wedge: Hussey & Hughes's variance of the effect, from the whole schedule.
Assumes   Teams alike in spread; compound symmetry between repeated measures of one unit.
Cites     Donner & Klar (2000); Eldridge, Ashby & Kerry (2006), doi:10.1093/ije/dyl129: unequal teams;
          Frison & Pocock (1992), doi:10.1002/sim.4780111304; Deng et al. (2013): CUPED;
          Hussey & Hughes (2007), doi:10.1016/j.cct.2006.05.007.
Proof     tests/reference/test_reference_power.py.
"""

import math
from typing import Literal

import numpy as np

from payoff.causal.sample_size import (
    ALPHA,
    POWER,
    Sides,
    power_of_t,
    size_two_means,
    visible_shift,
)
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.refusal import Refusal

Reading = Literal["after", "change", "adjusted"]


def design_effect(cluster_size: float, icc: float, size_variation: float = 0.0) -> float:
    """Factor on the variance, hence on the people needed; `size_variation` is the sizes' sd ÷ mean."""
    return 1.0 + ((size_variation**2 + 1.0) * cluster_size - 1.0) * icc


def power_clustered(
    d: float,
    clusters_per_arm: float,
    cluster_size: float,
    icc: float,
    *,
    size_variation: float = 0.0,
    alpha: float = ALPHA,
    sides: Sides = 2,
) -> float:
    """Power where whole clusters are drawn: t with 2 (clusters an arm − 1) degrees of freedom."""
    n = clusters_per_arm * cluster_size / design_effect(cluster_size, icc, size_variation)
    return power_of_t(d * math.sqrt(n / 2), 2 * (clusters_per_arm - 1), alpha, sides)


def smallest_difference_clustered(
    clusters_per_arm: float,
    cluster_size: float,
    icc: float,
    *,
    size_variation: float = 0.0,
    power: float = POWER,
    alpha: float = ALPHA,
    sides: Sides = 2,
) -> float | Refusal:
    """The smallest d that whole clusters can see."""
    if not clusters_per_arm > 1:
        return Refusal("smallest visible difference", "One cluster an arm leaves no error to judge by.")
    n = clusters_per_arm * cluster_size / design_effect(cluster_size, icc, size_variation)
    return visible_shift(2 * (clusters_per_arm - 1), power, alpha, sides) / math.sqrt(n / 2)


def clusters_needed(
    d: float,
    cluster_size: float,
    icc: float,
    *,
    size_variation: float = 0.0,
    power: float = POWER,
    alpha: float = ALPHA,
    sides: Sides = 2,
) -> int | Refusal:
    """Whole clusters per arm that see a difference of `d` standard deviations."""
    people = size_two_means(d, power=power, alpha=alpha, sides=sides)
    if isinstance(people, Refusal):
        return people

    def seen(clusters: int) -> bool:
        options = {"size_variation": size_variation, "alpha": alpha}
        return power_clustered(d, clusters, cluster_size, icc, sides=sides, **options) >= power

    clusters = max(math.floor(people * design_effect(cluster_size, icc, size_variation) / cluster_size), 2)
    while clusters > 2 and seen(clusters - 1):
        clusters -= 1
    while not seen(clusters):
        clusters += 1
    return clusters


def repeated_factor(n_before: int, n_after: int, correlation: float, reading: Reading = "adjusted") -> float:
    """Variance of the compared means against one measurement after: below 1 sees more.

    after: the mean of the measurements after. change: that less the mean before. adjusted: analysis of
    covariance on the mean before. `correlation`: between any two measurements of one unit.
    """
    mean_after = (1 + (n_after - 1) * correlation) / n_after
    if reading == "after" or n_before == 0:
        return mean_after
    mean_before = (1 + (n_before - 1) * correlation) / n_before
    if reading == "change":
        return mean_after + mean_before - 2 * correlation
    return mean_after - correlation**2 / mean_before


def cuped_factor(correlation: float) -> float:
    """Factor on the smallest visible effect when the outcome is adjusted for its value before: √(1 − r²)."""
    return math.sqrt(1.0 - correlation**2)


def intraclass_correlation(values: Floats, cluster: Floats) -> float | Refusal:
    """One-way ANOVA estimate from values (n,) and cluster codes (n,); clusters may differ in size."""
    codes = np.unique(cluster, return_inverse=True)[1]
    sizes = np.bincount(codes).astype(np.float64)
    n, k = len(values), len(sizes)
    if not (1 < k < n and np.isfinite(values).all()):
        return Refusal("intraclass correlation", "It takes two clusters, and one with two members.")
    means = np.bincount(codes, weights=values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (k - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (n - k)
    size = (n - float((sizes**2).sum()) / n) / (k - 1)
    total = between + (size - 1) * within
    return (between - within) / total if total > 0 else Refusal("intraclass correlation", "Nothing varies.")


def stepped_wedge_error(exposed: Bools, cell_variance: float, cluster_variance: float) -> float | Refusal:
    """Standard error of the effect in a stepped wedge; exposed (n_clusters, n_periods).

    cell_variance: of one cluster's mean in one period about its expectation (σ² ÷ people a cell).
    cluster_variance: τ², of lasting differences between clusters.
    """
    n_clusters, n_periods = exposed.shape
    x = exposed.astype(np.float64)
    total, by_period, by_cluster = x.sum(), (x.sum(axis=0) ** 2).sum(), (x.sum(axis=1) ** 2).sum()
    wide = cell_variance + n_periods * cluster_variance
    information = (n_clusters * total - by_period) * wide
    information += (total**2 - n_clusters * by_cluster) * cluster_variance
    if not information > 0:
        return Refusal("stepped wedge", "The schedule never shows two groups in different states at once.")
    return math.sqrt(n_clusters * cell_variance * wide / information)
