"""Column names that SQL can tell apart, and column types that do not overflow unseen."""

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.complaint import complain, list_names
from payoff.nouns.batch import LINEAGE
from payoff.nouns.study import Source


def check_names(source: Source, names: Sequence[str], many: bool = False) -> None:
    """Every column has a name of its own. Raises PayoffError; DuckDB does not tell `Id` from `id`.

    many: the source is made of several files, so that columns say which.
    """
    empty = [n for n, name in enumerate(names, start=1) if not name.strip()]
    if empty:
        raise complain(
            source,
            "D104",
            f"column {', '.join(map(str, empty))} of {len(names)} has no name",
            "a metric can only read a column it can name",
            "give every column a name in the first row, and delete columns that hold nothing",
        )
    count = Counter(name.lower() for name in names)
    clashes = [name for name in names if count[name.lower()] > 1]
    if clashes:
        raise complain(
            source,
            "D104",
            f"the columns {', '.join(clashes)} share a name (capital letters do not count)",
            "a metric that names one of them could read the other",
            "rename all but one of them",
        )
    taken = next((name for name in LINEAGE[: 3 if many else 1] if name in count), None)
    if taken is not None:
        raise complain(
            source,
            "D104",
            f"it has a column of its own called {taken}",
            f"{taken} says where a row stands, by which every figure is traced",
            "rename that column",
        )


def check_columns(source: Source, table: pa.Table) -> None:
    """The columns the study counts on are there. Raises PayoffError with what is there instead."""
    there = [name for name in table.column_names if name != "_row"]
    known = {name.lower() for name in there}
    missing = [n for n in dict.fromkeys((*source.columns, *source.key)) if n.lower() not in known | {"_row"}]
    if missing:
        hints = "".join(list_names(name, there, "columns there") for name in missing[:1])
        raise complain(
            source,
            "D106",
            f"{'column' if len(missing) == 1 else 'columns'} {', '.join(missing)} not found",
            "the study's metrics, cohort or key read it",
            f"export the file with these columns or correct the study{hints}",
        )


def rename_columns(source: Source, table: pa.Table) -> pa.Table:
    """Columns under the names that the study gives them.

    Raises PayoffError D106 where one is not there; of many files, older ones may have the new name already.
    """
    given = {theirs.lower(): ours for theirs, ours in source.renames}
    there = {name.lower() for name in table.column_names}
    missing = [theirs for theirs, ours in source.renames if theirs.lower() not in there]
    if source.origin is not None:
        new = {ours.lower() for _, ours in source.renames}
        missing = [name for name in missing if given[name.lower()].lower() not in there & new]
    if missing:
        raise complain(
            source,
            "D106",
            f"column {', '.join(missing)} not found, which `mapping` renames",
            "what it should fill would be missing without a word",
            f"correct the mapping{list_names(missing[0], table.column_names, 'columns there')}",
        )
    return table.rename_columns([given.get(name.lower(), name) for name in table.column_names])


def widen(table: pa.Table) -> pa.Table:
    """Whole numbers as int64, others as float64: a product of int8 columns overflows, one of int64 does not.

    "Not a number" is null: SQL's averages skip a null but are spoilt by the other. Dictionaries are
    written out; a column with no value at all becomes an empty number column.
    """
    columns = [_widen(column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _widen(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _widen(column.cast(kind.value_type))
    if pa.types.is_integer(kind) and kind not in (pa.int64(), pa.uint64()):
        return column.cast(pa.int64())
    if kind == pa.uint64() and (pc.max(column).as_py() or 0) < 2**63:
        return column.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_null(kind):
        numbers = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(numbers), None, numbers)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    return column
