"""What a two-way fixed-effects estimate over several launch dates is made of.

Question  Which comparisons of two groups at a time does the one number average, and with what weights?
Identity  With a balanced panel and equal weights the estimate is Σ weight × difference in differences over
          all pairs: treated against never treated, earlier against later (before the later start), later
          against earlier (after the earlier have started). Weights are positive and sum to one; they grow
          with the pair's sizes and with how even its time before and after is.
Assumes   Every unit is seen in every period; once treated, always treated.
Refuses   What it assumes, where it does not hold; a single date (there is nothing to take apart).
Cites     Goodman-Bacon (2021), doi:10.1016/j.jeconom.2021.03.014, theorem 1 (R bacondecomp).
Proof     tests/reference/test_reference_did.py (mathematics reform, R bacondecomp);
          tests/causal/test_causal_bacon.py: adds up to the regression.

Later against earlier takes units already treated as comparison: where effects grow, that part pulls the
number down, even below zero. Units treated throughout serve as comparison only, as in the article.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from payoff.causal.event_time import timing_refusal
from payoff.causal.outcome import analysed_values, observed_cells
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "goodman_bacon"
Kind = Literal["treated vs untreated", "earlier vs later", "later vs earlier", "later vs always treated"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One comparison of two groups: launch indices, −1 never, 0 throughout."""

    kind: Kind
    treated: int
    comparison: int
    estimate: float
    weight: float


@dataclass(frozen=True, slots=True)
class Bacon:
    """pairs in order of launch; their weights sum to one."""

    pairs: tuple[Pair, ...]

    @property
    def estimate(self) -> float:
        """The two-way fixed-effects estimate."""
        return sum(pair.weight * pair.estimate for pair in self.pairs)

    def weight(self, kind: Kind) -> float:
        """Weight of all pairs of a kind."""
        return sum(pair.weight for pair in self.pairs if pair.kind == kind)

    def estimate_of(self, kind: Kind) -> float:
        """Weighted mean of the pairs of a kind; NaN without one."""
        total = self.weight(kind)
        own = sum(pair.weight * pair.estimate for pair in self.pairs if pair.kind == kind)
        return own / total if total > 0 else float("nan")


def goodman_bacon(study: Study, panel: Panel) -> Bacon | Refusal:
    """Take a study's two-way fixed-effects estimate apart."""
    periods = panel.pre | panel.post
    refusal = timing_refusal(study, panel, METHOD)
    if refusal is not None:
        return refusal
    values = analysed_values(study, panel, periods, METHOD)
    if isinstance(values, Refusal):
        return values
    cells = observed_cells(panel, periods)
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    used = np.ix_(rows, columns)
    weights = panel.weights[used]
    if not cells[used].all() or np.ptp(weights) > 1e-9 * weights.max():
        reason = (
            "The estimate can be taken apart only where every unit is seen in every period and counts once."
        )
        return Refusal(METHOD, reason)
    launch = np.searchsorted(columns, panel.launch[rows])
    launch = np.where((panel.launch[rows] < 0) | (launch >= len(columns)), -1, launch)
    if len(np.unique(launch)) < 2 or not (launch > 0).any():
        return Refusal(METHOD, "Nobody starts within the periods observed while others do not.")
    return decompose(values[used], launch.astype(np.int64))


def decompose(values: Floats, launch: Ints) -> Bacon:
    """values (n, T) without gaps; launch (n,) index of the first treated period, −1 never, 0 throughout."""
    codes, group = np.unique(launch, return_inverse=True)
    sizes = np.bincount(group) / len(launch)
    paths = np.stack([values[group == k].mean(axis=0) for k in range(len(codes))])
    n_periods = values.shape[1]
    found: list[tuple[Kind, int, int, float, float]] = []
    for k in np.flatnonzero(codes > 0):
        for other in np.flatnonzero(np.arange(len(codes)) != k):
            found.append(_pair(paths, codes, sizes, int(k), int(other), n_periods))
    total = sum(row[4] for row in found)
    return Bacon(tuple(Pair(kind, a, b, gap, mass / total) for kind, a, b, gap, mass in found))


def _pair(
    paths: Floats, codes: Ints, sizes: Floats, treated: int, other: int, n_periods: int
) -> tuple[Kind, int, int, float, float]:
    """Kind, launches, difference in differences and unnormalised weight of one pair."""
    start, end = int(codes[treated]), int(codes[other])
    share = {code: (n_periods - code) / n_periods for code in (start, end)}  # of time under treatment
    pair = sizes[treated] + sizes[other]
    even = sizes[treated] * sizes[other] / pair**2
    kind: Kind
    if end <= 0:
        kind = "treated vs untreated" if end < 0 else "later vs always treated"
        before, after = slice(0, start), slice(start, n_periods)
        mass = pair**2 * even * share[start] * (1 - share[start])
    elif start < end:  # the later group stands in until it starts
        kind, before, after = "earlier vs later", slice(0, start), slice(start, end)
        part = 1 - share[end]
        mass = (pair * part) ** 2 * even * (share[start] - share[end]) / part * (1 - share[start]) / part
    else:  # the earlier group, treated by then, stands in
        kind, before, after = "later vs earlier", slice(end, start), slice(start, n_periods)
        part = share[end]
        mass = (pair * part) ** 2 * even * share[start] / part * (share[end] - share[start]) / part
    change = paths[:, after].mean(axis=1) - paths[:, before].mean(axis=1)
    return kind, start, end, float(change[treated] - change[other]), float(mass)
