"""Every definition of the catalogue on a real Spark: the counts of its hand-written twin."""

import os
from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from catalogue_tables import FIRST, LAST, open_firm
from catalogue_twins import TWINS
from test_metrics_catalogue import BERLIN, BUCKETS, cells, firm, write  # noqa: F401

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.batch import Batch
from payoff.nouns.query import Query
from payoff.nouns.study import Source
from payoff.warehouse import find_engine, land
from payoff.warehouse.engine import Store

pytestmark = pytest.mark.spark
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    root = tmp_path_factory.mktemp("firm")
    connection, files = open_firm(), []
    for name in TABLES:
        table = connection.execute(f'select * from "{name}"').to_arrow_table()
        table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
        batch = Batch(table, "0" * 64, f"{name}.parquet", (), name)
        files.append(land(batch, Source(name, "parquet", f"{name}.parquet"), root))
    with (
        find_engine("spark", "local[2]").open(files, root) as spark,
        find_engine("duckdb", "").open(files, root) as duck,
    ):
        yield spark, duck


@pytest.mark.parametrize("id", CATALOGUE)
def test_spark_counts_as_the_twin_and_as_duckdb(
    id: str,
    stores: tuple[Store, Store],
    firm: duckdb.DuckDBPyConnection,  # noqa: F811
) -> None:
    definition = CATALOGUE[id]
    period = "week" if len(id) % 3 == 0 and "week" in definition.grains else "month"
    query = Query(id, write(definition, period), definition.tables)
    got, expected = (store.ask(query) for store in stores)
    start, after = BUCKETS[period]
    firm.execute(f"create or replace macro b(d) as ({start})::date")
    firm.execute(f"create or replace macro ends(d) as ({after})::date")
    first = BERLIN.start(FIRST, period)
    firm.execute(
        f"create or replace view days as select day from all_days where day between '{first}' and '{LAST}'"
    )
    twin = cells(firm.execute(TWINS[id]).fetchall())
    rows = got.to_pylist()
    counted = cells(
        [(r["team"], r["period"], r.get("numerator", r["value"]), r.get("denominator")) for r in rows]
    )
    assert got.schema == expected.schema
    assert counted.keys() == twin.keys()
    assert all(counted[cell] == pytest.approx(twin[cell], rel=1e-9) for cell in twin)
    by_cell = {(r["team"], r["period"]): r["value"] for r in expected.to_pylist()}
    for row in rows:
        value = by_cell[row["team"], row["period"]]
        assert row["value"] == (None if value is None else pytest.approx(value, rel=1e-12))
