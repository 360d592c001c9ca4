"""Which waves take the season out of one series?

Rule      Pairs of sine and cosine over the year (over the week for days): as many as the study declares, else
          two from two whole cycles of baseline, one from one, none from less. Never more than the cycle has
          periods to tell apart; none where a period is a whole cycle.
Used by   The method (`interrupted_series`), its plan (`power_series`) and its check (`checks_season`): a plan
          with other waves than the method's would foretell another study's error.
Proof     tests/causal/test_causal_season_waves.py.
"""

import numpy as np

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.study import Design

CYCLES = {"day": 7, "week": 52, "month": 12, "quarter": 4}  # periods in which the season comes round
MOST_PAIRS = 2  # pairs that are fitted unasked


def count_pairs(design: Design, n_before: int) -> int:
    """Pairs of waves for a series with `n_before` periods of baseline."""
    cycle = CYCLES.get(design.period, 0)
    whole = n_before // cycle if cycle else 0
    pairs = min(MOST_PAIRS, whole) if design.harmonics is None else design.harmonics
    return min(pairs, cycle // 2)


def season_waves(design: Design, time: Ints, pairs: int) -> Floats:
    """(n, 2 × pairs) cosines and sines at the periods `time` (n,); the last sine of an even cycle is 0."""
    cycle = CYCLES.get(design.period, 1)
    columns: list[Floats] = []
    for pair in range(1, pairs + 1):
        angle = 2 * np.pi * pair * time / cycle
        columns.append(np.cos(angle))
        if 2 * pair < cycle:
            columns.append(np.sin(angle))
    return np.column_stack(columns) if columns else np.empty((len(time), 0))
