"""Least squares by clusters, from blocks of rows, in bounded memory.

Question  What are the coefficients, and what does each cluster contribute to their error?
Identity  coefficients = pinv(R'R) R'y; everything the cluster-robust errors need is, per cluster,
          R_g'R_g and R_g'e_g, so no matrix ever has a row per observation and a column per cluster.
Assumes   Rows arrive scaled by the square root of their weight (the weight is a precision: the
          working model is Var(e) ∝ 1/weight) and with effects nested in clusters already swept out.
Refuses   Nothing: callers look at `identified` and `df_residual`.
Proof     tests/causal/test_causal_cluster_errors.py: dense matrices, linearmodels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Bools, Floats, Ints

CROSS_MAX_CELLS = 10_000_000  # clusters × columns²: above it CR2 gives way to CR1, which is then the same
RANK_TOLERANCE = 1e-10  # on the eigenvalues of R'R with columns scaled to length 1


@dataclass(frozen=True, slots=True)
class Block:
    """rows (m, p), response (m,), cluster (m,) codes 0..n_clusters-1."""

    rows: Floats
    response: Floats
    cluster: Ints


@dataclass(frozen=True, slots=True)
class ClusterFit:
    """p columns, G clusters.

    coefficients (p,); bread (p, p) = pinv(R'R); root (p, rank), root @ root.T = bread.
    scores (G, p): R_g'e_g. cross (G, p, p): R_g'R_g, None above CROSS_MAX_CELLS.
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


def fit_blocks(
    blocks: Callable[[], Iterator[Block]], n_columns: int, n_clusters: int, n_absorbed: int = 0
) -> ClusterFit:
    """Least squares over `blocks()`, which is read twice and must give the same rows each time."""
    gram, moment = np.zeros((n_columns, n_columns)), np.zeros(n_columns)
    for block in blocks():
        gram += block.rows.T @ block.rows
        moment += block.rows.T @ block.response
    root, identified = _inverse_root(gram)
    coefficients: Floats = root @ (root.T @ moment)
    scores = np.zeros((n_clusters, n_columns))
    wants_cross = n_clusters * n_columns**2 <= CROSS_MAX_CELLS
    cross = np.zeros((n_clusters, n_columns, n_columns)) if wants_cross else None
    residual_ss, response_ss, n_rows = 0.0, 0.0, 0
    for block in blocks():
        residual = block.response - block.rows @ coefficients
        residual_ss += float(residual @ residual)
        response_ss += float(block.response @ block.response)
        n_rows += len(residual)
        _add_by_cluster(block, residual, scores, cross)
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
    """Weighted least squares on rows (n, p) that fit in memory; nothing absorbed."""
    scale = np.sqrt(weights)
    block = Block(rows * scale[:, None], response * scale, cluster)
    return fit_blocks(lambda: iter((block,)), rows.shape[1], int(cluster.max()) + 1)


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


def _add_by_cluster(block: Block, residual: Floats, scores: Floats, cross: Floats | None) -> None:
    """Add R_g'e_g and R_g'R_g of one block, cluster by cluster."""
    order = np.argsort(block.cluster, kind="stable")
    code = block.cluster[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    rows = block.rows[order]
    scores[code[starts]] += np.add.reduceat(rows * residual[order][:, None], starts, axis=0)
    if cross is None:
        return
    if len(starts) == len(code):  # one row per cluster
        cross[code] += rows[:, :, None] * rows[:, None, :]
        return
    for start, end in zip(starts, np.r_[starts[1:], len(code)], strict=True):
        part = rows[start:end]
        cross[code[start]] += part.T @ part
