"""From the record store to the analytic tables: every statement once, seconds after it was stored.

Question  Which statements have not arrived yet, and is what has arrived what the store holds?
Once      A pass reads on from the watermark that the segments on disk carry, a batch is one segment: there
          as a whole, or not at all and then read again. Killed anywhere, the next pass ends in the same rows.
Tenant    A folder holds the statements of one tenant, whatever else the store holds: a study measures one
          organisation. `OfTenant` gives them; rows of a second tenant are refused.
Behind    The store is read up to Consistent-Through only: nothing at or before it is still on its way.
Erased    Rows of whoever was erased from the workspace do not come in, though the store may still hold them:
          each pass takes its turn with erasures, and knows everybody who was erased before it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from payoff.connectors.pseudonym import name_text
from payoff.records.tombstones import Forgotten
from payoff.run.privacy.forgotten_statements import Turn, leave_forgotten
from payoff.statements.query import StoredStatement
from payoff.warehouse.statement_segments import (
    find_watermark,
    hold_folder,
    merge_segments,
    refuse_other_tenants,
    remove_replaced,
    write_segment,
)
from payoff.xapi.event import Event, shape_event

BATCH = 20_000
_PEOPLE = 100_000  # pseudonyms remembered: a digest costs as much as half a statement
_MICROS = 1_000_000


class Feed(Protocol):
    """What a record store offers: statements of all tenants stored after a moment, ascending."""

    def read_after(self, after_us: int, limit: int) -> Sequence[StoredStatement]: ...


class OfTenant:
    """A store's statements of one tenant; where there was none of theirs is not looked at twice."""

    def __init__(self, store: Feed, tenant: int) -> None:
        self._store = store
        self._tenant = tenant
        self._empty = (0, 0)  # no statement of theirs was stored after the first, up to the second

    def read_after(self, after_us: int, limit: int) -> Sequence[StoredStatement]:
        """As the store does; fewer than `limit` does not mean that no more are there."""
        start, end = self._empty
        place = end if start <= after_us <= end else after_us
        while rows := self._store.read_after(place, limit):
            own = [row for row in rows if row.tenant == self._tenant]
            if own:
                return own
            place = rows[-1].stored_us
        self._empty = (after_us, place)
        return ()


@dataclass(slots=True)
class Fed:
    """What one pass, or many, brought over. Unknown verbs and types are those without a canonical word.

    n_forgotten: of n_statements, those left out because whoever they are of was erased.
    """

    n_statements: int = 0
    n_forgotten: int = 0
    n_voiding: int = 0
    n_segments: int = 0
    watermark_us: int = 0
    lag_seconds: float | None = None  # from stored to here, of the last batch's oldest statement
    unknown_verbs: Counter[str] = field(default_factory=Counter)
    unknown_types: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def count(self, events: Sequence[Event]) -> None:
        """Add a batch."""
        self.n_statements += len(events)
        self.n_segments += 1
        self.watermark_us = events[-1].stored
        self.lag_seconds = time.time() - events[0].stored / _MICROS
        for event in events:
            self.n_voiding += event.voids is not None
            if event.fault is not None:
                self.faults[event.fault] += 1
            elif event.verb is None:
                self.unknown_verbs[event.verb_id or ""] += 1
            if event.activity_type_id is not None and event.activity_type is None:
                self.unknown_types[event.activity_type_id] += 1


def feed_statements(
    store: Feed, folder: Path, secret: bytes, batch: int = BATCH, turn: Turn = nullcontext
) -> Fed:
    """Bring over all there is. Raises PayoffError when another feed is at work or segments do not fit."""
    fed = Fed()
    with turn() as forgotten, hold_folder(folder):
        for _ in _feed(store, folder, secret, batch, fed, forgotten):
            pass
    return fed


def follow_statements(
    store: Feed,
    folder: Path,
    secret: bytes,
    wait: Callable[[], bool],
    tell: Callable[[Fed], None],
    batch: int = BATCH,
    turn: Turn = nullcontext,
) -> Fed:
    """Bring over what is there and what comes; `wait` sleeps between passes and says whether to go on.

    The folder is held for each pass only, so that an erasure need not wait for the end.
    """
    fed = Fed()
    while True:
        with turn() as forgotten, hold_folder(folder):
            for _ in _feed(store, folder, secret, batch, fed, forgotten):
                tell(fed)
        if not wait():
            return fed


def shape_rows(rows: Sequence[StoredStatement], name: Callable[[str], str]) -> list[Event]:
    """Statements of a store as events; `name` gives the pseudonym of a text."""
    return [shape_event(r.tenant, r.stored_us, r.id, r.raw, r.version, name) for r in rows]


def _feed(
    store: Feed, folder: Path, secret: bytes, batch: int, fed: Fed, forgotten: Forgotten | None
) -> Iterator[None]:
    """One pass, a step for each segment; merging and removing after each."""
    name = lru_cache(_PEOPLE)(lambda text: name_text(text, secret))

    def leave(rows: pa.Table) -> pa.Table:
        left = leave_forgotten(rows, forgotten)
        fed.n_forgotten += rows.num_rows - left.num_rows
        return left

    fed.watermark_us = find_watermark(folder)
    while rows := store.read_after(fed.watermark_us, batch):
        refuse_other_tenants(folder, {row.tenant for row in rows})
        write_segment(folder, events := shape_rows(rows, name), fed.watermark_us, leave)
        fed.count(events)
        merge_segments(folder)
        yield
    remove_replaced(folder)
