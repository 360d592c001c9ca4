"""Rows of statements without whoever was erased: an erasure, a feed and a pull take out the same.

Question  Which rows of statements go with a person, and which stay without them?
Goes      A row whose actor it is; a word takes their place in rows of others (payoff.identity.personal_rows).
Stays     A row that voids another statement, with a word for its actor: what was withdrawn would count again.
Proof     tests/run/test_run_feeding_forgotten.py
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pyarrow as pa

from payoff.identity.personal_rows import Columns, Judged, apply_judgement, judge_rows
from payoff.identity.sought import Finder
from payoff.records.tombstones import Forgotten

Turn = Callable[[], AbstractContextManager[Forgotten | None]]
"""Waits until rows may come in, and gives everybody who was erased (payoff.run.privacy.privacy_folder)."""

SEGMENT_COLUMNS = Columns(
    frozenset({"actor", "person", "instructor", "team"}), frozenset({"actor", "person"})
)


def judge_statements(rows: pa.Table, finder: Finder) -> Judged:
    """What an erasure does to rows of segments."""
    judged = judge_rows(rows, finder, SEGMENT_COLUMNS)
    if not judged.gone:
        return judged
    voids = rows["voids"].to_pylist()
    voiding = {row for row in judged.gone if voids[row] is not None}
    if not voiding:
        return judged
    worded = judge_rows(rows, finder, SEGMENT_COLUMNS, kept=rows.column_names).edits
    stay = {
        name: {row: new for row, new in cells.items() if row in voiding} for name, cells in worded.items()
    }
    edits = {name: judged.edits.get(name, {}) | stay.get(name, {}) for name in {*judged.edits, *stay}}
    gone = {row: word for row, word in judged.gone.items() if row not in voiding}
    return Judged(gone, {name: cells for name, cells in edits.items() if cells})


def leave_forgotten(rows: pa.Table, forgotten: Forgotten | None) -> pa.Table:
    """The rows that may be there; all of them where nobody was erased."""
    return rows if forgotten is None else apply_judgement(rows, judge_statements(rows, forgotten))
