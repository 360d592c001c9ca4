"""The efficient staggered estimator: brute force over drawings, special cases, coverage, refusals."""

from itertools import permutations

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study

from payoff.causal import estimate
from payoff.causal.efficient_staggered import answer
from payoff.causal.efficient_staggered_fit import find_contrasts, fit_staggered
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

STUDY = make_study(method="efficient_staggered", second=None, randomised=True)
NEVER = 10**6


def drawn_world(generator: np.random.Generator, n: int, effect: float = 1.0) -> tuple[Floats, Ints]:
    """Twelve periods, launch at 4 or 6 or never by lot, deviations that half stay."""
    launch = generator.permutation(np.array([4, 6, -1])[np.arange(n) % 3])
    noise = generator.normal(size=(n, 12))
    for t in range(1, 12):
        noise[:, t] = 0.5 * noise[:, t - 1] + noise[:, t]
    started = (np.arange(12) >= launch[:, None]) & (launch >= 0)[:, None]
    values: Floats = 20 + generator.normal(size=(n, 1)) + noise + effect * started
    return values, launch


def reason(study: Study, panel: Panel) -> str:
    refusal = estimate(study, panel)[0]
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


@pytest.mark.parametrize("slope", [0.0, 0.4, 1.0])
def test_over_every_drawing_it_is_right_on_average_with_neymans_variance(slope: float) -> None:
    """Six teams, three waves of two: 90 drawings of fixed potential outcomes, the same effect for all."""
    paths = np.random.default_rng(1).normal(size=(6, 5)).cumsum(axis=1)
    cohorts, times = np.array([2, 3, NEVER]), np.arange(5)
    contrasts = find_contrasts(times, cohorts, np.array([2, 2, 2]), [(0, None)])
    estimates, variances = [], []
    for cohort in sorted(set(permutations([0, 0, 1, 1, 2, 2]))):
        code = np.array(cohort)
        seen = paths + 3.0 * (times[None, :] >= cohorts[code][:, None])
        fit = fit_staggered(seen, code, contrasts, slope)
        estimates.append(fit.estimates[0])
        variances.append(fit.inference().covariance[0, 0])
    assert np.mean(estimates) == pytest.approx(3.0, abs=1e-10)
    assert np.mean(variances) == pytest.approx(np.var(estimates), rel=1e-9)


def test_the_whole_gap_subtracted_is_difference_in_differences() -> None:
    """β = 1 with one date and two periods equals fixed effects; the best β is the common slope."""
    generator = np.random.default_rng(2)
    before, launch = generator.normal(20, 2, size=40), np.where(np.arange(40) < 20, 1, -1)
    after = 10 + 0.5 * before + generator.normal(size=40) + (launch > 0)
    panel = make_panel(np.column_stack([before, after]), 1, launch=launch)
    best, whole = estimate(STUDY, panel)[:2]
    plain = estimate(make_study(second=None), panel)[0]
    assert isinstance(best, Effect)
    assert isinstance(whole, Effect)
    assert isinstance(plain, Effect)
    assert whole.estimate == pytest.approx(plain.estimate, rel=1e-10)
    assert whole.std_error == pytest.approx(plain.std_error, rel=1e-9)
    rows = np.column_stack([launch > 0, np.ones(40), before])
    assert best.estimate == pytest.approx(np.linalg.lstsq(rows, after, rcond=None)[0][0], rel=1e-9)
    assert best.std_error < whole.std_error


def test_with_lasting_differences_it_is_sharper_than_either_extreme() -> None:
    values, launch = drawn_world(np.random.default_rng(3), 300)
    cohorts, cohort = np.unique(np.where(launch < 0, NEVER, launch), return_inverse=True)
    contrasts = find_contrasts(np.arange(12), cohorts, np.bincount(cohort), [(0, None)])
    errors = [
        float(fit_staggered(values, cohort, contrasts, slope).inference().covariance[0, 0])
        for slope in (None, 0.0, 1.0)
    ]
    assert errors[0] < min(errors[1:])


@pytest.mark.parametrize("n", [10, 30])
def test_intervals_cover(n: int) -> None:
    """CAU-01."""
    generator, covered = np.random.default_rng(4), 0
    for _ in range(250):
        values, launch = drawn_world(generator, n)
        (effect, *_) = answer(STUDY, make_panel(values, 4, launch=launch), "locked")
        assert isinstance(effect, Effect)
        covered += effect.interval[0] <= 1.0 <= effect.interval[1]
    assert 0.91 <= covered / 250 <= 0.99


def test_teams_are_compared_where_teams_were_drawn() -> None:
    values, launch = drawn_world(np.random.default_rng(5), 24)
    many = np.repeat(values, 3, axis=0) + np.tile([[-1.0], [0.0], [1.0]], (24, 1))
    plan = make_study(method="efficient_staggered", second=None, randomised=True, cluster="team")
    teams = make_panel(many, 4, launch=np.repeat(launch, 3), cluster=np.repeat(np.arange(24), 3))
    one, two = estimate(plan, teams)[0], estimate(STUDY, make_panel(values, 4, launch=launch))[0]
    assert isinstance(one, Effect)
    assert isinstance(two, Effect)
    assert one.estimate == pytest.approx(two.estimate)
    assert one.std_error == pytest.approx(two.std_error)
    assert (one.n_units, one.n_clusters) == (72, 24)
    split = make_panel(many, 4, launch=np.repeat(launch, 3), cluster=np.arange(72) % 24)
    assert "whole teams were not drawn" in reason(plan, split)


def test_what_the_lot_does_not_carry_is_refused() -> None:
    values, launch = drawn_world(np.random.default_rng(6), 12)
    panel = make_panel(values, 4, launch=launch)
    chosen = make_study(method="efficient_staggered", second=None)
    assert "not drawn by lot" in reason(chosen, panel)
    gaps = values.copy()
    gaps[2, 5] = np.nan
    assert "without a value in some month" in reason(STUDY, make_panel(gaps, 4, launch=launch))
    alone = np.where(np.arange(12) == np.flatnonzero(launch == 6)[0], 8, launch)
    assert "Only one rep started" in reason(STUDY, make_panel(values, 4, launch=alone))
    everybody, paths = did_world(np.random.default_rng(7), n_units=12)[0], np.repeat([3, 4], 6)
    late = make_study(
        method="efficient_staggered", second=None, randomised=True, terms=(Term("late", 2, None),)
    )
    assert "not yet treated was left" in reason(late, make_panel(everybody, 3, launch=paths))
