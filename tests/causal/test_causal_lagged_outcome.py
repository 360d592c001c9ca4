"""Follow-up adjusted for the value before launch: dense regression, brackets, refusals."""

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study

from payoff.causal import estimate
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

TERMS = (Term("now", 0, 0), Term("later", 1, None))


def both(study: Study, panel: Panel) -> tuple[Effect, Effect]:
    answers = estimate(study, panel)
    first, second = answers[:2]
    assert isinstance(first, Effect), first
    assert isinstance(second, Effect), second
    assert (second.method, second.role) == ("lagged_outcome", "second")
    return first, second


def test_each_term_is_a_regression_of_its_mean_on_program_and_the_mean_before() -> None:
    values, launch = did_world(np.random.default_rng(1), effect=1.0)
    _, second = both(make_study(terms=TERMS), make_panel(values, 3, launch=launch))
    rows = np.column_stack([launch >= 0, np.ones(40), values[:, :3].mean(axis=1)])
    for estimated, error, columns in zip(
        second.estimates, second.std_errors, (slice(3, 4), slice(4, 6)), strict=True
    ):
        outcome = values[:, columns].mean(axis=1)
        coefficients = np.linalg.lstsq(rows, outcome, rcond=None)[0]
        assert estimated == pytest.approx(coefficients[0])
        residual = outcome - rows @ coefficients
        bread = np.linalg.inv(rows.T @ rows)
        leverage = np.einsum("ij,jk,ik->i", rows, bread, rows)  # HC2
        spread = bread @ (rows.T * (residual**2 / (1 - leverage))) @ rows @ bread
        assert error == pytest.approx(np.sqrt(spread[0, 0]))
    assert second.terms == ("now", "later")
    assert abs(second.covariance[0, 1]) > 0
    assert (second.n_units, second.n_clusters, second.n_observations) == (40, 40, 240)


def test_regression_to_the_mean_is_no_effect() -> None:
    """Units chosen because they had a bad quarter recover: the change is theirs, not the program's."""
    changes, adjusted = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        values = 20 + rng.normal(size=(200, 1)) * 0.5 + rng.normal(size=(200, 4)) * 2
        chosen = values[:, :2].mean(axis=1) + rng.normal(size=200) * 0.5 < 20
        first, second = both(make_study(), make_panel(values, 2, launch=np.where(chosen, 2, -1)))
        changes.append(first.estimate)
        adjusted.append(second.estimate)
    assert np.mean(changes) > 1.0
    assert np.mean(adjusted) == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize("gap", [-3.0, 3.0])
def test_the_two_bracket_the_effect(gap: float) -> None:
    """Parallel trends hold, levels differ: difference in differences is right, the other on a known side."""
    firsts, seconds = [], []
    for seed in range(40):
        values, launch = did_world(np.random.default_rng(seed), n_units=100, effect=1.0)
        values[launch >= 0] += gap
        first, second = both(make_study(), make_panel(values, 3, launch=launch))
        firsts.append(first.estimate)
        seconds.append(second.estimate)
    assert np.mean(firsts) == pytest.approx(1.0, abs=0.1)
    assert (np.mean(seconds) - np.mean(firsts)) * gap > 0


def test_over_many_periods_it_is_less_noisy_than_first_differences() -> None:
    errors = {}
    for name in ("lagged_outcome", "first_difference"):
        values = 20 + np.random.default_rng(1).normal(size=(60, 24)) * 3
        study = make_study(second=name)
        effect = estimate(study, make_panel(values, 12, launch=np.where(np.arange(60) < 30, 12, -1)))[1]
        assert isinstance(effect, Effect)
        errors[name] = effect.std_error
    assert errors["lagged_outcome"] < 0.5 * errors["first_difference"]


def test_coverage_by_teams() -> None:
    covered, worlds = 0, 200
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        values, launch = did_world(rng, n_units=60, effect=0.7)
        cluster = np.where(launch >= 0, np.arange(60) % 5, 5 + np.arange(60) % 5)
        values += rng.normal(size=(10, 6))[cluster]
        _, second = both(make_study(), make_panel(values, 3, launch=launch, cluster=cluster))
        covered += second.interval[0] <= 0.7 <= second.interval[1]
    assert 0.91 <= covered / worlds <= 0.985


def test_units_without_a_before_are_left_out_and_counted() -> None:
    values, launch = did_world(np.random.default_rng(2))
    values[[0, 39], :3] = np.nan
    _, second = both(make_study(), make_panel(values, 3, launch=launch))
    assert second.n_units == 38
    assert "2 reps without values both before and after left out" in second.label


def test_an_announced_launch_is_not_before() -> None:
    values, launch = did_world(np.random.default_rng(2), n_units=200)
    values[launch >= 0, 2] += 9.0
    study = make_study(terms=(Term("effect", 0, None), Term("announced", -1, -1)))
    _, second = both(study, make_panel(values, 3, launch=launch))
    assert second.estimates[0] == pytest.approx(0.0, abs=0.7)
    assert second.estimates[1] == pytest.approx(9.0, abs=0.7)
    log = make_metric(scale="log")
    _, second = both(make_study(metric=log), make_panel(np.exp(values / 20), 3, launch=launch, metric=log))
    assert second.unit == "log points"


def test_several_launch_dates_are_refused() -> None:
    values, launch = did_world(np.random.default_rng(2), staggered=True)
    answer = estimate(make_study(terms=(Term("now", 0, 0),)), make_panel(values, 3, launch=launch))[1]
    assert isinstance(answer, Refusal)
    assert "launched at 2 dates" in answer.reason


def test_too_few_with_a_value_before_are_refused() -> None:
    values, launch = did_world(np.random.default_rng(2))
    values[np.flatnonzero(launch < 0)[2:], :3] = np.nan
    answer = estimate(make_study(), make_panel(values, 3, launch=launch))[1]
    assert isinstance(answer, Refusal)
    assert "Only 2 reps in the comparison group" in answer.reason
