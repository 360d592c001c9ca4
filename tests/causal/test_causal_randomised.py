"""Randomised comparisons: Welch, clusters, adjustment, instrument, the dashboard's figure, refusals."""

import numpy as np
import pytest
from causal_worlds import make_metric, make_panel, make_study, rct_world
from numpy.typing import NDArray
from scipy import stats

from payoff.causal import estimate
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study


def effects(study: Study, panel: Panel) -> dict[str, Effect]:
    answers = estimate(study, panel)
    assert all(isinstance(a, Effect) for a in answers), answers
    return {a.method: a for a in answers if isinstance(a, Effect)}


def refused(study: Study, panel: Panel, position: int = 0) -> str:
    answer = estimate(study, panel)[position]
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_difference_in_means_is_the_difference_of_follow_up_means() -> None:
    values, program, _ = rct_world(np.random.default_rng(1), effect=1.0)
    effect = effects(make_study("rct"), make_panel(values, 2, in_program=program))["difference_in_means"]
    means = values[:, 2:].mean(axis=1)
    assert effect.estimate == pytest.approx(means[program].mean() - means[~program].mean())
    assert effect.baseline == pytest.approx(values[~program][:, 2:].mean())
    welch = stats.ttest_ind(means[program], means[~program], equal_var=False)
    assert effect.estimate / effect.std_error == pytest.approx(welch.statistic)
    assert (effect.n_units, effect.n_clusters, effect.n_observations) == (60, 60, 120)
    assert (effect.role, effect.causal) == ("locked", True)


@pytest.mark.parametrize("method", ["difference_in_means", "covariate_adjusted", "before_after"])
def test_equal_weights_of_any_size_are_no_weights_and_nearly_equal_ones_nearly(method: str) -> None:
    """People seen in one month or six count alike, unless the metric says otherwise."""
    rng = np.random.default_rng(1)
    values, program, _ = rct_world(rng, n_units=60, n_pre=6, n_post=6)
    values[:15, 9:] = np.nan
    values[:15] += 5
    design = "before_after" if method == "before_after" else "rct"
    study = make_study(design, method=method, second=None)  # type: ignore[arg-type]
    answers = []
    for size in (1.0, 2.0, 0.999, np.where(rng.random(values.shape) < 0.5, 0.9999, 1.0)):
        weights = np.where(np.isnan(values), 0.0, size)
        effect = estimate(study, make_panel(values, 6, in_program=program, weights=weights))[0]
        assert isinstance(effect, Effect)
        answers.append(effect)
    plain, *others, nearly = answers
    for other in others:
        np.testing.assert_allclose(other.intervals, plain.intervals, rtol=1e-10)
        assert other.baseline == pytest.approx(plain.baseline, rel=1e-12)
    np.testing.assert_allclose(nearly.intervals, plain.intervals, rtol=1e-2)
    if method == "difference_in_means":
        means = np.nanmean(values[:, 6:], axis=1)
        assert plain.estimate == pytest.approx(means[program].mean() - means[~program].mean())


def test_the_baseline_is_the_mean_the_estimate_compares_with() -> None:
    """Comparison people seen for one month count as much in it as those seen for six."""
    rng = np.random.default_rng(2)
    values, program, _ = rct_world(rng, n_units=60, n_pre=6, n_post=6)
    short = np.flatnonzero(~program)[:10]
    values[short] += 20
    values[short, 7:] = np.nan
    panel = make_panel(values, 6, in_program=program)
    found = effects(make_study("rct"), panel)
    means = np.nanmean(values[:, 6:], axis=1)
    plain = found["difference_in_means"]
    assert plain.baseline == pytest.approx(means[~program].mean())
    assert plain.baseline + plain.estimate == pytest.approx(means[program].mean())
    values[short, :6] = np.nan
    adjusted = effects(make_study("rct"), make_panel(values, 6, in_program=program))["covariate_adjusted"]
    rows = np.flatnonzero(~np.isnan(values[:, :6]).all(axis=1))
    before = values[rows, :6].mean(axis=1) - values[rows, :6].mean()
    arm = program[rows].astype(float)
    design = np.column_stack([arm, np.ones(len(rows)), before, arm * before])
    assert adjusted.baseline == pytest.approx(np.linalg.lstsq(design, means[rows], rcond=None)[0][1])


