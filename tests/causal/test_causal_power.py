"""The smallest visible lift: blind to follow-up, and right about what it promises."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study, rct_world
from scipy.special import stdtrit
from scipy.stats import norm

from payoff.causal import estimate, smallest_visible_lift
from payoff.causal.noise import find_noise
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term


def visible(study: Study, panel: Panel) -> float:
    answer = smallest_visible_lift(study, panel)
    assert isinstance(answer, float), answer
    return answer


@pytest.mark.parametrize("design", ["rct", "did", "before_after"])
@pytest.mark.parametrize("method", [None, "covariate_adjusted"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scrambling_follow_up_changes_nothing(design: str, method: str | None, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, launch = did_world(rng, staggered=seed == 2, missing=0.05)
    changes = {} if method is None or design != "rct" else {"method": method}
    terms = (Term("now", 0, 0), Term("next", 1, 1)) if seed == 2 else (Term("effect", 0, None),)
    study = make_study(design, terms=terms, **changes)  # type: ignore[arg-type]
    program = launch >= 0
    panel = make_panel(values, 3, launch=launch if design != "rct" else None, in_program=program)
    before = smallest_visible_lift(study, panel)
    other = values.copy()
    other[:, 3:] = rng.choice([np.nan, -1e9, np.inf, 0.0], size=other[:, 3:].shape)
    scrambled = replace(panel, values=other, weights=np.where(np.isnan(other), 0.0, panel.weights))
    assert smallest_visible_lift(study, scrambled) == before
    assert isinstance(before, float)


def test_two_arms_match_the_textbook() -> None:
    """W12's normal approximation: 2.80 × sd × sqrt(2/n) for n an arm."""
    rng = np.random.default_rng(1)
    values = np.column_stack([rng.normal(50, 10, 4000), np.full(4000, np.nan)])
    panel = make_panel(values, 1, in_program=np.arange(4000) % 2 == 0)
    expected = (norm.ppf(0.975) + norm.ppf(0.8)) * 10 * np.sqrt(2 / 2000) / 50
    assert visible(make_study("rct"), panel) == pytest.approx(expected, rel=0.05)


def test_adjustment_sees_smaller_effects() -> None:
    values, program, _ = rct_world(np.random.default_rng(1), n_units=2000, n_pre=4)
    panel = make_panel(values, 4, in_program=program)
    plain = visible(make_study("rct"), panel)
    adjusted = visible(make_study("rct", method="covariate_adjusted"), panel)
    assert adjusted < 0.6 * plain


def test_teams_see_less_than_people() -> None:
    values, program, cluster = rct_world(np.random.default_rng(1), n_units=400, clusters=20)
    study = make_study("rct")
    alone = visible(study, make_panel(values, 2, in_program=program))
    teams = visible(study, make_panel(values, 2, in_program=program, cluster=cluster))
    assert teams > 1.3 * alone
    values, launch = did_world(np.random.default_rng(2), n_units=400)
    grouped = np.where(launch >= 0, np.arange(400) % 10, 10 + np.arange(400) % 10)
    values = values + np.random.default_rng(3).normal(size=(20, 6))[grouped]
    alone = visible(make_study(), make_panel(values, 3, launch=launch))
    teams = visible(make_study(), make_panel(values, 3, launch=launch, cluster=grouped))
    assert teams > 1.3 * alone


def test_one_baseline_period_assumes_half_the_spread_is_lasting() -> None:
    """A 2 × 2 design with correlation 0.5: a change varies as much as a level."""
    rng = np.random.default_rng(4)
    values = np.column_stack([rng.normal(50, 10, 4000), np.full(4000, np.nan)])
    launch = np.where(np.arange(4000) % 2 == 0, 1, -1)
    expected = (norm.ppf(0.975) + norm.ppf(0.8)) * 10 * np.sqrt(2 / 2000) / 50
    assert visible(make_study(), make_panel(values, 1, launch=launch)) == pytest.approx(expected, rel=0.05)


def test_logs_become_lifts_in_the_metrics_direction() -> None:
    values, launch = did_world(np.random.default_rng(4))
    found = {}
    for better in ("higher", "lower"):
        metric = make_metric(better, "log")
        panel = make_panel(np.exp(values / 5), 3, launch=launch, metric=metric)
        found[better] = visible(make_study(metric=metric), panel)
    assert np.log1p(found["higher"]) == pytest.approx(-np.log1p(-found["lower"]))


