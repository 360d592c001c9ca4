"""The embedded engine: DuckDB over the landed Parquet, in this process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.warehouse.sandbox import check_query, explain_failure, open_sandbox


@dataclass(frozen=True, slots=True)
class DuckDb:
    """Opens a closed-in connection."""

    @contextmanager
    def open(
        self, sources: Sequence[SourceFile], root: Path, earlier: Sequence[SourceFile] = ()
    ) -> Iterator["DuckDbStore"]:
        """See payoff.warehouse.engine.Engine."""
        with open_sandbox(sources, root, earlier) as connection:
            yield DuckDbStore(connection, tuple(sources))


@dataclass(frozen=True, slots=True)
class DuckDbStore:
    """Each query on a cursor of its own, so that several can be asked at once."""

    connection: duckdb.DuckDBPyConnection
    sources: tuple[SourceFile, ...]
    most_at_once: int = 4  # each holds its own groups in memory

    def ask(self, query: Query) -> pa.Table:
        check_query(query)
        try:
            with self.connection.cursor() as cursor:
                return cursor.execute(query.sql).to_arrow_table()
        except duckdb.Error as error:
            raise explain_failure(query, error, self.sources) from None
