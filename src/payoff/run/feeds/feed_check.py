"""Whether the analytic tables hold what the record store holds.

Question  Is every stored statement in the segments, no other, and do as many count on both sides?
Reads     The whole store up to the watermark; what came after it has not been fed yet and is no fault.
Assumes   Nothing is voided between feed and check: what is would count on one side only until it is fed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from payoff.nouns.arrays import Ints
from payoff.run.feeds.feeding import Feed
from payoff.warehouse.statement_segments import find_watermark
from payoff.warehouse.statement_view import open_statements
from payoff.xapi.identifier import write_uuid

_BATCH = 20_000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """Counts of both sides up to the watermark; "counting": neither voided nor voiding.

    not_arrived, not_stored: ids of the first statements that one side lacks.
    """

    n_stored: int
    n_arrived: int
    n_counting_stored: int
    n_counting_arrived: int
    not_arrived: tuple[str, ...]
    not_stored: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return (
            self.n_stored == self.n_arrived
            and self.n_counting_stored == self.n_counting_arrived
            and not (self.not_arrived or self.not_stored)
        )


def check_feed(store: Feed, folder: Path) -> FeedCheck:
    """Compare store and segments. Raises PayoffError when segments do not fit."""
    watermark_us = find_watermark(folder)
    stored, n_counting = _read_stored(store, watermark_us)
    with open_statements(folder) as connection:
        found = connection.execute("select epoch_us(stored) as at from segments order by 1").fetchnumpy()
        (counting,) = connection.execute("select count(*) from statements").fetchall()
        arrived: Ints = found["at"].astype(np.int64)
        foreign = np.setdiff1d(arrived, stored)[:SHOWN].tolist()
        named = connection.execute(
            "select statement_id from segments where epoch_us(stored) in (select unnest(?)) order by stored",
            [foreign],
        ).fetchall()
    missing = np.setdiff1d(stored, arrived)[:SHOWN].tolist()
    lacking = tuple(write_uuid(row.id) for us in missing for row in store.read_after(us - 1, 1))
    ids = tuple(row[0] for row in named)
    return FeedCheck(len(stored), len(arrived), n_counting, counting[0], lacking, ids)


def _read_stored(store: Feed, watermark_us: int) -> tuple[Ints, int]:
    """When each statement was stored, and how many count."""
    at: list[int] = []
    n_counting, after_us = 0, 0
    while after_us < watermark_us and (rows := store.read_after(after_us, _BATCH)):
        after_us = rows[-1].stored_us
        own = [row for row in rows if row.stored_us <= watermark_us]
        at += [row.stored_us for row in own]
        n_counting += sum(not (row.voided or row.is_voiding) for row in own)
    return np.array(at, dtype=np.int64), n_counting
