"""Untreated outcomes imputed from unit and period effects: an estimate as weights on cells, and its errors.

Question  What would treated cells have shown without the program, and how far off is that?
Identity  A term's estimate is Σ v·y over cells. On treated cells v is the cell's share of the term; on
          untreated ones minus what the cell adds to the imputed outcomes. v sums to zero over every holder
          of an effect, so holders drop out of everything below and no dummy of one is ever built.
Assumes   Effects of holders (units, or their clusters) and of periods add up; clusters are independent.
          `adjusted` is unbiased under a working model of independent errors with variance 1/weight, as CR2
          is, and has CR2's degrees of freedom; `gardner` holds for many clusters.
Refuses   Nothing: callers look at `answerable`.
Cites     Borusyak, Jaravel & Spiess (2024), doi:10.1093/restud/rdae007; Gardner (2022), arXiv:2207.05943,
          the same estimate in two stages, with its generalised-method-of-moments errors;
          Bell & McCaffrey (2002) for the correction and the degrees of freedom.
Proof     tests/causal/test_causal_imputation.py: dense matrices; tests/reference/test_reference_did.py.

`adjusted` takes residuals of an auxiliary model in which each wave has an effect of its own by term: a
difference between waves is no noise. A cluster alone would fit its effect exactly and show no residual, so
waves of fewer than MIN_PER_WAVE clusters share an effect with their neighbours (`pool_waves`).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from payoff.causal.cluster_errors import Inference, t_inference
from payoff.causal.regression import inverse_root
from payoff.nouns.arrays import Bools, Floats, Ints

MIN_PER_WAVE = 3  # clusters
LEVERAGE_ONE = 1e-8  # a cluster's residual keeps at least this share of its variance, or tells nothing


@dataclass(frozen=True, slots=True)
class ImputationFit:
    """k terms, T periods, G clusters, J shared effects (wave × term), p = T + J.

    estimates (k,). period_effects (T,): of untreated cells. moved (k, G): Σ v·y by cluster.
    design (k, G, p): Σ v by cluster and period, then by cluster and shared effect.
    spread (k, G): Σ v²/weight by cluster. bread (p, p), coefficients (p,): of the auxiliary model.
    share (k, G): part of the term's treated weight that lies in the cluster.
    """

    estimates: Floats
    period_effects: Floats
    moved: Floats
    design: Floats
    spread: Floats
    bread: Floats
    coefficients: Floats
    share: Floats

    @property
    def n_clusters(self) -> int:
        return int(self.moved.shape[1])


def answerable(weights: Floats, treated: Bools, untreated: Bools) -> Bools:
    """(n, T): treated cells whose unit and period are tied together by untreated cells; all (n, T)."""
    seen: Bools = np.asarray(untreated & (weights > 0))
    linked = seen.astype(np.float64).T @ seen
    part = connected_components(csr_array(linked > 0), directed=False)[1]
    own = np.where(seen.any(axis=1), part[seen.argmax(axis=1)], -1)
    open_periods: Bools = np.asarray(seen.any(axis=0))
    tied: Bools = treated & (weights > 0) & open_periods & (own[:, None] == part)
    return tied


def pool_waves(launch: Ints, cluster: Ints) -> Ints:
    """(n,) wave by launch date, 0, 1, …, −1 never; too few clusters: together with the next date's.

    launch (n,): −1 never. The last wave joins the one before it where it is too small alone.
    """
    wave, open_clusters, code = np.full(len(launch), -1, dtype=np.int64), set[int](), 0
    for date in np.unique(launch[launch >= 0]):
        if len(open_clusters) >= MIN_PER_WAVE:
            code, open_clusters = code + 1, set()
        wave[launch == date] = code
        open_clusters |= set(cluster[launch == date].tolist())
    if code and len(open_clusters) < MIN_PER_WAVE:
        wave[wave == code] = code - 1
    return wave


def fit_imputation(
    values: Floats, weights: Floats, terms: Bools, untreated: Bools, holder: Ints, cluster: Ints, wave: Ints
) -> ImputationFit:
    """values, weights, untreated (n, T); terms (n, T, k), disjoint; holder, cluster, wave (n,) codes.

    holder: whose effect a row has (itself, or its cluster); nested in clusters. wave: −1 never treated.
    Cells that are neither untreated nor in a term have weight 0.
    """
    known = np.where(untreated, weights, 0.0)
    effects, by_cluster = _Effects(known, holder), _summing(cluster)
    periods = effects.solve((known * values).sum(axis=1), (known * values).sum(axis=0))[1]
    inverse = np.divide(1.0, weights, out=np.zeros_like(weights), where=weights > 0)
    n_waves, n_terms = int(wave.max()) + 1, terms.shape[2]
    moved, spread, share, design = [], [], [], []
    for j in range(n_terms):
        part = np.where(terms[:, :, j], weights, 0.0)
        part /= part.sum()
        unit, period = effects.solve(part.sum(axis=1), part.sum(axis=0))
        v = part - known * (unit[:, None] + period[None, :])
        treated = part.sum(axis=1)
        shared = np.zeros((len(wave), n_waves, n_terms))
        shared[np.arange(len(wave)), wave, j] = np.where(wave >= 0, treated, 0.0)
        moved.append(by_cluster @ (v * values).sum(axis=1))
        spread.append(by_cluster @ (v**2 * inverse).sum(axis=1))
        share.append(by_cluster @ treated)
        design.append(by_cluster @ np.concatenate([v, shared.reshape(len(wave), -1)], axis=1))
    bread, coefficients = _auxiliary(values, weights, terms, wave)
    total = np.array(moved)
    return ImputationFit(
        estimates=total.sum(axis=1),
        period_effects=periods,
        moved=total,
        design=np.array(design),
        spread=np.array(spread),
        bread=bread,
        coefficients=coefficients,
        share=np.array(share),
    )


def gardner(fit: ImputationFit) -> Inference:
    """The two-stage article's errors: clustered, no small-sample factor; t(clusters − 1)."""
    n_periods = len(fit.period_effects)
    scores = fit.moved - fit.design[:, :, :n_periods] @ fit.period_effects
    scores -= fit.share * fit.estimates[:, None]
    df = np.full(len(fit.estimates), fit.n_clusters - 1.0)
    return t_inference("GMM", fit.estimates, scores @ scores.T, df)


