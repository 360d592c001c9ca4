"""How often would chance alone, by drawing the groups anew, have shown as much?

Question  Could a gap this wide have come from the lot and nothing else?
Identity  p is the share of drawings whose statistic is as far from zero as the one seen, the drawing that
          happened among them. The 95 % interval holds every effect, the same for all, that is not rejected
          at 5 %: under an effect τ the outcome less τ × treated is what every drawing would have shown.
Assumes   Any drawing kept within its stratum was as likely as any other. Nothing about the size of the
          sample, nor how outcomes are spread. Where nobody drew (`placebo`), the same is assumed of chance.
Refuses   Too few ways to draw for any p ≤ 0.05; nothing to draw.
Cites     Fisher (1935); Imbens & Rubin (2015), chapter 5; MacKinnon & Webb (2020),
          doi:10.1016/j.jeconom.2020.04.024, for few treated clusters.
Proof     tests/reference/test_reference_did.py (70 drawings, p = 0.857); brute force and size with few
          clusters in tests/causal/test_causal_randomisation.py.

Every statistic here is linear in the outcome: a drawing is then two numbers, its statistic of the outcome
and of the treatment that happened, and a test of any τ costs one pass over them.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np

from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import count

METHOD = "randomisation_test"
ENUMERATE_UP_TO = 5_000  # drawings; every one is used up to here
N_DRAWS = 1_999
LEVEL = 0.05
ALIKE = 1e-9  # statistics closer than this share of the largest are one and the same


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """estimate: the statistic seen. spread: standard deviation of the drawings' with the estimate taken out.

    n_drawings: how many ways there are to draw. exact: every one of them was looked at.
    interval: 95 %, by inversion; an end may be infinite.
    """

    estimate: float
    p_value: float
    interval: tuple[float, float]
    spread: float
    n_drawings: int
    exact: bool


def randomisation_test(
    outcome: Floats,
    treated: Bools,
    *,
    weight: Floats | None = None,
    strata: Ints | None = None,
    cluster: Ints | None = None,
    seed: int = 0,
) -> RandomisationTest | Refusal:
    """Difference in means, whole clusters drawn within strata; every argument (n_units,).

    Where a cluster holds both groups, units were drawn, and the cluster is their stratum.
    """
    n = len(outcome)
    weight = np.ones(n) if weight is None else weight
    strata = np.zeros(n, dtype=np.int64) if strata is None else strata
    group = np.arange(n) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    if _mixed(group, treated):
        strata, group = np.unique(np.stack([strata, group]), axis=1, return_inverse=True)[1], np.arange(n)
    elif _mixed(group, strata):
        return Refusal(METHOD, "A team lies in several strata: how the lot was drawn cannot be told.")
    size = np.bincount(group, weights=weight)
    total = np.bincount(group, weights=weight * outcome)
    first = np.unique(group, return_index=True)[1]
    label, stratum = treated[first].astype(np.int64), strata[first]
    if label.min() == label.max():
        return Refusal(METHOD, "Everybody is in one group: there was nothing to draw.")
    drawn = draw_labels(label, stratum, seed)
    if isinstance(drawn, Refusal):
        return drawn
    labels, n_drawings = drawn

    inside = labels @ size

    def gap(sums: Floats) -> Floats:
        own: Floats = labels @ sums
        return np.asarray(own / inside - (sums.sum() - own) / (size.sum() - inside))

    return compare_drawings(gap(total.astype(np.float64)), gap((size * label).astype(np.float64)), n_drawings)


def draw_labels(label: Ints, stratum: Ints, seed: int) -> tuple[Ints, int] | Refusal:
    """(B, C) drawings of the labels (C,) within strata (C,), what happened first; and how many there are.

    Refuses where no drawing could be rare enough: where two groups are of one size in every stratum, each
    drawing and its mirror image are equally far from zero.
    """
    blocks = [np.flatnonzero(stratum == code) for code in np.unique(stratum)]
    n_drawings = prod(_ways(label[block]) for block in blocks)
    codes = np.unique(label)
    mirrored = len(codes) == 2 and all(2 * (label[b] == codes[0]).sum() == len(b) for b in blocks)
    floor = (2 if mirrored else 1) / n_drawings
    if floor > LEVEL:
        ways = "one way" if n_drawings == 1 else f"{count(n_drawings)} ways"
        reason = (
            f"There are only {ways} to draw these groups: no p below {floor:.2f} can come out whatever the "
            "program did; draw among more teams, or in fewer strata."
        )
        return Refusal(METHOD, reason)
    if n_drawings <= ENUMERATE_UP_TO:
        return _enumerate(label, blocks, n_drawings), n_drawings
    generator = np.random.default_rng(seed)
    drawn = np.tile(label, (N_DRAWS + 1, 1))
    for block in blocks:
        order = generator.random((N_DRAWS, len(block))).argsort(axis=1)
        drawn[1:, block] = label[block][order]
    return drawn, n_drawings


def compare_drawings(of_outcome: Floats, of_treated: Floats, n_drawings: int) -> RandomisationTest:
    """p and interval from the statistics (B,) of the outcome and of the treatment that happened, seen first.

    `of_treated[0]` is 1: the statistic of an effect of one is one.
    """
    estimate = float(of_outcome[0])
    null = _Null(of_outcome, of_treated)
    return RandomisationTest(
        estimate=estimate,
        p_value=null.p_value(0.0),
        interval=(null.end(-1.0), null.end(1.0)),
        spread=float(np.sqrt(np.mean((of_outcome - estimate * of_treated) ** 2))),
        n_drawings=n_drawings,
        exact=len(of_outcome) == n_drawings,
    )


class _Null:
    """p of "the effect is τ, for everybody"."""

    def __init__(self, of_outcome: Floats, of_treated: Floats) -> None:
        self._outcome, self._treated = of_outcome, of_treated
        self._scale = float(np.abs(of_outcome).max())

    def p_value(self, effect: float) -> float:
        """Share of drawings at least as far out as the one that happened."""
        left = np.abs(self._outcome - effect * self._treated)
        slack = ALIKE * (self._scale + abs(effect))
        return float(np.mean(left >= left[0] - slack))

    def end(self, side: float) -> float:
        """The farthest effect on one side that is not rejected, to a millionth of its distance."""
        centre = float(self._outcome[0])
        step = max(
            float(np.abs(self._outcome - centre * self._treated).max()), 1e-12 * max(self._scale, 1e-300)
        )
        inner, outer = 0.0, step
        for _ in range(60):
            if self.p_value(centre + side * outer) <= LEVEL:
                break
            inner, outer = outer, outer * 2
        else:
            return side * float("inf")
        while outer - inner > 1e-6 * outer:
            middle = (inner + outer) / 2
            inner, outer = (
                (inner, middle) if self.p_value(centre + side * middle) <= LEVEL else (middle, outer)
            )
        return centre + side * outer


def _ways(label: Ints) -> int:
    """Orders of the labels (n,) that differ."""
    left, ways = len(label), 1
    for number in np.unique(label, return_counts=True)[1]:
        ways *= comb(left, int(number))
        left -= int(number)
    return ways


def _enumerate(label: Ints, blocks: list[Ints], n_drawings: int) -> Ints:
    """Every drawing (n_drawings, C), the one that happened first."""
    drawn = np.empty((n_drawings, len(label)), dtype=np.int64)
    orders = [_orders(label[block]) for block in blocks]
    at = np.indices([len(order) for order in orders]).reshape(len(orders), -1)
    for block, order, rows in zip(blocks, orders, at, strict=True):
        drawn[:, block] = order[rows]
    happened = int(np.flatnonzero((drawn == label).all(axis=1))[0])
    drawn[[0, happened]] = drawn[[happened, 0]]
    return drawn


def _orders(label: Ints) -> Ints:
    """(W, n): every different order of the labels (n,)."""
    codes, numbers = np.unique(label, return_counts=True)
    if len(codes) == 1:
        return label[None, :]
    rest = _orders(label[label != codes[0]])  # (R, n - k)
    places = np.array(list(combinations(range(len(label)), int(numbers[0]))))  # (M, k)
    inside = np.zeros((len(places), len(label)), dtype=np.bool_)
    np.put_along_axis(inside, places, True, axis=1)
    left = np.nonzero(~inside)[1].reshape(len(places), -1)
    orders = np.full((len(places), len(rest), len(label)), codes[0])
    shape = (len(places), *rest.shape)
    np.put_along_axis(
        orders, np.broadcast_to(left[:, None, :], shape), np.broadcast_to(rest[None, :, :], shape), axis=2
    )
    return orders.reshape(-1, len(label))


def _mixed(group: Ints, label: Ints | Bools) -> bool:
    """Does a group hold more than one label? Both (n,)."""
    pairs = np.unique(np.stack([group, label.astype(np.int64)]), axis=1)
    return bool(pairs.shape[1] > len(np.unique(group)))
