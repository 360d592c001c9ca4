"""A staggered rollout's moments, counted where the rows are.

Question  What does one query say about each cohort, that no row need leave the store?
Identity  `covar_pop` of changes since the first period, by cohort: counts, means and second moments are all
          that group-time effects and their covariance need (`payoff.causal.moments`).
Assumes   One row per unit and period; whole numbers for periods and launches (null: never). Any order.
Fast      Each unit's list as its rows come, sorted only where they came out of order.
Refuses   Units that lack a period or hold one twice, empty or infinite values, launch or cluster that change
          within a unit.
Proof     tests/warehouse/test_warehouse_moments.py: equal to moments of the same rows in memory.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from payoff.causal.moments import Moments, gram_of_cluster_sums
from payoff.causal.never import NEVER_LAUNCHED
from payoff.nouns.arrays import Floats, Ints, frozen
from payoff.nouns.query import Query
from payoff.nouns.refusal import Refusal
from payoff.nouns.source_file import SourceFile
from payoff.nouns.wording import counted
from payoff.warehouse.sandbox import check_query, explain_failure, open_sandbox

METHOD = "group_time"
NO_CLUSTER = "0"


def fetch_rollout(
    query: Query, sources: Sequence[SourceFile], root: Path, *, clustered: bool = False
) -> Moments | Refusal:
    """Moments of a query that returns unit, period, launch, value and, clustered, cluster.

    Raises PayoffError (exit code 4) when the query fails.
    """
    check_query(query)
    with open_sandbox(sources, root) as connection:
        try:
            return count_moments(connection, query.sql, clustered=clustered)
        except duckdb.Error as error:
            raise explain_failure(query, error, sources) from error


def count_moments(
    connection: duckdb.DuckDBPyConnection, rows: str, *, clustered: bool = False
) -> Moments | Refusal:
    """The same on an open connection; rows: a SELECT."""
    found = connection.execute(f"select distinct period from ({rows}) order by period").fetchnumpy()
    times = np.ma.getdata(found["period"]).astype(np.int64)
    if not len(times):
        return Refusal(METHOD, "There are no rows.")
    if clustered:
        return _by_cluster(connection.execute(_cluster_sql(rows, times)).fetchnumpy(), times)
    return _by_cohort(connection.execute(_cohort_sql(rows, times)).fetchall(), times)


def _wide(rows: str, times: Ints, cluster: str) -> str:
    """One row per unit: launch g, cluster c, whether it is torn, and changes d since the first period.

    A unit that changes launch or cluster falls into several groups, each short of rows: torn as well.
    """
    steps = ", ".join(f"y[{j + 1}] - y[1] as d{j}" for j in range(1, len(times)))
    total = " + ".join(f"y[{j + 1}]" for j in range(len(times)))
    by = "unit, launch" if cluster == NO_CLUSTER else f"unit, launch, {cluster}"
    return f"""
with listed as (
  select launch, {cluster} as c, list(value::double) as y, list(period) as p from ({rows}) group by {by}
), wide as (
  select launch, c,
    case when p = {times.tolist()} then y
         when list_sort(p) = {times.tolist()} then list_transform(list_sort(list_zip(p, y)), lambda z: z[2])
    end as y
  from listed
), moved as (
  select coalesce(launch, {NEVER_LAUNCHED})::bigint as g, c, {steps},
    not coalesce(isfinite({total}), false) as torn
  from wide
)"""


def _cohort_sql(rows: str, times: Ints) -> str:
    """Per cohort: units, torn units, mean changes, covariances row by row of the upper triangle."""
    inside = range(1, len(times))
    means = ", ".join(f"avg(d{j})" for j in inside)
    spread = ", ".join(f"covar_pop(d{i}, d{j})" for i in inside for j in inside if i <= j)
    ask = ", ".join(part for part in (means, spread) if part)
    head = "select g, count(*), count(*) filter (where torn)"
    return f"{_wide(rows, times, NO_CLUSTER)} {head}, {ask} from moved group by g"


def _cluster_sql(rows: str, times: Ints) -> str:
    """Per cluster and cohort: units, torn units, summed changes."""
    sums = ", ".join(f"sum(d{j}) as s{j}" for j in range(1, len(times)))
    head = "select c, g, count(*) as n, count(*) filter (where torn) as torn"
    return f"{_wide(rows, times, 'cluster')} {head}, {sums} from moved group by c, g order by c, g"


def _by_cohort(found: list[tuple[Any, ...]], times: Ints) -> Moments | Refusal:
    if any(row[2] for row in found):
        return _torn(sum(row[2] for row in found))
    found = sorted(found)
    inside = len(times) - 1
    count = np.array([row[1] for row in found], dtype=np.int64)
    mean = np.zeros((len(found), len(times)))
    gram = np.zeros((len(found), len(times) + 1, len(times) + 1))
    upper = np.triu_indices(inside)
    for k, row in enumerate(found):
        numbers = np.array(row[3:], dtype=np.float64)
        mean[k, 1:] = numbers[:inside]
        block = np.zeros((inside, inside))
        block[upper] = numbers[inside:]
        gram[k, 1:-1, 1:-1] = (block + np.triu(block, 1).T) * count[k]
        gram[k, -1, -1] = count[k]
    cohorts = np.array([row[0] for row in found], dtype=np.int64)
    return _moments(times, cohorts, count, mean, gram, 0)


def _by_cluster(found: dict[str, Any], times: Ints) -> Moments | Refusal:
    """Sums by cluster and cohort are few: their products are taken here."""
    torn = int(np.sum(found["torn"]))
    if torn:
        return _torn(torn)
    cohorts, code = np.unique(np.asarray(found["g"], dtype=np.int64), return_inverse=True)
    cluster = np.unique(np.ma.getdata(found["c"]), return_inverse=True)[1].astype(np.int64)
    each = np.asarray(found["n"], dtype=np.float64)
    sums = np.zeros((len(each), len(times) + 1))
    for j in range(1, len(times)):
        sums[:, j] = found[f"s{j}"]
    count = np.bincount(code, weights=each)
    mean = np.stack([np.bincount(code, weights=column) for column in sums[:, :-1].T], axis=1) / count[:, None]
    sums[:, :-1] -= each[:, None] * mean[code]
    sums[:, -1] = each
    gram = gram_of_cluster_sums(sums, cluster, code, len(cohorts))
    return _moments(times, cohorts, count.astype(np.int64), mean, gram, int(cluster.max()) + 1)


def _moments(times: Ints, cohorts: Ints, count: Ints, mean: Floats, gram: Floats, n_clusters: int) -> Moments:
    mass = count.astype(np.float64)
    return Moments(
        frozen(times), frozen(cohorts), frozen(count), frozen(mass), frozen(mean), frozen(gram), n_clusters
    )


def _torn(number: int) -> Refusal:
    reason = (
        f"{counted(number, 'unit')} lack a period, hold one twice, have an empty or infinite value, or "
        "change launch or cluster: moments need a balanced panel."
    )
    return Refusal(METHOD, reason)
