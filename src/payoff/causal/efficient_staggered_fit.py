"""Effects of a rollout whose order was drawn by lot: what came before launch subtracted as far as it pays.

Question  What did the program change, using that which wave a team is in is pure chance?
Estimand  Mean over the cells (cohort, period) of a term, weighted by cohort size.
Identity  Each cell is a gap after launch, cohort against those not yet treated, less β times the same gap in
          the last period before launch. The lot makes the gap before launch zero on average, so that any β
          is right; β = 1 is the difference in differences, β = 0 the plain gap, and the β used here the one
          with the least variance.
Assumes   The order of launch was drawn by lot; no anticipation beyond the declared; no spill-over.
Refuses   Nothing: the caller sees to cohorts of two clusters or more.
Cites     Roth & Sant'Anna (2023), doi:10.1086/726581: section 3, the scalar adjustment of their package
          `staggered`; the variance is Neyman's, conservative where effects differ.
Proof     tests/causal/test_causal_efficient.py: brute force over drawings, two periods equal to ANCOVA with a
          common slope, coverage with 10, 30 and 100 teams, variance below that of β = 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from payoff.causal.cluster_errors import Inference, t_inference
from payoff.nouns.arrays import Bools, Floats, Ints

Span = tuple[int, int | None]  # periods since launch, both included


@dataclass(frozen=True, slots=True)
class Contrasts:
    """q terms, K cohorts, T periods: a term is Σ (after − β before) × cohort means; both (q, K, T).

    used (q,): the term has a cell. serving (K,): the cohort is in some cell.
    """

    after: Floats
    before: Floats
    used: Bools
    serving: Bools


def find_contrasts(
    times: Ints, cohorts: Ints, sizes: Ints, spans: Sequence[Span], anticipation: int = 0
) -> Contrasts:
    """times (T,); cohorts (K,) first treated time, increasing, past the last time when never; sizes (K,)."""
    shape = (len(spans), len(cohorts), len(times))
    after, before, weight = np.zeros(shape), np.zeros(shape), np.zeros(len(spans))
    for k, launch in enumerate(cohorts):
        quiet = np.flatnonzero(times < launch - anticipation)
        if not len(quiet):
            continue
        for t in range(int(quiet[-1]) + 1, len(times)):
            others = np.flatnonzero(cohorts > times[t] + anticipation)
            others = others[others != k]
            since = int(times[t] - launch)
            inside = [j for j, (a, b) in enumerate(spans) if a <= since and (b is None or since <= b)]
            if not len(others) or not inside:
                continue
            share = sizes[others] / sizes[others].sum()
            for j in inside:
                weight[j] += sizes[k]
                for gap, at in ((after, t), (before, int(quiet[-1]))):
                    gap[j, k, at] += sizes[k]
                    gap[j, others, at] -= sizes[k] * share
    scale = np.where(weight > 0, weight, 1.0)[:, None, None]
    serving: Bools = np.asarray((after != 0).any(axis=(0, 2)) | (before != 0).any(axis=(0, 2)))
    return Contrasts(after / scale, before / scale, weight > 0, serving)


@dataclass(frozen=True, slots=True)
class StaggeredFit:
    """estimates, slopes (q,): the β of each term; scores (n, q): a cluster's part in the error; df (q,)."""

    estimates: Floats
    slopes: Floats
    scores: Floats
    df: Floats

    def inference(self) -> Inference:
        """Neyman's variance, Welch's degrees of freedom; the fit of β is counted."""
        return t_inference("Neyman", self.estimates, self.scores.T @ self.scores, self.df)


def fit_staggered(
    paths: Floats, cohort: Ints, contrasts: Contrasts, slope: float | None = None
) -> StaggeredFit:
    """paths (n, T) of clusters; cohort (n,) codes. slope: one β for all terms, None: the best of each."""
    sizes = np.bincount(cohort, minlength=contrasts.after.shape[1])
    means = _cohort_means(paths, cohort[None, :], len(sizes))[0]
    away, free = paths - means[cohort], np.maximum(sizes - 1, 1)
    weight = 1.0 / np.sqrt(sizes * free)[cohort, None]  # squares add up to the variance of cohort means
    after, before = (
        weight * np.einsum("nt,qnt->nq", away, part[:, cohort])
        for part in (contrasts.after, contrasts.before)
    )
    gap = np.einsum("kt,qkt->q", means, contrasts.before)
    level = np.einsum("kt,qkt->q", means, contrasts.after)
    if slope is not None:
        scores = after - slope * before
        slopes = np.full(len(gap), slope)
        return StaggeredFit(level - slopes * gap, slopes, scores, _welch(scores, cohort, free))
    spread = (before**2).sum(axis=0)
    slopes = np.divide((before * after).sum(axis=0), spread, out=np.zeros_like(gap), where=spread > 0)
    room = _welch(before, cohort, free)  # deviations the slope was fitted to
    doubt = np.divide(gap**2, spread * room, out=np.zeros_like(gap), where=spread > 0)
    factor = np.where(room > 1.0, room / np.maximum(room - 1.0, 0.5), 1.0) * (1.0 + doubt)
    scores = np.sqrt(factor) * (after - slopes * before)
    return StaggeredFit(level - slopes * gap, slopes, scores, _welch(scores, cohort, free) - 1.0)


def _welch(scores: Floats, cohort: Ints, free: Ints) -> Floats:
    """(q,): degrees of freedom of Σ scores² (n, q), each cohort's part having `free` (K,)."""
    parts = np.stack([np.bincount(cohort, weights=column**2, minlength=len(free)) for column in scores.T])
    square = (parts**2 / free).sum(axis=1)
    total: Floats = parts.sum(axis=1)
    df: Floats = np.divide(total**2, square, out=np.ones_like(total), where=square > 0)
    return np.asarray(np.maximum(df, 1.0))


def _cohort_means(paths: Floats, cohort: Ints, n_cohorts: int) -> Floats:
    """(B, K, T) mean paths by cohort, for drawings cohort (B, n) of paths (n, T)."""
    member = (cohort[:, None, :] == np.arange(n_cohorts)[None, :, None]).astype(np.float64)
    means: Floats = (member @ paths) / np.maximum(member.sum(axis=2), 1.0)[:, :, None]
    return means
