"""Several answers at once: how unlikely is each, given how many were asked for?

Question  Of many outcomes or subgroups some look good by chance; which still do when that is allowed for?
Identity  Adjusted p-values: rejecting those up to `level` is the procedure at that level.
          Bonferroni and Holm bound the chance of any false finding; Benjamini-Hochberg bounds the
          expected share of false ones among the findings.
Assumes   Bonferroni, Holm: nothing about how the tests depend on each other. Benjamini-Hochberg:
          independent or positively dependent tests.
Cites     Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70; Benjamini & Hochberg (1995),
          doi:10.1111/j.2517-6161.1995.tb02031.x
Proof     tests/reference/test_reference_statistics.py
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from payoff.nouns.arrays import Floats

Procedure = Literal["bonferroni", "holm", "benjamini_hochberg"]


def adjust_p_values(p_values: Sequence[float] | ArrayLike, procedure: Procedure = "holm") -> Floats:
    """(n,) adjusted p-values in the order given; a finding stands at 5 % where its own is at most 0.05."""
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values are a list of numbers between 0 and 1")
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(PROCEDURES[procedure](p[order]), 1.0)
    return adjusted


def _bonferroni(ascending: Floats) -> Floats:
    return ascending * len(ascending)


def _holm(ascending: Floats) -> Floats:
    """The smallest against all, the next against one fewer, …; never below an earlier one."""
    return np.maximum.accumulate(ascending * np.arange(len(ascending), 0, -1))


def _benjamini_hochberg(ascending: Floats) -> Floats:
    """p × n / rank; never above a later one."""
    scaled = ascending * len(ascending) / np.arange(1, len(ascending) + 1)
    smallest: Floats = np.minimum.accumulate(scaled[::-1])[::-1]
    return smallest


PROCEDURES: Mapping[Procedure, Callable[[Floats], Floats]] = {
    "bonferroni": _bonferroni,
    "holm": _holm,
    "benjamini_hochberg": _benjamini_hochberg,
}
