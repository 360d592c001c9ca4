"""Queries → arrow tables: the store is asked once, and each distinct query once.

Same bytes  Several queries are answered at once, each by one thread: its sums add up in one order, however
            many run beside it.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.warehouse.duckdb_engine import DuckDb
from payoff.warehouse.engine import Engine, Store


def fetch(
    queries: Sequence[Query],
    sources: Sequence[SourceFile],
    root: Path,
    engine: Engine | None = None,
    earlier: Sequence[SourceFile] = (),
) -> dict[str, pa.Table]:
    """Tables by query name, from DuckDB where no other engine is given. earlier: see Engine.

    Raises PayoffError (exit code 4) with a problem for every query that fails.
    """
    distinct: dict[str, Query] = {}
    for query in queries:
        distinct.setdefault(query.sql, query)
    with (engine or DuckDb()).open(sources, root, earlier) as store:
        n_at_once = max(1, min(store.most_at_once, os.cpu_count() or 1, len(distinct)))
        with ThreadPoolExecutor(n_at_once) as pool:
            found = list(pool.map(lambda query: _ask(store, query), distinct.values()))
    problems: list[Problem] = []
    answers: dict[str, pa.Table] = {}
    for sql, answer in zip(distinct, found, strict=True):
        if isinstance(answer, PayoffError):
            problems += answer.problems
        else:
            answers[sql] = answer
    if problems:
        raise PayoffError(problems, exit_code=4)
    return {query.name: answers[query.sql] for query in queries}


def _ask(store: Store, query: Query) -> pa.Table | PayoffError:
    try:
        return store.ask(query)
    except PayoffError as error:
        return error
