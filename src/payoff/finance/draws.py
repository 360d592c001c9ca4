"""The doubt of each input, as draws from its own stream of random numbers.

Question  Which values of the effect and of the assumptions are compatible with what is known?
Effect    Multivariate t: estimates + √covariance · z / √(chi²/df). One uniform number per draw
          feeds the chi² quantile of every term, so terms with equal degrees of freedom share one
          chi² (the ordinary multivariate t), and each term keeps exactly its own t distribution.
          Draws that the method brings itself (bootstrap) are resampled instead.
Evenly    Quasi-random: Halton points for the terms of the effect, one draw in each n-th part of its
          distribution for every assumption. At equal cost about half the error of plain draws.
Inputs    Triangular or PERT on (low, mid, high); lognormal with its median at mid and low, high as 5th and
          95th percentiles; empirical: the observed values, each as likely; a fixed value is a constant.
Together  Assumptions declared to move together get their rank correlation by a Gaussian copula
          (normal scores with r = 2 sin(πρ/6)); their margins stay exactly as they are.
Streams   Each named input has its own PCG64 stream, keyed by the study's seed and a hash of its
          name: adding or removing one assumption leaves every other input's draws as they were,
          so two runs differ only by what was changed.
Caution   With log-scale effects the lift is 1 − exp(x): with few degrees of freedom its mean does
          not exist. Nothing here or downstream takes means of draws; only percentiles and shares.
Proof     tests/finance/test_finance_draws.py: margins against scipy's t, correlation, streams.
"""

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtr, ndtri, stdtrit

from payoff.finance.low_discrepancy import halton, strata
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption, Correlation

_Z90 = 1.6448536269514722  # normal quantile of 95 %: the ends of a 90 % range


def random_stream(seed: int, name: str) -> np.random.Generator:
    """The stream of one named input."""
    digest = hashlib.sha256(name.encode()).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=words)))


def draw_lifts(effect: Effect, seed: int, n_draws: int) -> Floats:
    """Joint draws of every term's lift, (n_draws, n_terms)."""
    rng = random_stream(seed, "effect")
    if effect.draws is not None:
        rows = (strata(rng, n_draws) * effect.draws.shape[0]).astype(np.int64)
        return effect.lift(effect.draws[rows])
    return effect.lift(draw_multivariate_t(rng, effect.estimates, effect.covariance, effect.df, n_draws))


def draw_multivariate_t(
    rng: np.random.Generator, center: Floats, scale: Floats, df: Floats, n_draws: int
) -> Floats:
    """(n_draws, n_terms) draws; scale (n_terms, n_terms), df (n_terms,), inf for a normal term.

    In random order, so that two effects drawn apart are independent draw by draw.
    """
    *each, uniform = halton(rng, n_draws, center.size + 1)[:, rng.permutation(n_draws)]
    normal = ndtri(np.stack(each, axis=1)) @ square_root(scale)
    widen = np.ones((n_draws, center.size))
    for term, freedom in enumerate(df):
        if np.isfinite(freedom):
            widen[:, term] = np.sqrt(freedom / (2 * gammaincinv(freedom / 2, uniform)))
    drawn: Floats = center + normal * widen
    return drawn


def square_root(covariance: Floats) -> Floats:
    """The symmetric square root: unlike Cholesky's it exists for singular matrices (a fixed term)."""
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def draw_assumptions(
    assumptions: tuple[Assumption, ...], correlations: tuple[Correlation, ...], seed: int, n_draws: int
) -> dict[str, Floats]:
    """Draws of every assumption by name; those that are declared to move together do."""
    found = {a.name: draw_assumption(a, seed, n_draws) for a in assumptions}
    joined = {name for c in correlations for name in (c.first, c.second)}
    together = [a for a in assumptions if a.name in joined and not is_fixed(a)]
    if together:
        streams = [random_stream(seed, f"assumption {a.name}") for a in together]
        normal = ndtri(np.stack([strata(rng, n_draws) for rng in streams]))
        uniform = ndtr(square_root(_copula_matrix(together, correlations)) @ normal)
        found |= {a.name: quantiles(a, u) for a, u in zip(together, uniform, strict=True)}
    return found


def _copula_matrix(together: Sequence[Assumption], correlations: tuple[Correlation, ...]) -> Floats:
    """Correlations of the normal scores that give the declared rank correlations (Gaussian copula)."""
    at = {a.name: i for i, a in enumerate(together)}
    matrix = np.eye(len(at))
    for c in correlations:
        if c.first in at and c.second in at:
            i, j = at[c.first], at[c.second]
            matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * c.rho / 6)
    return matrix


def can_hold(together: Sequence[Assumption], correlations: tuple[Correlation, ...]) -> bool:
    """Whether the declared correlations are possible all at once."""
    return not together or float(np.linalg.eigvalsh(_copula_matrix(together, correlations))[0]) > -1e-9


def draw_assumption(assumption: Assumption, seed: int, n_draws: int) -> Floats:
    """Draws of one assumption, (n_draws,), in its unit."""
    if is_fixed(assumption):
        return np.full(n_draws, assumption.mid)
    rng = random_stream(seed, f"assumption {assumption.name}")
    return quantiles(assumption, strata(rng, n_draws))


def quantiles(assumption: Assumption, share: Floats) -> Floats:
    """Values of an assumption at each `share` of its distribution, (n,), in its unit."""
    low, mid, high = assumption.low, assumption.mid, assumption.high
    if is_fixed(assumption):
        return np.full(share.shape, mid)
    if assumption.shape == "empirical":
        seen = np.sort(np.asarray(assumption.values))
        return seen[np.minimum((share * seen.size).astype(np.int64), seen.size - 1)]
    if assumption.shape == "lognormal":
        return np.asarray(mid * np.exp(math.log(high / low) / (2 * _Z90) * ndtri(share)))
    width = high - low
    if assumption.shape == "pert":
        alpha = 1 + 4 * (mid - low) / width
        return np.asarray(low + width * betaincinv(alpha, 6 - alpha, share))
    left = low + np.sqrt(share * width * (mid - low))
    right = high - np.sqrt((1 - share) * width * (high - mid))
    return np.where(share * width < mid - low, left, right)


def assumption_quantile(assumption: Assumption, share: float) -> float:
    """Value of an assumption at `share` of its distribution, in its unit."""
    return float(quantiles(assumption, np.array([share]))[0])


def is_fixed(assumption: Assumption) -> bool:
    """Whether the assumption carries no doubt."""
    return assumption.shape == "fixed" or assumption.low == assumption.high


def lift_quantiles(effect: Effect, share: Floats) -> Floats:
    """The lift of each term at each `share` of its own distribution, low = worse, (n, n_terms)."""
    if effect.draws is not None:
        return np.quantile(effect.lift(effect.draws), share, axis=0)
    turned = 1.0 - share if effect.better == "lower" else share
    deviates = np.stack([_t_quantiles(turned, float(df)) for df in effect.df], axis=1)
    return effect.lift(effect.estimates + deviates * effect.std_errors)


def _t_quantiles(share: Floats, df: float) -> Floats:
    """Quantiles of a t distribution, inf degrees of freedom being the normal, (n,)."""
    return np.asarray(ndtri(share) if math.isinf(df) else stdtrit(df, share))
