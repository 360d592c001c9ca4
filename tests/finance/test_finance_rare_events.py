"""Incidents avoided: exact limits of rare counts, and intervals of their difference that hold."""

import numpy as np
import pytest

from payoff.finance import expected_loss_avoided, rate_interval
from payoff.nouns.problem import PayoffError


def test_rare_events_have_wide_intervals_and_no_place_in_the_conservative_case() -> None:  # FIN-05
    found = expected_loss_avoided(4, 1_200, 1, 1_200, 30_000, 1_200)
    assert found.point == pytest.approx(90_000)
    assert found.low < 0 < found.point < found.high
    assert found.conservative == 0
    many = expected_loss_avoided(400, 1_200, 100, 1_200, 30_000, 1_200)
    assert 0 < many.low == many.conservative


def test_exact_limits_of_a_rate() -> None:
    """Garwood (1936): no event in n gives an upper limit of 3.689 / n, ten give 4.795 to 18.390."""
    assert list(rate_interval(0, 1.0)) == pytest.approx([0.0, 3.6889], abs=1e-4)
    assert list(rate_interval(10, 1.0)) == pytest.approx([4.7954, 18.3904], abs=1e-4)


@pytest.mark.parametrize(("before", "after"), [(3.0, 1.0), (8.0, 2.0), (1.0, 1.0), (20.0, 15.0)])
def test_the_interval_of_a_difference_covers_it(before: float, after: float) -> None:
    """At least 95 % of repeated worlds, for counts of a handful: exact limits err on the wide side."""
    rng = np.random.default_rng(17)
    held = 0
    for without, with_it in zip(rng.poisson(before, 1_500), rng.poisson(after, 1_500), strict=True):
        found = expected_loss_avoided(int(without), 1.0, int(with_it), 1.0, 1.0, 1.0)
        held += found.low <= before - after <= found.high
    assert 0.945 <= held / 1_500 <= 1.0


def test_counts_and_prices_that_cannot_be() -> None:
    for bad in ((-1, 1, 0, 1, 1, 1), (1, 0, 0, 1, 1, 1), (1, 1, 0, 1, -5, 1), (1, 1, 0, float("nan"), 1, 1)):
        with pytest.raises(PayoffError):
            expected_loss_avoided(*bad)
