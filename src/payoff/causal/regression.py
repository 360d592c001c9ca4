"""Least squares by clusters, in bounded memory.

Question  What are the coefficients, and what does each cluster contribute to their error?
Identity  coefficients = pinv(R'R) R'y; everything the cluster-robust errors need is, per cluster,
          R_g'R_g and R_g'e_g, so no matrix ever has a row per observation and a column per cluster.
Assumes   Rows arrive scaled by the square root of their weight (the weight is a precision: the
          working model is Var(e) ∝ 1/weight) and with effects nested in clusters already swept out.
Refuses   Nothing: callers look at `identified` and `df_residual`.
Proof     tests/causal/test_causal_cluster_errors.py: dense matrices, linearmodels.

Units launched together and observed alike have the same rows. `fit_patterns` holds those rows once:
100,000 units × 24 periods are then a handful of small products.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Bools, Floats, Ints

MANY_CLUSTERS = 2_000  # above it CR1 equals CR2 to the third digit
CROSS_CELLS_CHEAP = 2_000_000  # clusters × columns² that are held however many the clusters
CROSS_CELLS_MOST = 20_000_000  # 160 MB
RANK_TOLERANCE = 1e-10  # on the eigenvalues of R'R with columns scaled to length 1


@dataclass(frozen=True, slots=True)
class Pattern:
    """u units with the same t rows: rows (t, p), responses (u, t), cluster (u,) codes 0..G-1."""

    rows: Floats
    responses: Floats
    cluster: Ints


@dataclass(frozen=True, slots=True)
class ClusterFit:
    """p columns, G clusters.

    coefficients (p,); bread (p, p) = pinv(R'R); root (p, rank), root @ root.T = bread.
    scores (G, p): R_g'e_g. cross (G, p, p): R_g'R_g, None where it is not worth its room.
    identified (p,): the column is no combination of the others.
    df_residual: rows − rank − absorbed effects.
    """

    coefficients: Floats
    bread: Floats
    root: Floats
    scores: Floats
    cross: Floats | None
    identified: Bools
    residual_ss: float
    response_ss: float
    n_rows: int
    df_residual: int

    @property
    def n_clusters(self) -> int:
        return int(self.scores.shape[0])


def fit_patterns(
    patterns: Callable[[], Iterator[Pattern]], n_columns: int, n_clusters: int, n_absorbed: int
) -> ClusterFit:
    """Least squares over `patterns()`, which is read twice and must give the same rows each time."""
    gram, moment = np.zeros((n_columns, n_columns)), np.zeros(n_columns)
    for pattern in patterns():
        gram += len(pattern.responses) * (pattern.rows.T @ pattern.rows)
        moment += pattern.rows.T @ pattern.responses.sum(axis=0)
    root, identified = _inverse_root(gram)
    coefficients: Floats = root @ (root.T @ moment)
    scores, cross = _empty_moments(n_clusters, n_columns)
    residual_ss, response_ss, n_rows = 0.0, 0.0, 0
    for pattern in patterns():
        residual = pattern.responses - pattern.rows @ coefficients
        residual_ss += float(np.vdot(residual, residual))
        response_ss += float(np.vdot(pattern.responses, pattern.responses))
        n_rows += residual.size
        np.add.at(scores, pattern.cluster, residual @ pattern.rows)
        if cross is not None:
            codes, units = np.unique(pattern.cluster, return_counts=True)
            cross[codes] += units[:, None, None] * (pattern.rows.T @ pattern.rows)
    return ClusterFit(
        coefficients=coefficients,
        bread=root @ root.T,
        root=root,
        scores=scores,
        cross=cross,
        identified=identified,
        residual_ss=residual_ss,
        response_ss=response_ss,
        n_rows=n_rows,
        df_residual=n_rows - root.shape[1] - n_absorbed,
    )


def fit_rows(rows: Floats, response: Floats, weights: Floats, cluster: Ints) -> ClusterFit:
    """Weighted least squares; rows (n, p), response, weights and cluster codes (n,), 0..G-1."""
    scale = np.sqrt(weights)
    rows, response = rows * scale[:, None], response * scale
    root, identified = _inverse_root(rows.T @ rows)
    coefficients: Floats = root @ (root.T @ (rows.T @ response))
    residual = response - rows @ coefficients
    scores, cross = _empty_moments(int(cluster.max()) + 1, rows.shape[1])
    np.add.at(scores, cluster, rows * residual[:, None])
    if cross is not None:
        _add_products(cross, rows, cluster)
    return ClusterFit(
        coefficients=coefficients,
        bread=root @ root.T,
        root=root,
        scores=scores,
        cross=cross,
        identified=identified,
        residual_ss=float(residual @ residual),
        response_ss=float(response @ response),
        n_rows=len(response),
        df_residual=len(response) - root.shape[1],
    )


def group_units(terms: Bools, weights: Floats) -> list[Ints]:
    """Indices of units that share terms (n, T, k) and weights (n, T), in a fixed order of groups."""
    n_units = len(weights)
    bits = np.packbits(terms.reshape(n_units, -1), axis=1)
    key = np.concatenate([bits, np.ascontiguousarray(weights).view(np.uint8).reshape(n_units, -1)], axis=1)
    opaque = np.ascontiguousarray(key).view(np.dtype((np.void, key.shape[1]))).ravel()
    inverse = np.unique(opaque, return_inverse=True)[1]
    order = np.argsort(inverse, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(inverse[order])) + 1)


def _empty_moments(n_clusters: int, n_columns: int) -> tuple[Floats, Floats | None]:
    """`scores` (G, p) and, where CR2 can differ from CR1 or costs nothing, `cross` (G, p, p)."""
    most = CROSS_CELLS_CHEAP if n_clusters > MANY_CLUSTERS else CROSS_CELLS_MOST
    room = n_clusters * n_columns**2 <= most
    cross = np.zeros((n_clusters, n_columns, n_columns)) if room else None
    return np.zeros((n_clusters, n_columns)), cross


def _inverse_root(gram: Floats) -> tuple[Floats, Bools]:
    """`root` (p, rank) with root @ root.T = pinv(gram), and which columns are identified."""
    length = np.sqrt(np.diag(gram))
    scale = np.where(length > 0, length, 1.0)
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    kept = values > RANK_TOLERANCE * max(len(values), 1)
    root: Floats = vectors[:, kept] / np.sqrt(values[kept]) / scale[:, None]
    null = vectors[:, ~kept]
    identified: Bools = (length > 0) & (np.abs(null).max(axis=1, initial=0.0) < 1e-6)
    return root, identified


def _add_products(cross: Floats, rows: Floats, cluster: Ints) -> None:
    """Add R_g'R_g of rows (n, p) to cross (G, p, p)."""
    order = np.argsort(cluster, kind="stable")
    code, rows = cluster[order], rows[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    if len(starts) == len(code):  # one row per cluster
        cross[code] += rows[:, :, None] * rows[:, None, :]
        return
    for start, end in zip(starts, np.r_[starts[1:], len(code)], strict=True):
        cross[code[start]] += rows[start:end].T @ rows[start:end]
