"""Comparison units like the program's: who is matched to whom, and what the match says.

Question  What did units just like the program's reach without it?
Estimand  Mean over program units of own outcome minus the mean of the matched ones' (ATT).
Matching  The `ratio` nearest in Euclidean distance of `points`, with replacement; everybody as near as
          the last (within a tolerance in squared distance) is used and averaged, so that no answer
          hangs on the order of rows.
Refuses   Nothing: callers look at how many found a match, at balance and at effective size.
Errors    Abadie and Imbens's; with teams of several units not below the dyadic one: two pairs hang
          together that have a team in common, on either side.
Cites     Abadie & Imbens (2006), doi:10.1111/j.1468-0262.2006.00655.x; Aronow, Samii & Assenova (2015),
          doi:10.1093/pan/mpv018: errors of pairs; Sekhon (2011),
          doi:10.18637/jss.v042.i07: tolerance, pairs and errors as R's Matching has them.
Proof     tests/reference/test_reference_matching.py (NSW: 2,153.3, errors 825.4 and 819.3).
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from payoff.nouns.arrays import Bools, Floats, Ints

TIE = 1e-5  # squared distance within which comparison units are equally near
MOST_PAIRS = 20_000_000  # pairs that fit in memory


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs (p,): program unit `own`, comparison unit `other` (indices into the sample), and the
    `share` of that unit in its average (sums to 1 for each program unit). n: units in the sample.
    """

    own: Ints
    other: Ints
    share: Floats
    n: int

    @property
    def n_pairs(self) -> int:
        return len(self.own)

    @property
    def matched(self) -> Bools:
        """(n,): program units that found a match."""
        found = np.zeros(self.n, dtype=np.bool_)
        found[self.own] = True
        return found

    def weights(self, unit_weight: Floats) -> Floats:
        """(n,): program units by their own weight, comparison units by all they stand in for."""
        own = np.where(self.matched, unit_weight, 0.0)
        return own + np.bincount(self.other, weights=unit_weight[self.own] * self.share, minlength=self.n)


@dataclass(frozen=True, slots=True)
class MatchedMean:
    """att with Abadie-Imbens errors, one variance for all: of the population, and of the sample given."""

    att: float
    error_population: float
    error_sample: float
    n_pairs: int


def match_nearest(
    points: Floats, program: Bools, ratio: int = 1, caliper: float | None = None, tie: float = TIE
) -> Matches | None:
    """points (n, d), finite and scaled; program (n,). None when ties make more pairs than fit."""
    points = np.asarray(points, dtype=np.float64)
    ours, theirs = np.flatnonzero(program), np.flatnonzero(~program)
    tree = cKDTree(points[theirs])
    last = min(ratio, len(theirs))
    far = np.asarray(tree.query(points[ours], k=[last])[0], dtype=np.float64)[:, 0]
    kept = np.ones(len(ours), dtype=np.bool_) if caliper is None else far <= caliper
    ours, radius = ours[kept], np.sqrt(far[kept] ** 2 + tie)
    if not len(ours):
        return Matches(ours, ours, np.empty(0), len(program))
    number = np.asarray(tree.query_ball_point(points[ours], radius, return_length=True), dtype=np.int64)
    if number.sum() > MOST_PAIRS:
        return None
    found = tree.query_ball_point(points[ours], radius, return_sorted=True)
    other = theirs[np.concatenate([np.asarray(f, dtype=np.int64) for f in found])]
    return Matches(np.repeat(ours, number), other, np.repeat(1 / number, number), len(program))


def match_exact(known: Floats, program: Bools) -> Matches | None:
    """Every comparison unit with the same values of known (n, k); None when pairs would not fit."""
    known = np.asarray(known, dtype=np.float64)
    cell = np.unique(known, axis=0, return_inverse=True)[1].reshape(-1)
    theirs = np.flatnonzero(~program)
    theirs = theirs[np.argsort(cell[theirs], kind="stable")]
    start = np.searchsorted(cell[theirs], cell, side="left")
    end = np.searchsorted(cell[theirs], cell, side="right")
    ours = np.flatnonzero(program & (end > start))
    number = (end - start)[ours]
    if number.sum() > MOST_PAIRS:
        return None
    own = np.repeat(ours, number)
    within = np.arange(len(own)) - np.repeat(np.cumsum(number) - number, number)
    return Matches(own, theirs[start[own] + within], np.repeat(1 / number, number), len(program))


def score_points(score: Floats) -> Floats:
    """(n, 1): the fitted probability in its own standard deviations."""
    return (score / score.std(ddof=1))[:, None] if score.std() > 0 else np.zeros((len(score), 1))


def mahalanobis_points(known: Floats) -> Floats:
    """(n, r): coordinates in which Euclidean distance is Mahalanobis distance of known (n, k)."""
    centred = np.asarray(known, dtype=np.float64)
    centred = centred - centred.mean(axis=0)
    scale = np.where(centred.std(axis=0) > 0, centred.std(axis=0), 1.0)
    values, vectors = np.linalg.eigh((centred / scale).T @ (centred / scale) / max(len(centred) - 1, 1))
    kept = values > 1e-10 * max(float(values.max(initial=0.0)), 1e-300)
    points: Floats = (centred / scale) @ (vectors[:, kept] / np.sqrt(values[kept]))
    return points


def matched_mean(outcome: Floats, matches: Matches) -> MatchedMean:
    """Effect on the matched program units with Abadie-Imbens errors; outcome (n,)."""
    outcome = np.asarray(outcome, dtype=np.float64)
    gap = outcome[matches.own] - outcome[matches.other]  # by pair
    own_gap = np.bincount(matches.own, weights=gap * matches.share, minlength=matches.n)[matches.matched]
    n_own = len(own_gap)
    att = float(own_gap.mean())
    noise = 0.5 * float((gap - att) ** 2 @ matches.share) / n_own  # one unit's variance, from the pairs
    used = np.bincount(matches.other, weights=matches.share, minlength=matches.n)
    used_squared = np.bincount(matches.other, weights=matches.share**2, minlength=matches.n)
    sample = noise * (n_own + float(used @ used)) / n_own**2
    spread = float(((own_gap - att) ** 2).sum())
    population = (spread + noise * float((used**2 - used_squared).sum())) / n_own**2
    return MatchedMean(att, float(np.sqrt(max(population, sample))), float(np.sqrt(sample)), matches.n_pairs)


def clustered_error(outcome: Floats, matches: Matches, cluster: Ints) -> float:
    """The error of `matched_mean`, units (n,) in clusters (n,); its own where every cluster is one unit."""
    found = matched_mean(outcome, matches)
    n_clusters = len(np.unique(cluster))
    if n_clusters == matches.n:
        return found.error_population
    pair = (outcome[matches.own] - outcome[matches.other] - found.att) * matches.share / matches.matched.sum()
    ours, theirs = cluster[matches.own], cluster[matches.other]
    across, width = ours != theirs, int(cluster.max()) + 1
    touching = np.bincount(ours, weights=pair, minlength=width)
    touching += np.bincount(theirs[across], weights=pair[across], minlength=width)
    dyad = np.minimum(ours, theirs)[across] * np.int64(width) + np.maximum(ours, theirs)[across]
    twice = np.bincount(np.unique(dyad, return_inverse=True)[1], weights=pair[across])
    fewest = min(len(np.unique(ours)), len(np.unique(theirs)))
    variance = float(touching @ touching - twice @ twice) * fewest / max(fewest - 1, 1)
    return max(float(np.sqrt(max(variance, 0.0))), found.error_population)
