"""Many pieces → one table: the last correction of each row, and what that changed.

Question  Which rows stand, when files and pulls overlap, come late and correct each other?
Rule      Of the rows with one key stands the one with the highest `version`; without a version, or where two
          are alike, the one of the later piece (`warehouse.pieces`), in it the later row. Without a key every
          row stands. A snapshot stands alone: what is not in the last piece is gone.
Lineage   `_file` and `_file_row` say where a row stands; `_row` counts the rows that stand, in that order.
Same      The table is a function of the pieces and the rule, whenever and in whichever order they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.batch import LINEAGE
from payoff.nouns.sql_quoting import quoted
from payoff.nouns.study import Source
from payoff.warehouse.package import find_folder
from payoff.warehouse.pieces import Piece


@dataclass(frozen=True, slots=True)
class Changes:
    """Against the rows that stood before. keys: of the first corrected rows, as text."""

    n_new: int
    n_changed: int
    n_gone: int
    keys: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.n_new or self.n_changed or self.n_gone)


def merge_pieces(source: Source, pieces: Sequence[Piece], root: Path) -> pa.Table:
    """The rows that stand, with `_row`, `_file` and `_file_row`."""
    folder = find_folder(root, source.name)
    counting = list(pieces)[-1:] if source.snapshot else list(pieces)
    tables = [_read(folder / piece.package / "rows.parquet", piece.path) for piece in counting]
    table = unite(tables)
    if source.key:
        table = table.take(_standing(source, table))
    return table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))


def unite(tables: Sequence[pa.Table]) -> pa.Table:
    """One below the other; a column that one of them lacks, or holds nothing in, is blank there."""
    kinds: dict[str, pa.DataType] = {}
    for told in (True, False):  # what holds values says the kind
        for table in tables:
            for field in table.schema:
                if told is not is_blank(table, field.name):
                    kinds.setdefault(field.name, field.type)
    fitted = [_fit(table, kinds) for table in tables]
    return pa.concat_tables(fitted, promote_options="permissive").combine_chunks()


def is_blank(table: pa.Table, name: str) -> bool:
    """Whether a column holds nothing."""
    return bool(table[name].null_count == table.num_rows)


def count_changes(source: Source, before: pa.Table | None, after: pa.Table) -> Changes:
    """Rows new, changed and gone; without a key a row is itself its key, and none is ever changed.

    Where the key, or without one every column, is another than before, all rows are new and all are gone.
    """
    if before is None or before.num_rows == 0:
        return Changes(after.num_rows, 0, 0)
    there = [n for n in after.column_names if n in before.column_names and n not in LINEAGE]
    added = [n for n in after.column_names if n not in before.column_names and n not in LINEAGE]
    keys = [_spelt(after, name) for name in source.key] or there
    had = {name.lower() for name in before.column_names}
    if not keys or any(name.lower() not in had for name in keys):
        return Changes(after.num_rows, 0, before.num_rows)  # another table: no row of it was there before
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        connection.register("before", before)
        connection.register("after", after)
        if not source.key:
            picked = ", ".join(map(quoted, keys))
            new = _count(connection, f"select {picked} from after except all select {picked} from before")
            gone = _count(connection, f"select {picked} from before except all select {picked} from after")
            return Changes(new, 0, gone)
        same = " and ".join(_compare(before, after, n, "is not distinct from") for n in keys)
        rest = [_compare(before, after, n, "is distinct from") for n in there if n not in keys]
        rest += [f"a.{quoted(n)} is not null" for n in added]
        new = _count(connection, f"select 1 from after a anti join before b on {same}")
        gone = _count(connection, f"select 1 from before b anti join after a on {same}")
        if not rest:
            return Changes(new, 0, gone)
        shown = " || ', ' || ".join(f"cast(a.{quoted(n)} as varchar)" for n in keys)
        differing = f"from after a join before b on {same} where {' or '.join(rest)}"
        changed = _count(connection, f"select 1 {differing}")
        rows = connection.execute(f"select {shown} {differing} order by a._row limit 20").fetchall()
        return Changes(new, changed, gone, tuple(str(row[0]) for row in rows))


def _compare(before: pa.Table, after: pa.Table, name: str, how: str) -> str:
    """SQL: a column of both; as text where its kind is another by now, since text may be no number."""
    kinds = after.schema.field(name).type, before.schema.field(_spelt(before, name)).type
    sides = [f"{alias}.{quoted(name)}" for alias in ("a", "b")]
    return f" {how} ".join(sides if kinds[0] == kinds[1] else [f"cast({side} as varchar)" for side in sides])


def drop_known(table: pa.Table, standing: pa.Table) -> pa.Table:
    """The rows of `table` that do not stand just so already."""
    names = [name for name in table.column_names if name not in LINEAGE]
    if any(name not in standing.column_names for name in names):
        return table
    same = " and ".join(f"a.{quoted(n)} is not distinct from b.{quoted(n)}" for n in names)
    at = table.append_column("_at", pa.array(np.arange(table.num_rows)))
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        connection.register("pulled", at)
        connection.register("standing", standing)
        new = connection.execute(f"select _at from pulled a anti join standing b on {same} order by _at")
        return table.take(new.to_arrow_table()["_at"].combine_chunks())


def _read(path: Path, name: str) -> pa.Table:
    table = pq.read_table(path)
    rows = table["_row"]
    table = table.drop_columns(["_row"])
    return table.append_column("_file", pa.array([name] * len(rows), pa.string())).append_column(
        "_file_row", rows
    )


def _standing(source: Source, table: pa.Table) -> pa.Array:
    """Numbers of the rows that stand, in order."""
    keys = ", ".join(quoted(_spelt(table, name)) for name in source.key)
    newest = f"{quoted(_spelt(table, source.version))} desc nulls last, " if source.version else ""
    at = table.append_column("_at", pa.array(np.arange(table.num_rows)))
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        connection.register("rows_there", at)
        picked = connection.execute(
            f"select _at from rows_there qualify row_number() over "
            f"(partition by {keys} order by {newest}_at desc) = 1 order by _at"
        ).to_arrow_table()
    return picked["_at"].combine_chunks()


def _fit(table: pa.Table, kinds: dict[str, pa.DataType]) -> pa.Table:
    """A column without a value takes the kind that it has elsewhere."""
    for at, field in enumerate(table.schema):
        if field.type != kinds[field.name] and is_blank(table, field.name):
            table = table.set_column(at, field.name, pa.nulls(table.num_rows, kinds[field.name]))
    return table


def fits(kind: str, other: str) -> bool:
    """Whether two columns of these types, as landed, can stand one below the other."""
    if kind == other:
        return True
    try:
        schemas = [pa.schema([("x", pa.type_for_alias(k))]) for k in (kind, other)]
        pa.unify_schemas(schemas, promote_options="permissive")
    except (pa.ArrowException, ValueError):
        return kind.split("(")[0] == other.split("(")[0] == "decimal128"
    return True


def _spelt(table: pa.Table, name: str) -> str:
    """The column as the table spells it: capitals do not count."""
    return next((there for there in table.column_names if there.lower() == name.lower()), name)


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    answer = connection.execute(f"select count(*) from ({sql})").fetchone()
    assert answer is not None
    return int(answer[0])
