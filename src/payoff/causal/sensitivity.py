"""How strong would an unseen confounder have to be to carry a regression's answer away?

Question  What share of what is left of the outcome, and of taking part, must something unmeasured explain
          before the estimate is zero, or its interval holds zero? Is anything measured as strong?
Identity  bias = se × sqrt(df) × sqrt(R²(Y~Z|D,X) × R²(D~Z|X) / (1 − R²(D~Z|X))).
          Robustness value: the R² that does it when both are equal.
Assumes   A linear regression with classical errors; the confounder is judged beyond the covariates in it.
          A benchmark says how strong "k times as strong as a measured covariate" would be.
Refuses   (ValueError) a benchmark so strong that no confounder could be k times it.
Cites     Cinelli & Hazlett (2020), doi:10.1111/rssb.12348
Proof     tests/reference/test_reference_statistics.py: Darfur, table 1 and figure 2.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from payoff.nouns.arrays import Floats


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """estimate, std_error, df: of the coefficient, classical. partial_r2: of treatment with outcome.

    robustness_value: brings the estimate to zero; robustness_value_level: brings the interval to zero.
    """

    estimate: float
    std_error: float
    df: int
    partial_r2: float
    robustness_value: float
    robustness_value_level: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A confounder k times as strong as measured columns: its two partial R², and what it would leave."""

    r2_treatment: float
    r2_outcome: float
    adjusted_estimate: float
    adjusted_std_error: float


def partial_r2(t_statistic: float, df: float) -> float:
    """Share of what is left of the outcome that the coefficient's variable explains."""
    return t_statistic**2 / (t_statistic**2 + df)


def robustness_value(
    t_statistic: float, df: float, *, share: float = 1.0, level: float | None = None
) -> float:
    """R² an unseen confounder needs with both outcome and treatment.

    share: of the estimate to be taken away (1: all of it). level: None to bring the estimate there; 0.05 to
    bring the 95 % interval there. 0: nothing is needed.
    """
    f = share * abs(t_statistic) / math.sqrt(df)
    critical = 0.0 if level is None else abs(float(stdtrit(df - 1, level / 2))) / math.sqrt(df - 1)
    reach = f - critical
    if reach <= 0:
        return 0.0
    if critical > 0 and f > 1 / critical:
        return (f**2 - critical**2) / (1 + f**2)  # the confounder need not explain all of the outcome
    return 0.5 * (math.sqrt(reach**4 + 4 * reach**2) - reach**2)


def _confounding_bias(std_error: float, df: float, r2_outcome: float, r2_treatment: float) -> float:
    """How far a confounder of that strength can move the estimate."""
    return std_error * math.sqrt(df * r2_outcome * r2_treatment / (1 - r2_treatment))


def _read_sensitivity(estimate: float, std_error: float, df: int, level: float = 0.05) -> Sensitivity:
    """The figures of one coefficient, from its estimate, classical error and degrees of freedom."""
    t = estimate / std_error
    return Sensitivity(
        estimate,
        std_error,
        df,
        partial_r2(t, df),
        robustness_value(t, df),
        robustness_value(t, df, level=level),
    )


def fit_sensitivity(
    outcome: Floats, treatment: Floats, controls: Floats, weights: Floats | None = None, level: float = 0.05
) -> Sensitivity:
    """Least squares of `outcome` (n,) on `treatment` (n,) and `controls` (n, k) with a constant."""
    y, d, x = _scaled(outcome, treatment, controls, weights)
    return _read_sensitivity(*_coefficient(y, d, x), level=level)


def benchmark_confounder(
    outcome: Floats,
    treatment: Floats,
    controls: Floats,
    columns: tuple[int, ...],
    times: float = 1.0,
    weights: Floats | None = None,
) -> Benchmark:
    """What a confounder `times` as strong as `columns` of `controls` (n, k) would leave of the estimate."""
    y, d, x = _scaled(outcome, treatment, controls, weights)
    estimate, std_error, df = _coefficient(y, d, x)
    tested = [c + 1 for c in columns]  # the constant comes first
    strength_d = _group_r2(d, x, tested)
    strength_y = _group_r2(y, np.column_stack([d, x]), [c + 1 for c in tested])
    r2_treatment, r2_outcome = _benchmark_strength(strength_d, strength_y, times)
    bias = _confounding_bias(std_error, df, r2_outcome, r2_treatment)
    spread = std_error * math.sqrt((1 - r2_outcome) / (1 - r2_treatment) * df / (df - 1))
    return Benchmark(r2_treatment, r2_outcome, math.copysign(1.0, estimate) * (abs(estimate) - bias), spread)


def _benchmark_strength(r2_treatment: float, r2_outcome: float, times: float = 1.0) -> tuple[float, float]:
    """(with treatment, with outcome) of a confounder `times` as strong as a covariate with these R²."""
    odds = r2_treatment / (1 - r2_treatment)
    with_treatment = times * odds
    shared = times * r2_treatment**2 / ((1 - times * r2_treatment) * (1 - r2_treatment))
    if not (0 <= with_treatment < 1 and 0 <= shared < 1):
        raise ValueError("no confounder could be that many times as strong as this covariate")
    lift = (math.sqrt(times) + math.sqrt(shared)) / math.sqrt(1 - shared)
    return with_treatment, min(lift**2 * r2_outcome / (1 - r2_outcome), 1.0)


def _scaled(
    outcome: Floats, treatment: Floats, controls: Floats, weights: Floats | None
) -> tuple[Floats, Floats, Floats]:
    root = np.ones(len(outcome)) if weights is None else np.sqrt(weights)
    x = np.column_stack([np.ones(len(outcome)), controls]) * root[:, None]
    return outcome * root, treatment * root, x


def _coefficient(y: Floats, d: Floats, x: Floats) -> tuple[float, float, int]:
    """(estimate, classical error, degrees of freedom) of d (n,) given x (n, k)."""
    left_d, left_y = _residual(d, x), _residual(y, x)
    square = float(left_d @ left_d)
    df = len(y) - int(np.linalg.matrix_rank(x)) - 1
    if df <= 1 or square <= 1e-12 * float(d @ d):
        raise ValueError("the treatment is a combination of the controls, or there are too few rows")
    estimate = float(left_d @ left_y) / square
    rest = left_y - estimate * left_d
    return estimate, math.sqrt(float(rest @ rest) / df / square), df


def _group_r2(response: Floats, rows: Floats, tested: list[int]) -> float:
    """Share of what the other columns leave that the tested ones explain."""
    kept = np.setdiff1d(np.arange(rows.shape[1]), tested)
    without, with_them = _residual(response, rows[:, kept]), _residual(response, rows)
    total = float(without @ without)
    return 1 - float(with_them @ with_them) / total if total > 0 else 0.0


def _residual(response: Floats, rows: Floats) -> Floats:
    left: Floats = response - rows @ np.linalg.lstsq(rows, response, rcond=None)[0]
    return left
