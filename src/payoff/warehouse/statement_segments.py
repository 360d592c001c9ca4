"""Segments of statements: immutable Parquet files that follow one another without gap.

Layout    <folder>/<from>-<to>.parquet: rows stored after <from>, up to and including <to>, microseconds
          since 1970 with sixteen digits, so that names sort as times.
Holds     A segment is there as a whole or not at all (draft, fsync, rename, fsync of the folder), and what
          has arrived is what the names on disk say: no second note can disagree. A feed that is killed
          reads on after the last segment; a draft left behind is no segment, and is removed.
Merged    Many small segments become a wide one under the name of all they hold. A segment that lies within a
          wider one counts no more, from the moment the wide one is there; its file is removed only after
          GRACE_SECONDS, so that a reader that has listed it can still open it.
Refuses   A gap or a crossing between segments: rows would be missing or counted twice. A second tenant:
          the rows on disk say whose they are. Folders that hold several, as older ones may, are still read.
"""

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.problem import PayoffError, Problem
from payoff.warehouse.package import replace_file
from payoff.warehouse.statement_columns import build_table, name_place
from payoff.xapi.event import Event

GRACE_SECONDS = 600.0
_MERGE_AT = 16  # segments of one size
_SIZES = (1_000, 16_000, 256_000)  # rows below which segments are merged; above, they stay
_NAME = re.compile(r"(\d{16})-(\d{16})\.parquet")
_DRAFT = re.compile(r"\.\d{16}-\d{16}\.parquet\.\d+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of rows stored after `from_us`, up to and including `to_us`."""

    path: Path
    from_us: int
    to_us: int


def find_segments(folder: Path) -> tuple[Segment, ...]:
    """The segments that count, in order. Raises PayoffError on a gap or a crossing."""
    counting: list[Segment] = []
    reached = 0
    for segment in _list_segments(folder):
        if segment.to_us <= reached and counting:
            continue  # within the wide one before it
        if segment.from_us != reached:
            raise PayoffError([_torn(folder, reached, segment)], exit_code=4)
        counting.append(segment)
        reached = segment.to_us
    return tuple(counting)


def find_watermark(folder: Path) -> int:
    """Everything stored up to here has arrived, in microseconds; 0 before the first segment."""
    segments = find_segments(folder)
    return segments[-1].to_us if segments else 0


def refuse_other_tenants(folder: Path, tenants: Set[int]) -> None:
    """Raise PayoffError (exit code 4) where rows of these would make a folder hold more than one tenant."""
    held = {tenant for segment in find_segments(folder) for tenant in _find_tenants(segment.path)}
    if len(held | tenants) > 1:
        raise PayoffError([_mixed(folder, held or tenants)], exit_code=4)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Be the one writer of a folder. Raises PayoffError (exit code 4) when another process is."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise PayoffError([_busy(folder)], exit_code=4) from None
    finally:
        os.close(handle)  # the lock goes with it, as it does with a process that dies


def write_segment(
    folder: Path, events: Sequence[Event], from_us: int, leave: Callable[[pa.Table], pa.Table] = lambda t: t
) -> Segment:
    """Put what `leave` leaves of rows, ascending by `stored`, on disk as the segment after `from_us`."""
    to_us = events[-1].stored
    return _put(folder, leave(build_table(events, from_us, to_us)), from_us, to_us)


def merge_segments(folder: Path) -> Segment | None:
    """One wide segment for the last small ones, once there are many of a size; None: not yet."""
    segments = find_segments(folder)
    if len(segments) < _MERGE_AT:
        return None
    counts: list[int] = []
    for size in _SIZES:
        while len(counts) < len(segments):
            n_rows = pq.read_metadata(segments[-1 - len(counts)].path).num_rows
            if n_rows >= size:
                break
            counts.append(n_rows)
        if len(counts) >= _MERGE_AT:
            return _merge(folder, segments[-len(counts) :])
    return None


def remove_replaced(folder: Path, grace_seconds: float = GRACE_SECONDS) -> int:
    """Remove files that a wider segment has replaced for long enough, and drafts left behind; how many."""
    counting = find_segments(folder)
    now, n_removed = time.time(), 0
    for old in _list_segments(folder):
        wide = next((s for s in counting if s.from_us <= old.from_us and old.to_us <= s.to_us), None)
        if wide is None or wide == old or now - wide.path.stat().st_mtime < grace_seconds:
            continue
        old.path.unlink(missing_ok=True)
        n_removed += 1
    for path in folder.iterdir():
        if _DRAFT.fullmatch(path.name):
            path.unlink(missing_ok=True)
            n_removed += 1
    return n_removed


def rewrite_segment(segment: Segment, rows: pa.Table) -> None:
    """Other rows in the place of a segment's own, all at once; the caller holds the feed's lock."""
    _put(segment.path.parent, rows, segment.from_us, segment.to_us)


def _merge(folder: Path, parts: Sequence[Segment]) -> Segment:
    from_us, to_us = parts[0].from_us, parts[-1].to_us
    rows = pa.concat_tables([pq.read_table(part.path) for part in parts])
    return _put(folder, name_place(rows, from_us, to_us), from_us, to_us)


def _put(folder: Path, table: pa.Table, from_us: int, to_us: int) -> Segment:
    path = folder / f"{from_us:016d}-{to_us:016d}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    write: Callable[[Path], object] = lambda draft: pq.write_table(table, draft, compression="zstd")  # noqa: E731
    replace_file(path, write)
    return Segment(path, from_us, to_us)


def _list_segments(folder: Path) -> list[Segment]:
    """Every segment there is, the earliest first and of those the widest."""
    names = os.listdir(folder) if folder.is_dir() else ()
    found = [(name, match) for name in names if (match := _NAME.fullmatch(name))]
    segments = [Segment(folder / name, int(match[1]), int(match[2])) for name, match in found]
    return sorted(segments, key=lambda s: (s.from_us, -s.to_us))


def _find_tenants(path: Path) -> Iterator[int]:
    """The least and the greatest of a segment: enough to tell one tenant from several."""
    metadata = pq.read_metadata(path)
    place = metadata.schema.names.index("tenant")
    for number in range(metadata.num_row_groups):
        told = metadata.row_group(number).column(place).statistics
        if told is not None and told.has_min_max:
            yield from (told.min, told.max)


def _mixed(folder: Path, held: Set[int]) -> Problem:
    numbers = ", ".join(map(str, sorted(held)))
    return Problem(
        "D208",
        f"{folder} holds statements of another tenant (number {numbers} in payoff lrs tenant list)",
        "a study of one organisation would count the people of another",
        "name that tenant, or feed this one into a workspace of its own; for a folder of several, remove it "
        "and feed again: the store still has them",
    )


def _busy(folder: Path) -> Problem:
    return Problem(
        "D207",
        f"{folder} is being fed by another process",
        "two feeds at once would write the same statements",
        "wait for it, or stop it",
    )


def _torn(folder: Path, reached: int, segment: Segment) -> Problem:
    return Problem(
        "D206",
        f"{folder.name}: segments end at {reached} and go on at {segment.from_us}",
        "statements would be missing or counted twice",
        f"remove {segment.path.name} and those after it, and feed again: the store still has them",
    )
