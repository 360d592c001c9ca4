"""Which engine answers the queries of a workspace? The one that its payoff.yml names, for every command."""

from collections.abc import Sequence

import pyarrow as pa

from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.run.workspace import Workspace
from payoff.warehouse import fetch, find_engine
from payoff.warehouse.engine import Engine


def ask(queries: Sequence[Query], sources: Sequence[SourceFile], workspace: Workspace) -> dict[str, pa.Table]:
    """Tables by query name. Raises PayoffError: 2 the engine is not installed, 4 a query fails."""
    return fetch(queries, sources, workspace.warehouse, choose_engine(workspace))


def choose_engine(workspace: Workspace) -> Engine:
    """The workspace's engine. Raises PayoffError (exit code 2) where it is not installed."""
    return find_engine(workspace.settings.engine, workspace.settings.spark_master)
