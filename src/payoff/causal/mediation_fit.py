"""How much of an effect goes through a score: the arithmetic.

Question  Of what the program changed, how much came by way of the score?
Estimand  Mediated effect (ACME) a × b: what the program does to the score times what the score does to
          the outcome. Direct effect: the rest. Total: both.
Identity  With the same covariates and no interaction, total = a × b + direct, exactly.
Assumes   Given program and covariates, nothing unseen moves both score and outcome. `rho` says how much
          it takes to explain the mediated effect away: the correlation of what is left unexplained in
          score and outcome at which it is zero.
          reliability: share of the score's spread that is no measurement error; the slope b is
          corrected for it, the total is untouched.
Refuses   A score without spread, or whose spread is all error (`None`).
Cites     Imai, Keele & Yamamoto (2010), doi:10.1214/10-STS321; Tingley et al. (2014),
          doi:10.18637/jss.v059.i05; Tofighi & MacKinnon (2011), doi:10.3758/s13428-011-0076-x: interval
          of a product; Fuller (1987), Measurement Error Models, ch. 1.
Proof     tests/reference/test_reference_mediation.py (JOBS II); tests/causal/test_causal_mediation.py.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from payoff.causal.cluster_errors import t_inference, trusted
from payoff.causal.regression import fit_rows
from payoff.causal.relative_lift import fieller
from payoff.nouns.arrays import Floats, Ints

LEAST_SIGNAL = 0.1  # of what the score leaves unexplained: a correction tenfold is no correction
NODES = 400  # equally likely values of each factor


@dataclass(frozen=True, slots=True)
class Mediation:
    """estimates, errors, df (3,) and intervals (3, 2) of total, mediated and direct effect.

    covariance (3, 3). share: mediated ÷ total, with its interval (None: the total may be zero).
    rho: residual correlation at which nothing is mediated. spread: sd left unexplained of score, outcome.
    """

    estimates: Floats
    covariance: Floats
    df: Floats
    intervals: Floats
    on_score: float
    of_score: float
    share: float
    share_interval: tuple[float, float] | None
    rho: float
    spread: tuple[float, float]

    def mediated_at(self, rho: float) -> float:
        """The mediated effect if what is left unexplained in score and outcome correlated at `rho`."""
        scale = self.on_score * self.spread[1] / self.spread[0]
        return scale * (self.rho - rho * math.sqrt((1 - self.rho**2) / (1 - rho**2)))


def fit_mediation(
    outcome: Floats,
    score: Floats,
    program: Floats,
    covariates: Floats,
    *,
    weights: Floats | None = None,
    cluster: Ints | None = None,
    reliability: float = 1.0,
) -> Mediation | None:
    """All (n,), covariates (n, k) finite; program 0 or 1, cluster codes 0..G-1 (None: each row its own)."""
    n = len(outcome)
    weights = np.ones(n) if weights is None else weights
    cluster = np.arange(n) if cluster is None else cluster
    rest = np.column_stack([program, np.ones(n), covariates])
    whole = fit_rows(rest, outcome, weights, cluster)
    first = fit_rows(rest, score, weights, cluster)
    second = fit_rows(np.column_stack([score, rest]), outcome, weights, cluster)
    left = [column - rest @ fit.coefficients for column, fit in ((score, first), (outcome, whole))]
    squares = [float(weights @ residual**2) for residual in left]
    noise = (1 - reliability) * _within(score, program, weights)
    left_over = squares[0] - noise > (LEAST_SIGNAL if reliability < 1 else 0.0) * squares[0]
    if not (second.identified[:2].all() and left_over and squares[1] > 0):
        return None
    errors = [trusted(whole, 1), trusted(first, 1), trusted(second, 2)]
    attenuation = squares[0] / (squares[0] - noise)
    total, a = float(whole.coefficients[0]), float(first.coefficients[0])
    b = float(second.coefficients[0]) * attenuation
    var_a = float(errors[1].covariance[0, 0])
    turn = np.array([[attenuation, 0.0], [-a * (attenuation - 1.0), 1.0]])  # (b, direct) once corrected
    var_b, both, var_direct = (turn @ errors[2].covariance @ turn.T)[[0, 0, 1], [0, 1, 1]]
    var_mediated, shared = b**2 * var_a + a**2 * var_b, a * both
    df = np.array([errors[0].df[0], min(errors[1].df[0], errors[2].df[0]), errors[2].df[1]])
    covariance = np.array(
        [
            [float(errors[0].covariance[0, 0]), var_mediated + shared, var_direct + shared],
            [var_mediated + shared, var_mediated, shared],
            [var_direct + shared, shared, var_direct],
        ]
    )
    estimates = np.array([total, a * b, total - a * b])
    intervals = t_inference("mediation", estimates, covariance, df).intervals
    intervals[1] = product_interval((a, b), (math.sqrt(var_a), math.sqrt(var_b)), float(df[1]))
    return Mediation(
        estimates=estimates,
        covariance=covariance,
        df=df,
        intervals=intervals,
        on_score=a,
        of_score=b,
        share=a * b / total if total else math.nan,
        share_interval=fieller(a * b, total, covariance[np.ix_([1, 0], [1, 0])], float(df[0])),
        rho=float((weights * left[0]) @ left[1]) / math.sqrt(squares[0] * squares[1]),
        spread=(math.sqrt(squares[0] / n), math.sqrt(squares[1] / n)),
    )


def product_interval(
    centres: tuple[float, float], errors: tuple[float, float], df: float, level: float = 0.95
) -> tuple[float, float]:
    """Quantiles of the product of two independent t-distributed quantities, on a grid, so that the same data
    give the same digits.

    A product of two estimates is skewed: twice its error either way misses on one side.
    """
    if not (df > 0 and min(errors) > 0):
        return math.nan, math.nan
    nodes = stdtrit(df, (np.arange(NODES) + 0.5) / NODES)
    products = np.outer(centres[0] + errors[0] * nodes, centres[1] + errors[1] * nodes)
    low, high = np.quantile(products, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _within(score: Floats, program: Floats, weights: Floats) -> float:
    """Weighted sum of squares of the score around its arm's mean."""
    squares = 0.0
    for arm in (program > 0, program <= 0):
        mean = np.average(score[arm], weights=weights[arm])
        squares += float(weights[arm] @ (score[arm] - mean) ** 2)
    return squares
