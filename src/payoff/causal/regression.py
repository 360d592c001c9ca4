"""Least squares by clusters, in bounded memory.

Question  What are the coefficients, and what does each cluster contribute to their error?
Identity  coefficients = pinv(R'R) R'y; everything the cluster-robust errors need is, per cluster,
          R_g'R_g and R_g'e_g, so no matrix ever has a row per observation and a column per cluster.
Assumes   Rows arrive scaled by the square root of their weight (the weight is a precision: the
          working model is Var(e) ∝ 1/weight) and with effects nested in clusters already swept out.
Refuses   Nothing: callers look at `identified` and `df_residual`.
Proof     tests/causal/test_causal_cluster_errors.py: dense matrices, linearmodels.

Units launched together and observed alike have the same rows. `fit_patterns` holds those rows once:
100,000 units × 24 periods are then a handful of small products, and their clusters of one unit share
one R_g'R_g.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Bools, Floats, Ints

ENOUGH_PER_ARM = 200  # clusters in the smaller arm from which CR1 and t(G − 1) may stand in for CR2
MANY_KINDS = 2_000
CROSS_CELLS_CHEAP = 2_000_000  # kinds × columns² that are held however many the kinds
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
    scores (G, p): R_g'e_g. cross (K, p, p): the different R_g'R_g, None where they are not worth their
    room; kind (G,): which of them each cluster has.
    identified (p,): the column is no combination of the others.
    df_residual: rows − rank − absorbed effects.
    """

    coefficients: Floats
    bread: Floats
    root: Floats
    scores: Floats
    cross: Floats | None
    kind: Ints
    identified: Bools
    residual_ss: float
    response_ss: float
    n_rows: int
    df_residual: int

    @property
    def n_clusters(self) -> int:
        return int(self.scores.shape[0])


def fit_patterns(
    patterns: Callable[[], Iterator[Pattern]],
    n_columns: int,
    n_clusters: int,
    n_absorbed: int,
    smaller_arm: int = 0,
) -> ClusterFit:
    """Least squares over `patterns()`, which is read twice and must give the same rows each time.

    smaller_arm: clusters in the smaller group of what is compared; from ENOUGH_PER_ARM on, cross products
        too many to hold are left out.
    """
    gram, moment = np.zeros((n_columns, n_columns)), np.zeros(n_columns)
    sizes, n_patterns = np.zeros(n_clusters, dtype=np.int64), 0
    for pattern in patterns():
        gram += len(pattern.responses) * (pattern.rows.T @ pattern.rows)
        moment += pattern.rows.T @ pattern.responses.sum(axis=0)
        np.add.at(sizes, pattern.cluster, 1)
        n_patterns += 1
    root, identified = inverse_root(gram)
    coefficients: Floats = root @ (root.T @ moment)
    scores = np.zeros((n_clusters, n_columns))
    n_kinds = int((sizes > 1).sum()) + n_patterns
    products = _Products(sizes, n_columns) if _has_room(n_kinds, n_columns, smaller_arm) else None
    residual_ss, response_ss, n_rows = 0.0, 0.0, 0
    for pattern in patterns():
        residual = pattern.responses - pattern.rows @ coefficients
        residual_ss += float(np.vdot(residual, residual))
        response_ss += float(np.vdot(pattern.responses, pattern.responses))
        n_rows += residual.size
        np.add.at(scores, pattern.cluster, residual @ pattern.rows)
        if products is not None:
            products.add(pattern)
    return ClusterFit(
        coefficients=coefficients,
        bread=root @ root.T,
        root=root,
        scores=scores,
        cross=None if products is None else products.cross(),
        kind=np.zeros(n_clusters, dtype=np.int64) if products is None else products.kind,
        identified=identified,
        residual_ss=residual_ss,
        response_ss=response_ss,
        n_rows=n_rows,
        df_residual=n_rows - root.shape[1] - n_absorbed,
    )


