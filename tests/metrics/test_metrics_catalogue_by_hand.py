"""A dozen statements and six courses whose measures anybody can count."""

import datetime as dt

import duckdb
import pytest

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.study.definition_sql import Asked, Binding, write_definition

# person, activity, touchpoint, day and hour of January 2026 (UTC), session, success, score, seconds
STATEMENTS = """
ann m1 launch 05T09 s1 - - -
ann m1 completion 05T10 s1 - - -
ann m1 launch 06T09 s2 - - -
ann q1 assessment 06T10 s2 true 0.9 -
ann p1 practice_done 07T09 s2 true - -
ann t1 application 08T09 - - - 300
bob m1 launch 05T09 s3 - - -
bob q1 assessment 05T10 s3 false 0.5 -
bob p1 practice_done 05T11 s3 false - -
bob p1 prompt_answered 05T12 s3 true - -
bob t1 application 05T13 - - - 900
cat n1 nudge_sent 05T09 - - - -
ann n1 nudge_sent 05T09 - - - -
ann n1 nudge_acted 12T08 - - - -
bob n1 nudge_sent 05T09 - - - -
bob n1 nudge_acted 12T10 - - - -
bob n1 nudge_sent 20T09 - - - -
"""
# person, course, assigned, enrolled, started, completed
COURSES = """
ann c1 2026-01-01 2026-01-02 2026-01-05 2026-01-09
ann c2 2026-01-01 2026-01-02 2026-01-05 2026-01-15
bob c1 2026-01-01 2026-01-02 2026-01-05 -
bob c2 2026-01-01 2026-01-02 - -
cat c1 2026-01-01 - - -
dan c1 - 2026-01-02 2026-01-05 2026-02-20
"""
BY_HAND = {
    "reach": (2, 3),  # ann and bob; cat was only sent a nudge; dan was gone, eve not there yet
    "repeat_visits": (2, 2),  # ann on five days, bob on the 5th and, by his nudge, on the 12th
    "session_depth": (9, 3),  # s1 has 2 steps, s2 3, s3 4
    "assessment_attempts": (2, 2),
    "practice_frequency": (2, 2),
    "revisit_rate": (1, 2),  # ann opened m1 again after completing it; bob opened it once
    "scenario_accuracy": (2, 3),
    "critical_task_time": (20, 2),
    "assessment_score": (1.4, 2),
    "pass_rate": (1, 2),
    "nudge_response_rate": (1, 3),  # ann within 7 days, bob an hour late, cat never, the last still open
    "completion_rate_assigned": (2, 5),
    "completion_rate_enrolled": (2, 5),
    "completion_rate_started": (2, 4),
    "completion_velocity": (14, 2),  # 4 and 10 days
    "pathway_completion": (1, 3),  # ann both courses; bob and dan began
}


@pytest.fixture(scope="module")
def tables() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    connection.execute(
        "create table statements (person text, activity_id text, touchpoint text, timestamp timestamptz, "
        "session_id text, success boolean, score_scaled double, duration_seconds double, "
        "statement_id text, refers_to text, everybody text)"
    )
    for n, line in enumerate(STATEMENTS.split("\n")[1:-1]):
        who, what, touchpoint, at, *rest = (None if word == "-" else word for word in line.split())
        row = [
            who,
            what,
            str(touchpoint).replace("_", " "),
            f"2026-01-{at}:00:00+00",
            *rest,
            f"s{n}",
            None,
            "all",
        ]
        connection.execute(f"insert into statements values ({', '.join('?' * len(row))})", row)
    connection.execute(
        "create table completions (person_id text, course text, assigned_at timestamp, "
        "enrolled_at timestamp, started_at timestamp, completed_at timestamp, "
        "known_until date, everybody text)"
    )
    for line in COURSES.split("\n")[1:-1]:
        row = [None if word == "-" else word for word in line.split()]
        connection.execute("insert into completions values (?, ?, ?, ?, ?, ?, '2026-02-28', 'all')", row)
    connection.execute("create table pathways as select 'both' as pathway, unnest(['c1', 'c2']) as course")
    connection.execute(
        "create table people as select *, 'all' as everybody, date '2026-02-28' as known_until from (values "
        "('ann', date '2025-01-01', null), ('bob', date '2026-01-05', null), "
        "('cat', date '2025-01-01', date '2026-01-31'), ('dan', date '2025-01-01', date '2025-12-31'), "
        "('eve', date '2026-02-01', null)) as stays(person_id, hired_on, left_on)"
    )
    # the store goes on after the last nudge, so that a week can be over
    connection.execute(
        "insert into statements (person, touchpoint, timestamp, statement_id, everybody) "
        "values ('eve', 'nudge sent', timestamptz '2026-01-25 09:00:00+00', 'last', 'all')"
    )
    return connection


@pytest.mark.parametrize(("id", "counts"), BY_HAND.items(), ids=list(BY_HAND))
def test_january_as_counted_by_hand(
    tables: duckdb.DuckDBPyConnection, id: str, counts: tuple[float, float]
) -> None:
    definition = CATALOGUE[id]
    asked = Asked("everybody", "month", dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    sql = write_definition(definition, TABLES, Binding({name: name for name in definition.tables}), asked)
    found = {str(row[1]): row[2:] for row in tables.execute(sql).fetchall()}
    assert found["2026-01-01"] == pytest.approx((*counts, counts[0] / counts[1]))
