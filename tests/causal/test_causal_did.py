"""Fixed effects and first differences: special cases, invariances, coverage, refusals."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study
from numpy.typing import NDArray

from payoff.causal import estimate
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.first_difference import fit_changes
from payoff.causal.fixed_effects import fit_within
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term


def locked(study: Study, panel: Panel) -> Effect:
    answer = estimate(study, panel)[0]
    assert isinstance(answer, Effect), answer
    return answer


def refused(study: Study, panel: Panel) -> str:
    answer = estimate(study, panel)[0]
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_two_by_two_is_the_difference_of_differences() -> None:
    rng = np.random.default_rng(3)
    values, launch = did_world(rng, n_periods=2, n_pre=1, effect=1.5)
    study = make_study(second="first_difference")
    locked_effect, second, *_ = estimate(study, make_panel(values, 1, launch=launch))
    change = values[:, 1] - values[:, 0]
    by_hand = change[launch >= 0].mean() - change[launch < 0].mean()
    assert isinstance(locked_effect, Effect)
    assert isinstance(second, Effect)
    assert locked_effect.estimate == pytest.approx(by_hand)
    assert second.estimate == pytest.approx(by_hand)
    assert (locked_effect.role, second.role) == ("locked", "second")
    assert second.std_error == pytest.approx(locked_effect.std_error)
    assert locked_effect.baseline == pytest.approx(values[launch >= 0, 0].mean())
    n1, n0 = int((launch >= 0).sum()), int((launch < 0).sum())
    welch = change[launch >= 0].var(ddof=1) / n1 + change[launch < 0].var(ddof=1) / n0
    assert locked_effect.std_error == pytest.approx(np.sqrt(welch))


def test_first_differences_equal_dense_least_squares_with_gaps() -> None:
    rng = np.random.default_rng(8)
    values, launch = did_world(rng, n_units=20, staggered=True, missing=0.15)
    cells = event_cells(make_study(), make_panel(values, 3, launch=launch), "test")
    assert isinstance(cells, EventCells)
    used = cells.weights > 0
    rows, response = [], []
    for i in range(cells.n_units):
        for t in range(1, cells.n_periods):
            if used[i, t] and used[i, t - 1]:
                move = float(cells.terms[i, t, 0]) - float(cells.terms[i, t - 1, 0])
                rows.append([move, *(float(t == s) for s in range(1, cells.n_periods))])
                response.append(cells.values[i, t] - cells.values[i, t - 1])
    expected = np.linalg.lstsq(np.array(rows), np.array(response), rcond=None)[0]
    np.testing.assert_allclose(fit_changes(cells).coefficients, expected, atol=1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_units_and_their_names_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, launch = did_world(rng, staggered=True, missing=0.1)
    cluster = np.arange(40) % 12
    study = make_study(terms=(Term("now", 0, 0), Term("next", 1, 1)), second="first_difference")
    one = estimate(study, make_panel(values, 3, launch=launch, cluster=cluster))
    order = rng.permutation(40)
    relabelled = rng.permutation(12)
    moved = make_panel(
        values[order],
        3,
        launch=launch[order],
        cluster=relabelled[cluster[order]],
        units=[f"other{i}" for i in range(40)],
    )
    for a, b in zip(one, estimate(study, moved), strict=True):
        assert isinstance(a, Effect)
        assert isinstance(b, Effect)
        np.testing.assert_allclose(a.estimates, b.estimates, rtol=1e-9)
        np.testing.assert_allclose(a.covariance, b.covariance, rtol=1e-8)
        np.testing.assert_allclose(a.df, b.df, rtol=1e-7)


def test_doubling_every_weight_changes_nothing_and_units_scale() -> None:
    values, launch = did_world(np.random.default_rng(4), effect=1.0)
    study = make_study()
    one = locked(study, make_panel(values, 3, launch=launch))
    two = locked(study, make_panel(values, 3, launch=launch, weights=np.full(values.shape, 2.0)))
    ten = locked(study, make_panel(values * 10, 3, launch=launch))
    np.testing.assert_allclose(two.intervals, one.intervals)
    np.testing.assert_allclose(ten.intervals, 10 * one.intervals)
    np.testing.assert_allclose(ten.lift_interval(), one.lift_interval())


def test_cells_after_the_last_declared_term_are_not_taken_for_untreated() -> None:
    values = np.zeros((8, 5))
    launch = np.array([1] * 4 + [-1] * 4)
    values[:4, 1], values[:4, 2:] = 2.0, 7.0
    values += 10 + np.random.default_rng(0).normal(scale=1e-3, size=values.shape)
    effect = locked(make_study(terms=(Term("first", 0, 0),)), make_panel(values, 1, launch=launch))
    assert effect.estimate == pytest.approx(2.0, abs=0.01)
    assert effect.n_observations == 8 * 5 - 4 * 3


def test_log_scale_reads_as_a_proportion() -> None:
    values, launch = did_world(np.random.default_rng(6), n_units=200)
    metric = make_metric("lower", "log")
    treated = (np.arange(6) >= 3)[None, :] & (launch >= 0)[:, None]
    level = np.exp(values / 20) * np.where(treated, 0.8, 1.0)
    effect = locked(make_study(metric=metric), make_panel(level, 3, launch=launch, metric=metric))
    assert effect.unit == "log points"
    assert float(effect.lift(effect.estimate)) == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize(("n_units", "clusters"), [(24, None), (60, 10)])
def test_coverage_in_worlds_with_autocorrelated_noise(n_units: int, clusters: int | None) -> None:
    covered, worlds = 0, 300
    study = make_study()
    for seed in range(worlds):
        rng = np.random.default_rng(1000 + seed)
        values, launch = did_world(rng, n_units=n_units, effect=0.7)
        cluster = None
        if clusters is not None:
            program = launch >= 0
            cluster = np.where(
                program,
                np.arange(n_units) % (clusters // 2),
                clusters // 2 + np.arange(n_units) % (clusters // 2),
            )
            values += rng.normal(size=(clusters, 6))[cluster]
        effect = locked(study, make_panel(values, 3, launch=launch, cluster=cluster))
        low, high = effect.interval
        covered += low <= 0.7 <= high
    assert 0.92 <= covered / worlds <= 0.98


def hostile() -> dict[str, tuple[Panel, str]]:
    values, launch = did_world(np.random.default_rng(1), n_units=20)
    never = np.full(20, -1)
    infinite = values.copy()
    infinite[3, 2] = np.inf
    negative = values.copy()
    negative[7, 1] = -1
    log = make_metric(scale="log")
    few = np.where(launch >= 0, np.arange(20) % 2, 2 + np.arange(20) % 5)
    late = np.where(launch >= 0, 5, -1)
    gone = values.copy()
    gone[launch >= 0, :3] = np.nan
    blank = np.full_like(values, np.nan)
    exact = np.where((launch >= 0)[:, None] & (np.arange(6) >= 3), 11.0, 10.0)
    return {
        "nobody to compare with": (
            make_panel(values, 3, launch=np.full(20, 3)),
            "none is left to compare with",
        ),
        "nobody treated": (make_panel(values, 3, launch=never), "ever started"),
        "one period": (make_panel(values[:, :1], 1, launch=np.where(launch >= 0, 0, -1)), "Only one period"),
        "constant": (make_panel(np.full((20, 6), 4.0), 3, launch=launch), "same in every row"),
        "infinite": (make_panel(infinite, 3, launch=launch), "u0003"),
        "no logarithm": (make_panel(negative, 3, launch=launch, metric=log), "u0007"),
        "few clusters": (
            make_panel(values, 3, launch=launch, cluster=few),
            "Only 2 reps in the program group",
        ),
        "one treated": (make_panel(values, 3, launch=np.where(np.arange(20) == 0, 3, -1)), "2 more"),
        "treated before the data": (
            make_panel(values, 3, launch=np.where(launch >= 0, 0, -1)),
            "before launch",
        ),
        "no value before": (make_panel(gone, 3, launch=launch), "treatment began before the data did"),
        "never observed": (make_panel(blank, 3, launch=launch), "never observed"),
        "term too late": (make_panel(values, 3, launch=late), "grant_1"),
        "baseline below zero": (make_panel(values - 30, 3, launch=launch), "share of it"),
        "no noise": (make_panel(exact, 3, launch=launch), "nothing"),
    }


@pytest.mark.parametrize("name", hostile())
def test_hostile_panels_are_refused_with_a_reason(name: str) -> None:
    panel, words = hostile()[name]
    terms = (Term("grant", 0, 0), Term("grant_1", 1, None)) if name == "term too late" else None
    study = make_study(metric=panel.metric) if terms is None else make_study(terms=terms)
    assert words in refused(study, panel)
    for answer in estimate(study, panel):  # what articles print may stand beside, marked as no effect
        assert isinstance(answer, Refusal) or answer.role == "reference"
        assert isinstance(answer, Refusal) or not answer.causal or answer.method == "randomisation_test"


def test_collinear_terms_are_refused() -> None:
    values, launch = did_world(np.random.default_rng(1))
    study = make_study(terms=(Term("a", 0, None), Term("b", 0, None)))
    assert "collinear" in refused(study, make_panel(values, 3, launch=launch))


def test_a_method_of_another_design_is_refused_and_says_which_fit() -> None:
    values, launch = did_world(np.random.default_rng(1))
    study = make_study(method="difference_in_means", second="no_such_method")
    first, second, *rest = estimate(study, make_panel(values, 3, launch=launch))
    for answer in (first, second):
        assert isinstance(answer, Refusal)
        assert "fixed_effects" in answer.reason
    assert all(isinstance(answer, Effect) and answer.role == "reference" for answer in rest)


def test_few_units_without_a_before_are_left_out_and_counted() -> None:
    values, launch = did_world(np.random.default_rng(2), n_units=40)
    values[0, :3] = np.nan
    effect = locked(make_study(), make_panel(values, 3, launch=launch))
    assert effect.n_units == 39
    assert "1 rep without values both before and after left out" in effect.label


def test_fingerprint_follows_the_panel() -> None:
    values, launch = did_world(np.random.default_rng(2))
    study = make_study()
    panel = make_panel(values, 3, launch=launch)
    one, two = locked(study, panel), locked(study, replace(panel, fingerprint="other"))
    assert one.fingerprint == locked(study, panel).fingerprint
    assert one.fingerprint != two.fingerprint


def test_period_effects_come_with_the_fit() -> None:
    values, launch = did_world(np.random.default_rng(2), n_periods=2, n_pre=1)
    cells = event_cells(make_study(), make_panel(values, 1, launch=launch), "test")
    assert isinstance(cells, EventCells)
    change: NDArray[np.float64] = (values[:, 1] - values[:, 0])[launch < 0]
    assert fit_within(cells, cells.terms).coefficients[1] == pytest.approx(change.mean())
