"""Errors of a staggered rollout that stay right with few teams.

Question  How far off may an average effect be, when ten or thirty teams carry it?
Identity  Without covariates an average is Σ over cohorts of a contrast of the cohort's mean path, so it is a
          sum of cohort means of one score per unit. CR2 (Bell & McCaffrey) of such means has a closed
          form: a cluster's sum of deviations within a cohort over √(1 − its share of the cohort).
Assumes   Clusters independent; a cluster may hold several cohorts. The degrees of freedom are
          Satterthwaite's under a working model: units independent, one spread of paths in all cohorts.
          Cohort sizes are taken as they are (the estimand is the average over these units).
Refuses   Nothing: too few clusters are refused where the study is read.
Cites     Bell & McCaffrey (2002); Pustejovsky & Tipton (2018), doi:10.1080/07350015.2016.1247004.
Proof     tests/causal/test_causal_group_time.py: dense CR2 matrices to 1e-10, coverage.
"""

import numpy as np

from payoff.causal.cluster_errors import LEVERAGE_ONE, Inference, t_inference
from payoff.nouns.arrays import Floats, Ints


def trusted_errors(
    estimates: Floats,
    scores: Floats,
    working: Floats,
    cohort: Ints,
    cluster: Ints,
    weight: Floats,
    *,
    adjusted: bool = False,
) -> Inference:
    """Covariance, degrees of freedom and 95 % intervals of q averages.

    scores (n, q): what each unit moves each average by, as deviation from its cohort's mean. working
    (K, q): a score's variance per unit weight under the working model. cohort, cluster (n,) codes;
    weight (n,). adjusted: scores carry the correction for few clusters already.
    """
    pairs, pair = np.unique(cluster * np.int64(len(working)) + cohort, return_inverse=True)
    of_cluster = np.unique(pairs // len(working), return_inverse=True)[1]
    of_cohort = pairs % len(working)
    mass = np.bincount(pair, weights=weight).astype(np.float64)
    total = np.bincount(of_cohort, weights=mass, minlength=len(working)).astype(np.float64)
    rest = 1.0 - mass / total[of_cohort]
    lone = rest < LEVERAGE_ONE  # a cohort of one cluster says nothing about its own spread
    factor = np.where(lone, 0.0, 1.0 / np.sqrt(np.where(lone, 1.0, rest)))
    sums = _sums(scores, pair, len(pairs))
    moved = _sums(sums if adjusted else sums * factor[:, None], of_cluster, int(of_cluster.max()) + 1)
    covariance = moved.T @ moved
    df = _satterthwaite(working, of_cluster, of_cohort, mass, total, factor)
    kind = "CR2" if len(moved) < len(weight) else "HC2"
    return t_inference(kind, estimates, covariance, df)


def _satterthwaite(
    working: Floats, of_cluster: Ints, of_cohort: Ints, mass: Floats, total: Floats, factor: Floats
) -> Floats:
    """(q,): tr(Ω)²/tr(Ω²), Ω the covariance of adjusted cluster sums under the working model, never built.

    Ω_jl = Σ_k v_k (1{j = l} W_jk − 1{j ≠ l} P_jk P_lk), P_jk = W_jk / √(W_k (1 − W_jk/W_k)).
    """
    n_clusters, (n_cohorts, n_averages) = int(of_cluster.max()) + 1, working.shape
    part = mass * factor / np.sqrt(total[of_cohort])
    dense = np.zeros((n_clusters, n_cohorts))
    dense[of_cluster, of_cohort] = part
    # squares of all of PP', less what its diagonal would count twice
    gram = (dense.T @ dense) ** 2 - (dense**2).T @ dense**2
    alive = np.where(factor > 0, mass, 0.0)
    df = np.empty(n_averages)
    for j in range(n_averages):
        v = working[:, j]
        diagonal = np.bincount(of_cluster, weights=v[of_cohort] * alive, minlength=n_clusters)
        square = diagonal @ diagonal + v @ gram @ v
        df[j] = diagonal.sum() ** 2 / square if square > 0 else np.nan
    return df


def _sums(rows: Floats, code: Ints, size: int) -> Floats:
    """(size, q): rows (n, q) added up by code (n,)."""
    return np.stack([np.bincount(code, weights=column, minlength=size) for column in rows.T], axis=1)
