"""Errors that know rows of one cluster are not independent.

Question  How far off may a coefficient be, when teams (or a firm's years) move together?
Estimand  Covariance of the coefficients, and each one's degrees of freedom.
Assumes   Clusters are independent. CR2's correction is exact under a working model of independent
          errors with variance 1/weight, and still sound without it.
Refuses   Nothing: a variance of zero is the caller's to refuse.
Cites     Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181: CR2 and its degrees of freedom;
          Pustejovsky & Tipton (2018), doi:10.1080/07350015.2016.1247004: fixed effects swept out.
          With one row per cluster CR2 is HC2.
Proof     tests/causal/test_causal_cluster_errors.py: dense matrices to 1e-9.

The adjustment matrix of cluster g is (I − H_gg)^(-1/2). H_gg = R_g bread R_g' has at most p non-zero
eigenvalues s, those of root' R_g'R_g root, so the power is taken there, on (p × p), never (n_g × n_g).
A cluster that alone decides a coefficient has s = 1: the pseudo-inverse drops that direction.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from payoff.causal.regression import ClusterFit
from payoff.nouns.arrays import Floats

LEVERAGE_ONE = 1e-10  # 1 − s below this is zero
BLOCK = 1_000  # clusters whose adjustments are laid out at once


@dataclass(frozen=True, slots=True)
class Inference:
    """covariance (k, k), df (k,) of the first k columns; intervals (k, 2) at 95 %."""

    kind: str
    covariance: Floats
    df: Floats
    intervals: Floats


def ordinary(fit: ClusterFit, n_terms: int) -> Inference:
    """Textbook errors: every row independent, the same variance; t(rows − coefficients)."""
    covariance = fit.bread[:n_terms, :n_terms] * fit.residual_ss / fit.df_residual
    return _inference("ordinary", fit, covariance, np.full(n_terms, float(fit.df_residual)))


def cr0(fit: ClusterFit, n_terms: int) -> Inference:
    """Plain clustered errors without small-sample factor (Liang & Zeger 1986); t(clusters − 1)."""
    covariance = _sandwich(fit.bread, fit.scores)[:n_terms, :n_terms]
    return _inference("CR0", fit, covariance, np.full(n_terms, fit.n_clusters - 1.0))


def cr1(fit: ClusterFit, n_terms: int) -> Inference:
    """Clustered errors times G/(G − 1); t(clusters − 1). Near CR2 where both arms hold hundreds."""
    plain = cr0(fit, n_terms)
    factor = fit.n_clusters / (fit.n_clusters - 1)
    return _inference("CR1", fit, plain.covariance * factor, plain.df)


def usual(fit: ClusterFit, n_terms: int) -> Inference:
    """As statistical packages print them: CR0 times G/(G − 1) × (n − 1)/(n − k); t(clusters − 1).

    k counts the columns and a constant; effects nested in clusters are swept out and not counted.
    """
    plain, n_rows, n_columns = cr0(fit, n_terms), fit.n_rows, fit.root.shape[1] + 1
    if n_rows <= n_columns:
        return t_inference("CR1S", fit.coefficients[:n_terms], plain.covariance * np.nan, plain.df)
    factor = fit.n_clusters / (fit.n_clusters - 1) * (n_rows - 1) / (n_rows - n_columns)
    return t_inference("CR1S", fit.coefficients[:n_terms], plain.covariance * factor, plain.df)


def trusted(fit: ClusterFit, n_terms: int) -> Inference:
    """CR2 with Satterthwaite degrees of freedom, or CR1 where both arms hold too many to hold CR2's parts."""
    return cr1(fit, n_terms) if fit.cross is None else cr2(fit, n_terms)


def cr2(fit: ClusterFit, n_terms: int) -> Inference:
    """Bell-McCaffrey errors with Satterthwaite degrees of freedom by term."""
    if fit.cross is None:
        raise ValueError("CR2 needs each cluster's cross products")
    leverage, vectors = np.linalg.eigh(fit.root.T @ fit.cross @ fit.root)  # (K, r), (K, r, r)
    half, full = _adjustments(leverage)
    towards = fit.cross @ fit.root @ vectors  # (K, p, r): R_g'Q_g s^(1/2)
    back = half[:, :, None] * np.swapaxes(fit.root @ vectors, 1, 2)  # (K, r, p)
    scores = fit.scores.copy()
    for start in range(0, fit.n_clusters, BLOCK):
        part = slice(start, start + BLOCK)
        kind = fit.kind[part]
        scores[part] += (towards[kind] @ (back[kind] @ fit.scores[part, :, None]))[:, :, 0]
    covariance = _sandwich(fit.bread, scores)[:n_terms, :n_terms]
    df = np.array([_satterthwaite(fit, fit.bread[:, j], towards, half, full) for j in range(n_terms)])
    return _inference("CR2", fit, covariance, df)


def _adjustments(leverage: Floats) -> tuple[Floats, Floats]:
    """(((1 − s)^(-1/2) − 1)/s, ((1 − s)^(-1) − 1)/s), each with its limit at s = 0 and −1/s at s = 1."""
    s = np.clip(leverage, 0.0, 1.0)
    rest = 1.0 - s
    alone = rest < LEVERAGE_ONE
    safe = np.where(alone, 1.0, rest)
    root = np.sqrt(safe)
    half = np.where(alone, -1.0, 1.0 / (root * (1.0 + root)))  # ((1−s)^(-1/2) − 1)/s without 0/0
    full = np.where(alone, -1.0, 1.0 / safe)
    return half, full


def _satterthwaite(fit: ClusterFit, column: Floats, towards: Floats, half: Floats, full: Floats) -> float:
    """Degrees of freedom of one coefficient: tr(Ω)²/tr(Ω²), Ω = diag(d) − P bread P' (G × G, never built).

    column (p,): the coefficient's column of bread. d_g = |A_g R_g column|²; P_g = R_g'A_g R_g column.
    Sums over clusters are sums over kinds, each times how many clusters it has.
    """
    assert fit.cross is not None
    number = np.bincount(fit.kind, minlength=len(fit.cross)).astype(np.float64)
    plain = fit.cross @ column  # (K, p)
    along = np.einsum("kpr,p->kr", towards, column)  # (K, r)
    d = plain @ column + (full * along**2).sum(axis=1)
    moved = plain + (towards @ (half * along)[:, :, None])[:, :, 0]  # (K, p)
    rooted = moved @ fit.root  # (K, rank)
    inner = rooted.T @ (number[:, None] * rooted)
    trace = number @ d - np.trace(inner)
    trace_squared = number @ d**2 - 2.0 * number @ (d * (rooted**2).sum(axis=1)) + (inner**2).sum()
    return float(trace**2 / trace_squared) if trace_squared > 0 else float("nan")


def _sandwich(bread: Floats, scores: Floats) -> Floats:
    spread: Floats = bread @ (scores.T @ scores) @ bread
    return (spread + spread.T) / 2


def t_inference(kind: str, estimates: Floats, covariance: Floats, df: Floats) -> Inference:
    """95 % intervals of estimates (k,) from their covariance (k, k) and degrees of freedom (k,)."""
    variance = np.maximum(np.diag(covariance), 0.0)  # rounding may leave less than nothing
    half_width = stdtrit(df, 0.975) * np.sqrt(variance)
    return Inference(kind, covariance, df, np.column_stack([estimates - half_width, estimates + half_width]))


def _inference(kind: str, fit: ClusterFit, covariance: Floats, df: Floats) -> Inference:
    return t_inference(kind, fit.coefficients[: len(df)], covariance, df)
