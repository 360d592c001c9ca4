"""Queries see the landed rows and nothing else; a figure finds its rows again."""

from pathlib import Path

import pytest

from payoff.connectors import read_source
from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.warehouse import CODES, Lineage, fetch, land, trace_rows

CRM = b"""rep,month,deals,won
1.0,2025-01-01,3,true
2.0,2025-01-01,4,true
1.0,2025-02-01,5,false
2.0,2025-02-01,6,true
"""
PEOPLE = b"rep,team\n1,north\n2,south\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def sources(home: Path) -> list[SourceFile]:
    files = []
    for name, data in (("crm", CRM), ("people", PEOPLE)):
        (home / f"{name}.csv").write_bytes(data)
        source = Source(name, "csv", f"{name}.csv")
        files.append(land(read_source(source, home), source, home / "warehouse"))
    return files


def ask(sql: str, sources: list[SourceFile], home: Path) -> list[tuple[object, ...]]:
    table = fetch([Query("q", sql, ("crm", "people"))], sources, home / "warehouse")["q"]
    return [tuple(row.values()) for row in table.to_pylist()]


def test_answers_by_name(sources: list[SourceFile], home: Path) -> None:
    rows = ask(
        "select rep, sum(deals)::int from crm join people using (rep) group by 1 order by 1",
        sources,
        home,
    )
    assert rows == [(1, 8), (2, 10)]
    assert ask("with a as (select max(_row) as n from crm) select n from a", sources, home) == [(4,)]


def test_the_time_zone_is_utc(sources: list[SourceFile], home: Path) -> None:
    sql = "select extract(hour from timestamptz '2025-01-01 12:00:00+02')"
    assert ask(sql, sources, home) == [(10,)]


def test_identical_queries_are_asked_once(sources: list[SourceFile], home: Path) -> None:
    sql = "select deals from crm"
    tables = fetch([Query("a", sql, ("crm",)), Query("b", sql, ("crm",))], sources, home / "warehouse")
    assert tables["a"] is tables["b"]


def test_every_failing_query_is_reported(sources: list[SourceFile], home: Path) -> None:
    queries = [
        Query("metric:deals", "select dealz from crm", ("crm",)),
        Query("metric:fine", "select 1", ()),
        Query("assumption:pay", "select avg(", ()),
    ]
    with pytest.raises(PayoffError) as caught:
        fetch(queries, sources, home / "warehouse")
    first, second = caught.value.problems
    assert caught.value.exit_code == 4
    assert first.code in CODES
    assert first.what == "the query metric:deals reads a column dealz that crm does not have"
    assert first.fix.startswith("correct the SQL; did you mean deals? crm has ")
    assert "Candidate" not in first.fix
    assert "assumption:pay" in second.what


def test_a_missing_column_is_looked_for_in_the_table_that_was_named(
    sources: list[SourceFile], home: Path
) -> None:
    queries = [
        Query("metric:a", "select crm.site from crm join people using (rep)", ("crm", "people")),
        Query("metric:b", "select c.site from crm c join people using (rep)", ("crm", "people")),
    ]
    with pytest.raises(PayoffError) as caught:
        fetch(queries, sources, home / "warehouse")
    named, other = caught.value.problems
    assert named.what == "the query metric:a reads a column site that crm does not have"
    assert "people has" not in named.fix
    assert other.what == "the query metric:b reads a column site that crm and people do not have"


OUTSIDE = [
    "select * from read_csv('{other}')",
    "select * from '{other}'",
    "select * from read_text('{other}')",
    "select * from read_blob('/etc/passwd')",
    "select * from glob('/*')",
    "select * from read_parquet('{other}.parquet')",
    "select * from 'https://example.org/x.csv'",
    "select * from sources",  # a variable of this function
    "select * from query('copy (select 1) to ''{other}''')",
    "attach '{other}.db'",
    "copy crm to '{other}'",
    "copy (select 1 as a) to '{rows}' (format parquet)",
    "export database '{other}'",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "reset lock_configuration",
    "create table x as select 1",
    "drop view crm",
    "select 1; drop view crm",
    "pragma enable_profiling",
    "select 1; select 2",
    "",
]


@pytest.mark.parametrize("sql", OUTSIDE)
def test_sql_of_a_study_reaches_nothing_else(sources: list[SourceFile], home: Path, sql: str) -> None:
    other = home / "other.csv"
    other.write_text("a\n1\n")
    rows = home / "warehouse" / "crm" / sources[0].package / "rows.parquet"
    before = rows.read_bytes()
    with pytest.raises(PayoffError) as caught:
        ask(sql.format(other=other, rows=rows), sources, home)
    assert caught.value.problems[0].code in ("D203", "D204")
    assert rows.read_bytes() == before
    assert other.read_text() == "a\n1\n"
    assert sorted(p.name for p in home.iterdir()) == ["crm.csv", "other.csv", "people.csv", "warehouse"]


