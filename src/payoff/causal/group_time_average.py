"""Averages of group-time effects: simple, by cohort, by exposure, by calendar period, by declared term.

Question  What did the program change on average, and by when, since when, for whom?
Estimand  Averages weighted by cohort size over the cells named; `group` first averages each cohort over
          its own follow-up, the overall of `dynamic` and `calendar` averages event times and periods.
Assumes   Nothing beyond the effects themselves.
Refuses   Nothing: an average without a cell is left out.
Cites     Callaway & Sant'Anna (2021), section 3; shares of cohorts are estimated, and `share` carries
          what a unit's own membership does to the average (R did: wif).
Proof     tests/reference/test_reference_group_time.py: all aggregations of mpdta.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.group_time_cells import Cells
from payoff.nouns.arrays import Bools, Floats


@dataclass(frozen=True, slots=True)
class Average:
    """q averages of m effects over K cohorts.

    names (q,); weights (m, q); estimates (q,); share (K, q): influence of belonging to a cohort.
    """

    names: tuple[str, ...]
    weights: Floats
    estimates: Floats
    share: Floats

    def only(self, size: int) -> "Average":
        """The first `size` of them."""
        return Average(self.names[:size], self.weights[:, :size], self.estimates[:size], self.share[:, :size])

    def rest(self) -> "Average":
        """All but the first."""
        return Average(self.names[1:], self.weights[:, 1:], self.estimates[1:], self.share[:, 1:])

    def renamed(self, names: Iterable[str]) -> "Average":
        return replace(self, names=tuple(names))

    def then(self, names: Sequence[str], mixing: Floats) -> "Average":
        """Fixed mixtures of these averages; mixing (q, r)."""
        return Average(tuple(names), self.weights @ mixing, self.estimates @ mixing, self.share @ mixing)


def average_cells(
    cells: Cells, effects: Floats, share: Floats, chosen: Sequence[Bools], names: Sequence[str]
) -> Average:
    """One average per mask of cells, weighted by the share (K,) of the cell's cohort."""
    weights = np.zeros((cells.size, len(chosen)))
    moved = np.zeros((len(share), len(chosen)))
    estimates = np.zeros(len(chosen))
    for j, mask in enumerate(chosen):
        mass = share[cells.cohort[mask]]
        weights[mask, j] = mass / mass.sum()
        estimates[j] = weights[:, j] @ effects
        np.add.at(moved[:, j], cells.cohort[mask], (effects[mask] - estimates[j]) / mass.sum())
    return Average(tuple(names), weights, estimates, moved)


def each_cell(cells: Cells, effects: Floats, share: Floats) -> Average:
    """Every effect by itself."""
    still = np.zeros((len(share), cells.size))
    return Average(tuple(str(j) for j in range(cells.size)), np.eye(cells.size), effects, still)


def average_simple(cells: Cells, effects: Floats, share: Floats) -> Average:
    """Over all cells from launch on."""
    return average_cells(cells, effects, share, [cells.event >= 0], ["simple"])


def average_by_group(cells: Cells, effects: Floats, share: Floats) -> Average:
    """Each cohort over its own follow-up, then all of them by size ("group")."""
    post = cells.event >= 0
    cohorts = np.unique(cells.cohort[post])
    masks = [post & (cells.cohort == k) for k in cohorts]
    each = average_cells(cells, effects, share, masks, [f"{cells.launch[m][0]}" for m in masks])
    mass = share[cohorts] / share[cohorts].sum()
    total = each.then(["group"], mass[:, None])
    moved = total.share.copy()
    moved[cohorts, 0] += (each.estimates - total.estimates) / share[cohorts].sum()
    overall = Average(total.names, total.weights, total.estimates, moved)
    return join_averages(overall, each)


def average_each_exposure(cells: Cells, effects: Floats, share: Floats) -> Average:
    """By periods since launch, before it too, in time order."""
    times = np.unique(cells.event)
    masks = [cells.event == e for e in times]
    return average_cells(cells, effects, share, masks, [f"e{e}" for e in times])


def average_by_exposure(cells: Cells, effects: Floats, share: Floats) -> Average:
    """The same behind "dynamic", the mean from launch on."""
    each = average_each_exposure(cells, effects, share)
    return join_averages(each.then(["dynamic"], _mean_of(np.unique(cells.event) >= 0)), each)


def average_by_calendar(cells: Cells, effects: Floats, share: Floats) -> Average:
    """By calendar period over the cohorts launched; "calendar" is the mean over periods."""
    post = cells.event >= 0
    times = np.unique(cells.at[post])
    each = average_cells(
        cells, effects, share, [post & (cells.at == t) for t in times], [f"{t}" for t in times]
    )
    return join_averages(each.then(["calendar"], _mean_of(np.ones(len(times), dtype=np.bool_))), each)


def _mean_of(chosen: Bools) -> Floats:
    mixing: Floats = (chosen / max(int(chosen.sum()), 1)).astype(np.float64)[:, None]
    return mixing


def join_averages(*averages: Average) -> Average:
    """Side by side, in order."""
    return Average(
        tuple(name for a in averages for name in a.names),
        np.concatenate([a.weights for a in averages], axis=1),
        np.concatenate([a.estimates for a in averages]),
        np.concatenate([a.share for a in averages], axis=1),
    )
