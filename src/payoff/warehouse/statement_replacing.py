"""Rows of segments that must go, or be made anew, after statements were erased in their store.

Question  How do the analytic tables forget, without a reader ever seeing half of it?
How       Segment by segment, each replaced as a whole. Rows are known by `stored`, unique in a store; to do
          it again changes nothing, so that a run that was broken off is simply run again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.arrays import Ints
from payoff.warehouse.statement_columns import build_table
from payoff.warehouse.statement_segments import find_segments, remove_replaced, rewrite_segment
from payoff.xapi.event import Event

ReadEvents = Callable[[Sequence[int]], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Replaced:
    """Rows that went, rows that say something else now, and segments written anew."""

    n_gone: int = 0
    n_changed: int = 0
    n_segments: int = 0


def replace_rows(
    folder: Path,
    gone: Collection[int],
    changed: Collection[int],
    read: ReadEvents,
    leave: Callable[[pa.Table], pa.Table] = lambda rows: rows,
) -> Replaced:
    """Take out the rows stored at `gone`; put what `leave` leaves of what `read` gives in place of `changed`.

    Files that wider segments have replaced go at once, for they hold the same people. The caller holds the
    feed's lock.
    """
    remove_replaced(folder, 0.0)
    out, anew = (np.array(sorted(set(us)), dtype=np.int64) for us in (gone, changed))
    n_gone = n_changed = n_segments = 0
    for segment in find_segments(folder):
        stored = _read_stored(pq.read_table(segment.path, columns=["stored"]))
        if not np.isin(stored, np.concatenate([out, anew])).any():
            continue
        before = pq.read_table(segment.path)
        wanted = stored[np.isin(stored, anew) & ~np.isin(stored, out)]
        new = leave(build_table(read(wanted.tolist()), segment.from_us, segment.to_us))
        kept = before.filter(pa.array(~np.isin(stored, np.concatenate([out, wanted]))))
        after = pa.concat_tables([kept, new]).sort_by("stored").combine_chunks()
        if not after.equals(before):
            rewrite_segment(segment, after)
            n_gone += int(np.isin(stored, out).sum())
            n_changed += int(np.isin(stored, anew).sum())
            n_segments += 1
    return Replaced(n_gone, n_changed, n_segments)


def _read_stored(rows: pa.Table) -> Ints:
    found: Ints = rows["stored"].cast(pa.int64()).to_numpy()
    return found