def trace(
    sql: str, sources: list[SourceFile], home: Path, column: str | None = None, *units: str
) -> dict[str, tuple[tuple[int, ...], str]]:
    query = Query("q", sql, ("crm", "people") if "people" in sql else ("crm",))
    found = trace_rows(query, sources, home / "warehouse", column, units or None)
    return {line.source: (line.rows, line.precision) for line in found}


@pytest.mark.parametrize(
    ("sql", "column", "units", "rows"),
    [
        ("select avg(deals) from crm where won", None, (), (1, 2, 4)),
        ("select avg(deals) from crm c where c.won and c.deals > 3", None, (), (2, 4)),
        ("select rep, month, sum(deals) as value from crm where won group by 1, 2", "rep", ("1",), (1,)),
        ("select rep, month, sum(deals) as value from crm group by all", "rep", ("2", "9"), (2, 4)),
        ("select _row as who, deals as value from crm", "WHO", ("3",), (3,)),
        (
            "select rep as who, 1 as value from crm where month < '2025-02-01' "
            "union all select rep, 2 from crm where deals = 6",
            "who",
            ("2",),
            (2, 4),
        ),
        (
            "select (rep) as unit from (select rep, max(won) from crm group by rep) as cohort",
            "unit",
            ("1",),
            (1, 3),
        ),
        ("select avg(deals) from crm where rep in (select rep from crm where deals = 5)", None, (), (1, 3)),
    ],
)
def test_exact_rows(
    sources: list[SourceFile],
    home: Path,
    sql: str,
    column: str | None,
    units: tuple[str, ...],
    rows: tuple[int],
) -> None:
    assert trace(sql, sources, home, column, *units) == {"crm": (rows, "exact")}


def test_wider_answers_say_so(sources: list[SourceFile], home: Path) -> None:
    joined = "select rep, sum(deals) as value from crm join people using (rep) group by rep"
    assert trace(joined, sources, home, "rep", "2") == {
        "crm": ((2, 4), "by unit"),
        "people": ((2,), "by unit"),
    }
    assert trace(joined, sources, home) == {
        "crm": ((1, 2, 3, 4), "whole source"),
        "people": ((1, 2), "whole source"),
    }
    for sql in (
        "select rep as who, deals as value from crm order by deals limit 1",
        "select rep as who, sum(deals) as value from crm group by 1 having sum(deals) > 9",
        "select rep as who, rank() over (order by deals) as value from crm",
        "with a as (select rep as who, deals as value from crm) select * from a",
    ):
        assert trace(sql, sources, home, "who", "2") == {"crm": ((1, 2, 3, 4), "whole source")}


def test_a_source_only_asked_in_a_condition(sources: list[SourceFile], home: Path) -> None:
    sql = "select rep, deals as value from crm where rep in (select rep from people where team = 'north')"
    assert trace(sql, sources, home, "rep", "1") == {
        "crm": ((1, 3), "exact"),
        "people": ((1,), "by unit"),
    }


def test_the_limit_keeps_the_count(sources: list[SourceFile], home: Path) -> None:
    query = Query("q", "select deals from crm", ("crm",))
    (found,) = trace_rows(query, sources, home / "warehouse", limit=2)
    assert found == Lineage("crm", "crm.csv", sources[0].sha256, (1, 2), 4, "exact")


def test_queries_side_by_side_answer_as_one_after_another(sources: list[SourceFile], home: Path) -> None:
    """Each in UTC, each on its own; the first that fails is told first."""
    sql = (
        "select rep, sum(deals) + {} as n, current_setting('timezone') as zone from crm group by 1 order by 1"
    )
    queries = [Query(f"q{n}", sql.format(n), ("crm",)) for n in range(12)]
    together = fetch(queries, sources, home / "warehouse")
    for n, query in enumerate(queries):
        assert together[query.name].equals(fetch([query], sources, home / "warehouse")[query.name])
        assert together[query.name].to_pylist()[0] == {"rep": 1.0, "n": 8 + n, "zone": "UTC"}
    wrong = [Query(f"bad{n}", f"select missing{n} from crm", ("crm",)) for n in range(6)]
    with pytest.raises(PayoffError) as caught:
        fetch([*queries, *wrong], sources, home / "warehouse")
    assert [p.what.split()[2] for p in caught.value.problems[:3]] == ["bad0", "bad1", "bad2"]