def adjusted(fit: ImputationFit) -> Inference:
    """Clustered errors, each cluster's residual scaled to what the auxiliary model took from it."""
    left = fit.spread - np.einsum("kgp,pq,kgq->kg", fit.design, fit.bread, fit.design)
    kept = left > LEVERAGE_ONE * fit.spread
    factor = np.divide(fit.spread, left, out=np.zeros_like(left), where=kept)
    residual = fit.moved - fit.design @ fit.coefficients
    scores = np.sqrt(factor) * residual
    df = np.array([_satterthwaite(fit, j, left[j], factor[j]) for j in range(len(fit.estimates))])
    return t_inference("CR2", fit.estimates, scores @ scores.T, df)


def _satterthwaite(fit: ImputationFit, term: int, left: Floats, factor: Floats) -> float:
    """tr(Ω)²/tr(Ω²) of Ω = F^½ (diag(spread) − Z bread Z') F^½, (G, G), never built."""
    spread, design = fit.spread[term], fit.design[term]
    trace = float(factor @ left)
    inner = (design.T @ (factor[:, None] * design)) @ fit.bread
    off = float(np.einsum("pq,qp->", inner, inner))
    squared = float((factor**2) @ (spread**2 - 2.0 * spread * (spread - left))) + off
    return trace**2 / squared if squared > 0 else float("nan")


class _Effects:
    """Least squares of cells on holder and period effects, by way of a (T, T) system.

    known (n, T): weights of untreated cells. holder (n,): whose effect a row has.
    """

    def __init__(self, known: Floats, holder: Ints) -> None:
        self._holder, self._sum = holder, _summing(holder)
        self._weights = self._sum @ known  # (H, T)
        total = self._weights.sum(axis=1)
        self._inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        scaled = self._weights * self._inverse[:, None]
        root = inverse_root(np.diag(known.sum(axis=0)) - self._weights.T @ scaled)[0]
        self._bread = root @ root.T

    def solve(self, by_row: Floats, by_period: Floats) -> tuple[Floats, Floats]:
        """The row's holder effect (n,) and period effects (T,) with these sums over cells (n,), (T,)."""
        own = (self._sum @ by_row) * self._inverse
        period = self._bread @ (by_period - self._weights.T @ own)
        effect = own - (self._weights @ period) * self._inverse
        return effect[self._holder], period


def _auxiliary(values: Floats, weights: Floats, terms: Bools, wave: Ints) -> tuple[Floats, Floats]:
    """bread (p, p) and coefficients (p,): all cells on row, period, wave × term effects, rows swept out."""
    n_periods, n_terms, n_waves = weights.shape[1], terms.shape[2], int(wave.max()) + 1
    size = n_periods + n_waves * n_terms
    gram, product = np.zeros((size, size)), np.zeros(size)
    total = weights.sum(axis=1)
    inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    weighted = weights * values
    mean = weighted.sum(axis=1) * inverse
    gram[:n_periods, :n_periods] = np.diag(weights.sum(axis=0)) - weights.T @ (weights * inverse[:, None])
    product[:n_periods] = weighted.sum(axis=0) - weights.T @ mean
    for code in range(n_waves):
        rows = np.flatnonzero(wave == code)
        inside = terms[rows].astype(np.float64)  # (m, T, k)
        w, part = weights[rows], np.einsum("mt,mtk->mk", weights[rows], inside)
        scaled = part * inverse[rows, None]
        at = slice(n_periods + code * n_terms, n_periods + (code + 1) * n_terms)
        gram[at, at] = np.diag(part.sum(axis=0)) - part.T @ scaled
        gram[:n_periods, at] = np.einsum("mt,mtk->tk", w, inside) - w.T @ scaled
        gram[at, :n_periods] = gram[:n_periods, at].T
        product[at] = np.einsum("mt,mtk->k", weighted[rows], inside) - part.T @ mean[rows]
    root = inverse_root(gram)[0]
    bread = root @ root.T
    return bread, bread @ product


def _summing(code: Ints) -> csr_array:
    """(n_codes, n): multiplied from the left it adds up rows of one code 0..n_codes−1."""
    n = len(code)
    return csr_array((np.ones(n), (code, np.arange(n))), shape=(int(code.max()) + 1, n))
