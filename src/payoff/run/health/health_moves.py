"""A load held against the one before it, row by row: which times moved by the clock."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from payoff.metrics.health_findings import Told
from payoff.metrics.health_moved import Moved, ask_moved, condition_of, find_moved, judge_moved, times_of
from payoff.metrics.health_subject import Subject
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.sql_quoting import quoted
from payoff.run.health.health_asking import ask_health
from payoff.warehouse.earlier import find_earlier
from payoff.warehouse.engine import Engine


def look_at_moves(
    subject: Subject, before: Subject, period: str, warehouse: Path, engine: Engine | None = None
) -> Iterator[Told]:
    """Rows of equal keys whose times stand whole or half hours from where the load before had them."""
    columns = times_of(subject, before)
    if not columns or "clock" in dict(subject.rules.off):
        return
    files, earlier = (subject.file,), (before.file,)
    query = ask_moved(subject, columns, period)
    rows = [
        Moved(row["column_name"], row["period"], row["halves"], int(row["n"]))
        for row in ask_health([query], files, warehouse, engine, earlier)[query.name].to_pylist()
    ]
    found = find_moved(rows)
    if not found:
        return
    condition = condition_of(subject, found)
    sql = f"select count(*) as n from {quoted(subject.name)} where {condition}"
    asked = Query("moved", sql, query.sources)
    n_rows = int(ask_health([asked], files, warehouse, engine, earlier)["moved"]["n"][0].as_py())
    yield judge_moved(rows, found, n_rows, condition)


def list_earlier(files: Iterable[SourceFile], warehouse: Path) -> tuple[SourceFile, ...]:
    """The loads before these, where there are any."""
    return tuple(found for file in files if (found := find_earlier(file, warehouse)) is not None)
