"""Wild cluster bootstrap with the null imposed, and its interval by inversion.

Question  With few clusters, does the t interval's answer about zero survive a resampling that needs
          no large number of them?
Identity  Only R_g'R_g and R_g'e_g per cluster are needed: a draw costs O(clusters × columns).
Assumes   Clusters are independent.
Refuses   Fewer than 6 clusters: then 2^clusters sign patterns are too few to reach 5 %.
Cites     Cameron, Gelbach & Miller (2008), doi:10.1162/rest.90.3.414; Roodman et al. (2019),
          doi:10.1177/1536867X19830877, for the arithmetic; Webb (2023), doi:10.1111/caje.12661.
Proof     tests/causal/test_causal_wild_bootstrap.py: row-level brute force.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.regression import ClusterFit
from payoff.nouns.arrays import Floats

ENUMERATE_UP_TO = 4096  # sign patterns; every one is used up to here
N_DRAWS = 999
LEVEL = 0.05
MIN_CLUSTERS = 6
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """p_value of no effect; interval of every value not rejected at 5 % (ends may be infinite)."""

    p_value: float
    interval: tuple[float, float]
    enumerated: bool


def wild_bootstrap(fit: ClusterFit, column: int, seed: int) -> WildBootstrap:
    """Bootstrap the coefficient of `column`; `fit` must hold its cross products and MIN_CLUSTERS."""
    if fit.cross is None or fit.n_clusters < MIN_CLUSTERS:
        raise ValueError("the wild bootstrap needs cross products and at least six clusters")
    enumerated = 2**fit.n_clusters <= ENUMERATE_UP_TO
    draws = _signs(fit.n_clusters) if enumerated else _webb(fit.n_clusters, seed)
    null = _Null(fit, column, draws, n_unseen=0 if enumerated else 1)
    return WildBootstrap(null.p_value(0.0), (null.end(-1.0), null.end(1.0)), enumerated)


def _signs(n_clusters: int) -> Floats:
    """(2^(G-1), G): every pattern of signs up to the common one, which changes no |t|."""
    codes = np.arange(2 ** (n_clusters - 1))[:, None]
    signs: Floats = 1.0 - 2.0 * ((codes >> np.arange(n_clusters)[None, :]) & 1).astype(np.float64)
    return signs


def _webb(n_clusters: int, seed: int) -> Floats:
    """(N_DRAWS, G) draws from Webb's six points."""
    return np.random.default_rng(seed).choice(WEBB, size=(N_DRAWS, n_clusters))


class _Null:
    """The bootstrap distribution of t under "the coefficient is `value`", for one coefficient.

    n_unseen: 1 where draws are a sample, so that the data count as one of them; 0 where they are all.
    """

    def __init__(self, fit: ClusterFit, column: int, draws: Floats, n_unseen: int) -> None:
        assert fit.cross is not None
        self._n_unseen = n_unseen
        self._draws, self._scores, self._bread = draws, fit.scores, fit.bread
        self._estimate = float(fit.coefficients[column])
        self._variance = float(fit.bread[column, column])
        self._row = fit.bread[:, column]
        self._pull = (fit.cross @ self._row)[fit.kind]  # (G, p)
        self._error = float(np.sqrt(((fit.scores @ self._row) ** 2).sum()))

    def p_value(self, value: float) -> float:
        """Share of draws at least as far out as the data."""
        shift = (value - self._estimate) / self._variance
        scores = self._scores - shift * self._pull  # (G, p): with the null imposed
        own = scores @ self._row  # (G,)
        moved = (self._draws @ scores) @ self._bread  # (B, p): the draw's coefficients
        spread = np.sqrt(((self._draws * own - moved @ self._pull.T) ** 2).sum(axis=1))
        top = np.abs(self._draws @ own)
        drawn = np.divide(top, spread, out=np.full_like(top, np.inf), where=spread > 1e-12 * self._error)
        observed = abs(self._estimate - value) / self._error
        as_far = int((drawn >= observed * (1 - 1e-9)).sum())
        return (as_far + self._n_unseen) / (len(drawn) + self._n_unseen)

    def end(self, side: float) -> float:
        """The last value on one side that is not rejected, by bisection; infinite when none is."""
        inside, step = self._estimate, 2 * self._error
        outside = inside + side * step
        for _ in range(40):
            if self.p_value(outside) < LEVEL:
                break
            inside, step = outside, 2 * step
            outside = inside + side * step
        else:
            return side * float("inf")
        for _ in range(50):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if self.p_value(middle) < LEVEL else (middle, outside)
        return inside
