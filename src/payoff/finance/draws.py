"""The doubt of each input, as draws from its own stream of random numbers.

Question  Which values of the effect and of the assumptions are compatible with what is known?
Effect    Multivariate t: estimates + √covariance · z / √(chi²/df). One uniform number per draw
          feeds the chi² quantile of every term, so terms with equal degrees of freedom share one
          chi² (the ordinary multivariate t), and each term keeps exactly its own t distribution.
          Draws that the method brings itself (bootstrap) are resampled instead.
Inputs    Triangular on (low, mid, high); a fixed value is a constant.
Streams   Each named input has its own PCG64 stream, keyed by the study's seed and a hash of its
          name: adding or removing one assumption leaves every other input's draws as they were,
          so two runs differ only by what was changed.
Caution   With log-scale effects the lift is 1 − exp(x): with few degrees of freedom its mean does
          not exist. Nothing here or downstream takes means of draws; only percentiles and shares.
Proof     tests/finance/test_finance_draws.py: margins against scipy's t, correlation, streams.
"""

import hashlib
import math

import numpy as np
from scipy.special import gammaincinv, ndtri, stdtrit

from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.study import Assumption


def random_stream(seed: int, name: str) -> np.random.Generator:
    """The stream of one named input."""
    digest = hashlib.sha256(name.encode()).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=words)))


def draw_lifts(effect: Effect, seed: int, n_draws: int) -> Floats:
    """Joint draws of every term's lift, (n_draws, n_terms)."""
    rng = random_stream(seed, "effect")
    if effect.draws is not None:
        rows = rng.integers(0, effect.draws.shape[0], n_draws)
        return effect.lift(effect.draws[rows])
    return effect.lift(draw_multivariate_t(rng, effect.estimates, effect.covariance, effect.df, n_draws))


def draw_multivariate_t(
    rng: np.random.Generator, center: Floats, scale: Floats, df: Floats, n_draws: int
) -> Floats:
    """(n_draws, n_terms) draws; scale (n_terms, n_terms), df (n_terms,), inf for a normal term."""
    normal = rng.standard_normal((n_draws, center.size)) @ square_root(scale)
    uniform = rng.random(n_draws)
    widen = np.ones((n_draws, center.size))
    for term, freedom in enumerate(df):
        if np.isfinite(freedom):
            widen[:, term] = np.sqrt(freedom / (2 * gammaincinv(freedom / 2, uniform)))
    return center + normal * widen


def square_root(covariance: Floats) -> Floats:
    """The symmetric square root: unlike Cholesky's it exists for singular matrices (a fixed term)."""
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def draw_assumption(assumption: Assumption, seed: int, n_draws: int) -> Floats:
    """Draws of one assumption, (n_draws,), in its unit."""
    if is_fixed(assumption):
        return np.full(n_draws, assumption.mid)
    rng = random_stream(seed, f"assumption {assumption.name}")
    return rng.triangular(assumption.low, assumption.mid, assumption.high, n_draws)


def assumption_quantile(assumption: Assumption, share: float) -> float:
    """Value of an assumption at `share` of its triangular distribution, in its unit."""
    low, mid, high = assumption.low, assumption.mid, assumption.high
    if is_fixed(assumption):
        return mid
    if share * (high - low) < mid - low:
        return low + math.sqrt(share * (high - low) * (mid - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mid))


def is_fixed(assumption: Assumption) -> bool:
    """Whether the assumption carries no doubt."""
    return assumption.shape == "fixed" or assumption.low == assumption.high


def lift_quantile(effect: Effect, share: float) -> Floats:
    """The lift of each term at `share` of its own distribution, low = worse, (n_terms,)."""
    if effect.draws is not None:
        return np.quantile(effect.lift(effect.draws), share, axis=0)
    turned = 1.0 - share if effect.better == "lower" else share
    return effect.lift(effect.estimates + t_quantile(turned, effect.df) * effect.std_errors)


def t_quantile(share: float, df: Floats) -> Floats:
    """Quantile of the t distribution, inf degrees of freedom being the normal, (n_terms,)."""
    quantile: Floats = np.where(np.isinf(df), ndtri(share), stdtrit(df, share))
    return quantile
