"""Staggered rollouts made in memory, for tests of group-time effects."""

from dataclasses import dataclass

import numpy as np

from payoff.causal.group_time_cells import Base, Cells, Control, find_cells
from payoff.causal.group_time_units import Units
from payoff.causal.moments import Moments, build_moments
from payoff.causal.never import NEVER_LAUNCHED
from payoff.nouns.arrays import Floats, Ints


@dataclass(frozen=True)
class Rows:
    """values (n, T); launch (n,) NEVER_LAUNCHED when never; cluster (n,); x (n,)."""

    values: Floats
    launch: Ints
    cluster: Ints
    x: Floats
    times: Ints

    def moments(
        self, *, clustered: bool = False, adjusted: bool = False, weights: Floats | None = None
    ) -> Moments:
        return build_moments(
            self.values,
            self.launch,
            self.times,
            cluster=self.cluster if clustered else None,
            weights=weights,
            covariates=self.x[:, None] if adjusted else None,
        )

    def units(
        self, *, clustered: bool = False, adjusted: bool = False, weights: Floats | None = None
    ) -> Units:
        n = len(self.launch)
        code = np.unique(self.launch, return_inverse=True)[1]
        weight = np.ones(n) if weights is None else weights / weights.mean()
        x = np.column_stack([np.ones(n), self.x]) if adjusted else np.ones((n, 1))
        return Units(self.values, code, weight, self.cluster if clustered else np.arange(n), x)

    def cells(self, control: Control, base: Base = "varying", anticipation: int = 0) -> Cells:
        return find_cells(self.times, np.unique(self.launch), control, base, anticipation)


def make_rows(
    seed: int = 0, n: int = 240, starts: tuple[int, ...] = (3, 4, 6, NEVER_LAUNCHED), level: float = 100.0
) -> Rows:
    """Seven periods 1..7, paths that hang together, effects that grow, clusters of seven across cohorts."""
    rng = np.random.default_rng(seed)
    launch = rng.choice(np.array(starts), n)
    x = rng.normal(size=n) + 0.3 * (launch == starts[0])
    times = np.arange(1, 8)
    since = np.where(launch[:, None] == NEVER_LAUNCHED, -1, times[None, :] - np.minimum(launch, 99)[:, None])
    noise = rng.normal(size=(n, 7)).cumsum(axis=1) + rng.normal(size=(n, 1)) * 3
    values = level + noise + 0.2 * x[:, None] * times + np.where(since >= 0, 0.5 + 0.1 * since, 0.0)
    return Rows(values, launch, np.arange(n) // 7, x, times)
