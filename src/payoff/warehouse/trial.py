"""A trial of millions, summed up where the rows lie: one scan, a handful of numbers.

Question  What are each arm's count, means and covariances, without bringing a row here?
Identity  DuckDB's `avg`, `var_samp` and `covar_samp` by arm; the latter two update around running means,
          so that values far from zero lose no digits.
Assumes   One row per unit. A row with an empty value in any column is left out, at the price of a second
          scan: filtering rows that need no filter would cost more than the sums.
Refuses   An arm without at least two rows.
Proof     tests/warehouse/test_warehouse_trial.py: numpy on the same rows; values far from zero.
"""

from collections.abc import Sequence
from itertools import combinations

import duckdb
import numpy as np

from payoff.causal.cuped_moments import ArmMoments
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal


def fetch_moments(
    connection: duckdb.DuckDBPyConnection, rows: str, arm: str, columns: Sequence[str]
) -> tuple[ArmMoments, ArmMoments] | Refusal:
    """(comparison, program) moments for `payoff.causal.cuped_moments.fit_moments`.

    rows: a table, a view or a query in parentheses. arm: SQL condition, true for the program arm.
    columns: SQL expressions in the order `ArmMoments` names.
    """
    names = [f"c{n}" for n in range(len(columns))]
    picked = ", ".join(f"({sql})::double as {name}" for sql, name in zip(columns, names, strict=True))
    table = f"(select ({arm})::boolean as arm, {picked} from {rows})"
    found = _ask(connection, names, table)
    if any(side is None or (sums[0] != sums[1 : 1 + len(names)]).any() for side, sums in found.items()):
        whole = " and ".join(f"{name} is not null" for name in ("arm", *names))
        found = _ask(connection, names, f"{table} where {whole}")
    if any(side not in found or found[side][0] < 2 for side in (False, True)):
        return Refusal("trial", "One of the arms has fewer than two complete rows: nothing to compare.")
    return _moments(found[False], len(names)), _moments(found[True], len(names))


def _ask(connection: duckdb.DuckDBPyConnection, names: list[str], table: str) -> dict[bool | None, Floats]:
    """By arm: rows, filled cells of each column, means, variances, covariances of each pair."""
    sums = [f"{kind}({name})" for kind in ("count", "avg", "var_samp") for name in names]
    sums += [f"covar_samp({a}, {b})" for a, b in combinations(names, 2)]
    answer = connection.execute(f"select arm, count(*), {', '.join(sums)} from {table} group by arm")
    return {row[0]: np.array(row[1:], dtype=np.float64) for row in answer.fetchall()}


def _moments(sums: Floats, m: int) -> ArmMoments:
    covariance = np.diag(sums[1 + 2 * m : 1 + 3 * m])
    for (a, b), shared in zip(combinations(range(m), 2), sums[1 + 3 * m :], strict=True):
        covariance[a, b] = covariance[b, a] = shared
    return ArmMoments(float(sums[0]), sums[1 + m : 1 + 2 * m], covariance)