def test_the_promise_holds() -> None:
    """An effect of the size named is seen about eight times in ten."""
    study = make_study(second=None)
    seen, worlds = 0, 300
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        values = 20 + rng.normal(size=(60, 1)) * 3 + rng.normal(size=(60, 8))
        launch = np.where(np.arange(60) < 30, 4, -1)
        lift = visible(study, make_panel(values, 4, launch=launch))
        values[:30, 4:] += lift * values[:30, :4].mean()
        answer = estimate(study, make_panel(values, 4, launch=launch))[0]
        assert isinstance(answer, Effect)
        seen += answer.interval[0] > 0
    assert 0.70 <= seen / worlds <= 0.88


def autocorrelated(rng: np.random.Generator, correlation: float, n_units: int, n_periods: int) -> Floats:
    """(n_units, n_periods): lasting differences and stationary AR(1) noise of variance 1 / (1 − ρ²)."""
    noise = rng.normal(size=(n_units, n_periods))
    noise[:, 0] /= np.sqrt(1 - correlation**2)
    for t in range(1, n_periods):
        noise[:, t] += correlation * noise[:, t - 1]
    values: Floats = 20 + rng.normal(size=(n_units, 1)) * 2 + noise
    return values


@pytest.mark.parametrize(("correlation", "missing"), [(0.0, 0.0), (0.5, 0.15), (0.8, 0.0)])
def test_serial_correlation_is_foreseen(correlation: float, missing: float) -> None:
    """Predicted against real standard errors, six periods before and six after."""
    launch = np.where(np.arange(60) < 30, 6, -1)
    study, estimates, predicted = make_study(second=None), [], []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        values = autocorrelated(rng, correlation, 60, 12)
        values[rng.random(values.shape) < missing] = np.nan
        panel = make_panel(values, 6, launch=launch)
        answer = estimate(study, panel)[0]
        assert isinstance(answer, Effect)
        estimates.append(answer.estimate)
        error = visible(study, panel) * answer.baseline / (stdtrit(58, 0.975) + stdtrit(58, 0.8))
        predicted.append(error)
    ratio = np.array(predicted) / np.std(estimates)
    assert 0.8 <= np.median(ratio) <= 1.25
    assert np.mean((ratio >= 0.7) & (ratio <= 1.4)) >= 0.75


def test_two_baseline_periods_assume_half_of_a_deviation_stays() -> None:
    """A change over one period is then half as wide in variance as independent periods would make it."""
    values = autocorrelated(np.random.default_rng(1), 0.5, 4000, 4)
    launch = np.where(np.arange(4000) < 2000, 2, -1)
    noise = find_noise(values, np.arange(4)[None, :] < np.full((4000, 1), 2), launch >= 0, np.arange(4000))
    assert noise.correlation == 0.5
    assert noise.variance == pytest.approx(1 / (1 - 0.5**2), rel=0.05)


def test_few_in_one_arm_see_less() -> None:
    """Degrees of freedom are the design's: five treated of 400 have about four, not 398."""
    values = autocorrelated(np.random.default_rng(1), 0.0, 400, 8)
    few = visible(make_study(), make_panel(values, 4, launch=np.where(np.arange(400) < 5, 4, -1)))
    many = visible(make_study(), make_panel(values, 4, launch=np.where(np.arange(400) < 200, 4, -1)))
    by_size = np.sqrt((1 / 5 + 1 / 395) / (1 / 200 + 1 / 200))
    by_degrees = (stdtrit(4, 0.975) + stdtrit(4, 0.8)) / (norm.ppf(0.975) + norm.ppf(0.8))
    assert few / many == pytest.approx(by_size * by_degrees, rel=0.1)


def test_waves_that_reach_everyone_are_compared_with_those_to_come() -> None:
    values = autocorrelated(np.random.default_rng(1), 0.5, 60, 12)
    launch = 6 + 2 * (np.arange(60) % 3)
    study = make_study(terms=(Term("now", 0, 0), Term("next", 1, 1)))
    assert visible(study, make_panel(values, 6, launch=launch)) > 0


def test_refusals() -> None:
    values, program, _ = rct_world(np.random.default_rng(1))
    launch = np.where(program, 2, -1)
    for panel, design in (
        (make_panel(values, 0, in_program=program), "rct"),
        (make_panel(np.full((60, 4), 5.0), 2, in_program=program), "rct"),
        (make_panel(values - 50, 2, in_program=program), "rct"),
        (make_panel(values, 0, launch=launch), "did"),
        (make_panel(values[:4], 2, launch=launch[:4]), "did"),
        (make_panel(values[:2], 2, in_program=[True, True]), "before_after"),
    ):
        answer = smallest_visible_lift(make_study(design), panel)  # type: ignore[arg-type]
        assert isinstance(answer, Refusal)
        assert answer.reason
