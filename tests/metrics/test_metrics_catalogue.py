"""Every definition agrees with its hand-written twin, on rows made to trip it."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from catalogue_tables import FIRST, LAST, open_firm
from catalogue_twins import TWINS

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.definition import Definition
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.unit import read_unit
from payoff.study.definition_sql import Asked, Binding, write_definition
from payoff.warehouse.spark_kinds import Kinds
from payoff.warehouse.spark_text import write_spark

SPARK = Path(__file__).parent / "spark_sql.txt"
BERLIN = FiscalCalendar("Europe/Berlin")
BUCKETS = {
    "month": ("make_date(year(d), month(d), 1)", "make_date(year(d), month(d), 1) + interval 1 month"),
    "week": ("(d - (isodow(d) - 1)::integer)", "d + interval 7 day"),
    "quarter": (
        "make_date(year(d), quarter(d) * 3 - 2, 1)",
        "make_date(year(d), quarter(d) * 3 - 2, 1) + interval 3 month",
    ),
}
Cells = dict[tuple[object, dt.date], tuple[float, float]]


def write(definition: Definition, period: str, unit: str = "team", calendar: FiscalCalendar = BERLIN) -> str:
    binding = Binding({name: name for name in definition.tables})
    return write_definition(definition, TABLES, binding, Asked(unit, period, FIRST, LAST, calendar))


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    connection = open_firm()
    connection.execute("create macro loc(t) as timezone('Europe/Berlin', t)")
    span = (
        f"range(timestamp '{FIRST - dt.timedelta(70)}', timestamp '{LAST + dt.timedelta(1)}', interval 1 day)"
    )
    connection.execute(f"create table all_days as select unnest({span})::date as day")
    return connection


def cells(rows: list[tuple[object, ...]]) -> Cells:
    found: Cells = {}
    for team, period, numerator, denominator in rows:
        assert isinstance(period, dt.date)
        assert (team, period) not in found
        found[team, period] = (float(str(numerator)), float(str(denominator or 0)))
    return found


@pytest.mark.parametrize(
    ("id", "period"), [(id, p) for id, d in CATALOGUE.items() for p in BUCKETS if p in d.grains]
)
def test_a_definition_and_its_twin_give_the_same_counts(
    firm: duckdb.DuckDBPyConnection, id: str, period: str
) -> None:
    definition = CATALOGUE[id]
    start, after = BUCKETS[period]
    firm.execute(f"create or replace macro b(d) as ({start})::date")
    firm.execute(f"create or replace macro ends(d) as ({after})::date")
    first, last = BERLIN.start(FIRST, period), LAST
    firm.execute(
        f"create or replace view days as select day from all_days where day between '{first}' and '{last}'"
    )
    expected = cells(firm.execute(TWINS[id]).fetchall())
    answer = firm.execute(write(definition, period))
    names = [column[0] for column in answer.description]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    got = cells(
        [(r["team"], r["period"], r.get("numerator", r["value"]), r.get("denominator")) for r in rows]
    )
    assert expected
    assert got.keys() == expected.keys()
    for cell, counts in expected.items():
        assert got[cell] == pytest.approx(counts, rel=1e-9), cell
    for row in rows:
        if definition.denominator is not None:
            quotient = row["numerator"] / row["denominator"] if row["denominator"] else None
            assert row["value"] == (None if quotient is None else pytest.approx(quotient, rel=1e-12))


def test_every_definition_has_a_twin_and_no_twin_is_alone() -> None:
    assert TWINS.keys() == CATALOGUE.keys()


def test_the_spark_text_of_every_definition_is_the_one_that_was_read(firm: duckdb.DuckDBPyConnection) -> None:
    kind_of = Kinds(firm).of
    written = "".join(
        f"-- {id}\n{write_spark(write(CATALOGUE[id], 'month'), kind_of)}\n\n" for id in CATALOGUE
    )
    assert SPARK.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("definition", CATALOGUE.values(), ids=lambda d: d.id)
def test_a_definition_is_whole(definition: Definition) -> None:
    read_unit(definition.unit.format(unit="rep", period="month", money="USD"))
    assert set(definition.tables) <= TABLES.keys()
    for table, columns in definition.needs:
        assert set(columns) <= {c.name for c in TABLES[table].columns}
    assert definition.label
    assert definition.audience
    assert definition.onset_weeks[0] <= definition.onset_weeks[1]
    assert set(definition.grains) <= {"day", "week", "month", "quarter", "year"}


def test_the_reference_page_lists_every_measure_and_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    for d in CATALOGUE.values():
        row = (
            f"| `{d.id}` | {d.formula} | {d.unit} | {d.better} | {d.level} {d.tier} | {', '.join(d.tables)} |"
        )
        assert row in page
    for table in TABLES.values():
        assert (
            f"| `{table.name}` | {table.words} | {', '.join(f'`{c.name}`' for c in table.columns)} |" in page
        )
