"""A definition written out: sources and columns by name, units as of the day, the calendar of the firm."""

import datetime as dt
from collections.abc import Mapping

import duckdb

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.study.definition_sql import Asked, Binding, write_definition

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
BERLIN = FiscalCalendar("Europe/Berlin")
CALLS = """
create table calls as select * from (values
  ('ann', timestamptz '2026-01-14 09:00:00+00', 300, 'x'),
  ('ann', timestamptz '2026-01-15 22:59:00+00', 500, 'x'),
  ('ann', timestamptz '2026-01-15 23:01:00+00', 700, 'x'),
  ('bob', timestamptz '2026-01-20 09:00:00+00', null, 'y'),
  ('cat', timestamptz '2026-01-31 23:30:00+00', 60, 'y'),
  ('bob', timestamptz '2026-02-02 09:00:00+00', 100, 'y')
) as t(agent_id, ended_at, secs, squad)
"""
STAYS = """
create table hris as select * from (values
  ('ann', 'A', date '2025-05-01', date '2026-01-15'), ('ann', 'B', date '2026-01-16', null),
  ('bob', 'B', date '2025-05-01', null)
) as t(person_id, team, hired_on, left_on)
"""


def ask(
    id: str, binding: Binding, unit: str = "team", period: str = "month", calendar: FiscalCalendar = BERLIN
) -> Mapping[tuple[object, str], tuple[object, ...]]:
    sql = write_definition(CATALOGUE[id], TABLES, binding, Asked(unit, period, FIRST, LAST, calendar))
    with duckdb.connect(":memory:") as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(CALLS)
        connection.execute(STAYS)
        return {(row[0], str(row[1])): row[2:] for row in connection.execute(sql).fetchall()}


def test_a_person_who_moves_in_mid_month_counts_in_each_team_while_there() -> None:
    """22:59 UTC on the 15th is the last evening in A, 23:01 is already the 16th in Berlin, in B."""
    found = ask(
        "average_handle_time",
        Binding({"interactions": "calls"}, {"handle_seconds": "secs"}, members="hris"),
    )
    minute = 60
    assert found == {
        ("A", "2026-01-01"): (800 / minute, 2.0, 400 / minute),
        ("B", "2026-01-01"): (700 / minute, 1.0, 700 / minute),
        ("B", "2026-02-01"): (100 / minute, 1.0, 100 / minute),
        (None, "2026-02-01"): (1.0, 1.0, 1.0),  # nobody knows cat's team: kept, in no team
    }


def test_two_teams_together_are_the_sum_of_their_counts() -> None:
    columns = {"handle_seconds": "secs"}
    parts = ask("average_handle_time", Binding({"interactions": "calls"}, columns), unit="squad")
    whole = ask(
        "average_handle_time", Binding({"interactions": "calls"}, {**columns, "unit": "'all'"}), unit="squad"
    )
    for (_, period), (numerator, denominator, value) in whole.items():
        cells = [cell for (_, at), cell in parts.items() if at == period]
        assert (numerator, denominator) == (sum(c[0] for c in cells), sum(c[1] for c in cells))  # type: ignore[misc]
        assert value == numerator / denominator  # type: ignore[operator]


def test_a_column_of_one_table_may_be_named_by_its_table() -> None:
    plain = ask(
        "average_handle_time", Binding({"interactions": "calls"}, {"handle_seconds": "secs"}), "squad"
    )
    named = ask(
        "average_handle_time",
        Binding({"interactions": "calls"}, {"interactions.handle_seconds": "secs"}),
        "squad",
    )
    assert named == plain


def test_a_fiscal_month_begins_on_its_day_in_local_time() -> None:
    calendar = FiscalCalendar("Europe/Berlin", month_starts_on=16)
    binding = Binding({"interactions": "calls"}, {"handle_seconds": "secs", "unit": "agent_id"})
    found = ask("average_handle_time", binding, calendar=calendar)
    assert {key: cell[1] for key, cell in found.items()} == {
        ("ann", "2025-12-16"): 2.0,
        ("ann", "2026-01-16"): 1.0,
        ("cat", "2026-01-16"): 1.0,
        ("bob", "2026-01-16"): 1.0,
    }


def test_the_zone_decides_the_month() -> None:
    """23:30 UTC on 31 January is February in Berlin and January in London."""
    binding = Binding({"interactions": "calls"}, {"handle_seconds": "secs", "unit": "agent_id"})
    assert ("cat", "2026-02-01") in ask("average_handle_time", binding)
    assert ("cat", "2026-01-01") in ask("average_handle_time", binding, calendar=FiscalCalendar())


def test_one_id_gives_one_text() -> None:
    """Two programs, one definition: the same query (KPI-08)."""
    asked = Asked("team", "week", FIRST, LAST, BERLIN)
    other = Asked("team", "week", dt.date(2024, 1, 1), dt.date(2024, 12, 31), BERLIN)
    binding = Binding({"interactions": "calls"})
    first = write_definition(CATALOGUE["average_handle_time"], TABLES, binding, asked)
    assert first == write_definition(CATALOGUE["average_handle_time"], TABLES, binding, other)
    assert "2026" not in first


def test_turnover_of_a_quarter_and_a_year_by_hand() -> None:
    """10 people, one left by own will on 31 January, one by the firm's: 1 ÷ mean headcount, × 4."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "create table people (person_id text, hired_on date, left_on date, voluntary boolean)"
        )
        connection.execute(
            "insert into people select 'p' || n, date '2025-01-01', null, null from range(8) r(n)"
        )
        connection.execute("insert into people values ('q', date '2025-01-01', date '2026-01-31', true)")
        connection.execute("insert into people values ('r', date '2025-01-01', date '2026-02-28', false)")
        columns = {"unit": "'firm'", "known_until": "date '2026-04-15'"}
        values = {}
        for id in ("voluntary_turnover", "voluntary_turnover_annualised"):
            asked = Asked("unit", "quarter", FIRST, dt.date(2026, 6, 30))
            sql = write_definition(CATALOGUE[id], TABLES, Binding({"people": "people"}, columns), asked)
            (row,) = connection.execute(sql).fetchall()  # the second quarter is not over: it has no row
            assert str(row[1]) == "2026-01-01"
            values[id] = row[-1]
    headcount = (8 * 90 + 31 + 59) / 90
    assert values["voluntary_turnover"] == 1 / headcount
    assert abs(values["voluntary_turnover_annualised"] - 4 / headcount) < 1e-12
