"""A measure rolled up to a level, on a real Spark: the counts that DuckDB gives."""

import datetime as dt
import os
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.batch import Batch
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.study.definition_sql import Asked, Binding, write_definition
from payoff.warehouse import find_engine, land

pytestmark = pytest.mark.spark
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
ORG = """
select * from (values
  ('t1', 'team', 'north', null, date '2026-01-15'), ('t1', 'team', 'south', date '2026-01-16', null),
  ('north', 'region', 'firm', null, null), ('south', 'region', 'firm', null, null),
  ('firm', 'firm', null, null, null)
) as t(unit_id, level, parent_id, from_on, until_on)
"""
HRIS = """
select *, date '2026-01-31' as known_until from (values
  ('ann', 't1', date '2025-01-01', null, null), ('eve', 't1', date '2025-01-01', date '2026-01-10', true),
  ('fay', 't1', date '2025-01-01', date '2026-01-31', true)
) as t(person_id, team, hired_on, left_on, voluntary)
"""


def landed(name: str, sql: str, root: Path) -> SourceFile:
    with duckdb.connect(":memory:") as connection:
        table = connection.execute(sql).to_arrow_table()
    table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
    batch = Batch(table, "0" * 64, f"{name}.parquet", (), name)
    return land(batch, Source(name, "parquet", f"{name}.parquet"), root)


def test_spark_rolls_stays_up_as_duckdb_does(tmp_path: Path) -> None:
    files = [landed("org", ORG, tmp_path), landed("hris", HRIS, tmp_path)]
    binding = Binding({"people": "hris"}, {"unit": "team"}, None, "org", "region")
    asked = Asked("region", "month", dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    sql = write_definition(CATALOGUE["voluntary_turnover"], TABLES, binding, asked)
    query = Query("metric:m", sql, ("hris", "org"))
    found = []
    for name in ("duckdb", "spark"):
        with find_engine(name, "local[2]").open(files, tmp_path) as store:
            rows = store.ask(query).to_pylist()
            found.append({row["region"]: (row["numerator"], row["denominator"]) for row in rows})
    duck, spark = found
    assert duck == {"north": pytest.approx((1, 40 / 31)), "south": pytest.approx((1, 32 / 31))}
    assert spark == {region: pytest.approx(counts) for region, counts in duck.items()}
