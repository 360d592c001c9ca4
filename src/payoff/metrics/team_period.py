"""One row per team and period, from people: for readers who may not see single persons.

Question  What did the people of each team do and reach in each period, and how many of them are known?
Identity  `<column>_sum` adds up the people with a value, `<column>_people` counts them: means of teams
          together are sums over sums.
Withholds Teams and cells from which a small group could be worked out (`team_cells`): the team is left out,
          the cell's sum and count are null. Nobody with a value is a count of 0.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.metrics.columns import flatten
from payoff.metrics.team_cells import Column, ToldAlready, choose_cells, choose_teams
from payoff.nouns.arrays import Floats, Ints

_KEYS = ("unit", "period")


@dataclass(frozen=True, slots=True)
class TeamPeriod:
    """n_withheld: teams left out. n_cells: sums of others that are null. n_nowhere: rows in no team."""

    table: pa.Table
    n_withheld: int
    n_cells: int
    n_nowhere: int


def group_people(
    people: pa.Table,
    team: str,
    floor: int,
    told: ToldAlready | None = None,
    windows: Mapping[object, int] | None = None,
    told_over: Collection[str] = (),
) -> TeamPeriod:
    """people: `unit`, `period`, the column `team` and what is known; text columns are left out.

    told: counts of the same people, in their order, that readers have from elsewhere. windows: by period, the
    code of the window over which levels of teams are told elsewhere, of the columns `told_over`.
    """
    unit, unit_names = _encode(people["unit"])
    period, periods = _encode(people["period"])
    code, teams = _encode(people[team])
    shape = (len(unit_names), len(periods))
    place = np.full(shape, -1, dtype=np.int64)
    place[unit, period] = code
    told = told or ToldAlready(np.ones((1, shape[0]), np.bool_), np.ones(shape[0], np.int64))
    names = [f.name for f in people.schema if _is_amount(f.type) and f.name not in (*_KEYS, team)]
    values = [_spread(people[name], unit, period, shape) for name in names]
    kept = choose_teams(place, floor, told)
    window = np.array([(windows or {}).get(day, 0) for day in periods.to_pylist()], dtype=np.int64)
    columns = [
        _column(x, window if name in told_over else None) for name, x in zip(names, values, strict=True)
    ]
    shown = choose_cells(place, kept, columns, floor)
    rows = [(t, p) for t in _ordered(teams) if kept[t] for p in _ordered(periods) if (place[:, p] == t).any()]
    at_team, at_period = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(2))
    inside = place[:, at_period] == at_team
    found = {"team": teams.take(pa.array(at_team)), "period": periods.take(pa.array(at_period))}
    found["people"] = pa.array(inside.sum(axis=0))
    for k, name in enumerate(names):
        counts = (inside & np.isfinite(values[k][:, at_period])).sum(axis=0)
        sums = np.where(inside, np.nan_to_num(values[k][:, at_period]), 0.0).sum(axis=0)
        hidden = ~shown[k, at_team, at_period]
        found[f"{name}_sum"] = pa.array(sums, mask=hidden | (counts == 0))
        found[f"{name}_people"] = pa.array(counts, mask=hidden)
    n_hidden = int((~shown[:, at_team, at_period]).sum())
    return TeamPeriod(pa.table(found), int((~kept).sum()), n_hidden, int((code < 0).sum()))


def _encode(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """(codes (n_rows,), −1 unknown; what each stands for, in order of first appearance)."""
    encoded = flatten(column).dictionary_encode()
    codes: Ints = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary


def _ordered(names: pa.Array) -> list[int]:
    found: list[int] = pc.sort_indices(names).to_pylist()
    return found


def _spread(column: pa.ChunkedArray, unit: Ints, period: Ints, shape: tuple[int, int]) -> Floats:
    """(n_units, n_periods): NaN where nothing is known."""
    found: Floats = np.full(shape, np.nan)
    found[unit, period] = flatten(column).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _column(values: Floats, windows: Ints | None) -> Column:
    known = np.isfinite(values)
    yes_no = bool(np.isin(values[known], (0.0, 1.0)).all())
    return Column(known, values == 1 if yes_no else None, windows)


def _is_amount(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
