"""Getting there, leaving before and being on the way: by hand, and against lifelines."""

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from payoff.nouns.refusal import Refusal
from payoff.signals import TimeTo, cumulative_incidence, time_to_event


def test_five_people_by_hand() -> None:
    """There on day 10 and 30, left on day 20, on the way since 25 and 40.

    Shares of all: 1/5 by day 10; on day 20 one of four leaves, 3/5 stay; on day 30 one of two: 1/5 + 3/5 / 2.
    """
    days = np.array([10.0, 20.0, 25.0, 30.0, 40.0])
    reached = np.array([True, False, False, True, False])
    left = np.array([False, True, False, False, False])
    found = time_to_event(days, reached, left)
    assert isinstance(found, TimeTo)
    assert (found.n_left, found.n_open, found.curve.n_events) == (1, 2, 2)
    assert found.share_of_all == pytest.approx(0.5)
    assert found.median_of_all == 30
    assert found.curve.median == 30  # (4/5)(1/2) = 0.4 are not there yet, leavers censored
    times, shares = cumulative_incidence(days, reached, left)
    assert dict(zip(times, shares, strict=True)) == pytest.approx({10: 0.2, 20: 0.2, 30: 0.5})


def test_it_agrees_with_lifelines() -> None:
    rng = np.random.default_rng(8)
    days = rng.choice(np.arange(1.0, 400.0), size=120, replace=False)  # no ties: lifelines would jitter them
    kind = rng.choice([0, 1, 2], size=120, p=[0.3, 0.5, 0.2])
    found = time_to_event(days, kind == 1, kind == 2)
    assert isinstance(found, TimeTo)
    theirs = AalenJohansenFitter(calculate_variance=False).fit(days, kind, event_of_interest=1)
    assert found.share_of_all == pytest.approx(float(theirs.cumulative_density_.iloc[-1, 0]))
    times, shares = cumulative_incidence(days, kind == 1, kind == 2)
    assert shares == pytest.approx(theirs.cumulative_density_.loc[times].to_numpy()[:, 0])
    meier = KaplanMeierFitter().fit(days, kind == 1)
    assert found.curve.median == meier.median_survival_time_


def test_nobody_there_yet_is_refused() -> None:
    nobody = np.zeros(3, dtype=bool)
    assert isinstance(time_to_event(np.array([1.0, 2.0, 3.0]), nobody, nobody), Refusal)