def test_with_equal_clusters_the_answer_is_the_t_test_on_cluster_means() -> None:
    values, program, cluster = rct_world(np.random.default_rng(2), n_units=80, clusters=10)
    effect = effects(make_study("rct"), make_panel(values, 2, in_program=program, cluster=cluster))[
        "difference_in_means"
    ]
    means = values[:, 2:].mean(axis=1)
    by_cluster = np.array([means[cluster == g].mean() for g in range(10)])
    arm = np.array([program[cluster == g][0] for g in range(10)])
    test = stats.ttest_ind(by_cluster[arm], by_cluster[~arm], equal_var=False)
    assert effect.estimate / effect.std_error == pytest.approx(test.statistic)
    assert effect.df[0] == pytest.approx(8)
    assert effect.n_clusters == 10


def test_adjustment_is_lins_regression_and_narrows_the_interval_as_theory_says() -> None:
    """BAS-08: the error shrinks by about the square root of 1 − correlation²."""
    rng = np.random.default_rng(3)
    values, program, _ = rct_world(rng, n_units=2000, effect=0.5)
    covariate = rng.normal(size=(2000, 1))
    panel = make_panel(values, 2, in_program=program, covariates=covariate)
    found = effects(make_study("rct", covariates=("tenure",)), panel)
    plain, adjusted = found["difference_in_means"], found["covariate_adjusted"]
    before, after = values[:, :2].mean(axis=1), values[:, 2:].mean(axis=1)
    known = np.column_stack([before, covariate])
    known -= known.mean(axis=0)
    arm = program.astype(float)
    rows = np.column_stack([arm, np.ones(2000), known, arm[:, None] * known])
    assert adjusted.estimate == pytest.approx(np.linalg.lstsq(rows, after, rcond=None)[0][0])
    correlation = np.corrcoef(before, after - 0.5 * arm)[0, 1]
    assert adjusted.std_error / plain.std_error == pytest.approx(np.sqrt(1 - correlation**2), rel=0.03)


def world_with_take_up(seed: int = 4) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """The program does nothing; people with low values sign up."""
    rng = np.random.default_rng(seed)
    values, program, _ = rct_world(rng, n_units=1200)
    took = np.where(program, (values[:, 0] + rng.normal(size=1200) < 20.0).astype(float), np.nan)
    return values, program, took


def test_the_dashboard_lies_the_lot_does_not_and_the_baseline_shows_why() -> None:
    values, program, took = world_with_take_up()
    found = effects(make_study("rct"), make_panel(values, 2, in_program=program, take_up=took))
    naive, before = found["participants_against_rest"], found["participants_against_rest, before launch"]
    for row, window in ((naive, slice(2, 4)), (before, slice(0, 2))):
        means = values[:, window].mean(axis=1)
        assert row.estimate == pytest.approx(means[took == 1].mean() - means[took == 0].mean())
        assert not row.causal
        assert row.role == "reference"
        assert row.interval[1] < 0
    assert naive.label.startswith("What a participation dashboard would report: ")
    assert found["difference_in_means"].interval[0] < 0 < found["difference_in_means"].interval[1]
    complier = found["complier_effect"]
    share = took[program].mean()
    assert complier.estimate == pytest.approx(found["difference_in_means"].estimate / share)
    assert complier.interval[0] < 0 < complier.interval[1]
    assert complier.estimand == "complier average causal effect"


def test_instrument_error_is_the_textbook_sandwich() -> None:
    values, program, took = world_with_take_up()
    weights = np.random.default_rng(0).uniform(1, 12, values.shape)
    panel = make_panel(values, 2, in_program=program, take_up=took, weights=weights)
    complier = effects(make_study("rct"), panel)["complier_effect"]
    w = weights[:, 2:].mean(axis=1)
    y = (weights[:, 2:] * values[:, 2:]).sum(axis=1) / weights[:, 2:].sum(axis=1)
    x = np.column_stack([np.nan_to_num(took), np.ones(1200)])
    z = np.column_stack([program, np.ones(1200)])
    bread = np.linalg.inv(z.T @ (w[:, None] * x))
    beta = bread @ z.T @ (w * y)
    scores = z * (w * (y - x @ beta))[:, None]
    spread = bread @ scores.T @ scores @ bread.T * 1200 / 1199
    assert complier.estimate == pytest.approx(beta[0])
    assert complier.std_error == pytest.approx(np.sqrt(spread[0, 0]))


