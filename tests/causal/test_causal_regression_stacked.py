"""All patterns at once are the same regression as pattern by pattern."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study

from payoff.causal import fixed_effects
from payoff.causal.cluster_errors import trusted
from payoff.causal.event_time import EventCells, event_cells
from payoff.nouns.arrays import Floats


def gappy_cells(seed: int, n_clusters: int, weighted: bool) -> EventCells:
    rng = np.random.default_rng(seed)
    values, launch = did_world(rng, n_units=60, n_periods=8, n_pre=4)
    values[rng.random(values.shape) < 0.15] = np.nan
    cluster = np.arange(60) if n_clusters == 60 else rng.integers(0, n_clusters, 60)
    cluster[-3:] = [n_clusters, n_clusters + 1, n_clusters + 2]  # clusters of one beside larger ones
    cluster = np.unique(cluster, return_inverse=True)[1]
    weights = rng.uniform(0.5, 2, values.shape) if weighted else np.ones(values.shape)
    panel = make_panel(
        values, 4, launch=launch, cluster=cluster, weights=np.where(np.isnan(values), 0, weights)
    )
    cells = event_cells(make_study(cluster="team"), panel, "m")
    assert isinstance(cells, EventCells)
    return cells


@pytest.mark.parametrize("n_clusters", [12, 60])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("mixing", [None, np.array([[2.0]])])
def test_stacked_is_pattern_by_pattern(
    n_clusters: int, weighted: bool, mixing: Floats | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = gappy_cells(n_clusters, n_clusters, weighted)
    quick = fixed_effects.fit_within(cells, cells.terms, mixing)

    def never(*sizes: Any) -> bool:
        return False

    monkeypatch.setattr(fixed_effects, "stacks", never)
    slow = fixed_effects.fit_within(cells, cells.terms, mixing)
    for field in fields(slow):
        if field.name not in ("cross", "kind", "root"):
            one, other = getattr(quick, field.name), getattr(slow, field.name)
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-10, err_msg=field.name)
    assert quick.cross is not None
    assert slow.cross is not None
    np.testing.assert_allclose(quick.cross[quick.kind], slow.cross[slow.kind], atol=1e-10)
    for name in ("covariance", "df"):
        one, other = (getattr(trusted(fit, 1), name) for fit in (quick, slow))
        np.testing.assert_allclose(one, other, rtol=1e-9)
