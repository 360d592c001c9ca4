"""What a staggered rollout must keep of its rows: counts, means and second moments, per cohort.

Question  Which few numbers hold every group-time effect and the covariance of all of them?
Identity  An effect without covariates is a contrast of cohort means of paths (one value per period);
          a unit's influence on it is linear in its own path. So Σ influence × influence' needs, per
          cohort, only Σ w² [d, 1][d, 1]', d the path less the cohort's mean; clustered, the same of
          cluster sums, across cohorts. With covariates x regression adjustment is linear in x ⊗ path.
Assumes   A balanced panel: every unit has every period. Contrasts over periods sum to zero, so paths may
          be measured from each unit's first period: nothing cancels that is large and shared.
Refuses   Raises ValueError on arrays that do not fit together; rows come checked from the caller.
Cites     Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001.
Proof     tests/causal/test_causal_group_time.py: equal to unit-level influence functions.
"""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats, Ints, frozen

BLOCK = 4_096  # clusters laid out at once


@dataclass(frozen=True, slots=True)
class Moments:
    """K cohorts by launch, T periods, paths of width D: T, or P·T + P·P with P covariates (1 among them).

    times (T,) increasing; cohorts (K,) launch in the same units, increasing, NEVER_LAUNCHED last.
    count (K,) units; mass (K,) sums of weights, whose mean is 1; mean (K, D) weighted means.
    gram (K, D+1, D+1): Σ w²[d, 1][d, 1]' within a cohort; clustered (1, K(D+1), K(D+1)): Σ over clusters
        of the outer product of a cluster's stacked sums Σ w[d, 1].
    n_clusters: 0 when every unit stands for itself.
    """

    times: Ints
    cohorts: Ints
    count: Ints
    mass: Floats
    mean: Floats
    gram: Floats
    n_clusters: int = 0
    n_covariates: int = 0

    @property
    def n_units(self) -> int:
        return int(self.count.sum())

    @property
    def width(self) -> int:
        return int(self.mean.shape[1])

    def quadratic(self, influence: Floats) -> Floats:
        """Σ influence × influence' over units or clusters; influence (K, D+1, q) → (q, q)."""
        if self.n_clusters:
            stacked = influence.reshape(-1, influence.shape[2])
            spread = stacked.T @ self.gram[0] @ stacked
        else:
            spread = np.einsum("kaq,kar->qr", influence, self.gram @ influence, optimize=True)
        symmetric: Floats = (spread + spread.T) / 2
        return symmetric


def build_moments(
    values: Floats,
    launch: Ints,
    times: Ints,
    *,
    cluster: Ints | None = None,
    weights: Floats | None = None,
    covariates: Floats | None = None,
) -> Moments:
    """Moments of a panel in memory.

    values (n, T) without gaps; launch (n,) in units of `times`, NEVER_LAUNCHED without one; cluster
    (n,) codes 0..; weights (n,) positive, constant over time; covariates (n, p) known before launch.
    """
    if values.shape != (len(launch), len(times)):
        raise ValueError(f"values are {values.shape}, launch and times ask for {(len(launch), len(times))}")
    cohorts, code = np.unique(launch, return_inverse=True)
    paths = build_paths(values, covariates)
    weight = np.ones(len(launch)) if weights is None else weights / weights.mean()
    count = np.bincount(code, minlength=len(cohorts))
    mass = np.bincount(code, weights=weight, minlength=len(cohorts)).astype(np.float64)
    members = [np.flatnonzero(code == k) for k in range(len(cohorts))]
    mean = np.stack([weight[rows] @ paths[rows] for rows in members]) / mass[:, None]
    if cluster is None:
        gram = np.stack([_gram(paths[rows] - mean[k], weight[rows]) for k, rows in enumerate(members)])
    else:
        gram = _cluster_gram(paths, code, weight, cluster, mean)
    return Moments(
        times=frozen(times.astype(np.int64)),
        cohorts=frozen(cohorts.astype(np.int64)),
        count=frozen(count.astype(np.int64)),
        mass=frozen(mass),
        mean=frozen(mean),
        gram=frozen(gram),
        n_clusters=0 if cluster is None else len(np.unique(cluster)),
        n_covariates=0 if covariates is None else covariates.shape[1] + 1,
    )


def build_paths(values: Floats, covariates: Floats | None) -> Floats:
    """(n, D): changes since the first period; with covariates x = (1, covariates): x ⊗ change, x ⊗ x."""
    changes = values - values[:, :1]
    if covariates is None:
        return changes
    x = np.column_stack([np.ones(len(values)), covariates])
    products = (x[:, :, None] * np.concatenate([changes, x], axis=1)[:, None, :]).reshape(len(x), -1)
    return np.ascontiguousarray(products)


def _gram(centred: Floats, weight: Floats) -> Floats:
    """Σ w²[d, 1][d, 1]' of one cohort; centred (n, D), weight (n,)."""
    width = centred.shape[1]
    gram = np.empty((width + 1, width + 1))
    scaled = centred * weight[:, None]
    gram[:width, :width] = scaled.T @ scaled
    gram[width, :width] = gram[:width, width] = weight @ scaled
    gram[width, width] = weight @ weight
    return gram


def _cluster_gram(paths: Floats, code: Ints, weight: Floats, cluster: Ints, mean: Floats) -> Floats:
    """(1, K(D+1), K(D+1)): clusters may hold several cohorts, so sums are kept by cluster and cohort."""
    n_cohorts = len(mean)
    pairs, pair = np.unique(cluster * np.int64(n_cohorts) + code, return_inverse=True)
    order = np.argsort(pair, kind="stable")
    starts = np.searchsorted(pair[order], np.arange(len(pairs)))
    scaled = np.column_stack([paths - mean[code], np.ones(len(paths))]) * weight[:, None]
    sums = np.add.reduceat(scaled[order], starts, axis=0)
    return gram_of_cluster_sums(sums, pairs // n_cohorts, pairs % n_cohorts, n_cohorts)


def gram_of_cluster_sums(sums: Floats, cluster: Ints, cohort: Ints, n_cohorts: int) -> Floats:
    """(1, K(D+1), K(D+1)) from sums (n_pairs, D+1) by cluster and cohort, both (n_pairs,), by cluster."""
    width = sums.shape[1]
    gram = np.zeros((1, n_cohorts * width, n_cohorts * width))
    new = np.r_[True, np.diff(cluster) != 0]
    rank = np.cumsum(new) - 1
    cuts = np.searchsorted(rank, np.arange(0, rank[-1] + 1, BLOCK))
    for start, end in zip(cuts, [*cuts[1:], len(sums)], strict=True):
        row = rank[start:end] - rank[start]
        stacked = np.zeros((int(row[-1]) + 1, n_cohorts, width))
        stacked[row, cohort[start:end]] = sums[start:end]
        flat = stacked.reshape(len(stacked), -1)
        gram[0] += flat.T @ flat
    return gram
