"""CUPED: analysis of covariance, narrower as theory says, right in small arms and in teams."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world

from payoff.causal import estimate
from payoff.causal.cuped_moments import find_moments, fit_moments
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study


def locked(study: Study, panel: Panel) -> Effect:
    answer = estimate(study, panel)[0]
    assert isinstance(answer, Effect), answer
    return answer


def test_it_is_the_analysis_of_covariance_and_narrows_as_theory_says() -> None:
    """BAS-08: the interval narrows by √(1 − correlation²)."""
    rng = np.random.default_rng(3)
    values, program, _ = rct_world(rng, n_units=4000, effect=0.5)
    panel = make_panel(values, 2, in_program=program)
    plain = locked(make_study("rct", second=None), panel)
    effect = locked(make_study("rct", method="cuped", second=None), panel)
    before, after = values[:, :2].mean(axis=1), values[:, 2:].mean(axis=1)
    rows = np.column_stack([program, np.ones(4000), before - before.mean()])
    slopes = np.linalg.lstsq(rows, after, rcond=None)[0]
    assert effect.estimate == pytest.approx(slopes[0])
    assert effect.baseline == pytest.approx(slopes[1])
    correlation = np.corrcoef(before, after - 0.5 * program)[0, 1]
    width = np.ptp(effect.intervals) / np.ptp(plain.intervals)
    assert width == pytest.approx(np.sqrt(1 - correlation**2), rel=0.02)


def test_the_plug_in_formula_stands_beside_and_agrees_where_many_are_compared() -> None:
    values, program, _ = rct_world(np.random.default_rng(4), n_units=3000, effect=0.5)
    answers = estimate(
        make_study("rct", method="cuped", second=None), make_panel(values, 2, in_program=program)
    )
    effect, plug_in = answers[:2]
    assert isinstance(effect, Effect)
    assert isinstance(plug_in, Effect)
    assert (plug_in.method, plug_in.role) == ("cuped, plug-in formula", "reference")
    assert plug_in.estimate == pytest.approx(effect.estimate, abs=0.1 * effect.std_error)
    assert plug_in.std_error == pytest.approx(effect.std_error, rel=0.01)
    np.testing.assert_allclose(plug_in.lift_interval(), effect.lift_interval(), rtol=0.05)


def test_nothing_before_launch_or_too_little_of_it_is_refused() -> None:
    values, program, _ = rct_world(np.random.default_rng(5))
    study = make_study("rct", method="cuped", second=None)
    nothing = estimate(study, make_panel(values[:, 2:], 0, in_program=program))[0]
    assert isinstance(nothing, Refusal)
    assert "nothing to adjust for" in nothing.reason
    values[:20, :2] = np.nan
    few = estimate(study, make_panel(values, 2, in_program=program))[0]
    assert isinstance(few, Refusal)
    assert "20 of 60 reps" in few.reason


def test_the_arm_of_a_lower_is_better_metric_turns_the_lift() -> None:
    values, program, _ = rct_world(np.random.default_rng(6), n_units=400, effect=1.0)
    panel = make_panel(values, 2, in_program=program)
    worse = replace(panel, metric=replace(panel.metric, better="lower"))
    up, down = (locked(make_study("rct", method="cuped", second=None), p) for p in (panel, worse))
    assert down.lift_interval() == pytest.approx(tuple(-end for end in reversed(up.lift_interval())))


@pytest.mark.parametrize(("n_units", "clusters"), [(20, None), (60, None), (80, 10)])
def test_coverage_in_small_arms(n_units: int, clusters: int | None) -> None:
    covered, worlds = 0, 400
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        values, program, cluster = rct_world(rng, n_units=n_units, effect=1.0, clusters=clusters)
        panel = make_panel(values, 2, in_program=program, cluster=cluster)
        effect = locked(make_study("rct", method="cuped", second=None), panel)
        covered += effect.interval[0] <= 1.0 <= effect.interval[1]
    assert 0.925 <= covered / worlds <= 0.985


def test_the_lift_interval_covers_where_a_known_mean_would_not() -> None:
    """A large lift on a mean that is itself in doubt."""
    counted, fixed, worlds = 0, 0, 500
    study = make_study("rct", second=None)
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        program = np.arange(60) % 2 == 0
        values = np.where(program, 20.0, 10.0)[:, None] + rng.normal(size=(60, 2)) * [[4.0, 4.0]]
        effect = locked(study, make_panel(values, 1, in_program=program))
        low, high = effect.lift_interval()
        counted += low <= 1.0 <= high
        ends = effect.lift(np.array(effect.interval))
        fixed += ends[0] <= 1.0 <= ends[1]
    assert counted / worlds > 0.93
    assert fixed / worlds < 0.90


def test_a_comparison_mean_that_may_be_zero_is_refused() -> None:
    rng = np.random.default_rng(0)
    program = np.arange(40) % 2 == 0
    values = rng.normal(size=(40, 2)) * 10
    values[:, 1] += 2 - values[~program, 1].mean()
    answer = estimate(make_study("rct", second=None), make_panel(values, 1, in_program=program))[0]
    assert isinstance(answer, Refusal)
    assert "may be zero" in answer.reason


def test_moments_of_a_constant_say_nothing_rather_than_fail() -> None:
    fit = fit_moments(*find_moments(np.ones((10, 2)), np.arange(10) % 2 == 0), ratio=False, cuped=True)
    assert fit.std_error == 0
    assert np.isnan(fit.p_value)
