"""One conformance suite for every engine: the same queries, the same answers as DuckDB, on a real Spark."""

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
import sqlglot
from engine_queries import ALL, FAILING, GROUPS, ORDERED, REFUSED, ROWS, parts_of
from engine_rows import land_rows
from sqlglot import exp

from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.warehouse import CODES, fetch, find_engine
from payoff.warehouse.engine import Store
from payoff.warehouse.spark_engine import SparkStore
from payoff.warehouse.spark_session import clear_spills
from payoff.warehouse.spark_text import BY_NAME, RULES, SAME

pytestmark = pytest.mark.spark
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="module")
def sources(root: Path) -> list[SourceFile]:
    return land_rows(root)


@pytest.fixture(scope="module")
def spark(sources: list[SourceFile], root: Path) -> Iterator[Store]:
    with find_engine("spark", "local[2]").open(sources, root) as store:
        yield store


@pytest.fixture(scope="module")
def duck(sources: list[SourceFile], root: Path) -> Iterator[Store]:
    with find_engine("duckdb", "").open(sources, root) as store:
        yield store


def ask(sql: str) -> Query:
    return Query("metric:q", sql, ("t", "teams"))


def same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
    return a == b


def find_differences(name: str, expected: pa.Table, got: pa.Table) -> list[str]:
    """Each cell in which two answers part, under the words it was asked with."""
    rows = [list(zip(*(c.to_pylist() for c in t.columns), strict=True)) for t in (expected, got)]
    if name not in ORDERED:
        rows = [sorted(found, key=repr) for found in rows]
    said = {f"c{n}": part for n, part in enumerate(parts_of(ROWS.get(name, GROUPS)))}
    return [
        f"{said.get(column, column)}: {one!r} is {two!r}"
        for ours, theirs in zip(*rows, strict=True)
        for column, one, two in zip(expected.column_names, ours, theirs, strict=True)
        if not same(one, two)
    ]


@pytest.mark.parametrize("name", ALL)
def test_both_engines_give_the_same_table(name: str, spark: Store, duck: Store) -> None:
    expected, got = duck.ask(ask(ALL[name])), spark.ask(ask(ALL[name]))
    assert got.schema == expected.schema
    assert got.num_rows == expected.num_rows
    assert not find_differences(name, expected, got)


def test_every_word_that_is_carried_is_in_use_here() -> None:
    trees = [sqlglot.parse_one(sql, read="duckdb") for sql in ALL.values()]
    words = {type(node) for tree in trees for node in tree.walk()}
    names = {node.name.lower() for tree in trees for node in tree.find_all(exp.Anonymous)}
    assert {word.__name__ for word in (SAME | RULES.keys()) - words} == set()
    assert BY_NAME.keys() <= names


@pytest.mark.parametrize(("sql", "said"), REFUSED.items())
def test_what_spark_would_answer_otherwise_is_refused_by_name(sql: str, said: str, spark: Store) -> None:
    with pytest.raises(PayoffError) as caught:
        spark.ask(ask(sql))

    problem = caught.value.problems[0]
    assert problem.code == "D222"
    assert said in problem.what
    assert "engine: duckdb" in problem.fix


@pytest.mark.parametrize(("sql", "code", "said"), FAILING)
def test_what_fails_is_told_as_by_duckdb(sql: str, code: str, said: str, spark: Store) -> None:
    with pytest.raises(PayoffError) as caught:
        spark.ask(ask(sql))

    assert caught.value.problems[0].code == code
    assert said in caught.value.problems[0].what
    assert caught.value.exit_code == 4


def test_spark_alone_reads_no_file_and_no_variable(spark: Store, root: Path) -> None:
    from pyspark.errors import PySparkException

    assert isinstance(spark, SparkStore)
    rows = next(root.rglob("rows.parquet"))
    with pytest.raises(PySparkException):
        spark.session.sql(f"select * from parquet.`{rows}`")
    kept = spark.session.sql("select 1 where '${env:HOME}' like '${env%'")
    assert not kept.isEmpty()


def test_fetch_asks_the_engine_it_is_given(sources: list[SourceFile], root: Path) -> None:
    queries = [Query("a", "select count(*) as n from t", ("t",)), Query("b", "select 1 // 2 as n", ())]
    engine = find_engine("spark", "local[2]")
    assert fetch(queries, sources, root, engine)["a"].to_pylist() == [{"n": 12}]
    assert fetch(queries, sources, root, engine)["b"] == fetch(queries, sources, root)["b"]


def test_a_package_that_was_changed_is_not_read(sources: list[SourceFile], tmp_path: Path) -> None:
    with pytest.raises(PayoffError) as caught:
        fetch([ask("select 1 from t")], sources, tmp_path, find_engine("spark", "local[2]"))
    assert caught.value.problems[0].code == "D202"


def test_without_spark_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(PayoffError) as caught:
        find_engine("spark", "local[2]")
    assert caught.value.problems[0].code == "D220"
    assert "payoff[spark]" in caught.value.problems[0].fix


def test_without_java_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(PayoffError) as caught:
        find_engine("spark", "local[2]")
    problem = caught.value.problems[0]
    assert problem.code == "D221"
    assert "openjdk-17-jre-headless" in problem.fix
    assert caught.value.exit_code == 2


def test_a_spark_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "java"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'Error: java.lang.UnsupportedClassVersionError: 61.0' >&2\nexit 1\n")
    fake.chmod(0o755)
    say = (
        "from payoff.nouns.problem import PayoffError\nfrom payoff.warehouse import fetch, find_engine\n"
        "from pathlib import Path\ntry:\n    fetch([], [], Path('w'), find_engine('spark', 'local[1]'))\n"
        "except PayoffError as error:\n    print(error, error.exit_code)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", say],
        cwd=tmp_path,
        env={**os.environ, "JAVA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "D221" in told.stdout
    assert "UnsupportedClassVersionError" in told.stdout
    assert told.stdout.strip().endswith("7")
    assert told.stderr == ""


def test_what_a_killed_process_spilled_is_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid in (ended.pid, os.getpid()):
        (tmp_path / f"spill-{pid}").mkdir()
        (tmp_path / f"spill-{pid}" / "rows").write_text("rows")

    clear_spills(tmp_path)

    assert [left.name for left in tmp_path.iterdir()] == [f"spill-{os.getpid()}"]


def test_the_codes_are_told_in_the_reference() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "data.md").read_text("utf-8")
    assert all(f"| {code} |" in page for code in ("D220", "D221", "D222", "D223"))
    assert CODES.keys() >= {"D220", "D221", "D222", "D223"}
