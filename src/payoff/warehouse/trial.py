"""A trial of millions, summed up where the rows lie: one scan, a handful of numbers.

Question  What are each arm's count, means and covariances, without bringing a row here?
Identity  Sums of products around a shift c are sums of products around the mean less n (mean − c)². The
          shift is a mean over the first rows, so that what is subtracted is small and no digits are lost.
Assumes   One row per unit; a row with an empty value in any column is left out of both arms' sums.
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

FIRST_ROWS = 10_000  # enough to bring the shift near the mean


def fetch_moments(
    connection: duckdb.DuckDBPyConnection, rows: str, arm: str, columns: Sequence[str]
) -> tuple[ArmMoments, ArmMoments] | Refusal:
    """(comparison, program) moments for `payoff.causal.cuped_moments.fit_moments`.

    rows: a table, a view or a query in parentheses. arm: SQL condition, true for the program arm.
    columns: SQL expressions in the order `ArmMoments` names.
    """
    names = [f"c{n}" for n in range(len(columns))]
    picked = ", ".join(f"({sql})::double as {name}" for sql, name in zip(columns, names, strict=True))
    means = ", ".join(f"coalesce(avg({name}), 0)" for name in names)
    first = connection.execute(f"select {means} from (select {picked} from {rows} limit {FIRST_ROWS})")
    shift = np.array(first.fetchone(), dtype=np.float64)
    pairs = list(combinations_with_replacement(range(len(columns)), 2))
    shifted = zip(columns, shift.tolist(), names, strict=True)
    moved = ", ".join(f"({sql})::double - {c!r}::double as {name}" for sql, c, name in shifted)
    sums = ", ".join([*(f"sum({n})" for n in names), *(f"sum({names[a]} * {names[b]})" for a, b in pairs)])
    whole = " and ".join(f"{name} is not null" for name in names)
    query = (
        f"select arm, count(*), {sums} from (select ({arm})::boolean as arm, {moved} from {rows}) "
        f"where arm is not null and {whole} group by arm"
    )
    answer = connection.execute(query).fetchall()
    found = {bool(row[0]): np.array(row[1:], dtype=np.float64) for row in answer}
    if any(side not in found or found[side][0] < 2 for side in (False, True)):
        return Refusal("trial", "One of the arms has fewer than two complete rows: nothing to compare.")
    return _moments(found[False], shift, pairs), _moments(found[True], shift, pairs)


def _moments(sums: Floats, shift: Floats, pairs: list[tuple[int, int]]) -> ArmMoments:
    """sums: rows, Σ each column − shift, Σ products of each pair."""
    n, m = float(sums[0]), len(shift)
    off = sums[1 : 1 + m] / n
    products = np.zeros((m, m))
    for (a, b), total in zip(pairs, sums[1 + m :], strict=True):
        products[a, b] = products[b, a] = total
    covariance = (products - n * np.outer(off, off)) / (n - 1)
    return ArmMoments(n, shift + off, covariance)
