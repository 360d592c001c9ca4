"""The distributed engine: the same landed Parquet, the same queries, the same answers, by Spark.

Method    DuckDB, closed in over the same rows, binds each query first and reads none of them: whatever it
          would refuse (another file, a column that is not there) is refused in the same words, and the names
          and types it would answer with are those of the answer. Spark then counts.
Order     Where a query has no order the rows come sorted, so that two runs give the same table.
Refuses   What `spark_text` refuses; columns of a type Spark does not have, where a query names them.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import sqlglot
from sqlglot import exp

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.study.sql_text import flatten_sql
from payoff.warehouse.sandbox import check_query, explain_failure, open_sandbox
from payoff.warehouse.spark_gap import SparkGapError
from payoff.warehouse.spark_kinds import Kinds
from payoff.warehouse.spark_session import SparkPlace
from payoff.warehouse.spark_text import write_spark
from payoff.warehouse.spark_views import make_view

_WHY = "the study's figures would be others than those DuckDB gives"


@dataclass(frozen=True, slots=True)
class Spark:
    """Opens a session of its own over the landed packages."""

    place: SparkPlace

    @contextmanager
    def open(
        self, sources: Sequence[SourceFile], root: Path, earlier: Sequence[SourceFile] = ()
    ) -> Iterator["SparkStore"]:
        """See payoff.warehouse.engine.Engine."""
        named = [(file.source, file) for file in sources]
        named += [(f"{file.source} before", file) for file in earlier]
        with open_sandbox(sources, root, earlier) as connection:
            session = self.place.start(root)
            left_out = [make_view(session, connection, name, file, root) for name, file in named]
            try:
                known = {name: kind for columns in left_out for name, kind in columns.items()}
                yield SparkStore(session, connection, tuple(sources), known)
            finally:
                for name, _ in named:
                    session.catalog.dropTempView(name)


@dataclass(frozen=True, slots=True)
class SparkStore:
    """left_out: columns whose type Spark does not have, lower case, and that type."""

    session: Any
    connection: duckdb.DuckDBPyConnection
    sources: tuple[SourceFile, ...]
    left_out: dict[str, str]
    most_at_once: int = 1  # one connection binds

    def ask(self, query: Query) -> pa.Table:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        check_query(query)
        schema = self._bind(query)
        text = self._write(query)
        try:
            with warnings.catch_warnings():  # pyspark leaves the socket of each answer to be collected
                warnings.simplefilter("ignore", ResourceWarning)
                answer: pa.Table = self.session.sql(text).toArrow()
        except (PySparkException, Py4JError) as error:
            raise _failed(query, error) from None
        if answer.num_columns != len(schema):
            raise self._lacks(query, sorted(self.left_out))
        table = _fit(query, answer, schema)
        return table if _is_ordered(query.sql) else _sort(table)

    def _bind(self, query: Query) -> pa.Schema:
        """Names and types of the answer, without reading a row."""
        try:
            found = self.connection.execute(f"select * from ({flatten_sql(query.sql)}\n) limit 0")
            return found.to_arrow_table().schema
        except duckdb.Error as error:
            raise explain_failure(query, error, self.sources) from None

    def _write(self, query: Query) -> str:
        missing = sorted(self.left_out.keys() & _named(query.sql))
        if missing:
            raise self._lacks(query, missing)
        try:
            return write_spark(query.sql, Kinds(self.connection).of, self.left_out)
        except SparkGapError as gap:
            what = f"the query {query.name} says {gap.said}, which Spark lacks or answers otherwise"
            raise _stop("D222", what, gap.fix) from None

    def _lacks(self, query: Query, columns: Sequence[str]) -> PayoffError:
        said = ", ".join(f"{name} ({self.left_out[name]})" for name in columns)
        what = f"the query {query.name} reads columns of a type that Spark does not have: {said}"
        return _stop("D222", what, "name the columns it needs instead of *, without these")


def _fit(query: Query, answer: pa.Table, schema: pa.Schema) -> pa.Table:
    """The answer under DuckDB's names and types."""
    columns = []
    for column, field in zip(answer.columns, schema, strict=True):
        try:
            columns.append(column.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            what = f"the query {query.name}: {field.name} is {column.type} in Spark, {field.type} in DuckDB"
            fix = f"cast it, as to double or varchar ({str(error).splitlines()[0][:100]})"
            raise _stop("D222", what, fix) from None
    return pa.table(columns, schema=schema)


def _named(sql: str) -> set[str]:
    """Columns a query reads by name, lower case; not those it takes out of a star."""
    found = sqlglot.parse_one(sql, read="duckdb").find_all(exp.Column)
    return {column.name.lower() for column in found if not isinstance(column.parent, exp.Star)}


def _is_ordered(sql: str) -> bool:
    """Whether rows come in an order; one that only picks them (distinct on) is none in Spark."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    picked = tree.args.get("distinct")
    return tree.args.get("order") is not None and not (picked and picked.args.get("on"))


def _sort(table: pa.Table) -> pa.Table:
    places = [n for n, field in enumerate(table.schema) if not pa.types.is_null(field.type)]
    if not places:
        return table
    plain = pa.table([table.column(n) for n in places], names=[str(n) for n in places])
    return table.take(pc.sort_indices(plain, sort_keys=[(str(n), "ascending") for n in places]))


def _failed(query: Query, error: Exception) -> PayoffError:
    lines = [line for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    problem = Problem(
        "D223",
        f"the query {query.name} failed on Spark: {said[:300]}",
        "without its rows nothing that rests on this query can be computed",
        "correct the SQL or the data, or say engine: duckdb in payoff.yml to compare",
    )
    return PayoffError([problem], exit_code=4)


def _stop(code: str, what: str, fix: str) -> PayoffError:
    alone = "say engine: duckdb in payoff.yml"
    return PayoffError([Problem(code, what, _WHY, f"{fix}, or {alone}" if fix else alone)], exit_code=4)
