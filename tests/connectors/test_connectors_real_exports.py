"""Real exports through the public profiles: the counts come from asking the files themselves in SQL."""

import datetime as dt
import statistics
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from payoff.connectors import read_source
from payoff.nouns.profile import Layout
from payoff.nouns.study import Source

DATA = Path(__file__).parents[1] / "data"
GOLDEN = Path(__file__).parent / "golden"
EVENTS = "servicenow-incidents/events.parquet"
LAST = f"""
    select * from '{DATA / EVENTS}'
    qualify row_number() over (partition by number order by sys_mod_count desc, sys_updated_at desc) = 1
"""


def read(path: str, profile: str, key: tuple[str, ...], **said: Any) -> pa.Table:
    return read_source(Source("x", "parquet", path, key, layout=Layout(profile, **said)), DATA).table


def ask(sql: str, **tables: pa.Table) -> tuple[Any, ...]:
    with duckdb.connect() as engine:
        for name, table in tables.items():
            engine.register(name, table)
        row: tuple[Any, ...] | None = engine.execute(sql).fetchone()
    assert row is not None
    return row


def test_972_events_are_150_tickets_as_they_stood_last() -> None:
    batch = read_source(
        Source("x", "parquet", EVENTS, layout=Layout("servicenow-incident-events", timezone="UTC")), DATA
    )
    assert "972 rows of 150 tickets: the last of each number is kept" in batch.warnings
    rows = batch.table.to_pylist()
    assert len({row["ticket_id"] for row in rows}) == len(rows) == 150
    counted = (
        sum(row["within_sla"] for row in rows),
        sum(row["reopens"] for row in rows),
        sum(row["reassignments"] for row in rows),
        sum(row["solved_at"] is None for row in rows),
        len({row["agent_id"] for row in rows} - {None}),
    )
    assert counted == (109, 2, 116, counted[3], 53)
    assert counted == ask(f"""
        select count(*) filter (made_sla = 'true'), sum(reopen_count), sum(reassignment_count),
               count(*) filter (resolved_at is null), count(distinct resolved_by) filter (resolved_by <> '?')
        from ({LAST})""")
    hours = statistics.median(
        (row["solved_at"] - row["created_at"]) / dt.timedelta(hours=1) for row in rows if row["solved_at"]
    )
    assert hours == ask(f"select median(epoch(resolved_at) - epoch(opened_at)) / 3600 from ({LAST})")[0]


def test_the_service_level_is_that_of_the_last_update_and_never_comes_back(tmp_path: Path) -> None:
    """Of 20,769 tickets in the first 119,998 events 12,595 stay within it, 60.64 %; here 109 of 150.

    The log's clock counts minutes: 46 of those tickets have several updates in their last one, and 12 lose
    the level there. Sorted by the clock alone the earlier may be taken, which makes 12,607, 60.70 %. Which
    is right the log itself says: a level that was missed once is missed in every later update.
    """
    never_missed = f"""select count(*) filter (kept) from (
        select number, bool_and(made_sla = 'true') as kept from '{DATA / EVENTS}' group by number)"""
    assert ask(f"select count(*) filter (made_sla = 'true') from ({LAST})") == ask(never_missed) == (109,)
    text = "number,sys_mod_count,sys_updated_at,made_sla\nA,3,02/05/2016 09:41,{}\nA,4,02/05/2016 09:41,{}\n"
    layout = Layout("servicenow-incident-events", timezone="UTC", date_format="DD/MM/YYYY HH:mm")
    for first, then in (("true", "false"), ("false", "true")):
        (tmp_path / "events.csv").write_text(text.format(first, then))
        row = read_source(Source("x", "csv", "events.csv", layout=layout), tmp_path).table.to_pylist()
        assert [r["within_sla"] for r in row] == [then == "true"]


def test_every_record_of_a_student_is_there_with_its_result() -> None:
    table = read("oulad/student.parquet", "oulad-students", ("person_id", "course", "presentation"))
    results = table["status"].value_counts().to_pylist()
    assert table.num_rows == 502
    assert {r["values"]: r["counts"] for r in results} == {
        "Pass": 180,
        "Withdrawn": 179,
        "Fail": 96,
        "Distinction": 47,
    }
    assert sum(table["passed"].to_pylist()) == 180 + 47


def test_attendance_and_cadence_come_back_from_a_coaching_log() -> None:
    layout = Layout("coaching-sessions", timezone="Europe/London")
    sessions = read_source(
        Source("x", "csv", "export.csv", layout=layout), GOLDEN / "coaching-sessions"
    ).table
    attended, planned = ask("select count(*) filter (attended), count(*) from sessions", sessions=sessions)
    assert (attended, planned) == (2, 3)
    assert sessions.num_rows == planned
    cadence = ask(
        """
        select epoch(max(started_at) - min(started_at)) / 86400 / (count(*) - 1) from sessions
        where learner_id = '101' and attended""",
        sessions=sessions,
    )
    assert cadence == (7.0,)
