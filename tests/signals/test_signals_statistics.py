"""Special cases, other packages, and everything that is refused."""

from typing import Any

import lifelines
import numpy as np
import pytest
from statsmodels.duration.survfunc import survdiff

from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.refusal import Refusal
from payoff.signals import (
    cohens_kappa,
    cox_regression,
    cronbach_alpha,
    fit_forgetting,
    fleiss_kappa,
    intraclass_correlations,
    krippendorff_alpha,
    log_rank_p,
    survival_curve,
)


def test_kappa_by_hand_and_its_weights() -> None:
    first = np.array([0] * 25 + [1] * 25)
    second = np.array([0] * 20 + [1] * 5 + [0] * 10 + [1] * 15)
    assert cohens_kappa(first, second) == pytest.approx(0.4)  # (0.7 − 0.5) / 0.5
    assert cohens_kappa(first, second, "quadratic") == pytest.approx(0.4)  # two boxes: no near and far
    near, far = np.array([1, 2, 3, 4, 4]), np.array([1, 2, 3, 4, 1])
    linear, plain = cohens_kappa(near, far, "linear"), cohens_kappa(near, far)
    assert not isinstance(linear, Refusal)
    assert not isinstance(plain, Refusal)
    assert linear < plain


def test_perfect_agreement_is_one_and_chance_is_nought() -> None:
    rng = np.random.default_rng(1)
    same = rng.integers(0, 4, 400)
    other = rng.integers(0, 4, 400)
    assert cohens_kappa(same, same) == pytest.approx(1)
    assert cohens_kappa(same, other) == pytest.approx(0, abs=0.1)
    assert krippendorff_alpha(np.stack([same, same]).astype(float)) == pytest.approx(1)
    assert krippendorff_alpha(np.stack([same, other]).astype(float)) == pytest.approx(0, abs=0.1)


def test_intervals_of_the_intraclass_correlation_cover() -> None:
    rng = np.random.default_rng(7)
    hits = {"1": 0, "2": 0, "3": 0}
    for _ in range(400):
        people = rng.normal(size=(20, 1))
        scores = people + rng.normal(size=(20, 4))  # no differences between raters: all three are 0.5
        found = intraclass_correlations(scores)
        assert not isinstance(found, Refusal)
        for form in hits:
            hits[form] += found[form].low <= 0.5 <= found[form].high
    assert all(0.92 <= n / 400 <= 0.98 for n in hits.values()), hits


def seeded(n: int = 120) -> tuple[Floats, Bools, Floats]:
    rng = np.random.default_rng(3)
    group = rng.integers(0, 2, n).astype(float)
    durations = np.round(rng.exponential(10 * np.exp(-0.8 * group)) + 0.5)
    return durations, rng.random(n) < 0.7, group


def test_survival_as_other_packages_have_it() -> None:  # CMP-04
    durations, events, group = seeded()
    ours = survival_curve(durations, events)
    assert not isinstance(ours, Refusal)
    theirs = lifelines.KaplanMeierFitter().fit(durations, events)
    expected = theirs.survival_function_at_times(ours.times).to_numpy()
    np.testing.assert_allclose(ours.survival, expected, atol=1e-12)
    limits = theirs.confidence_interval_.loc[ours.times].to_numpy()
    np.testing.assert_allclose(np.stack([ours.low, ours.high], 1)[:-1], limits[:-1], atol=1e-9)
    assert ours.median == theirs.median_survival_time_
    p = log_rank_p(durations, events, group.astype(np.int64))
    assert p == pytest.approx(survdiff(durations, events.astype(float), group)[1], rel=1e-9)


def test_cox_recovers_a_seeded_hazard_ratio() -> None:
    durations, events, group = seeded(4000)
    fit = cox_regression(durations, events, group[:, None])
    assert not isinstance(fit, Refusal)
    assert abs(fit.coefficients[0] - 0.8) < 3 * fit.std_errors[0]


@pytest.mark.parametrize(("half_life", "noise"), [(3.0, 0.0), (10.0, 0.01)])
def test_a_seeded_half_life_is_found(half_life: float, noise: float) -> None:
    times = np.arange(0.0, 25.0, 2.0)
    scores = 0.8 * np.exp2(-times / half_life) + noise * np.random.default_rng(5).normal(size=times.size)
    curves = fit_forgetting(times, scores)
    assert not isinstance(curves, Refusal)
    assert curves[0].form == "exponential"
    assert curves[0].half_life == pytest.approx(half_life, rel=0.1)
    assert sum(curve.weight for curve in curves) == pytest.approx(1)


def test_a_power_curve_is_told_from_an_exponential_one() -> None:
    times = np.array([0, 1, 2, 5, 10, 20, 50, 100], dtype=float)
    curves = fit_forgetting(times, 0.9 * (1 + times) ** -0.3)
    assert not isinstance(curves, Refusal)
    assert curves[0].form == "power"
    assert curves[0].parameters[0] == pytest.approx(0.3, rel=1e-3)
    assert curves[0].half_life == pytest.approx(2 ** (1 / 0.3) - 1, rel=1e-2)


ONES, NAN = np.ones((4, 3)), np.full((4, 3), np.nan)
NEVER = np.zeros(5, dtype=bool)
TIMES = np.arange(5.0)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: intraclass_correlations(ONES),
        lambda: intraclass_correlations(NAN),
        lambda: intraclass_correlations(ONES[:1]),
        lambda: cronbach_alpha(ONES),
        lambda: cronbach_alpha(NAN),
        lambda: cohens_kappa(ONES[:, 0], ONES[:, 0]),
        lambda: cohens_kappa(ONES[:, 0], ONES[:2, 0]),
        lambda: fleiss_kappa(np.array([[2.0, 0], [1, 2]])),
        lambda: fleiss_kappa(np.array([[2.0, 0], [2, 0]])),
        lambda: krippendorff_alpha(NAN),
        lambda: krippendorff_alpha(ONES),
        lambda: survival_curve(TIMES, NEVER),
        lambda: survival_curve(-TIMES - 1, ~NEVER),
        lambda: log_rank_p(TIMES, ~NEVER, np.zeros(5, dtype=np.int64)),
        lambda: cox_regression(TIMES + 1, ~NEVER, np.ones((5, 1))),
        lambda: fit_forgetting(TIMES, TIMES),
        lambda: fit_forgetting(TIMES[:3], -TIMES[:3]),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(answer: Any) -> None:
    refused = answer()
    assert isinstance(refused, Refusal)
    assert refused.reason.endswith(".")
