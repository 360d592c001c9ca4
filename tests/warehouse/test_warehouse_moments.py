"""Moments counted by a query equal moments of the same rows in memory."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from payoff.causal.moments import Moments, build_moments
from payoff.causal.never import NEVER_LAUNCHED
from payoff.connectors import read_source
from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Source
from payoff.warehouse import land
from payoff.warehouse.moments import count_moments, fetch_rollout

SIZE = 6


def make_table(seed: int = 1, n: int = 80) -> tuple[pa.Table, Moments, Moments]:
    """Rows in random order, and their moments with and without clusters."""
    rng = np.random.default_rng(seed)
    launch = rng.choice(np.array([3, 5, NEVER_LAUNCHED]), n)
    values = 1e6 + rng.normal(size=(n, SIZE)).cumsum(axis=1)
    times, cluster = np.arange(1, SIZE + 1), np.arange(n) // 3
    each = np.repeat(launch, SIZE)
    table = pa.table(
        {
            "unit": [f"u{i}" for i in np.repeat(np.arange(n), SIZE)],
            "period": np.tile(times, n),
            "launch": pa.array(each, mask=each == NEVER_LAUNCHED),
            "cluster": [f"c{i:03d}" for i in np.repeat(cluster, SIZE)],
            "value": values.ravel(),
        }
    )
    table = table.take(pa.array(rng.permutation(len(table))))
    plain = build_moments(values, launch, times)
    return table, plain, build_moments(values, launch, times, cluster=cluster)


def ask(table: pa.Table, clustered: bool = False) -> Moments | Refusal:
    with duckdb.connect() as connection:
        connection.register("panel", table)
        return count_moments(connection, "select * from panel", clustered=clustered)


@pytest.mark.parametrize("clustered", [False, True])
def test_a_query_says_what_the_rows_say(clustered: bool) -> None:
    table, plain, by_cluster = make_table()
    found, expected = ask(table, clustered), by_cluster if clustered else plain
    assert isinstance(found, Moments)
    for name in ("times", "cohorts", "count", "mass", "mean", "gram"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-8, atol=1e-6)
    assert found.n_clusters == expected.n_clusters


def test_torn_rows_are_refused() -> None:
    """Missing cells, duplicate unit-periods, infinities, a launch that changes: never silently wrong."""
    table, _, _ = make_table()
    value = table["value"].to_numpy().copy()
    value[0] = np.inf
    launch = table["launch"].to_pylist()
    launch[0] = 4
    bad = [
        table.slice(0, 0),
        table.slice(1),
        pa.concat_tables([table, table.slice(0, 1)]),
        table.set_column(4, "value", pa.array(value)),
        table.set_column(4, "value", pa.array(value, mask=np.isinf(value))),
        table.set_column(2, "launch", pa.array(launch)),
    ]
    for rows in bad:
        assert isinstance(ask(rows), Refusal)


def test_landed_rows_are_asked_in_the_sandbox(tmp_path: Path) -> None:
    table, plain, _ = make_table()
    pq.write_table(table, tmp_path / "panel.parquet")
    source = Source("panel", "parquet", "panel.parquet")
    file = land(read_source(source, tmp_path), source, tmp_path / "warehouse")
    sql = "select unit, period, launch, value from panel"
    found = fetch_rollout(Query("rollout", sql, ("panel",)), [file], tmp_path / "warehouse")
    assert isinstance(found, Moments)
    np.testing.assert_allclose(found.gram, plain.gram, rtol=1e-8, atol=1e-6)
    with pytest.raises(PayoffError, match="rollout"):
        fetch_rollout(Query("rollout", "select unit from panel", ("panel",)), [file], tmp_path / "warehouse")
