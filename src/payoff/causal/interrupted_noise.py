"""Least squares on one series whose errors hang together, with the doubt about how much they do.

Question  How far off may a coefficient be, when neighbouring periods err alike?
Models    AR(1): correlation ρ^d between periods d apart. Local level: white noise around a random walk,
          whose steps are q times the noise; q by the smoothing weight g, q = g²/(1 − g).
Estimand  For each value on a grid the generalised least squares answer; these are averaged by restricted
          likelihood. The covariance holds both the errors at each value and the spread between them, so
          that an interval does not rest on one guessed ρ, which is what makes plain GLS and Newey-West
          intervals too narrow on short series. t with n − k degrees of freedom.
Assumes   Errors stay alike over the whole series; periods are numbered on the calendar (gaps allowed).
Cites     Harville (1974), doi:10.1093/biomet/61.2.383: restricted likelihood; Zellner & Tiao (1964),
          doi:10.1080/01621459.1964.10480726: averaging over ρ; Harvey (1989), ch. 2: local level;
          Newey & West (1987), doi:10.2307/1913610.
Proof     tests/causal/test_causal_interrupted.py: dense matrices, statsmodels' HAC;
          coverage on short series.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from payoff.nouns.arrays import Floats, Ints

CORRELATIONS = np.linspace(-0.5, 0.98, 60)
GAINS = np.linspace(0.0, 0.95, 60)
EXACT = 1e-20  # squared misses below this share of the response's squares are rounding


@dataclass(frozen=True, slots=True)
class SeriesFit:
    """coefficients (k,), covariance (k, k), df = n − k.

    parameter: mean of ρ, or of g. residual (n,): response less the fitted values. innovation (n,): what
    is left after the likeliest dependence is taken out; white if the model holds.
    """

    coefficients: Floats
    covariance: Floats
    df: float
    parameter: float
    residual: Floats
    innovation: Floats


def fit_autocorrelated(rows: Floats, response: Floats, time: Ints) -> SeriesFit:
    """rows (n, k), response (n,), time (n,) increasing period numbers; AR(1) errors."""
    columns = np.column_stack([rows, response])
    return _average(rows, response, *whiten_ar1(columns, time, CORRELATIONS), CORRELATIONS)


def fit_local_level(rows: Floats, response: Floats, time: Ints) -> SeriesFit:
    """The same arrays, around a level that wanders; rows hold a constant for where it starts."""
    columns = np.column_stack([rows, response])
    ratio = GAINS**2 / (1 - GAINS)
    return _average(rows, response, *whiten_level(columns, time, ratio), GAINS)


def whiten_ar1(columns: Floats, time: Ints, correlations: Floats) -> tuple[Floats, Floats]:
    """columns (n, c) → (R, n, c) with uncorrelated errors for each ρ, and log determinants (R,)."""
    kept = correlations[:, None] ** np.diff(time)[None, :]  # (R, n − 1)
    left = 1 - kept**2
    white = np.repeat(columns[None, :, :], len(correlations), axis=0)
    white[:, 1:] -= kept[:, :, None] * columns[None, :-1]
    white[:, 1:] /= np.sqrt(left)[:, :, None]
    return white, np.log(left).sum(axis=1)


def whiten_level(columns: Floats, time: Ints, ratio: Floats) -> tuple[Floats, Floats]:
    """The same by the Kalman filter, for noise 1 and a walk from zero whose steps have variance ratio."""
    n, width = columns.shape
    white = np.empty((len(ratio), n, width))
    level, doubt = np.zeros((len(ratio), width)), np.zeros(len(ratio))
    logs = np.zeros(len(ratio))
    steps = np.diff(time, prepend=time[0])
    for t in range(n):
        doubt = doubt + ratio * steps[t]
        spread = doubt + 1
        miss = columns[t] - level
        white[:, t] = miss / np.sqrt(spread)[:, None]
        level = level + (doubt / spread)[:, None] * miss
        doubt = doubt / spread
        logs += np.log(spread)
    return white, logs


def newey_west(rows: Floats, response: Floats, lags: int) -> tuple[Floats, Floats]:
    """Ordinary least squares (k,) and its covariance (k, k) under Bartlett weights, times n/(n − k)."""
    bread = np.linalg.pinv(rows.T @ rows)
    coefficients: Floats = bread @ (rows.T @ response)
    scores = rows * (response - rows @ coefficients)[:, None]
    meat = scores.T @ scores
    for lag in range(1, min(lags, len(response) - 1) + 1):
        product = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (product + product.T)
    n, k = rows.shape
    return coefficients, bread @ meat @ bread * n / (n - k)


def usual_lags(n: int) -> int:
    """How far Newey and West look back in a series of n: 4 (n/100)^(2/9)."""
    return int(4 * (n / 100) ** (2 / 9))


def durbin_watson(residual: Floats) -> float:
    """About 2 when neighbours are unrelated, below when they err alike; residual (n,)."""
    return float((np.diff(residual) ** 2).sum() / (residual**2).sum())


def ljung_box(innovation: Floats, lags: int, n_fitted: int = 0) -> tuple[float, float]:
    """Statistic and p value that the first `lags` autocorrelations are zero; n_fitted: parameters spent."""
    e, n = innovation - innovation.mean(), len(innovation)
    total = float(e @ e)
    shares = np.array([float(e[lag:] @ e[:-lag]) / total for lag in range(1, lags + 1)])
    statistic = n * (n + 2) * float((shares**2 / (n - np.arange(1, lags + 1))).sum())
    return statistic, float(chdtrc(max(lags - n_fitted, 1), statistic))


def foresee_variances(
    rows: Floats, response: Floats, time: Ints, planned: Floats, planned_time: Ints, *, wanders: bool
) -> Floats:
    """(k,) variances that the coefficients of `planned` (m, k) will have, for errors as in the rows (n, c).

    rows, response, time: what is there so far, without columns that are 0 in all of it. wanders: the model
    of `fit_local_level`, else that of `fit_autocorrelated`.
    """
    columns = np.column_stack([rows, response])
    ratio = GAINS**2 / (1 - GAINS)
    if wanders:
        (white, logs), to_come = (
            whiten_level(columns, time, ratio),
            whiten_level(planned, planned_time, ratio),
        )
    else:
        white, logs = whiten_ar1(columns, time, CORRELATIONS)
        to_come = whiten_ar1(planned, planned_time, CORRELATIONS)
    found = _weigh(rows, response, white, logs)
    if found.squares.min() <= EXACT * float(response @ response):
        return np.zeros(planned.shape[1])  # as in the fit itself: callers refuse
    future = to_come[0]
    bread = np.linalg.pinv(np.swapaxes(future, 1, 2) @ future, hermitian=True)
    each = found.squares / (len(response) - rows.shape[1])
    variances: Floats = np.einsum("r,rjj->j", found.share * each, bread)
    return variances


@dataclass(frozen=True, slots=True)
class _Weighed:
    """By value on the grid (R,): share by restricted likelihood, squares left, coefficients (R, k), bread.

    miss (R, n): what each leaves of the whitened response.
    """

    share: Floats
    squares: Floats
    by_value: Floats
    bread: Floats
    miss: Floats


def _weigh(rows: Floats, response: Floats, white: Floats, logs: Floats) -> _Weighed:
    """How likely each value on the grid is; white (R, n, k + 1) with the response last."""
    n, k = rows.shape
    x, y = white[:, :, :k], white[:, :, k]
    gram = np.swapaxes(x, 1, 2) @ x
    bread = np.asarray(np.linalg.pinv(gram, hermitian=True), dtype=np.float64)
    by_value: Floats = (bread @ (np.swapaxes(x, 1, 2) @ y[:, :, None]))[:, :, 0]  # (R, k)
    miss = y - (x @ by_value[:, :, None])[:, :, 0]
    squares = np.maximum((miss**2).sum(axis=1), EXACT * float(response @ response))
    fit = -(logs + np.linalg.slogdet(gram)[1] + (n - k) * np.log(squares)) / 2
    share = np.exp(fit - fit.max())
    return _Weighed(share / share.sum(), squares, by_value, bread, miss)


def _average(rows: Floats, response: Floats, white: Floats, logs: Floats, grid: Floats) -> SeriesFit:
    """Average over the grid by restricted likelihood; white (R, n, k + 1) with the response last."""
    n, k = rows.shape
    found = _weigh(rows, response, white, logs)
    share, squares = found.share, found.squares
    mean = share @ found.by_value
    apart = found.by_value - mean
    within = np.einsum("r,rij->ij", share * squares / (n - k), found.bread)
    covariance = within + (apart * share[:, None]).T @ apart
    if squares.min() <= EXACT * float(response @ response):
        covariance = np.zeros((k, k))  # nothing is left over: no error can be stated, and callers refuse
    best = int(share.argmax())
    return SeriesFit(
        mean, covariance, float(n - k), float(share @ grid), response - rows @ mean, found.miss[best]
    )
