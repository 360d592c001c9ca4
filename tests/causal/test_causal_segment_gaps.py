"""A planted gap is found, gaps of chance are not, and what cannot be tested is refused."""

import numpy as np
import pytest

from payoff.causal.segment_gaps import Gap, allow_for_many, segment_gap
from payoff.nouns.refusal import Refusal


def test_a_gap_of_twenty_points_in_reach_is_found() -> None:
    rng = np.random.default_rng(5)
    region = np.repeat(np.arange(4), 150)
    reached = (rng.random(600) < np.where(region == 3, 0.5, 0.7)).astype(float)
    alone = np.arange(600)
    gaps = [segment_gap(reached, np.ones(600), alone, region == r) for r in range(4)]
    found = [gap for gap in gaps if isinstance(gap, Gap)]
    adjusted = allow_for_many(found)
    assert len(found) == 4
    assert adjusted[3] < 0.05
    assert (adjusted[:3] > adjusted[3]).all()
    low, high = found[3].interval
    assert low < -0.2 < high
    assert found[3].difference == pytest.approx(reached[region == 3].mean() - reached[region != 3].mean())


def test_rates_are_summed_counts() -> None:
    values, weights = np.array([0.0, 1.0, 0.5, 0.25, 0.75, 0.1]), np.array([10.0, 1.0, 4.0, 8.0, 4.0, 10.0])
    inside = np.array([True, True, True, False, False, False])
    found = segment_gap(values, weights, np.arange(6), inside)
    assert isinstance(found, Gap)
    sums = [(values * weights)[side].sum() / weights[side].sum() for side in (inside, ~inside)]
    assert found.difference == pytest.approx(sums[0] - sums[1])


def test_false_alarms_stay_near_the_level() -> None:
    """200 worlds of 6 equal segments of teams: some gap stands in about 5 of 100."""
    rng = np.random.default_rng(11)
    team = np.repeat(np.arange(60), 8)
    segment = team % 6
    alarms = 0
    for _ in range(200):
        values = rng.normal(size=60)[team] + rng.normal(size=480)
        gaps = [segment_gap(values, np.ones(480), team, segment == s) for s in range(6)]
        alarms += bool(allow_for_many([gap for gap in gaps if isinstance(gap, Gap)]).min() <= 0.05)
    assert alarms <= 20


def test_too_few_groups_and_a_constant_are_refused() -> None:
    ones = np.ones(12)
    few = np.arange(12) < 2
    assert isinstance(segment_gap(np.arange(12.0), ones, np.arange(12), few), Refusal)
    assert isinstance(segment_gap(ones, ones, np.arange(12), np.arange(12) < 6), Refusal)
