"""Rolled up by hand: a team that moves in mid-month, its people and its cases, each where they were."""

import datetime as dt

import duckdb
import pytest

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.study.definition_sql import Asked, Binding, write_cases, write_definition
from payoff.warehouse.spark_kinds import Kinds
from payoff.warehouse.spark_text import write_spark

# t1 moves from north to south on 16 January; t2 is in two places from the 10th to the 20th
PLACES = """
create table org as select * from (values
  ('t1', 'team', 'd1', null, null), ('t2', 'team', 'd1', null, date '2026-01-20'),
  ('t2', 'team', 'd2', date '2026-01-10', null), ('t3', 'team', 'south', null, null),
  ('d1', 'department', 'north', null, date '2026-01-15'),
  ('d1', 'department', 'south', date '2026-01-16', null), ('d2', 'department', 'south', null, null),
  ('north', 'region', 'firm', null, null), ('south', 'region', 'firm', null, null),
  ('firm', 'firm', null, null, null)
) as t(unit_id, level, parent_id, from_on, until_on)
"""
CALLS = """
create table calls as select * from (values
  ('ann', 't1', timestamptz '2026-01-10 09:00:00+00', 60.0),
  ('ann', 't1', timestamptz '2026-01-15 23:59:00+00', 120.0),
  ('ann', 't1', timestamptz '2026-01-16 00:01:00+00', 240.0),
  ('bob', 't2', timestamptz '2026-01-15 09:00:00+00', 600.0),
  ('cat', 't3', timestamptz '2026-01-20 09:00:00+00', 480.0),
  ('dan', 'gone', timestamptz '2026-01-20 09:00:00+00', 30.0)
) as t(agent_id, team, ended_at, handle_seconds)
"""
# ann stays on, eve leaves t1 on the 10th and fay on the 31st, both by own will
STAYS = """
create table hris as select *, date '2026-01-31' as known_until from (values
  ('ann', 't1', date '2025-01-01', null, null), ('eve', 't1', date '2025-01-01', date '2026-01-10', true),
  ('fay', 't1', date '2025-01-01', date '2026-01-31', true), ('cat', 't3', date '2026-01-01', null, null)
) as t(person_id, team, hired_on, left_on, voluntary)
"""
COURSES = """
create table courses as select *, timestamp '2026-03-31' as known_until from (values
  ('ann', 't1', 'c1', timestamp '2026-01-14', timestamp '2026-01-20'),
  ('ann', 't1', 'c2', timestamp '2026-01-20', null)
) as t(person_id, team, course, assigned_at, completed_at)
"""
JANUARY = "2026-01-01"


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    for table in (PLACES, CALLS, STAYS, COURSES):
        connection.execute(table)
    return connection


def write(id: str, source: str, level: str, members: str | None = None) -> str:
    definition = CATALOGUE[id]
    named = {definition.tables[0]: source}
    binding = Binding(named, {"unit": "team"}, members, "org", level)
    asked = Asked(level, "month", dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    return write_definition(definition, TABLES, binding, asked)


def ask(
    firm: duckdb.DuckDBPyConnection, id: str, source: str, level: str, members: str | None = None
) -> dict[object, tuple[float, float]]:
    rows = firm.execute(write(id, source, level, members)).fetchall()
    return {row[0]: (row[2], row[3]) for row in rows if str(row[1]) == JANUARY}


def test_cases_count_where_their_team_stood_that_day(firm: duckdb.DuckDBPyConnection) -> None:
    """KPI-20: minutes and calls; the move is between 23:59 and 00:01."""
    assert ask(firm, "average_handle_time", "calls", "region") == {
        "north": (3.0, 2.0),
        "south": (12.0, 2.0),  # ann's last and cat's
        None: (10.5, 2.0),  # bob's team was in two places, dan's is in none: kept, counted once, nowhere
    }


def test_each_level_is_the_sum_of_the_one_below(firm: duckdb.DuckDBPyConnection) -> None:
    assert ask(firm, "average_handle_time", "calls", "team") == {
        "t1": (7.0, 3.0), "t3": (8.0, 1.0), None: (10.5, 2.0),
    }  # fmt: skip
    assert ask(firm, "average_handle_time", "calls", "department") == {
        "d1": (7.0, 3.0), None: (18.5, 3.0),
    }  # fmt: skip
    assert ask(firm, "average_handle_time", "calls", "firm") == {"firm": (15.0, 4.0), None: (10.5, 2.0)}


def test_stays_are_cut_where_the_team_moves_and_nobody_leaves_by_that(
    firm: duckdb.DuckDBPyConnection,
) -> None:
    """t1 spends 15 days in north and 16 in south: a move is no leaving."""
    found = ask(firm, "voluntary_turnover", "hris", "region")
    assert found["north"] == pytest.approx((1.0, (15 + 10 + 15) / 31))  # ann, eve until she leaves, fay
    assert found["south"] == pytest.approx((1.0, (16 + 16 + 31) / 31))  # ann, fay who leaves, cat
    whole = ask(firm, "voluntary_turnover", "hris", "firm")
    assert whole["firm"] == pytest.approx((2.0, (31 + 10 + 31 + 31) / 31))


def test_people_are_placed_first_and_their_unit_then(firm: duckdb.DuckDBPyConnection) -> None:
    found = ask(firm, "average_handle_time", "calls", "region", members="hris")
    assert found == {"north": (3.0, 2.0), "south": (12.0, 2.0), None: (10.5, 2.0)}


def test_a_course_belongs_where_the_team_stood_when_it_began(firm: duckdb.DuckDBPyConnection) -> None:
    found = ask(firm, "completion_rate_assigned", "courses", "region")
    assert found == {"north": (1.0, 1.0), "south": (0.0, 1.0)}


def test_spark_is_asked_the_same(firm: duckdb.DuckDBPyConnection) -> None:
    for id, source in (("average_handle_time", "calls"), ("voluntary_turnover", "hris")):
        text = write_spark(write(id, source, "region"), Kinds(firm).of)
        assert "RECURSIVE" not in text.upper()
        assert "above" in text


def test_single_cases_ask_for_no_unit() -> None:
    """Whose time it is does not hang on the team, so neither stays nor places are asked."""
    definition = CATALOGUE["completion_velocity"]
    binding = Binding({"completions": "courses"}, {}, "hris", "org", "region")
    asked = Asked("region", "day", dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    sql = write_cases(definition, TABLES, binding, asked)
    assert "hris" not in sql
    assert "org" not in sql
