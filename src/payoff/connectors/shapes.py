"""Exports whose rows are not the rows wanted: a log of changes, two columns an activity.

Question  Which rows of the file make one row of the canonical table?
Last      Of each key the last row: by the columns of the profile, then by its place in the file.
Moodle    Id and name come first, then chosen fields, then for each activity its state and
          `<activity> - <completion date in the site's language>`; other criteria and, last, the whole
          course are dates alone. Read by position, so that no heading need be understood. A date is
          written if and only if the criterion is met.
Lineage   Every row keeps the number of the record it came from.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.complaint import complain
from payoff.connectors.layout import flatten_name
from payoff.nouns.profile import Profile
from payoff.nouns.study import Source

COURSE = "course"


def shape_rows(
    source: Source, profile: Profile, table: pa.Table, rows: pa.Array
) -> tuple[pa.Table, pa.Array, tuple[str, ...]]:
    """(table, record numbers, warnings) in the shape the profile's fields speak of."""
    if profile.shape == "last row of each":
        return _keep_last(source, profile, table, rows)
    if profile.shape == "two columns an activity":
        return _stack_activities(source, table, rows)
    return table, rows, ()


def find_pairs(names: Sequence[str]) -> list[int]:
    """Where the first of two columns of an activity stands."""
    return [at for at in range(2, len(names) - 1) if names[at + 1].startswith(f"{names[at]} - ")]


def _keep_last(
    source: Source, profile: Profile, table: pa.Table, rows: pa.Array
) -> tuple[pa.Table, pa.Array, tuple[str, ...]]:
    flat = [flatten_name(name) for name in table.column_names]
    if flatten_name(profile.key) not in flat:
        raise complain(
            source, "D121", f"no column {profile.key}, which says what a row is an update of",
            "updates of one ticket would count as tickets", f"export {profile.key} too",
        )  # fmt: skip
    order = [flat.index(flatten_name(name)) for name in profile.order if flatten_name(name) in flat]
    key = flat.index(flatten_name(profile.key))
    ranked = {f"c{at}": _sortable(table.column(at)) for at in order}
    keyed = pa.table({"key": table.column(key), **ranked, "row": rows})
    by = pc.sort_indices(keyed, sort_keys=[(name, "ascending") for name in keyed.column_names])
    keys = keyed["key"].take(by)
    last = np.append(np.asarray(pc.not_equal(keys.slice(1), keys.slice(0, len(keys) - 1))), True)
    kept = np.sort(np.asarray(by)[last.astype(bool)])
    told = f"{table.num_rows:,} rows of {len(kept):,} {profile.kind}: the last of each {profile.key} is kept"
    return table.take(pa.array(kept)), rows.take(pa.array(kept)), (told,)


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers by size even where they came as text."""
    try:
        return column.cast(pa.float64()) if pa.types.is_string(column.type) else column
    except pa.ArrowInvalid:
        return column


def _stack_activities(
    source: Source, table: pa.Table, rows: pa.Array
) -> tuple[pa.Table, pa.Array, tuple[str, ...]]:
    names = table.column_names
    pairs = find_pairs(names)
    if not pairs:
        raise complain(
            source, "D121", "no two columns belong to one activity (`Quiz`, `Quiz - Completion date`)",
            "columns of people and of activities cannot be told apart",
            "export the course completion report as CSV, with its headings as Moodle writes them",
        )  # fmt: skip
    dated = {at + 1 for at in pairs}
    alone = [at for at in range(pairs[0], len(names)) if at not in dated and at not in pairs]
    chosen = {names[at]: table.column(at) for at in range(2, pairs[0])}
    parts = [_stack(table, chosen, names[at], at, at + 1) for at in pairs]
    parts += [_stack(table, chosen, COURSE if at == len(names) - 1 else names[at], None, at) for at in alone]
    return pa.concat_tables(parts), pa.concat_arrays([rows] * len(parts)), ()


def _stack(
    table: pa.Table, chosen: dict[str, pa.ChunkedArray], activity: str, state: int | None, date: int
) -> pa.Table:
    n = table.num_rows
    done = pc.if_else(pc.is_valid(table.column(date)), "true", "false")
    return pa.table(
        {
            **chosen,
            "first column": table.column(0),
            "second column": table.column(1),
            "heading of the first of two columns": pa.array([activity] * n, pa.string()),
            "first of the two columns": pa.nulls(n, pa.string()) if state is None else table.column(state),
            "second of the two columns": table.column(date),
            "whether there is a date": done,
        }
    )
