"""Moments from record batches: a million units in the memory of one chunk.

Question  What do rows too many to hold say about each cohort?
Assumes   Rows sorted by unit, then period; whole numbers for periods and launches (null: never).
Refuses   Rows out of order, a unit that lacks a period or holds one twice, launch or cluster that change
          within a unit, an empty or infinite value: these need the panel, or a query in the warehouse.
Cites     Chan, Golub & LeVeque (1983) for why products are taken about a provisional mean.
Proof     tests/causal/test_causal_group_time.py: equal to `build_moments` however rows are cut.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.causal.moments import Moments, build_paths, gram_of_cluster_sums
from payoff.causal.never import NEVER_LAUNCHED
from payoff.nouns.arrays import Floats, Ints, frozen
from payoff.nouns.refusal import Refusal

METHOD = "group_time"
CHUNK_ROWS = 1_200_000
UNSORTED = "Rows are not sorted by unit, or a unit appears twice."


@dataclass(frozen=True, slots=True)
class RolloutColumns:
    """Names of the columns. covariates are constant within a unit."""

    unit: str = "unit"
    period: str = "period"
    launch: str = "launch"
    value: str = "value"
    cluster: str | None = None
    covariates: tuple[str, ...] = ()

    @property
    def all(self) -> list[str]:
        named = [self.unit, self.period, self.launch, self.value, *self.covariates]
        return named if self.cluster is None else [*named, self.cluster]


@dataclass(slots=True)
class _Sums:
    """Of one cohort, about `centre` (D,): units, Σ d (D,), Σ dd' (D, D)."""

    centre: Floats
    count: int
    first: Floats
    second: Floats


@dataclass(slots=True)
class _Tally:
    """What has been read: sums by cohort and, clustered, by cluster and cohort (count behind the sums)."""

    times: Ints
    cohorts: dict[int, _Sums] = field(default_factory=dict)
    pairs: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    last: Any = None


class _UnfitError(Exception):
    """Rows that no moments can be taken from."""


def stream_moments(batches: Iterable[pa.RecordBatch], columns: RolloutColumns) -> Moments | Refusal:
    """Moments of rows that arrive sorted by unit, in batches of any size."""
    tally: _Tally | None = None
    try:
        for table, n_periods in _whole_units(batches, columns):
            if tally is None:
                times = table[columns.period].slice(0, n_periods).to_numpy().astype(np.int64)
                tally = _Tally(times)
            _add(tally, table, columns)
        if tally is None:
            raise _UnfitError("There are no rows.")
    except _UnfitError as unfit:
        return Refusal(METHOD, str(unfit))
    return _finish(tally, columns)


def _whole_units(
    batches: Iterable[pa.RecordBatch], columns: RolloutColumns
) -> Iterator[tuple[pa.Table, int]]:
    """Chunks that end with a unit's last row, and rows per unit, as the first unit has them."""
    waiting: list[pa.RecordBatch] = []
    n_rows, n_periods = 0, 0
    for batch in batches:
        waiting.append(batch.select(columns.all))
        n_rows += batch.num_rows
        if n_rows < CHUNK_ROWS:
            continue
        table = pa.Table.from_batches(waiting)
        n_periods = n_periods or _rows_of_first(table, columns)
        whole = n_rows - n_rows % n_periods
        yield table.slice(0, whole), n_periods
        waiting = table.slice(whole).to_batches()
        n_rows -= whole
    if n_rows:
        table = pa.Table.from_batches(waiting)
        n_periods = n_periods or _rows_of_first(table, columns)
        if n_rows % n_periods:
            raise _UnfitError(f"Not every unit has {n_periods} periods: the panel has gaps.")
        yield table, n_periods


def _rows_of_first(table: pa.Table, columns: RolloutColumns) -> int:
    """How many rows the first unit has."""
    unit = table[columns.unit]
    for size in (64, 4_096, len(unit)):
        codes = unit.slice(0, size).combine_chunks().dictionary_encode().indices.to_numpy()
        other = np.flatnonzero(codes)
        if len(other):
            return int(other[0])
    return len(unit)


def _add(tally: _Tally, table: pa.Table, columns: RolloutColumns) -> None:
    """Add a chunk of whole units."""
    shape = (-1, len(tally.times))
    _check_order(tally, table, columns)
    values = _numbers(table, columns.value).reshape(shape)
    launch = _constant(_launches(table, columns.launch).reshape(shape), columns.launch)
    covariates = None
    if columns.covariates:
        each = [_constant(_numbers(table, name).reshape(shape), name) for name in columns.covariates]
        covariates = np.column_stack(each)
    paths = build_paths(values, covariates)
    order = np.argsort(launch, kind="stable")
    paths = paths[order]
    if columns.cluster is not None:
        raw = table[columns.cluster].to_numpy().astype(np.int64).reshape(shape)
        cluster = _constant(raw, columns.cluster)[order]
        ones = np.ones((len(paths), 1))
        tally.pairs.append(_sum_pairs(cluster, launch[order], np.concatenate([paths, ones], axis=1)))
    found, starts = np.unique(launch[order], return_index=True)
    for g, rows in zip(found.tolist(), np.split(paths, starts[1:]), strict=True):
        sums = tally.cohorts.get(g)
        if sums is None:
            width = rows.shape[1]
            sums = _Sums(rows.mean(axis=0), 0, np.zeros(width), np.zeros((width, width)))
            tally.cohorts[g] = sums
        rows -= sums.centre
        sums.count += len(rows)
        sums.first += rows.sum(axis=0)
        sums.second += rows.T @ rows