def fit_stacked(
    rows: Floats,
    responses: Floats,
    of: Ints,
    cluster: Ints,
    n_rows: int,
    n_absorbed: int,
    smaller_arm: int = 0,
) -> ClusterFit:
    """The same from all patterns at once, for panels of everyday size.

    rows (K, t, p): zero where a pattern has no row; responses (n, t), zero there; of (n,): each unit's
    pattern; n_rows: rows that are there.
    """
    size, _, n_columns = rows.shape
    products = np.swapaxes(rows, 1, 2) @ rows  # (K, p, p)
    flat = rows.reshape(-1, n_columns)
    root, identified = inverse_root(np.tensordot(np.bincount(of, minlength=size), products, 1))
    coefficients: Floats = root @ (root.T @ (flat.T @ _sums(responses, of, size).ravel()))
    residual = responses - (rows @ coefficients)[of]
    n_clusters = int(cluster.max()) + 1
    pairs, pair, units = np.unique(cluster * np.int64(size) + of, return_inverse=True, return_counts=True)
    code, kind = pairs // size, pairs % size
    scores = np.zeros((n_clusters, n_columns))
    together = _sums(residual, pair.ravel(), len(pairs))
    width = max(CROSS_CELLS_CHEAP // rows[0].size, 1)
    for start in range(0, len(pairs), width):
        part = slice(start, start + width)
        np.add.at(scores, code[part], (together[part, None, :] @ rows[kind[part]])[:, 0])
    large = np.bincount(cluster, minlength=n_clusters) > 1
    n_large, inside = int(large.sum()), large[code]
    kinds, cross = np.cumsum(large) - 1, None
    kinds[code[~inside]] = n_large + kind[~inside]
    if _has_room(n_large + size, n_columns, smaller_arm):
        counts = np.zeros((n_large, size))
        counts[kinds[code[inside]], kind[inside]] = units[inside]
        alone = products if n_large < n_clusters else products[:0]
        cross = np.concatenate([np.tensordot(counts, products, 1), alone])
    return ClusterFit(
        coefficients=coefficients,
        bread=root @ root.T,
        root=root,
        scores=scores,
        cross=cross,
        kind=kinds if cross is not None else np.zeros(n_clusters, dtype=np.int64),
        identified=identified,
        residual_ss=float(np.vdot(residual, residual)),
        response_ss=float(np.vdot(responses, responses)),
        n_rows=n_rows,
        df_residual=n_rows - root.shape[1] - n_absorbed,
    )


def stacks(n_patterns: int, n_periods: int, n_columns: int, n_clusters: int) -> bool:
    """May all patterns be laid out at once?"""
    return n_patterns * max(n_columns * max(n_periods, n_columns), n_clusters) <= CROSS_CELLS_CHEAP


def _sums(values: Floats, code: Ints, size: int) -> Floats:
    """(size, t): rows of `values` (n, t) added up by code (n,), each of which occurs."""
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(size))
    sums: Floats = np.add.reduceat(values[order], starts, axis=0)
    return sums


def fit_rows(
    rows: Floats, response: Floats, weights: Floats, cluster: Ints, smaller_arm: int = 0
) -> ClusterFit:
    """Weighted least squares; rows (n, p), response, weights and cluster codes (n,), 0..G-1.

    smaller_arm: as in `fit_patterns`.
    """
    scale = np.sqrt(weights)
    rows, response = rows * scale[:, None], response * scale
    root, identified = inverse_root(rows.T @ rows)
    coefficients: Floats = root @ (root.T @ (rows.T @ response))
    residual = response - rows @ coefficients
    n_clusters, n_columns = int(cluster.max()) + 1, rows.shape[1]
    scores = np.zeros((n_clusters, n_columns))
    np.add.at(scores, cluster, rows * residual[:, None])
    room = _has_room(n_clusters, n_columns, smaller_arm)
    return ClusterFit(
        coefficients=coefficients,
        bread=root @ root.T,
        root=root,
        scores=scores,
        cross=_cross_products(rows, cluster, n_clusters) if room else None,
        kind=np.arange(n_clusters),
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


def _has_room(n_kinds: int, n_columns: int, smaller_arm: int) -> bool:
    """Are cross products held? Always where an arm is small, for there only CR2 keeps its promise."""
    most = CROSS_CELLS_CHEAP if n_kinds > MANY_KINDS else CROSS_CELLS_MOST
    return smaller_arm < ENOUGH_PER_ARM or n_kinds * n_columns**2 <= most


class _Products:
    """R_g'R_g, gathered pattern by pattern: one a pattern for its clusters of one unit, one a larger cluster.

    sizes (G,): units in each cluster. kind (G,): index into `cross()`.
    """

    def __init__(self, sizes: Ints, n_columns: int) -> None:
        self._large = sizes > 1
        self.kind = np.cumsum(self._large) - 1
        self._own = np.zeros((int(self._large.sum()), n_columns, n_columns))
        self._shared: list[Floats] = []

    def add(self, pattern: Pattern) -> None:
        product = pattern.rows.T @ pattern.rows
        codes, units = np.unique(pattern.cluster, return_counts=True)
        large = self._large[codes]
        self._own[self.kind[codes[large]]] += units[large, None, None] * product
        self.kind[codes[~large]] = len(self._own) + len(self._shared)
        self._shared.append(product)

    def cross(self) -> Floats:
        return np.concatenate([self._own, np.stack(self._shared)])


def inverse_root(gram: Floats) -> tuple[Floats, Bools]:
    """`root` (p, rank) with root @ root.T = pinv(gram), and which columns are identified."""
    length = np.sqrt(np.diag(gram))
    scale = np.where(length > 0, length, 1.0)
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    kept = values > RANK_TOLERANCE * max(len(values), 1)
    root: Floats = vectors[:, kept] / np.sqrt(values[kept]) / scale[:, None]
    null = vectors[:, ~kept]
    identified: Bools = (length > 0) & (np.abs(null).max(axis=1, initial=0.0) < 1e-6)
    return root, identified


def _cross_products(rows: Floats, cluster: Ints, n_clusters: int) -> Floats:
    """(G, p, p): R_g'R_g of rows (n, p)."""
    cross = np.zeros((n_clusters, rows.shape[1], rows.shape[1]))
    order = np.argsort(cluster, kind="stable")
    code, rows = cluster[order], rows[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    if len(starts) == len(code):  # one row per cluster
        cross[code] = rows[:, :, None] * rows[:, None, :]
        return cross
    for start, end in zip(starts, np.r_[starts[1:], len(code)], strict=True):
        cross[code[start]] = rows[start:end].T @ rows[start:end]
    return cross
