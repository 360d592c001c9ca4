"""From a query's answer back to the source rows it was read from.

Question  Which rows of which file stand behind this figure?
Answers   exact         the rows a SELECT over one source reads: its WHERE, and the units asked for;
                        branch by branch for a UNION, through nested SELECTs of that kind
          by unit       for joins and other SQL: rows of the source that carry the units asked for
          whole source  where not even that can be told apart
          Each answer says which of the three it is; a wider one is never passed off as exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.warehouse.sandbox import open_sandbox

Precision = Literal["exact", "by unit", "whole source"]

_LATER_STEPS = ("with_", "with", "joins", "laterals", "having", "qualify", "limit", "offset", "sample")


@dataclass(frozen=True, slots=True)
class Lineage:
    """rows: the first row numbers (1-based data records), ascending; n_rows: how many there are in all."""

    source: str
    path: str
    sha256: str
    rows: tuple[int, ...]
    n_rows: int
    precision: Precision


@dataclass(frozen=True, slots=True)
class _Read:
    """One SELECT over one source: its conditions and, when it has one, the unit's expression."""

    source: str
    conditions: tuple[str, ...]
    unit: str | None
    alias: str = ""


def trace_rows(
    query: Query,
    sources: Sequence[SourceFile],
    root: Path,
    unit_column: str | None = None,
    units: Sequence[str] | None = None,
    limit: int = 1000,
) -> tuple[Lineage, ...]:
    """Rows of every source the query reads, for `units` (keys as text; None: for all).

    unit_column: the query's column that holds the unit's key. At most `limit` row numbers per source.
    """
    reads = _find_reads(query, unit_column if units is not None else None)
    by_name = {file.source.lower(): file for file in sources}
    files = [by_name[name.lower()] for name in query.sources if name.lower() in by_name]
    with open_sandbox(sources, root) as connection:
        traced = (_trace(connection, file, reads, unit_column, units, limit) for file in files)
        return tuple(lineage for found in traced for lineage in found)


def _trace(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    reads: tuple[_Read, ...],
    unit_column: str | None,
    units: Sequence[str] | None,
    limit: int,
) -> tuple[Lineage, ...]:
    """The most precise of the three answers that DuckDB can give; of several files, one a file."""
    own = [read for read in reads if read.source.lower() == file.source.lower()]
    tries: list[tuple[Precision, list[_Read]]] = [("exact", own)] if own else []
    if units is not None and unit_column is not None:
        tries.append(("by unit", [_Read(file.source, (), f'"{unit_column}"')]))
    tries.append(("whole source", [_Read(file.source, (), None)]))
    for precision, wanted in tries:
        try:
            rows = _ask(connection, wanted, units)
        except duckdb.Error:
            continue
        if file.parts:
            return tuple(_by_file(connection, file, rows, limit, precision))
        return (Lineage(file.source, file.path, file.sha256, tuple(rows[:limit]), len(rows), precision),)
    return (Lineage(file.source, file.path, file.sha256, (), file.n_rows, "whole source"),)


def _by_file(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    rows: list[int],
    limit: int,
    precision: Precision,
) -> Iterator[Lineage]:
    """The rows by the file or pull they stand in, under their numbers there."""
    asked = connection.execute(
        f'select _file, list(_file_row order by _file_row) from "{file.source}" '
        "where _row in (select unnest(?)) group by _file",
        [rows],
    )
    found: dict[str, list[int]] = dict(asked.fetchall())
    for part in file.parts:
        if part.path in found:
            numbers = found[part.path]
            yield Lineage(
                file.source, part.path, part.sha256, tuple(numbers[:limit]), len(numbers), precision
            )


def _ask(connection: duckdb.DuckDBPyConnection, reads: list[_Read], units: Sequence[str] | None) -> list[int]:
    """Distinct row numbers, ascending."""
    parts, parameters = [], []
    for read in reads:
        conditions = list(read.conditions)
        if read.unit is not None and units is not None:
            # 410032.0 in a file is the unit 410032
            conditions.append(
                f"regexp_replace(cast({read.unit} as varchar), '\\.0$', '') in (select unnest(?))"
            )
            parameters.append(list(units))
        where = f" where {' and '.join(f'({c})' for c in conditions)}" if conditions else ""
        parts.append(f'select _row from "{read.source}" as "{read.alias or read.source}"{where}')
    sql = f"select distinct _row from ({' union all '.join(parts)}) order by _row"
    return [int(row) for (row,) in connection.execute(sql, parameters).fetchall()]


def _find_reads(query: Query, unit_column: str | None) -> tuple[_Read, ...]:
    """Every branch as a SELECT over one source; empty when one of them is more than that."""
    try:
        tree = sqlglot.parse_one(query.sql, read="duckdb")
    except SqlglotError:
        return ()
    if not isinstance(tree, exp.Query):
        return ()
    branches = list(_branches(tree))
    at = None
    if unit_column is not None:
        names = [e.alias_or_name.lower() for e in branches[0].selects]
        if unit_column.lower() not in names:
            return ()
        at = names.index(unit_column.lower())
    reads = [_read_branch(branch, at) for branch in branches]
    return tuple(r for r in reads if r is not None) if all(reads) else ()


def _branches(tree: exp.Query) -> Iterator[exp.Query]:
    if isinstance(tree, exp.Subquery):
        yield from _branches(tree.this)
    elif isinstance(tree, exp.Union) and not any(tree.args.get(step) for step in _LATER_STEPS):
        yield from _branches(tree.this)
        yield from _branches(tree.expression)
    elif isinstance(tree, exp.Query):
        yield tree


def _read_branch(branch: exp.Query, at: int | None) -> _Read | None:
    """The branch's source, conditions and unit expression; None when rows pass through more than that."""
    if not isinstance(branch, exp.Select) or any(branch.args.get(step) for step in _LATER_STEPS):
        return None
    if any(e.find(exp.Window) for e in branch.selects):
        return None
    origin = branch.args.get("from_") or branch.args.get("from")
    unit = branch.selects[at].unalias().unnest() if at is not None else None
    where = branch.args.get("where")
    match origin.this if origin is not None else None:
        case exp.Table(this=exp.Identifier()) as table if not table.args.get("joins"):
            conditions = (where.this.sql("duckdb"),) if where else ()
            return _Read(table.name, conditions, unit.sql("duckdb") if unit else None, table.alias)
        case exp.Subquery(this=exp.Select() as inner) if where is None:
            if unit is None:
                return _read_branch(inner, None)
            names = [e.alias_or_name.lower() for e in inner.selects]
            plain = isinstance(unit, exp.Column) and unit.name.lower() in names
            return _read_branch(inner, names.index(unit.name.lower())) if plain else None
    return None
