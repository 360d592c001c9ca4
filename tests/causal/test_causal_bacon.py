"""The decomposition adds up to the regression, agrees with a peer, and says what it cannot take apart."""

import diff_diff
import numpy as np
import pandas as pd
import pytest
from causal_worlds import did_world, make_panel, make_study

from payoff.causal import check_design, estimate
from payoff.causal.bacon import Bacon, decompose, goodman_bacon
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Term


@pytest.mark.parametrize("everybody", [False, True])
def test_pairs_add_up_to_the_two_way_estimate(everybody: bool) -> None:
    values, launch = did_world(np.random.default_rng(1), n_periods=8, staggered=True, effect=1.0)
    launch = np.where(launch < 0, 6, launch) if everybody else launch
    panel = make_panel(values, 3, launch=launch)
    parts = goodman_bacon(make_study(), panel)
    assert isinstance(parts, Bacon)
    rows = estimate(make_study(method="group_time", second=None), panel)
    two_way = next(r for r in rows if isinstance(r, Effect) and r.method == "fixed_effects, ordinary errors")
    assert parts.estimate == pytest.approx(two_way.estimate, rel=1e-10)
    assert sum(pair.weight for pair in parts.pairs) == pytest.approx(1.0)
    assert all(pair.weight > 0 for pair in parts.pairs)
    assert not two_way.causal
    assert "the method refuses" in two_way.label


def test_a_peer_finds_the_same_pairs() -> None:
    values, launch = did_world(np.random.default_rng(2), n_periods=8, staggered=True)
    unit, period = np.indices(values.shape)
    frame = pd.DataFrame(
        {
            "y": values.ravel(),
            "i": unit.ravel(),
            "t": period.ravel(),
            "g": np.repeat(np.maximum(launch, 0), 8),
        }
    )
    peer = diff_diff.BaconDecomposition(weights="exact").fit(
        frame, outcome="y", unit="i", time="t", first_treat="g"
    )
    mine = decompose(values, launch)
    theirs = sorted((round(c.weight, 8), round(c.estimate, 8)) for c in peer.comparisons)
    assert sorted((round(p.weight, 8), round(p.estimate, 8)) for p in mine.pairs) == theirs


def test_what_cannot_be_taken_apart_is_refused() -> None:
    values, launch = did_world(np.random.default_rng(3), staggered=True)
    values[0, 0] = np.nan
    gaps = goodman_bacon(make_study(), make_panel(values, 3, launch=launch))
    assert isinstance(gaps, Refusal)
    assert "every unit is seen in every period" in gaps.reason
    nobody = goodman_bacon(make_study(), make_panel(values, 3, launch=np.full(40, -1)))
    assert isinstance(nobody, Refusal)


def test_the_check_says_how_much_weight_misleads() -> None:
    values, launch = did_world(np.random.default_rng(4), n_periods=8, staggered=True)
    panel = make_panel(values, 3, launch=launch)
    plan = make_study(terms=(Term("now", 0, 0), Term("next", 1, 1)), second=None)
    check = next(
        c for c in check_design(plan, panel, estimate(plan, panel)[0]) if c.name == "one launch date"
    )
    assert "such comparisons carry" in check.text
    assert "of the weight" in check.text
