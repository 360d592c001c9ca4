"""Interrupted series: dense matrices, peers, coverage on short series, traps, refusals. CAU-01, CAU-06."""

import importlib
from typing import Any

import numpy as np
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal import check_design, estimate
from payoff.causal.interrupted_counts import fit_counts
from payoff.causal.interrupted_noise import (
    durbin_watson,
    fit_autocorrelated,
    ljung_box,
    newey_west,
    whiten_ar1,
    whiten_level,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Term

sm: Any = importlib.import_module("statsmodels.api")


def series(
    seed: int, n_pre: int = 24, n_post: int = 12, rho: float = 0.5, effect: float = 0.0, bend: float = 0.0
) -> Floats:
    """values (1, T): trend, season, AR(1) noise of spread 1."""
    rng = np.random.default_rng(seed)
    n = n_pre + n_post
    noise = rng.normal(size=n)
    for t in range(1, n):
        noise[t] = rho * noise[t - 1] + np.sqrt(1 - rho**2) * noise[t]
    time = np.arange(n)
    values: Floats = 50 + 0.1 * time + 2 * np.sin(2 * np.pi * time / 12) + noise + bend * (time / n) ** 2
    values[n_pre:] += effect
    return values[None, :]


def its(values: Floats, n_pre: int = 24, method: str = "interrupted_time_series", **changes: Any) -> Any:
    study = make_study("its", method=method, second=None, **changes)
    return study, make_panel(values, n_pre, launch=np.full(len(values), n_pre))


def test_whitening_equals_dense_matrices_with_gaps() -> None:
    rng = np.random.default_rng(0)
    time = np.array([-6, -5, -4, -2, -1, 0, 3, 4])
    rows, y = np.column_stack([time >= 0, np.ones(8)]).astype(float), rng.normal(size=8)
    apart = np.abs(time[:, None] - time[None, :])
    since = time - time[0]
    for whiten, value, dense in (
        (whiten_ar1, 0.6, 0.6**apart),
        (whiten_level, 0.3, np.eye(8) + 0.3 * np.minimum(since[:, None], since[None, :])),
    ):
        white, logs = whiten(np.column_stack([rows, y]), time, np.array([value]))
        x, z = white[0, :, :2], white[0, :, 2]
        inverse = np.linalg.inv(dense)
        np.testing.assert_allclose(x.T @ x, rows.T @ inverse @ rows)
        np.testing.assert_allclose(x.T @ z, rows.T @ inverse @ y)
        assert logs[0] == pytest.approx(np.linalg.slogdet(dense)[1])


def test_newey_west_and_the_tests_equal_statsmodels() -> None:
    rng = np.random.default_rng(1)
    rows = np.column_stack([rng.normal(size=(60, 2)), np.ones(60)])
    y = rows @ [1.0, 2, 3] + rng.normal(size=60).cumsum() * 0.3
    peer = sm.OLS(y, rows).fit(cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True})
    coefficients, covariance = newey_west(rows, y, 4)
    np.testing.assert_allclose(coefficients, peer.params, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), peer.bse, rtol=1e-6)
    peers = importlib.import_module("statsmodels.stats.stattools")
    assert durbin_watson(peer.resid) == pytest.approx(peers.durbin_watson(peer.resid))
    box = (
        importlib.import_module("statsmodels.stats.diagnostic")
        .acorr_ljungbox(peer.resid - peer.resid.mean(), lags=[5])
        .iloc[0]
    )
    assert ljung_box(peer.resid, 5) == pytest.approx((box.lb_stat, box.lb_pvalue))


def test_counts_equal_statsmodels_glm() -> None:
    rng = np.random.default_rng(2)
    rows = np.column_stack([np.arange(40) >= 20, np.ones(40), np.linspace(-1, 1, 40)]).astype(float)
    exposure = rng.uniform(50, 150, 40)
    total = rng.poisson(exposure * np.exp(rows @ [-0.2, -1, 0.3])).astype(float)
    fit = fit_counts(rows, total, exposure)
    assert fit is not None
    model = sm.GLM(total, rows, family=sm.families.Poisson(), offset=np.log(exposure))
    peer, quasi = model.fit(), model.fit(scale="X2")
    np.testing.assert_allclose(fit.coefficients, peer.params, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), peer.bse, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance) * fit.dispersion), quasi.bse, rtol=1e-6)


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_intervals_cover_on_short_series(rho: float) -> None:
    n, time = 24, np.arange(24)
    rows = np.column_stack([time >= 12, np.ones(n), (time - 11.5) / 11.5]).astype(float)
    rng = np.random.default_rng(3)
    covered = plain = 0
    for _ in range(300):
        noise = rng.normal(size=n)
        for t in range(1, n):
            noise[t] = rho * noise[t - 1] + np.sqrt(1 - rho**2) * noise[t]
        fit = fit_autocorrelated(rows, noise, time)
        covered += abs(fit.coefficients[0]) < 2.08 * np.sqrt(fit.covariance[0, 0])
        coefficients, covariance = newey_west(rows, noise, 2)
        plain += abs(coefficients[0]) < 2.08 * np.sqrt(covariance[0, 0])
    assert 0.90 <= covered / 300 <= 0.985
    assert covered > plain  # why Newey-West is only shown beside it