def _sum_pairs(cluster: Ints, launch: Ints, rows: Floats) -> tuple[Ints, Ints, Floats]:
    """Sums of rows by cluster and launch."""
    order = np.lexsort((launch, cluster))
    cluster, launch = cluster[order], launch[order]
    new = np.r_[True, (np.diff(cluster) != 0) | (np.diff(launch) != 0)]
    starts = np.flatnonzero(new)
    return cluster[starts], launch[starts], np.add.reduceat(rows[order], starts, axis=0)


def _check_order(tally: _Tally, table: pa.Table, columns: RolloutColumns) -> None:
    """Sorted by unit, each with the same periods in the same order, none met before."""
    n_periods = len(tally.times)
    period = table[columns.period].to_numpy().reshape(-1, n_periods)
    if (period != tally.times).any() or (np.diff(tally.times) <= 0).any():
        raise _UnfitError("Rows are not sorted by unit and period, or a unit lacks a period.")
    unit = table[columns.unit]
    if pa.types.is_integer(unit.type):
        codes = unit.to_numpy()
        ends = int(codes[0]), int(codes[-1])
    else:
        coded = unit.cast(pa.string()).combine_chunks().dictionary_encode()
        keys, codes = coded.dictionary, coded.indices.to_numpy()
        ends = keys[0].as_py(), keys[len(keys) - 1].as_py()
        if not pc.all(pc.less(keys.slice(0, len(keys) - 1), keys.slice(1))).as_py():
            raise _UnfitError(UNSORTED)
    first = _constant(codes.reshape(-1, n_periods), columns.unit)
    if (np.diff(first) <= 0).any() or not (tally.last is None or tally.last < ends[0]):
        raise _UnfitError(UNSORTED)
    tally.last = ends[1]


def _numbers(table: pa.Table, name: str) -> Floats:
    column = table[name]
    if column.null_count:
        raise _UnfitError(f"The column {name} has empty cells: the panel has gaps.")
    numbers: Floats = column.to_numpy().astype(np.float64, copy=False)
    if not np.isfinite(numbers).all():
        raise _UnfitError(f"The column {name} holds values that are no finite number.")
    return numbers


def _launches(table: pa.Table, name: str) -> Ints:
    launch: Ints = pc.fill_null(table[name].cast(pa.int64()), NEVER_LAUNCHED).to_numpy()
    return launch


def _constant(column: np.ndarray, name: str) -> np.ndarray:
    """(n,) from (n, T) that must not change within a unit."""
    first = column[:, 0]
    if (column != first[:, None]).any():
        raise _UnfitError(f"The column {name} changes within a unit.")
    return first


def _finish(tally: _Tally, columns: RolloutColumns) -> Moments:
    """Sums about provisional means turned into moments."""
    cohorts = np.array(sorted(tally.cohorts), dtype=np.int64)
    sums = [tally.cohorts[g] for g in cohorts.tolist()]
    count = np.array([s.count for s in sums], dtype=np.int64)
    mean = np.stack([s.centre + s.first / s.count for s in sums])
    width = mean.shape[1]
    n_clusters = 0
    if columns.cluster is None:
        gram = np.zeros((len(cohorts), width + 1, width + 1))
        for k, s in enumerate(sums):
            gram[k, :width, :width] = s.second - np.outer(s.first, s.first) / s.count
            gram[k, width, width] = s.count
    else:
        cluster, launch, rows = (np.concatenate(part) for part in zip(*tally.pairs, strict=True))
        cluster, launch, rows = _sum_pairs(cluster, launch, rows)
        code = np.searchsorted(cohorts, launch)
        rows[:, :-1] -= rows[:, -1:] * mean[code]
        gram = gram_of_cluster_sums(rows, cluster, code, len(cohorts))
        n_clusters = len(np.unique(cluster))
    return Moments(
        times=frozen(tally.times),
        cohorts=frozen(cohorts),
        count=frozen(count),
        mass=frozen(count.astype(np.float64)),
        mean=frozen(mean),
        gram=frozen(gram),
        n_clusters=n_clusters,
        n_covariates=len(columns.covariates) + 1 if columns.covariates else 0,
    )
