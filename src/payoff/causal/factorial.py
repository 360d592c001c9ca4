"""Factors drawn by lot independently: content × timing × cadence, a coach's prompts, a nudge.

Question  What does each factor change by itself, and does one work better in company of another?
Estimand  Main effect: the factor given against not, averaged evenly over the other factors' settings.
          Two-way interaction: how much more one changes where the other is given.
Identity  Columns of ±½ for each factor, and their products: a main effect is then unchanged by
          what the others do, and an interaction is a difference of differences.
Assumes   Each factor by its own lot; interactions of three and more do not matter.
Refuses   A factor given to, or withheld from, fewer clusters than the floor.
Cites     Yates (1937); Dasgupta, Pillai & Rubin (2015), doi:10.1111/rssb.12085.
Proof     tests/causal/test_causal_factorial.py: 2 × 2 × 2 with seeded effects; cell means by hand.
"""

from itertools import combinations

import numpy as np

from payoff.causal.floors import MIN_CLUSTERS_PER_ARM, cluster_noun
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural


def factor_columns(names: tuple[str, ...], factors: Bools) -> tuple[tuple[str, ...], Floats, Floats]:
    """Names, columns (n, k + k(k − 1)/2) and their values for a unit without any factor.

    factors (n, k): given or not. Main effects first, then pairs.
    """
    pairs = tuple(combinations(range(len(names)), 2))

    def code(given: Bools) -> Floats:
        half = given.astype(np.float64) - 0.5
        products = [half[:, a] * half[:, b] for a, b in pairs]
        return np.column_stack([half, *products])

    labels = (*names, *(f"{names[a]} × {names[b]}" for a, b in pairs))
    return labels, code(factors), code(np.zeros((1, len(names)), dtype=np.bool_))[0]


def factor_refusal(
    study: Study, names: tuple[str, ...], factors: Bools, cluster: Ints, method: str
) -> Refusal | None:
    """Refuse where a factor's two settings do not both hold the floor of clusters."""
    noun = cluster_noun(study)
    for name, given in zip(names, factors.T, strict=True):
        for setting, inside in (("with", given), ("without", ~given)):
            seen = len(np.unique(cluster[inside]))
            if seen < MIN_CLUSTERS_PER_ARM:
                need = f"at least {MIN_CLUSTERS_PER_ARM} {plural(noun)} are needed to state an error."
                return Refusal(method, f"Only {counted(seen, noun)} {setting} {name}; {need}")
    return None
