"""Whether the analytic tables hold what the record store holds.

Question  Is every stored statement in the segments, no other, and do as many count on both sides?
Reads     The whole store up to the watermark; what came after it has not been fed yet and is no fault.
Erased    A statement that is of somebody who was erased from the workspace belongs in no segment.
Assumes   Nothing is voided between feed and check: what is would count on one side only until it is fed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.connectors.pseudonym import name_text
from payoff.nouns.arrays import Ints
from payoff.records.tombstones import Forgotten
from payoff.run.feeds.feeding import Feed, shape_rows
from payoff.run.privacy.forgotten_statements import leave_forgotten
from payoff.statements.query import StoredStatement
from payoff.warehouse.statement_columns import build_table
from payoff.warehouse.statement_segments import find_watermark
from payoff.warehouse.statement_view import open_statements
from payoff.xapi.identifier import write_uuid

_BATCH = 20_000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """Counts of both sides up to the watermark; "counting": neither voided nor voiding, of nobody erased.

    n_forgotten: of n_stored, those that are left out because whoever they are of was erased.
    not_arrived, not_stored: ids of the first statements that one side lacks.
    """

    n_stored: int
    n_forgotten: int
    n_arrived: int
    n_counting_stored: int
    n_counting_arrived: int
    not_arrived: tuple[str, ...]
    not_stored: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return (
            self.n_stored - self.n_forgotten == self.n_arrived
            and self.n_counting_stored == self.n_counting_arrived
            and not (self.not_arrived or self.not_stored)
        )


@dataclass(frozen=True, slots=True)
class Erased:
    """Everybody who was erased, and the secret that statements are held against them with."""

    forgotten: Forgotten
    secret: bytes

    def keep(self, rows: Sequence[StoredStatement]) -> set[int]:
        """When those rows were stored that may be in segments."""
        events = shape_rows(rows, lambda text: name_text(text, self.secret))
        left = leave_forgotten(build_table(events, 0, events[-1].stored), self.forgotten)
        return set(left["stored"].cast(pa.int64()).to_pylist())


def check_feed(store: Feed, folder: Path, erased: Erased | None = None) -> FeedCheck:
    """Compare store and segments. Raises PayoffError when segments do not fit."""
    watermark_us = find_watermark(folder)
    with open_statements(folder) as connection:
        found = connection.execute("select epoch_us(stored) as at from segments order by 1").fetchnumpy()
        (counting,) = connection.execute("select count(*) from statements").fetchall()
        arrived: Ints = found["at"].astype(np.int64)
        stored = _read_stored(store, watermark_us, arrived, erased)
        foreign = np.setdiff1d(arrived, stored.at)[:SHOWN].tolist()
        named = connection.execute(
            "select statement_id from segments where epoch_us(stored) in (select unnest(?)) order by stored",
            [foreign],
        ).fetchall()
    missing = np.setdiff1d(stored.at, arrived)[:SHOWN].tolist()
    lacking = tuple(write_uuid(row.id) for us in missing for row in store.read_after(us - 1, 1))
    ids = tuple(row[0] for row in named)
    n_stored = len(stored.at) + stored.n_forgotten
    return FeedCheck(n_stored, stored.n_forgotten, len(arrived), stored.n_counting, counting[0], lacking, ids)


@dataclass(frozen=True, slots=True)
class _Stored:
    """at: when each statement was stored that belongs in a segment."""

    at: Ints
    n_counting: int
    n_forgotten: int


def _read_stored(store: Feed, watermark_us: int, arrived: Ints, erased: Erased | None) -> _Stored:
    """A statement that has not arrived is held against those who were erased."""
    at: list[int] = []
    n_counting, n_forgotten, after_us = 0, 0, 0
    while after_us < watermark_us and (rows := store.read_after(after_us, _BATCH)):
        after_us = rows[-1].stored_us
        own = [row for row in rows if row.stored_us <= watermark_us]
        if erased is not None and (absent := _find_absent(own, arrived)):
            gone = {row.stored_us for row in absent} - erased.keep(absent)
            own, n_forgotten = [r for r in own if r.stored_us not in gone], n_forgotten + len(gone)
        at += [row.stored_us for row in own]
        n_counting += sum(not (row.voided or row.is_voiding) for row in own)
    return _Stored(np.array(at, dtype=np.int64), n_counting, n_forgotten)


def _find_absent(rows: Sequence[StoredStatement], arrived: Ints) -> list[StoredStatement]:
    """Rows that are in no segment; `arrived` ascends."""
    there = np.isin(np.array([row.stored_us for row in rows], dtype=np.int64), arrived)
    return [row for row, is_there in zip(rows, there, strict=True) if not is_there]
