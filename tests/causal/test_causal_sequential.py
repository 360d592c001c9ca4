"""Looking early must not fool: boundaries spend what they may, any-time intervals hold at every look."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world

from payoff.causal import (
    anytime_interval,
    anytime_p_value,
    check_design,
    checks_peeking,
    estimate,
    sequential_boundaries,
)
from payoff.causal.schedule import Grain
from payoff.causal.sequential import anytime_boundary, crossing_chance
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.study import Study


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
@pytest.mark.parametrize("information", [[1.0], [0.2, 0.5, 1.0], [0.1, 0.15, 0.9, 0.95, 1.0]])
def test_boundaries_spend_the_level_exactly(spending: str, information: list[float]) -> None:
    bounds = sequential_boundaries(information, spending)  # type: ignore[arg-type]
    assert crossing_chance(information, bounds) == pytest.approx(0.05, abs=1e-9)


def walks(n_worlds: int, n_looks: int) -> np.ndarray:
    """z of a program without effect at even looks, (n_worlds, n_looks)."""
    steps = np.random.default_rng(0).standard_normal((n_worlds, n_looks))
    return np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, n_looks + 1))


def test_twenty_looks_fool_one_in_four_and_boundaries_one_in_twenty() -> None:
    """CMP-10: peeking without correction, and with it."""
    z = np.abs(walks(20_000, 20))
    assert (z > 1.96).any(axis=1).mean() == pytest.approx(0.25, abs=0.02)
    assert (z > sequential_boundaries(20)).any(axis=1).mean() == pytest.approx(0.05, abs=0.005)


def test_any_time_intervals_hold_at_every_look() -> None:
    """CMP-10: five hundred looks, past the planned end too."""
    n_looks, planned = 500, 250
    z = np.abs(walks(4_000, n_looks))
    reach = np.array([anytime_boundary((k + 1) / planned) for k in range(n_looks)])
    assert (z > reach).any(axis=1).mean() <= 0.05


def test_any_time_interval_and_p_value_agree() -> None:
    for share in (0.1, 0.5, 1.0, 2.0):
        low, high = anytime_interval(1.0, 0.5, share, df=12.0)
        edge = (high - 1.0) / 0.5
        assert anytime_p_value(edge, share, df=12.0) == pytest.approx(0.05)
        assert low == pytest.approx(2.0 - high)
    assert anytime_interval(0, 1, 0.3, df=5)[1] > anytime_interval(0, 1, 0.3)[1]


def test_information_must_rise() -> None:
    for shares in ([], [0.5, 0.4], [0.0, 1.0], [0.5, 1.2]):
        with pytest.raises(ValueError, match="rising"):
            sequential_boundaries(shares)


def peeking(study: Study, n_seen: int) -> Check | None:
    values, program, _ = rct_world(np.random.default_rng(1), n_pre=6, n_post=6, effect=3.0)
    values[:, 6 + n_seen :] = np.nan
    panel = make_panel(values, 6, in_program=program)
    months = np.datetime64("2025-01", "M") + np.arange(12)
    panel = replace(panel, periods=months.astype("datetime64[D]"))
    found = {c.name: c for c in check_design(study, panel, estimate(study, panel)[0])}
    return found.get("peeking")


def test_an_early_look_is_told_and_widened() -> None:
    decision = dt.date(2026, 1, 15)
    assert peeking(make_study("rct"), 3) is None
    on_time = peeking(make_study("rct", decision_on=decision), 6)
    assert on_time is not None
    assert on_time.verdict is Verdict.PASS
    early = peeking(make_study("rct", decision_on=decision), 3)
    assert early is not None
    assert (early.verdict, early.costs) == (Verdict.FAIL, 1)
    assert "30 September 2025" in early.text
    assert "however often one looks" in early.text
    looks = (dt.date(2025, 10, 1),)
    planned = peeking(make_study("rct", decision_on=decision, looks=looks), 3)
    assert planned is not None
    assert "crosses the boundary" in planned.text


@pytest.mark.parametrize(
    ("begins", "period", "last"),
    [
        ("2025-09-01", "month", dt.date(2025, 9, 30)),
        ("2025-09-15", "month", dt.date(2025, 10, 14)),
        ("2024-02-10", "quarter", dt.date(2024, 5, 9)),
        ("2024-02-29", "year", dt.date(2025, 2, 27)),
        ("2025-09-15", "week", dt.date(2025, 9, 21)),
    ],
)
def test_a_period_ends_the_day_before_the_next_begins(begins: str, period: Grain, last: dt.date) -> None:
    """Also one that begins in the middle of a month."""
    assert checks_peeking._last_day(np.datetime64(begins), period) == last
