"""Which cells of a table by team and period may be shown beside all counts of the run?

Question  Of which teams, and of which columns of them, do sums and counts leave every small group in doubt?
Method    One system a period (`suppression`): the counts of the run first, then teams, the largest first,
          then of each column those with a value, of all and of each team; of a yes-or-no column also those
          who say yes. A team that is withheld in one period is withheld in all, a cell alone.
Assumes   Values of different periods differ: who moves between teams is not looked for across periods.
Proof     tests/metrics/test_metrics_team_cells.py: an attacker with totals, with and without.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from payoff.metrics.suppression import choose_shown
from payoff.nouns.arrays import Bools, Ints


@dataclass(frozen=True, slots=True)
class ToldAlready:
    """groups (n_groups, n_people): counts told elsewhere, most wanted first; weights (n_people,).

    The table's people come first, in the table's order; behind them those who are not in it.
    """

    groups: Bools
    weights: Ints


@dataclass(frozen=True, slots=True)
class Column:
    """known, yes (n_units, n_periods): who has a value, who says yes; None of what is no yes or no."""

    known: Bools
    yes: Bools | None = None

    def masks(self, n: int) -> tuple[Bools, ...]:
        """Who stands behind its figures in a period."""
        return (self.known[:, n],) if self.yes is None else (self.known[:, n], self.yes[:, n])


def choose_teams(team: Ints, floor: int, told: ToldAlready) -> Bools:
    """(n_teams,) which are shown. team (n_units, n_periods): codes, −1 in none."""
    sizes = np.bincount(team[team >= 0])
    order = np.argsort(-sizes, kind="stable")
    kept = np.ones(len(sizes), dtype=np.bool_)
    if not sizes.size:
        return kept
    for inside in {column.tobytes(): column for column in team.T}.values():
        rows = [inside == code for code in order]
        kept[order] &= _choose(rows, floor, told)
    return kept


def choose_cells(team: Ints, kept: Bools, columns: list[Column], floor: int, told: ToldAlready) -> Bools:
    """(n_columns, n_teams, n_periods) which cells are shown of the teams that are kept."""
    shown = np.zeros((len(columns), len(kept), team.shape[1]), dtype=np.bool_)
    codes = np.flatnonzero(kept)
    if not codes.size:
        return shown
    found: dict[bytes, Bools] = {}
    for n, inside in enumerate(team.T):
        teams = [inside == code for code in codes]
        masks = [column.masks(n) for column in columns]
        rows = teams + list(_behind(teams, masks))
        key = np.packbits(np.array(rows)).tobytes()
        if key not in found:
            found[key] = _choose(rows, floor, told)
        ok = iter(found[key][len(teams) :])
        for k, parts in enumerate(masks):
            for code in (None, *codes):
                cell = [next(ok) for _ in parts]
                if code is not None:
                    shown[k, code, n] = all(cell)
    return shown


def _behind(teams: list[Bools], masks: list[tuple[Bools, ...]]) -> Iterator[Bools]:
    """Of each column those behind its figures: of all teams, then of each."""
    anywhere = np.any(np.array(teams), axis=0)
    for parts in masks:
        for inside in (anywhere, *teams):
            yield from (inside & part for part in parts)


def _choose(rows: list[Bools], floor: int, told: ToldAlready) -> Bools:
    outside = np.zeros((len(rows), told.groups.shape[1] - len(rows[0])), dtype=np.bool_)
    asked = np.vstack([told.groups, np.hstack([np.array(rows), outside])])
    return choose_shown(asked, floor, told.weights)[len(told.groups) :]
