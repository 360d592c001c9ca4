"""One row per person and period: exposure, HR facts, scores and outcomes side by side.

Question  What was known of each of the study's people in each period, and which rows found no place?
Identity  Rows are the cohort × the periods, before anything is joined: a side fills cells and cannot add any.
          Sums over a side are conserved: what the report leaves out was not joined, the rest is there once.
Unknown   A cell no row speaks of is null. Counts of what people did are 0 for somebody the side knows, from
          the first period it has any row of to the last; of whom it has never heard they stay null.
So far    `<count>_so_far` adds up from the side's first row, those before the first period included.
Refuses   A side with two rows for one person and period (D302): the same work would be counted twice.
Proof     tests/metrics/test_metrics_person_period.py
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.metrics.columns import encode_keys, flatten, read_dates
from payoff.metrics.complaint import MAX_KEYS, complain
from payoff.nouns.arrays import Bools, Dates, Ints


@dataclass(frozen=True, slots=True)
class Side:
    """rows: unit, period and what is known. prefix: of its columns. counts: as in `SidePlan`."""

    name: str
    rows: pa.Table
    prefix: str = ""
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinReport:
    """Rows of one side that found their cell, are of nobody in the study, or of no period of it.

    n_people_without: people of the study without any row on this side.
    """

    side: str
    n_matched: int
    n_strangers: int
    n_outside: int
    n_people_without: int


@dataclass(frozen=True, slots=True)
class PersonPeriod:
    """table: `unit`, `period`, then the columns of each side; ordered by unit, then period."""

    table: pa.Table
    reports: tuple[JoinReport, ...]


def join_sides(units: Sequence[str], periods: Dates, sides: Sequence[Side]) -> PersonPeriod:
    """The table. Raises PayoffError (exit code 4) when a side says two things of one cell."""
    names = pa.array(units, pa.string())
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "unit": names.take(pa.array(np.repeat(np.arange(len(units)), periods.size))),
        "period": pa.array(np.tile(periods.astype("datetime64[D]"), len(units))),
    }
    reports = []
    for side in sides:
        filled, report = _fill(side, names, periods)
        columns |= filled
        reports.append(report)
    return PersonPeriod(pa.table(columns), tuple(reports))


def _fill(side: Side, units: pa.Array, periods: Dates) -> tuple[dict[str, pa.Array], JoinReport]:
    unit = encode_keys(side.rows["unit"], units)
    days, _ = read_dates(side.rows["period"])
    place = np.searchsorted(periods, days)
    inside: Bools = np.isin(days, periods)
    ours: Bools = unit >= 0
    used = ours & inside
    cell = unit[used] * periods.size + place[used]
    _check_single(side, units, periods, cell)
    n_cells = len(units) * periods.size
    at = np.full(n_cells, -1, dtype=np.int64)
    at[cell] = np.flatnonzero(used)
    row = pa.array(at, mask=at < 0)
    known = np.isin(np.arange(len(units)), unit[ours])
    filled: dict[str, pa.Array] = {}
    for name in side.rows.column_names:
        if name in ("unit", "period"):
            continue
        column = flatten(side.rows[name]).take(row)
        if name in side.counts:
            reach = (
                (periods >= days.min()) & (periods <= days.max()) if days.size else np.zeros(0, dtype=bool)
            )
            there = np.logical_and.outer(known, reach).ravel() if days.size else np.zeros(n_cells, dtype=bool)
            column = pc.if_else(pa.array(there & (at < 0)), pa.scalar(0, column.type), column)
            filled[f"{side.prefix}{name}_so_far"] = _so_far(side, name, unit, days, column, periods)
        filled[f"{side.prefix}{name}"] = column
    n_matched = int(used.sum())
    outside = int((ours & ~inside).sum())
    without = len(units) - int(known.sum())
    return filled, JoinReport(side.name, n_matched, int((~ours).sum()), outside, without)


def _reach(periods: Dates, days: Dates) -> Bools:
    """(n_periods,) between the side's first row and its last."""
    told = days[~np.isnat(days)]
    if not told.size:
        return np.zeros(periods.size, dtype=bool)
    reach: Bools = np.logical_and(periods >= told.min(), periods <= told.max())
    return reach


def _so_far(side: Side, name: str, unit: Ints, days: Dates, column: pa.Array, periods: Dates) -> pa.Array:
    """Running sums with what lies before the first period; null where the count is."""
    amounts = pc.fill_null(flatten(side.rows[name]).cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    n_units = len(column) // periods.size
    early = (unit >= 0) & (days < periods[0])
    before = np.bincount(unit[early], weights=amounts[early], minlength=n_units).astype(np.int64)
    counts = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    total = counts.reshape(n_units, periods.size).cumsum(axis=1) + before[:, None]
    return pa.array(total.ravel(), mask=pc.is_null(column).to_numpy(zero_copy_only=False))


def _check_single(side: Side, units: pa.Array, periods: Dates, cell: Ints) -> None:
    repeated = np.flatnonzero(np.bincount(cell) > 1) if cell.size else cell
    if repeated.size:
        where = [f"{units[c // periods.size]}, {periods[c % periods.size]}" for c in repeated[:MAX_KEYS]]
        raise complain(
            "D302",
            f"{side.name}: {repeated.size:,} people have more than one row for a period",
            "joined as they are, these rows would multiply and be counted twice",
            "group by person and period before joining",
            where,
        )
