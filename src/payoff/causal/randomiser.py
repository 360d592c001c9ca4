"""Who gets the program: a lot that can be drawn again and again with the same answer.

Question  Which arm or wave does each unit, or each whole cluster, belong to?
Method    Within strata in random order, units in random order, arms dealt out systematically from a
          random start: every unit has exactly the planned chance of every arm, and no stratum strays by
          more than about one. The lot is drawn again until the arms are alike in what is known before
          launch (Mahalanobis distance below its 10 % point), at most `max_draws` times.
Depends   On the seed, the keys and what is known of them; never on the order of rows.
Refuses   Fewer clusters than arms need to state an error; shares that are none.
Cites     Morgan & Rubin (2012), doi:10.1214/12-AOS1008: rerandomisation; Bruhn & McKenzie (2009),
          doi:10.1257/app.1.4.200: stratify first. What was balanced on should be adjusted for.
Proof     tests/causal/test_causal_randomiser.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from payoff.causal.floors import MIN_CLUSTERS_PER_ARM
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import counted

METHOD = "randomisation"
ACCEPTED = 0.10  # share of lots alike enough to be taken
MAX_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Balance:
    """One thing known before launch: its mean by arm (n_arms,), and the largest standardised difference."""

    name: str
    means: tuple[float, ...]
    difference: float


@dataclass(frozen=True, slots=True)
class Allocation:
    """arm (n_units,): index into `arms`, in the order of `unit` (sorted). n_draws: lots drawn.

    alike: the groups of the lot taken are near enough in what is known; else it is the best of all drawn.
    """

    unit: tuple[str, ...]
    cluster: tuple[str, ...]
    stratum: tuple[str, ...]
    arm: Ints
    arms: tuple[str, ...]
    seed: int
    n_draws: int
    alike: bool
    balance: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of each unit before the lot; row order plays no part.

    cluster: who is drawn together; the unit itself where nobody is. stratum: "" where there is none.
    measures (n_units, k), NaN unknown, named by `names`.
    """

    unit: tuple[str, ...]
    cluster: tuple[str, ...]
    stratum: tuple[str, ...]
    names: tuple[str, ...]
    measures: Floats


def draw_lot(
    known: Known,
    arms: Sequence[str],
    seed: int,
    shares: Sequence[float] | None = None,
    max_draws: int = MAX_DRAWS,
) -> Allocation | Refusal:
    """Deal units (or whole clusters) out to `arms`; shares sum to 1, equal unless given."""
    portion = np.full(len(arms), 1 / len(arms)) if shares is None else np.asarray(shares, dtype=np.float64)
    if len(arms) < 2 or len(portion) != len(arms) or (portion <= 0).any() or abs(portion.sum() - 1) > 1e-9:
        return Refusal(METHOD, "A lot needs two arms or more, whose shares are positive and sum to 1.")
    order = np.argsort(np.array(known.unit))
    keys, code = np.unique(np.array(known.cluster)[order], return_inverse=True)
    if len(keys) < MIN_CLUSTERS_PER_ARM * len(arms):
        need = f"{MIN_CLUSTERS_PER_ARM} in each of {len(arms)} arms are needed to state an error."
        return Refusal(METHOD, f"Only {counted(len(keys), 'group')} can be drawn; {need}")
    stratum = _strata(np.array(known.stratum)[order], code, len(keys))
    measures = _filled(known.measures[order])
    rng = np.random.default_rng(seed)
    best, draws, alike = _draw_until_alike(rng, stratum, code, measures, portion, max_draws)
    return Allocation(
        unit=tuple(known.unit[i] for i in order),
        cluster=tuple(known.cluster[i] for i in order),
        stratum=tuple(known.stratum[i] for i in order),
        arm=best,
        arms=tuple(arms),
        seed=seed,
        n_draws=draws,
        alike=alike,
        balance=compare_arms(known.names, known.measures[order], best, len(arms)),
    )


def name_cells(factors: Sequence[str]) -> tuple[tuple[str, ...], Bools]:
    """Names of the 2^k combinations of factors, none of them first, and which holds which (2^k, k)."""
    held = np.array(list(product((False, True), repeat=len(factors))), dtype=np.bool_)
    held = held[np.argsort(held.sum(axis=1), kind="stable")]
    names = ["+".join(f for f, on in zip(factors, row, strict=True) if on) or "none" for row in held]
    return tuple(names), held


