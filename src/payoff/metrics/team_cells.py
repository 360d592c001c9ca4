"""Which cells of a table by team and period may be shown beside all counts of the run?

Question  Of which teams, and of which columns of them, do sums and counts leave every small group in doubt?
Teams     One system a period (`suppression`): the counts of the run first, then teams, the largest first. A
          team that is withheld in one period is withheld in all.
Cells     Of a column in a period, those with a value and those without one, of yes or no those who say
          either: a cell is withheld where one of these is small, and the next smallest in which anybody has a
          value with it, until what is withheld together is not small, nor one cell alone. Of a team the
          same over the periods of a window, since its level over the window is told too (`segments`).
Assumes   Values of different periods differ: who moves between teams is not looked for across periods.
Proof     tests/metrics/test_metrics_team_cells.py: an attacker with totals, with and without.
"""

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
    """known, yes (n_units, n_periods): who has a value, who says yes; None of what is no yes or no.

    windows (n_periods,): codes of the windows over which a team's level is told elsewhere; None: nowhere.
    """

    known: Bools
    yes: Bools | None = None
    windows: Ints | None = None

    def masks(self, n: int) -> tuple[Bools, ...]:
        """Who stands behind its figures in a period: those with a value, who say yes, who say no."""
        known = self.known[:, n]
        return (known,) if self.yes is None else (known, self.yes[:, n], known & ~self.yes[:, n])


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


def choose_cells(team: Ints, kept: Bools, columns: list[Column], floor: int) -> Bools:
    """(n_columns, n_teams, n_periods) which cells are shown of the teams that are kept."""
    sizes = np.column_stack([_count(codes, codes >= 0, len(kept)) for codes in team.T])
    shown = [kept[:, None] & ~_hide(team, kept, sizes, column, floor) for column in columns]
    return np.array(shown, dtype=np.bool_).reshape(len(columns), *sizes.shape)


def _hide(team: Ints, kept: Bools, sizes: Ints, column: Column, floor: int) -> Bools:
    """(n_teams, n_periods) cells withheld: the small ones, then others by period and by team in turn."""
    by_period = [
        [_count(codes, mask, len(kept)) for mask in column.masks(n)] for n, codes in enumerate(team.T)
    ]
    parts = [np.column_stack(each) for each in zip(*by_period, strict=True)]
    small = np.any([(x > 0) & (x < floor) for x in (*parts, sizes - parts[0])], axis=0)
    hidden: Bools = small & kept[:, None]
    windows = () if column.windows is None else [column.windows == code for code in np.unique(column.windows)]
    before = None
    while before is None or (hidden != before).any():
        before = hidden.copy()
        for n in range(hidden.shape[1]):
            own = [x[:, n] for x in parts]
            hidden[:, n] = _with_next(hidden[:, n], kept, _any(hidden), own, floor)
        for code in np.flatnonzero(hidden.any(axis=1)):
            for at in windows:
                own, every = [x[code, at] for x in parts], np.ones(at.sum(), dtype=np.bool_)
                hidden[code, at] = _with_next(hidden[code, at], every, _any(hidden[:, at].T), own, floor)
    return hidden


def _any(lines: Bools) -> Bools:
    """(n_lines,) in which of them is anything withheld?"""
    found: Bools = np.asarray(lines.any(axis=1))
    return found


def _with_next(small: Bools, kept: Bools, liked: Bools, parts: list[Ints], floor: int) -> Bools:
    """(n_cells,) withheld: the small ones, and others until they are two, and no part of them small.

    One alone would be the total less the others, and its team's size less that who has no value. liked:
    taken first, because others are withheld in their line too.
    """
    hidden = small.copy()
    free = kept & ~small & (parts[0] > 0)
    others = [code for code in np.lexsort((parts[0], ~liked)) if free[code]]
    for code in others:
        if hidden.sum() != 1 and not any(0 < part[hidden].sum() < floor for part in parts):
            break
        hidden[code] = True
    return hidden


def _count(codes: Ints, inside: Bools, n_teams: int) -> Ints:
    """(n_teams,) people of each team among those inside."""
    return np.bincount(codes[inside & (codes >= 0)], minlength=n_teams).astype(np.int64)


def _choose(rows: list[Bools], floor: int, told: ToldAlready) -> Bools:
    outside = np.zeros((len(rows), told.groups.shape[1] - len(rows[0])), dtype=np.bool_)
    asked = np.vstack([told.groups, np.hstack([np.array(rows), outside])])
    return choose_shown(asked, floor, told.weights)[len(told.groups) :]
