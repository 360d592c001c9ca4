"""How likely each unit was to be in the program, given what was known before launch.

Question  Are there comparison units like the program's, and how much do they weigh?
Model     Logit by iteratively reweighted least squares, columns scaled first.
Estimand  Scores (n,); odds weights p/(1 − p) make the comparison group look like the program's.
Assumes   Everything that sent units into the program and moves the outcome is among the columns.
Refuses   None where the columns tell the groups apart completely: then nobody is alike.
Cites     Rosenbaum & Rubin (1983), doi:10.1093/biomet/70.1.41; Crump et al. (2009),
          doi:10.1093/biomet/asn055: scores beyond 0.1 and 0.9; Kish (1965): effective sample size.
Proof     tests/causal/test_causal_weighting.py: equals statsmodels' Logit to 1e-6.
"""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Bools, Floats

CERTAIN = 25.0  # a linear index beyond this is a certainty: e^-25 = 1e-11
MOST_STEPS = 60
MOST_ALONE = 9.0  # odds (or that many times the groups' own) at which hardly a comparison unit is found
EVEN_SIZE = 30.0  # smallest effective number of units that is answered
THIN_SHARE = 0.10  # a comparison group reduced to less than this share of itself is thin
HEAVY_SHARE = 0.10  # one unit carrying more than this share of the comparison is heavy,
HEAVY_TIMES = 5.0  # and more than this many times its equal share


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far a comparison by weights rests on few units.

    share_alone: share of program units with hardly anybody alike (`stand_alone`).
    effective_program, effective_comparison: (Σw)²/Σw² of each group; n_comparison: units in it.
    heaviest: largest share of the comparison's weight on one unit.
    """

    share_alone: float
    effective_program: float
    effective_comparison: float
    n_comparison: int
    heaviest: float

    @property
    def effective_size(self) -> float:
        """Units of an evenly split sample that would say as much: 4/(1/a + 1/b)."""
        least = min(self.effective_program, self.effective_comparison)
        return 4 / (1 / self.effective_program + 1 / self.effective_comparison) if least > 0 else 0.0

    @property
    def is_thin(self) -> bool:
        """Does the comparison rest on a small part of its group, or on people hardly to be found?"""
        thin = self.effective_comparison < THIN_SHARE * self.n_comparison
        heavy = self.heaviest > max(HEAVY_SHARE, HEAVY_TIMES / max(self.n_comparison, 1))
        return thin or heavy or self.share_alone > THIN_SHARE


def fit_propensity(known: Floats, program: Bools) -> Floats | None:
    """Scores (n,) from a logit of program (n,) on a constant and known (n, k); None when separated."""
    columns = np.asarray(known, dtype=np.float64)
    treated = np.asarray(program, dtype=np.float64)
    spread = columns.std(axis=0)
    varying = spread > 1e-12 * np.maximum(np.abs(columns).max(axis=0, initial=0.0), 1e-300)
    scaled = (columns[:, varying] - columns[:, varying].mean(axis=0)) / spread[varying]
    rows = np.column_stack([np.ones(len(treated)), scaled])
    coefficients = np.zeros(rows.shape[1])
    for _ in range(MOST_STEPS):
        index = rows @ coefficients
        score = 1 / (1 + np.exp(-np.clip(index, -CERTAIN, CERTAIN)))
        weight = score * (1 - score)
        hessian = rows.T @ (rows * weight[:, None])
        step = np.linalg.lstsq(hessian, rows.T @ (treated - score), rcond=1e-12)[0]
        coefficients += step
        if np.abs(rows @ step).max() < 1e-9:
            index = rows @ coefficients
            fitted: Floats = 1 / (1 + np.exp(-index))
            apart = bool((np.where(program, -index, index) < -CERTAIN / 2).all())
            return None if apart else fitted
        if np.abs(coefficients).max() > 1e3:
            return None
    return None


def odds_weights(score: Floats, program: Bools) -> Floats:
    """(n,): 1 for program units, p/(1 − p) for the others: the comparison as if it were the program."""
    return np.where(program, 1.0, score / np.maximum(1 - score, 1e-12))


def measure_overlap(score: Floats, program: Bools) -> Overlap:
    """Overlap figures of a score (n,), as odds weights would use it."""
    alone = float(stand_alone(score, program)[program].mean())
    return overlap_of_weights(odds_weights(score, program), program, alone)


def stand_alone(score: Floats, program: Bools) -> Bools:
    """(n,): units where one of the comparison would stand for more than MOST_ALONE of the program.

    A program larger than its comparison has such odds by its size alone: they are then taken times it.
    """
    usual = max(1.0, float(program.sum()) / max(float((~program).sum()), 1.0))
    alone: Bools = score > MOST_ALONE * usual / (1 + MOST_ALONE * usual)
    return alone


def overlap_of_weights(weight: Floats, program: Bools, share_alone: float = 0.0) -> Overlap:
    """Overlap figures of any weights (n,)."""
    other = weight[~program]
    total = float(other.sum())
    return Overlap(
        share_alone=share_alone,
        effective_program=effective_number(weight[program]),
        effective_comparison=effective_number(other),
        n_comparison=len(other),
        heaviest=float(other.max(initial=0.0)) / total if total > 0 else 1.0,
    )


def effective_number(weight: Floats) -> float:
    """(Σw)²/Σw²: how many equally weighted units say as much."""
    squares = float(weight @ weight)
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0
