"""Leavers: bounds hold the truth of those who stay either way, and are the brute-force trims."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal import estimate, lee_bounds
from payoff.causal.leavers import METHOD, LeeBounds
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal


def test_bounds_are_the_trimmed_means() -> None:
    """Ten of ten kept against eight of ten: the best or the worst two are set aside."""
    program, comparison = np.arange(10.0), np.arange(8.0) + 0.5
    outcome = np.r_[program, comparison]
    found = lee_bounds(outcome, np.arange(18) < 10, (10, 10))
    assert isinstance(found, LeeBounds)
    assert found.cut == pytest.approx(0.2)
    assert found.lower == pytest.approx(program[:8].mean() - comparison.mean())
    assert found.upper == pytest.approx(program[2:].mean() - comparison.mean())
    mirrored = lee_bounds(outcome, np.arange(18) >= 10, (10, 10))
    assert isinstance(mirrored, LeeBounds)
    assert (mirrored.lower, mirrored.upper) == pytest.approx((-found.upper, -found.lower))


def test_bounds_hold_the_truth_and_errors_are_about_right() -> None:
    """The program keeps those who would have left: low outcomes. Truth: an effect of 1 on those who stay."""
    lows, errors, inside = [], [], 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = 600
        level, program = rng.normal(size=n), rng.permutation(n) < n // 2
        stays = program | (level + rng.normal(size=n) > -1.0)
        outcome = level + 1.0 * program
        found = lee_bounds(outcome[stays], program[stays], (n // 2, n // 2))
        assert isinstance(found, LeeBounds)
        lows.append(found.lower)
        errors.append(found.lower_error)
        inside += found.lower - 1.96 * found.lower_error <= 1.0 <= found.upper + 1.96 * found.upper_error
    assert inside >= 190
    assert np.std(lows) == pytest.approx(np.mean(errors), rel=0.15)


def test_rows_stand_beside_a_trial_that_lost_people() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(20, 2, (200, 6))
    program = np.arange(200) % 2 == 0
    panel = make_panel(values, 3, in_program=program)
    study = make_study("rct", second=None)
    assert not [a for a in estimate(study, panel) if a.method == METHOD]
    lost = np.flatnonzero(~program)[:30]
    values[lost, 3:] = np.nan
    rows = [a for a in estimate(study, make_panel(values, 3, in_program=program)) if a.method == METHOD]
    least, most = rows
    assert isinstance(least, Effect)
    assert isinstance(most, Effect)
    answer = estimate(study, make_panel(values, 3, in_program=program))[0]
    assert isinstance(answer, Effect)
    assert least.estimate < answer.estimate < most.estimate
    assert least.role == "reference"


def test_too_few_are_refused() -> None:
    assert isinstance(lee_bounds(np.array([1.0, 2.0]), np.array([True, False]), (5, 5)), Refusal)
    values = np.random.default_rng(1).normal(20, 2, (200, 6))
    cluster = np.arange(200) // 10
    values[:30, 3:] = np.nan
    panel = make_panel(values, 3, in_program=cluster % 2 == 0, cluster=cluster)
    rows = [a for a in estimate(make_study("rct", second=None), replace(panel)) if a.method == METHOD]
    assert len(rows) == 1
    assert isinstance(rows[0], Refusal)
    assert "teams were drawn" in rows[0].reason
