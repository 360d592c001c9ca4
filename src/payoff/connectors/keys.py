"""Is every row there once?  A doubled row is counted twice, a blank key belongs to nobody."""

import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.complaint import MAX_KEYS, complain
from payoff.nouns.study import Source


def check_keys(source: Source, table: pa.Table, once: bool = True) -> None:
    """Raises PayoffError with up to 20 keys and their row numbers when a key is blank or repeated.

    once: False where rows with one key are versions of one row.
    """
    if not source.key:
        return
    spelled = {name.lower(): name for name in table.column_names}
    columns = [spelled[name.lower()] for name in source.key]
    named = ", ".join(columns)
    blank = None
    for column in columns:
        empty = pc.is_null(table[column], nan_is_null=True)
        blank = empty if blank is None else pc.or_(blank, empty)
    rows = table.filter(blank)["_row"].to_pylist()
    if rows:
        raise complain(
            source,
            "D108",
            f"{len(rows):,} {'row has' if len(rows) == 1 else 'rows have'} no {named}",
            "a row without its key cannot be given to anyone and would be lost unseen",
            f"fill in {named}, or leave these rows out of the export",
            [f"row {row}" for row in rows],
        )
    if not once or _is_unique(table, columns):
        return
    groups = table.group_by(columns).aggregate([("_row", "count"), ("_row", "min")])
    repeated = groups.filter(pc.greater(groups["_row_count"], 1))
    if repeated.num_rows:
        raise complain(
            source,
            "D107",
            f"{repeated.num_rows:,} {'key is' if repeated.num_rows == 1 else 'keys are'} there more than "
            f"once (key: {named})",
            "the same work would be counted twice",
            "export each row once; if one row per key was never meant, correct `key` in the study",
            _name_repeated(table, columns, repeated),
        )


def _is_unique(table: pa.Table, columns: list[str]) -> bool:
    """Whether one column alone shows it, which takes less memory than groups; False says nothing."""
    return len(columns) == 1 and pc.count_distinct(table[columns[0]]).as_py() == table.num_rows


def _name_repeated(table: pa.Table, columns: list[str], repeated: pa.Table) -> list[str]:
    """ "410032, 1987 (rows 1, 7)" for the first repeated keys in file order."""
    first = repeated.sort_by("_row_min").slice(0, MAX_KEYS).select(columns)
    copies = table.select([*columns, "_row"]).join(first, columns, join_type="left semi")
    rows: dict[tuple[object, ...], list[int]] = {}
    for record in copies.sort_by("_row").to_pylist():
        rows.setdefault(tuple(record[c] for c in columns), []).append(record["_row"])
    return [f"{', '.join(map(_show, key))} (rows {_list(where)})" for key, where in rows.items()]


def _list(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:MAX_KEYS])) + (", …" if len(rows) > MAX_KEYS else "")


def _show(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
