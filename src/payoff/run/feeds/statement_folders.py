"""Every folder of statements in a workspace: fed from a store of our own, or pulled from another.

Question  Where do segments lie, and which statements in them are kept no longer?
Layout    `.payoff/statements` and `.payoff/statements-<source>-…`, beside a study file or at the workspace.
Kept      What is too old goes from its segment, whose name stays: the next feed or pull goes on where the
          last one ended, and brings nothing back.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from payoff.run.privacy.erasing import hold_tables
from payoff.warehouse.statement_segments import Segment, find_segments, remove_replaced, rewrite_segment

HIDDEN = ".payoff"
NOT_OURS = {".git", ".venv", "node_modules", "__pycache__"}


def is_statement_folder(path: Path) -> bool:
    """Whether segments are kept there."""
    name = path.name
    return path.parent.name == HIDDEN and (name == "statements" or name.startswith("statements-"))


def find_statement_folders(root: Path) -> tuple[Path, ...]:
    """All of a workspace, in order."""
    found = []
    for folder, folders, _ in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        if Path(folder).name == HIDDEN:
            found += [path for name in folders if is_statement_folder(path := Path(folder) / name)]
            folders.clear()
    return tuple(sorted(found))


@contextmanager
def hold_statements(root: Path) -> Iterator[tuple[Path, ...]]:
    """Be the one writer of all of them, with nothing left that a wider segment has replaced."""
    with ExitStack() as held:
        folders = find_statement_folders(root)
        for folder in folders:
            held.enter_context(hold_tables(folder))
            remove_replaced(folder, 0.0)
        yield folders


def find_oldest(segment: Segment) -> dt.datetime | None:
    """When its oldest statement was stored; None: it holds none."""
    at: dt.datetime | None = pc.min(pq.read_table(segment.path, columns=["stored"])["stored"]).as_py()
    return at


def list_segments(root: Path) -> Iterator[Segment]:
    """Those that count, of all folders."""
    for folder in find_statement_folders(root):
        yield from find_segments(folder)


def forget_stored_before(path: Path, at: dt.datetime) -> None:
    """Take statements stored before this moment out of a segment; the caller holds the folder."""
    segment = next(each for each in find_segments(path.parent) if each.path == path)
    rows = pq.read_table(path)
    rewrite_segment(segment, rows.filter(pc.greater_equal(rows["stored"], pa.scalar(at))))
