"""Questions of data health, answered by the engine of the workspace.

Question  Who counts what is wrong with the rows?
Rule      The engine that answers the measures. What it says it lacks (D222: a list, a time of day), DuckDB is
          asked over the same rows: a finding must not hang on where rows are counted.
Proof     tests/run/test_run_health_engines.py
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.warehouse import fetch
from payoff.warehouse.engine import Engine

LACKS = "D222"


def ask_health(
    queries: Sequence[Query],
    files: Sequence[SourceFile],
    warehouse: Path,
    engine: Engine | None = None,
    earlier: Sequence[SourceFile] = (),
) -> dict[str, pa.Table]:
    """Tables by query name, as `fetch` gives them. earlier: loads to hold these against."""
    try:
        return fetch(queries, files, warehouse, engine, earlier)
    except PayoffError as error:
        if engine is None or {problem.code for problem in error.problems} != {LACKS}:
            raise
    answers: dict[str, pa.Table] = {}
    for query in queries:
        try:
            answers |= fetch([query], files, warehouse, engine, earlier)
        except PayoffError as error:
            if {problem.code for problem in error.problems} != {LACKS}:
                raise
            answers |= fetch([query], files, warehouse, earlier=earlier)
    return answers
