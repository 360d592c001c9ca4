"""What answers the queries of a study: one shape, whichever engine stands behind it.

An engine opens a store over the landed rows and nothing else; the store answers one SELECT in DuckDB's
dialect with the same Arrow table (names, types, instants in UTC, nulls), or raises PayoffError.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile


class Store(Protocol):
    """Landed rows, open for questions. most_at_once: queries it may be asked side by side."""

    @property
    def most_at_once(self) -> int: ...

    def ask(self, query: Query) -> pa.Table:
        """The query's answer. Raises PayoffError (exit code 4) where it has none."""


class Engine(Protocol):
    """Something that can open a store."""

    def open(
        self, sources: Sequence[SourceFile], root: Path, earlier: Sequence[SourceFile] = ()
    ) -> AbstractContextManager[Store]:
        """A store over the packages of `sources` in the warehouse at `root`.

        earlier: loads to hold others against, as `"tickets before"`, which no source can be called.
        """


def find_engine(name: str, spark_master: str) -> Engine:
    """The engine of this name: duckdb, or spark under a master such as local[*] or spark://host:7077.

    Raises PayoffError (exit code 2) where Spark is asked for and is not installed.
    """
    if name == "spark":
        from payoff.warehouse.spark_engine import Spark
        from payoff.warehouse.spark_session import find_spark

        return Spark(find_spark(spark_master))
    from payoff.warehouse.duckdb_engine import DuckDb

    return DuckDb()
