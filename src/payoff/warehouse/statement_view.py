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
import pyarrow.parquet as pq

from payoff.nouns.sql_quoting import literal
from payoff.warehouse.statement_columns import EVENT_SCHEMA, SEGMENT_SCHEMA
from payoff.warehouse.statement_segments import Segment, find_segments
from payoff.xapi.event import Event

_ROWS = 10_000
_SLICE = 500_000  # rows asked for at once, a segment at least
_SAME_PLACE = "r.segment_from_us = s.segment_from_us and r.segment_to_us = s.segment_to_us"
_REPLACED = """
select distinct part.segment_from_us, part.segment_to_us
from (select distinct segment_from_us, segment_to_us from segments) as part
join (select distinct segment_from_us, segment_to_us from segments) as wide
  on wide.segment_from_us <= part.segment_from_us and part.segment_to_us <= wide.segment_to_us
where wide.segment_to_us - wide.segment_from_us > part.segment_to_us - part.segment_from_us
""".strip()
_VOIDED = f"""
select distinct s.tenant, s.voids as statement_id
from segments as s left join replaced as r on {_SAME_PLACE}
where s.voids is not null and r.segment_from_us is null
""".strip()
_KEPT = f"""
select s.* from segments as s
left join replaced as r on {_SAME_PLACE}
left join voided as v on v.statement_id = s.statement_id and v.tenant = s.tenant
where s.voids is null and r.segment_from_us is null and v.statement_id is null
""".strip()
VIEW = f"with replaced as (\n{_REPLACED}\n), voided as (\n{_VOIDED}\n)\n{_KEPT}"


@contextmanager
def open_statements(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `statements`, over the table `segments` of all that has arrived."""
    with _open(find_segments(folder)) as connection:
        yield connection


def read_statements(folder: Path, columns: Sequence[str] = ()) -> pa.Table:
    """The rows that count, by the time they were stored; all columns of an event unless some are named."""
    picked = ", ".join(f'"{name}"' for name in columns or EVENT_SCHEMA.names)
    answers = _ask_by_slice(folder, f"select {picked} from statements order by stored")
    return pa.concat_tables([answer.to_arrow_table() for answer in answers])


def read_events(folder: Path) -> Iterator[Event]:
    """The rows that count as events, by the time they were stored, a batch in memory at a time."""
    instants = ("stored", "timestamp")
    picked = ", ".join(f'epoch_us("{n}")' if n in instants else f'"{n}"' for n in EVENT_SCHEMA.names)
    for answer in _ask_by_slice(folder, f"select {picked} from statements order by stored"):
        while rows := answer.fetchmany(_ROWS):
            for row in rows:
                yield Event._make(tuple(cell) if isinstance(cell, list) else cell for cell in row)


def _ask_by_slice(folder: Path, sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The answer of one run of segments after another: what is sorted at once does not grow with the folder.

    Segments follow one another in time, so that answers by time follow one another too.
    """
    segments = find_segments(folder)
    with _open(segments) as connection:
        for part in _slice(segments) or [[]]:
            connection.execute(f"create or replace view segments as {_from(part)}")
            yield connection.execute(sql)


@contextmanager
def _open(segments: Sequence[Segment]) -> Iterator[duckdb.DuckDBPyConnection]:
    """What is replaced and what is voided are looked up once, and are few beside the rows."""
    connection = duckdb.connect(":memory:", config={"threads": "1"})
    try:
        connection.execute("set timezone = 'UTC'")
        connection.register("no_segments", SEGMENT_SCHEMA.empty_table())
        connection.execute(f"create view segments as {_from(segments)}")
        connection.execute(f"create table replaced as {_REPLACED}")
        connection.execute(f"create table voided as {_VOIDED}")
        connection.execute(f"create view statements as {_KEPT}")
        yield connection
    finally:
        connection.close()


def _from(segments: Sequence[Segment]) -> str:
    if not segments:
        return "select * from no_segments"
    files = ", ".join(literal(str(segment.path)) for segment in segments)
    return f"select * from read_parquet([{files}])"


def _slice(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Runs of segments of about `_SLICE` rows."""
    parts: list[list[Segment]] = []
    n_rows = _SLICE
    for segment in segments:
        if n_rows >= _SLICE:
            parts.append([])
            n_rows = 0
        parts[-1].append(segment)
        n_rows += pq.read_metadata(segment.path).num_rows
    return parts
