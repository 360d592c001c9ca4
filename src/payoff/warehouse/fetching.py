"""Queries → arrow tables: the store is asked once, and each distinct query once."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.warehouse.sandbox import check_query, explain_failure, open_sandbox


def fetch(queries: Sequence[Query], sources: Sequence[SourceFile], root: Path) -> dict[str, pa.Table]:
    """Tables by query name.

    Raises PayoffError (exit code 4) with a problem for every query that fails.
    """
    problems: list[Problem] = []
    answers: dict[str, pa.Table] = {}
    with open_sandbox(sources, root) as connection:
        for query in queries:
            if query.sql in answers:
                continue
            try:
                check_query(query)
                answers[query.sql] = connection.execute(query.sql).to_arrow_table()
            except duckdb.Error as error:
                problems += explain_failure(query, error, sources).problems
            except PayoffError as error:
                problems += error.problems
    if problems:
        raise PayoffError(problems, exit_code=4)
    return {query.name: answers[query.sql] for query in queries}