def test_an_offer_nobody_took_says_nothing_about_taking_part() -> None:
    values, program, _ = rct_world(np.random.default_rng(1))
    took = np.where(program, 0.0, np.nan)
    answers = estimate(make_study("rct"), make_panel(values, 2, in_program=program, take_up=took))
    reasons = {a.method: a.reason for a in answers if isinstance(a, Refusal)}
    assert "hardly changed who took part" in reasons["complier_effect"]
    assert "participants_against_rest" in reasons


def test_take_up_unknown_for_many_is_refused() -> None:
    values, program, took = world_with_take_up()
    took[np.flatnonzero(program)[:200]] = np.nan
    answers = estimate(make_study("rct"), make_panel(values, 2, in_program=program, take_up=took))
    assert any(isinstance(a, Refusal) and "200 reps" in a.reason for a in answers)


def test_units_without_a_before_are_counted_or_too_many() -> None:
    values, program, _ = rct_world(np.random.default_rng(5))
    values[:5, :2] = np.nan
    adjusted = effects(make_study("rct"), make_panel(values, 2, in_program=program))["covariate_adjusted"]
    assert adjusted.n_units == 55
    assert "5 reps without one left out" in adjusted.label
    values[:20, :2] = np.nan
    assert "20 of 60 reps" in refused(make_study("rct"), make_panel(values, 2, in_program=program), 1)
    assert "nothing to adjust for" in refused(
        make_study("rct"), make_panel(values[:, 2:], 0, in_program=program), 1
    )


def test_hostile_panels_are_refused_with_a_reason() -> None:
    values, program, _ = rct_world(np.random.default_rng(6), n_units=20)
    study = make_study("rct")
    one = np.arange(20) == 0
    for panel, words in (
        (make_panel(values, 2, in_program=np.ones(20, dtype=bool)), "No rep in the comparison group"),
        (make_panel(values, 2, in_program=np.zeros(20, dtype=bool)), "No rep in the program group"),
        (make_panel(values, 2, in_program=one), "Only 1 rep in the program group; at least 3 reps"),
        (make_panel(values, 4, in_program=program), "never observed"),
        (make_panel(np.full((20, 4), 3.0), 2, in_program=program), "same in every row"),
        (
            make_panel(np.where(one[:, None], -np.inf, values), 2, in_program=program),
            "infinite for 1 rep (u0000)",
        ),
        (make_panel(values - 40, 2, in_program=program), "share of it"),
        (
            make_panel(np.where(program[:, None], 5.0, 4.0) * np.ones(4), 2, in_program=program),
            "no variation",
        ),
    ):
        assert words in refused(study, panel)
    zero = make_panel(
        np.where(one[:, None], 0.0, values), 2, in_program=program, metric=make_metric(scale="log")
    )
    assert "zero or negative for 1 rep" in refused(make_study("rct", metric=zero.metric), zero)


@pytest.mark.parametrize("clusters", [None, 6, 16])
def test_coverage(clusters: int | None) -> None:
    """CAU-14: the interval keeps its promise with six clusters."""
    covered, worlds = 0, 400
    for seed in range(worlds):
        values, program, cluster = rct_world(
            np.random.default_rng(seed), n_units=48, effect=1.0, clusters=clusters
        )
        panel = make_panel(values, 2, in_program=program, cluster=cluster)
        answer = estimate(make_study("rct", second=None), panel)[0]
        assert isinstance(answer, Effect)
        covered += answer.interval[0] <= 1.0 <= answer.interval[1]
    assert 0.925 <= covered / worlds <= 0.985


def test_an_adjusted_answer_keeps_the_plain_means_in_sight() -> None:
    values, program, _ = rct_world(np.random.default_rng(5), effect=1.0)
    panel = make_panel(values, 2, in_program=program)
    plain = effects(make_study("rct", second=None), panel)["difference_in_means"]
    found = effects(make_study("rct", method="covariate_adjusted", second="cuped"), panel)
    row = found["difference_in_means"]
    assert (row.role, row.shows) == ("reference", "answer")
    assert (row.estimate, row.interval) == (plain.estimate, plain.interval)
    assert row.std_error > found["cuped"].std_error
    one = estimate(make_study("rct", method="cuped", second="difference_in_means"), panel)
    assert [a.method for a in one].count("difference_in_means") == 1
