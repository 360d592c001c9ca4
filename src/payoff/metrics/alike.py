"""How many people share what tells them apart? Rows of too few alike lose it.

Question  Of rows about single people, how small is the smallest group alike in every telling column?
Method    Groups smaller than the floor are blanked together; were those fewer than the floor, the next
          smallest group goes with them.
Assumes   The columns named are all by which an outsider could know somebody.
Cites     Sweeney (2002), doi:10.1142/S0218488502001648: k-anonymity, by suppression.
Proof     tests/metrics/test_metrics_alike.py: brute force over random rows.
"""

from collections.abc import Sequence

import numpy as np

from payoff.nouns.arrays import Bools, Ints


def group_alike(columns: Sequence[Sequence[object]], n_rows: int) -> Ints:
    """(n_rows,) code of the group of each row: those with the same values in every column."""
    if not columns:
        return np.zeros(n_rows, dtype=np.int64)
    rows = list(zip(*columns, strict=True))
    place = {row: n for n, row in enumerate(dict.fromkeys(rows))}
    return np.array([place[row] for row in rows], dtype=np.int64)


def choose_blanked(alike: Ints, floor: int) -> Bools:
    """(n_rows,) whose telling columns are withheld."""
    sizes = np.bincount(alike) if len(alike) else np.zeros(0, dtype=np.int64)
    order = np.argsort(sizes, kind="stable")
    n_groups = int((sizes < floor).sum())
    while 0 < sizes[order[:n_groups]].sum() < floor and n_groups < len(sizes):
        n_groups += 1
    return np.isin(alike, order[:n_groups])
