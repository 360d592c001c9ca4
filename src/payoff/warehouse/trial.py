"""A trial of millions, summed up where the rows lie: one scan, a handful of numbers.

Question  What are each arm's count, means and covariances, without bringing a row here?
Identity  Sums of columns and of their products, by arm. Where a mean is so far from zero that the products
          would lose digits (mean² above FAR × variance), `var_samp` and `covar_samp`, which update around
          running means, are asked instead.
Assumes   One row per unit. A row with an empty value in any column is left out, at the price of a second
          scan: filtering rows that need no filter would cost as much as the sums.
Refuses   An arm without at least two rows.
Proof     tests/warehouse/test_warehouse_trial.py: numpy on the same rows; values far from zero.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import duckdb
import numpy as np

from payoff.causal.cuped_moments import ArmMoments
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal

FAR = 1_000.0  # digits lost: about three of fifteen


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
        table += f" where {' and '.join(f'{name} is not null' for name in ('arm', *names))}"
        found = _ask(connection, names, table)
    if any(side not in found or found[side][0] < 2 for side in (False, True)):
        return Refusal("trial", "One of the arms has fewer than two complete rows: nothing to compare.")
    arms = _from_sums(found[False], len(names)), _from_sums(found[True], len(names))
    if all((arm.means**2 <= FAR * np.diag(arm.covariance)).all() for arm in arms):
        return arms
    found = _ask(connection, names, table, careful=True)
    return _from_moments(found[False], len(names)), _from_moments(found[True], len(names))


def _ask(
    connection: duckdb.DuckDBPyConnection, names: list[str], table: str, *, careful: bool = False
) -> dict[bool | None, Floats]:
    """By arm: rows, filled cells, then sums (means), and products (variances and covariances) of pairs."""
    pairs = combinations_with_replacement(names, 2)
    first, second = ("avg({})", "covar_samp({}, {})") if careful else ("sum({})", "sum({} * {})")
    asked = [*(f"count({name})" for name in names), *(first.format(name) for name in names)]
    asked += [f"var_samp({a})" if careful and a == b else second.format(a, b) for a, b in pairs]
    answer = connection.execute(f"select arm, count(*), {', '.join(asked)} from {table} group by arm")
    return {row[0]: np.array(row[1:], dtype=np.float64) for row in answer.fetchall()}


def _from_sums(sums: Floats, m: int) -> ArmMoments:
    n, means = float(sums[0]), sums[1 + m : 1 + 2 * m] / sums[0]
    products = _square(sums[1 + 2 * m :], m)
    return ArmMoments(n, means, (products - n * np.outer(means, means)) / (n - 1))


def _from_moments(sums: Floats, m: int) -> ArmMoments:
    return ArmMoments(float(sums[0]), sums[1 + m : 1 + 2 * m], _square(sums[1 + 2 * m :], m))


def _square(upper: Floats, m: int) -> Floats:
    """(m, m) from the pairs (0, 0), (0, 1), …"""
    square = np.zeros((m, m))
    for (a, b), value in zip(combinations_with_replacement(range(m), 2), upper, strict=True):
        square[a, b] = square[b, a] = value
    return square