def test_recovers_the_break_and_names_what_stands_beside_it() -> None:
    study, panel = its(series(4, effect=6.0))
    answers = estimate(study, panel)
    by_method = {a.method: a for a in answers if isinstance(a, Effect)}
    locked = by_method["interrupted_time_series"]
    assert locked.interval[0] < 6.0 < locked.interval[1]
    assert locked.interval[0] > 0
    assert set(by_method) == {
        "interrupted_time_series",
        "interrupted_time_series, slope may change",
        "interrupted_time_series, trend may bend",
        "interrupted_time_series, Newey-West errors",
    }
    assert "nobody to compare with" in locked.label
    names = {c.name: c.verdict for c in check_design(study, panel, locked)}
    assert names["series errors"] is Verdict.PASS
    wandering = estimate(*its(series(4, effect=6.0), method="structural_series"))[0]
    assert isinstance(wandering, Effect)
    assert wandering.interval[0] < 6.0 < wandering.interval[1]


def test_a_bending_trend_mistaken_for_a_break_fails_its_check() -> None:
    """Gasparrini's trap: without any effect a straight line sees one where the course bends."""
    fired = fooled = 0
    for seed in range(24):
        study, panel = its(series(seed, 48, 12, rho=0.2, bend=20.0), 48, harmonics=1)
        locked = estimate(study, panel)[0]
        assert isinstance(locked, Effect)
        if locked.interval[0] <= 0 <= locked.interval[1]:
            continue
        fooled += 1
        trend = next(c for c in check_design(study, panel, locked) if c.name == "other trend")
        fired += trend.verdict is Verdict.FAIL
    assert fooled >= 3
    assert fired >= 0.8 * fooled


def test_a_straight_course_seldom_fails_for_its_trend() -> None:
    for effect in (0.0, 4.0):
        fired = 0
        for seed in range(30):
            study, panel = its(series(seed, 36, 18, rho=0.3, effect=effect), 36, harmonics=1)
            checks = check_design(study, panel, estimate(study, panel)[0])
            fired += next(c for c in checks if c.name == "other trend").verdict is Verdict.FAIL
        assert fired <= 3


def test_declared_terms_and_anticipation() -> None:
    values = series(5, effect=0.0)
    values[0, 24:30] += 3.0
    values[0, 30:] += 9.0
    values[0, 22:24] += 50.0  # two months of anticipation, left out
    terms = (Term("early", 0, 5), Term("late", 6, None))
    study, panel = its(values, terms=terms, anticipation=2)
    answer = estimate(study, panel)[0]
    assert isinstance(answer, Effect)
    assert answer.terms == ("early", "late")
    np.testing.assert_allclose(answer.estimates, [3, 9], atol=2.5)
    assert answer.n_clusters == 34


def test_counts_and_rates_say_the_same() -> None:
    rng = np.random.default_rng(6)
    exposure = rng.integers(900, 1100, size=(1, 40)).astype(float)
    events = rng.poisson(exposure * np.where(np.arange(40) < 24, 0.2, 0.15)).astype(float)
    study = make_study("its", method="interrupted_counts", second=None, harmonics=0)
    answers = [
        estimate(study, make_panel(v, 24, launch=[24], weights=exposure)) for v in (events, events / exposure)
    ]
    for one, other in zip(*answers, strict=True):
        assert isinstance(one, Effect)
        assert isinstance(other, Effect)
        assert one.estimate == pytest.approx(other.estimate, rel=1e-6)
        assert one.std_error == pytest.approx(other.std_error, rel=1e-6)
    locked = answers[0][0]
    assert isinstance(locked, Effect)
    assert (locked.scale, locked.unit) == ("log", "log points")
    assert locked.lift_interval()[0] < -0.25 < locked.lift_interval()[1]


def test_units_with_gaps_are_left_out_and_the_rest_averaged() -> None:
    values = np.repeat(series(7, effect=4.0), 10, axis=0) + np.arange(10)[:, None]
    values[3, 5] = np.nan
    answer = estimate(*its(values))[0]
    assert isinstance(answer, Effect)
    assert answer.n_units == 9
    assert "1 rep with gaps left out" in answer.label


def hostile() -> dict[str, Any]:
    values = series(8)
    nan, inf = values.copy(), values.copy()
    nan[:], inf[0, 3] = np.nan, np.inf
    two = np.repeat(values, 2, axis=0)
    gaps = two.copy()
    gaps[1, 4] = np.nan
    return {
        "all missing": make_panel(nan, 24, launch=[24]),
        "infinite": make_panel(inf, 24, launch=[24]),
        "constant": make_panel(np.ones_like(values), 24, launch=[24]),
        "a straight line": make_panel(np.arange(36.0)[None] + 1, 24, launch=[24]),
        "short before": make_panel(values[:, 18:], 6, launch=[6]),
        "short after": make_panel(values[:, :30], 24, launch=[24]),
        "never launched": make_panel(values, 24, launch=[-1], in_program=[True]),
        "two launch dates": make_panel(two, 24, launch=[24, 26]),
        "half with gaps": make_panel(gaps, 24, launch=[24, 24]),
        "negative": make_panel(values - 100, 24, launch=[24]),
        "before the data": make_panel(values, 24, launch=[0]),
    }


@pytest.mark.parametrize("method", ["interrupted_time_series", "structural_series", "interrupted_counts"])
@pytest.mark.parametrize("world", sorted(hostile()))
def test_hostile_panels_are_refused_in_a_sentence(method: str, world: str) -> None:
    study, panel = make_study("its", method=method, second=None), hostile()[world]
    answers = estimate(study, panel)
    if world == "a straight line" and method == "interrupted_counts":
        return  # a line is no straight course in proportions: there is something to answer
    assert isinstance(answers[0], Refusal), answers[0]
    assert answers[0].reason.endswith(".")
    check_design(study, panel, answers[0])
