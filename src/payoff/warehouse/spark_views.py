"""A landed package as a view of Spark: the same columns in the same order, of the same types.

Types     DuckDB says what each column is; unsigned numbers go to the next wider ones, local times stay
          without zone, nanoseconds become microseconds.
Blank     A column without any value has no type in Parquet; here it is null.
Left out  A column of another type (time of day, list, bytes): the caller is told its name.
"""

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.source_file import SourceFile
from payoff.nouns.sql_quoting import quoted
from payoff.warehouse.sandbox import find_rows

_TYPES = {
    "BIGINT": "long", "INTEGER": "integer", "SMALLINT": "short", "TINYINT": "byte", "UTINYINT": "short",
    "USMALLINT": "integer", "UINTEGER": "long", "UBIGINT": "decimal(20,0)", "DOUBLE": "double",
    "FLOAT": "float", "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP": "timestamp_ntz", "TIMESTAMP WITH TIME ZONE": "timestamp", "TIMESTAMP_NS": "long",
}  # fmt: skip


def make_view(
    session: Any, connection: duckdb.DuckDBPyConnection, view: str, file: SourceFile, root: Path
) -> dict[str, str]:
    """The view of this name over a load. Columns left out, lower case, and their types in DuckDB."""
    from pyspark.sql.types import StructType

    path = find_rows(file, root)
    blank = {field.name for field in pq.read_schema(path) if pa.types.is_null(field.type)}
    described = connection.execute(f"describe select * from {quoted(view)}").fetchall()
    found = {str(row[0]): str(row[1]) for row in described}
    schema, shown, left_out = StructType(), [], {}
    for name, kind in found.items():
        known = _TYPES.get(kind) or (kind.lower() if re.fullmatch(r"DECIMAL\(\d+,\d+\)", kind) else None)
        if name in blank:
            shown.append(f"cast(null as int) as {_quote(name)}")
        elif known is None:
            left_out[name.lower()] = kind
        else:
            schema.add(name, known)
            shown.append(_show(name, kind))
    rows = session.read.schema(schema).parquet(path.as_uri())
    rows.selectExpr(*shown).createOrReplaceTempView(_quote(view))
    return left_out


def _show(name: str, kind: str) -> str:
    if kind == "TIMESTAMP_NS":
        micros = f"timestamp_micros(cast(floor({_quote(name)} / 1000) as bigint))"
        return f"cast({micros} as timestamp_ntz) as {_quote(name)}"
    return _quote(name)


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
