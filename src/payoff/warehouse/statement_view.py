"""Statements as a table: what has been fed, without what has been voided.

Question  Which rows count? Those of segments that no wider one replaces, each once, but for voiding
          statements and what they void, in whichever order the two were stored.
Engines   `VIEW` is plain SQL over a table `segments` of all files in the folder, and says the same in DuckDB
          and in Spark.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from payoff.warehouse.statement_columns import EVENT_SCHEMA, SEGMENT_SCHEMA
from payoff.warehouse.statement_segments import find_segments
from payoff.xapi.event import Event

_ROWS = 10_000
VIEW = """
with places as (
    select distinct segment_from_us, segment_to_us from segments
), replaced as (
    select part.segment_from_us, part.segment_to_us
    from places part join places wide
      on wide.segment_from_us <= part.segment_from_us and part.segment_to_us <= wide.segment_to_us
    where wide.segment_to_us - wide.segment_from_us > part.segment_to_us - part.segment_from_us
), arrived as (
    select s.* from segments s
    where not exists (
        select 1 from replaced r
        where r.segment_from_us = s.segment_from_us and r.segment_to_us = s.segment_to_us
    )
)
select a.* from arrived a
where a.voids is null and not exists (
    select 1 from arrived v where v.voids = a.statement_id and v.tenant = a.tenant
)
""".strip()


@contextmanager
def open_statements(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `statements`, over the table `segments` of all that has arrived."""
    files = [str(segment.path) for segment in find_segments(folder)]
    connection = duckdb.connect(":memory:", config={"threads": "1"})
    try:
        connection.execute("set timezone = 'UTC'")
        if files:
            listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
            connection.execute(f"create view segments as select * from read_parquet([{listed}])")
        else:
            connection.register("segments", SEGMENT_SCHEMA.empty_table())
        connection.execute(f"create view statements as {VIEW}")
        yield connection
    finally:
        connection.close()


def read_statements(folder: Path, columns: Sequence[str] = ()) -> pa.Table:
    """The rows that count, by the time they were stored; all columns of an event unless some are named."""
    picked = ", ".join(f'"{name}"' for name in columns or EVENT_SCHEMA.names)
    with open_statements(folder) as connection:
        return connection.execute(f"select {picked} from statements order by stored").to_arrow_table()


def read_events(folder: Path) -> Iterator[Event]:
    """The rows that count as events, by the time they were stored, a batch in memory at a time."""
    instants = ("stored", "timestamp")
    picked = ", ".join(f'epoch_us("{n}")' if n in instants else f'"{n}"' for n in EVENT_SCHEMA.names)
    with open_statements(folder) as connection:
        answer = connection.execute(f"select {picked} from statements order by stored")
        while rows := answer.fetchmany(_ROWS):
            for row in rows:
                yield Event._make(tuple(cell) if isinstance(cell, list) else cell for cell in row)