def compare_arms(names: Sequence[str], measures: Floats, arm: Ints, n_arms: int) -> tuple[Balance, ...]:
    """Means by arm and the largest standardised difference between two arms, for each measure (n, k)."""
    rows = []
    for name, column in zip(names, measures.T, strict=True):
        groups = [column[(arm == a) & np.isfinite(column)] for a in range(n_arms)]
        if any(len(group) == 0 for group in groups):
            continue
        means = tuple(float(group.mean()) for group in groups)
        within = float(np.mean([group.var(ddof=1) if len(group) > 1 else 0.0 for group in groups]))
        gap = max(means) - min(means)
        rows.append(Balance(name, means, gap / within**0.5 if within > 0 else 0.0))
    return tuple(rows)


def _draw_until_alike(
    rng: np.random.Generator, stratum: Ints, code: Ints, measures: Floats, portion: Floats, max_draws: int
) -> tuple[Ints, int, bool]:
    """(arm of each unit, lots drawn, alike enough): the first lot that is, or the nearest of `max_draws`."""
    n_arms = len(portion)
    lot = _deal(rng, stratum, portion)
    if not measures.size:
        return lot[code], 1, True
    rank = int(np.linalg.matrix_rank(measures - measures.mean(axis=0)))
    limit = float(chdtri(rank * (n_arms - 1), 1 - ACCEPTED))
    means, inverse = _spread(measures, code)
    best, nearest, draws = lot, _distance(means, inverse, lot, n_arms), 1
    while nearest > limit and draws < max_draws:
        lot = _deal(rng, stratum, portion)
        distance = _distance(means, inverse, lot, n_arms)
        draws += 1
        if distance < nearest:
            best, nearest = lot, distance
    return best[code], draws, nearest <= limit


def _strata(stratum: NDArray[np.str_], code: Ints, n_clusters: int) -> Ints:
    """(n_clusters,) stratum of each cluster: its members' strata, as one combination."""
    labels = np.unique(stratum, return_inverse=True)[1]
    members = [tuple(np.unique(labels[code == c])) for c in range(n_clusters)]
    names = {name: n for n, name in enumerate(sorted(set(members)))}
    return np.array([names[name] for name in members], dtype=np.int64)


def _deal(rng: np.random.Generator, stratum: Ints, portion: Floats) -> Ints:
    """(n_clusters,) arms: one after another, each arm takes its share of those left, systematically."""
    shuffled = rng.permutation(int(stratum.max()) + 1)[stratum]
    order = np.lexsort((rng.random(len(stratum)), shuffled))
    arm = np.full(len(stratum), len(portion) - 1, dtype=np.int64)
    left, rest = order, 1.0
    for a, share in enumerate(portion[:-1]):
        steps = np.floor(rng.random() + np.arange(len(left) + 1) * (share / rest))
        taken = np.diff(steps) > 0
        arm[left[taken]] = a
        left, rest = left[~taken], rest - share
    return arm


def _filled(measures: Floats) -> Floats:
    """Unknown values at their column's mean; constant and empty columns left out."""
    known = np.isfinite(measures)
    counts = known.sum(axis=0)
    means = np.where(known, measures, 0.0).sum(axis=0) / np.maximum(counts, 1)
    filled = np.where(known, measures, means)
    varies = (counts > 0) & (np.ptp(filled, axis=0) > 0) if len(filled) else counts > 0
    kept: Floats = filled[:, varies]
    return kept


def _spread(measures: Floats, code: Ints) -> tuple[Floats, Floats]:
    """(means of the clusters (n_clusters, k), inverse of their covariance (k, k)).

    measures (n, k). Means of clusters stand for their members: the spread is that of a lot of clusters.
    """
    sizes = np.bincount(code)
    means = np.column_stack([np.bincount(code, weights=column) / sizes for column in measures.T])
    inverse: Floats = np.linalg.pinv(np.atleast_2d(np.cov(means.T)), hermitian=True)
    return means, inverse


def _distance(means: Floats, inverse: Floats, lot: Ints, n_arms: int) -> float:
    """How far the arms' means lie from the common one, squared, in units of a lot's own spread.

    lot (n_clusters,): the arm of each.
    """
    counts = np.bincount(lot, minlength=n_arms)
    centres = np.array([means[lot == a].mean(axis=0) for a in range(n_arms)]) - means.mean(axis=0)
    return float(counts @ np.einsum("ak,kl,al->a", centres, inverse, centres))
