"""An effect through a lot that moved people only in part: the Wald ratio and its doubt.

Question  The lot moved the outcome by ρ and taking part by π: what did taking part change?
Estimand  ρ ÷ π: the mean effect on those whom the lot made take part.
Identity  Two-stage least squares with one instrument is ρ ÷ π. What was known before launch is taken out
          of both alike (`covariate_adjusted.fit_interacted`), so that a full take-up gives the adjusted
          difference itself. Its error is that of the regression of
          (outcome − estimate × dose) on the lot, over π: so CR2 and its degrees of freedom carry over.
          The Anderson–Rubin interval holds every value b for which (outcome − b × dose) does not differ
          between the arms: it keeps its level however weak the lot, and is Fieller's for ρ ÷ π.
Assumes   The lot acts only through taking part, and makes nobody less likely to take part.
Refuses   Nothing: callers look at `first_stage` and whether `robust` is bounded (not None).
Cites     Anderson & Rubin (1949); Angrist, Imbens & Rubin (1996), doi:10.1080/01621459.1996.10476902.
Proof     tests/causal/test_causal_complier.py: textbook sandwich, level with a weak lot.
"""

from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.cluster_errors import cr0, trusted
from payoff.causal.covariate_adjusted import fit_interacted
from payoff.causal.regression import ClusterFit
from payoff.causal.relative_lift import fieller
from payoff.causal.unit_sample import UnitSample
from payoff.nouns.arrays import Floats


@dataclass(frozen=True, slots=True)
class InstrumentFit:
    """first_stage: F of the lot on taking part. robust: the Anderson–Rubin interval, None if unbounded.

    plain_error: the textbook's sandwich times G/(G − 1).
    """

    estimate: float
    std_error: float
    df: float
    moved: float
    first_stage: float
    robust: tuple[float, float] | None
    plain_error: float


def fit_instrument(sample: UnitSample, dose: Floats, known: Floats | None = None) -> InstrumentFit | None:
    """`dose` (n,) instrumented by the sample's arm; None where the lot moved nobody at all.

    known (n, k): what to adjust for, finite; None: nothing.
    """
    before = np.empty((sample.n_units, 0)) if known is None else known

    def on_arm(response: Floats) -> ClusterFit:
        return fit_interacted(replace(sample, outcome=response), before)

    outcome, taken = on_arm(sample.outcome), on_arm(dose)
    effect, moved = float(outcome.coefficients[0]), float(taken.coefficients[0])
    if abs(moved) < 1e-9:
        return None
    estimate = effect / moved
    gap = on_arm(sample.outcome - estimate * dose)
    error, plain = trusted(gap, 1), float(cr0(gap, 1).covariance[0, 0])
    var_effect, var_moved = (float(trusted(fit, 1).covariance[0, 0]) for fit in (outcome, taken))
    difference = on_arm(sample.outcome - dose)
    both = (var_effect + var_moved - float(trusted(difference, 1).covariance[0, 0])) / 2
    joint = np.array([[var_effect, both], [both, var_moved]])
    df = float(error.df[0])
    groups = sample.n_clusters
    return InstrumentFit(
        estimate=estimate,
        std_error=float(np.sqrt(error.covariance[0, 0])) / abs(moved),
        df=df,
        moved=moved,
        first_stage=moved**2 / var_moved if var_moved > 0 else float("inf"),
        robust=fieller(effect, moved, joint, df) if df > 0 else None,
        plain_error=float(np.sqrt(plain * groups / (groups - 1))) / abs(moved),
    )
