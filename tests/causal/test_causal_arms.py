"""Several arms: each against the comparison, jointly; the verdict's arm is the answer."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study
from numpy.typing import NDArray
from scipy import stats

from payoff.causal import estimate, smallest_visible_lift
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

ARMS = ("comparison", "video", "coach")


def arms_study(method: str = "difference_in_means", verdict: str = "coach") -> Study:
    terms = [Term(name, 0, None) for name in ARMS[1:]]
    return make_study("rct", terms=terms, method=method, second=None, arms=ARMS, verdict_term=verdict)


def arms_panel(seed: int, n_units: int = 90, effects: tuple[float, float] = (0.0, 0.0)) -> Panel:
    rng = np.random.default_rng(seed)
    arm = rng.permutation(n_units) % 3
    values = 20 + 2 * rng.normal(size=(n_units, 1)) + rng.normal(size=(n_units, 4))
    values[:, 2:] += np.array([0.0, *effects])[arm][:, None]
    return replace(make_panel(values, 2, in_program=arm > 0), arm=arm.astype(np.int64))


def test_the_verdicts_arm_is_the_answer_and_every_arm_stands_beside() -> None:
    panel = arms_panel(1, effects=(1.0, 2.0))
    verdict, every = estimate(arms_study(), panel)[:2]
    assert isinstance(verdict, Effect)
    assert isinstance(every, Effect)
    assert (verdict.terms, every.terms) == (("coach",), ("video", "coach"))
    assert (verdict.role, every.role) == ("locked", "reference")
    assert panel.arm is not None
    means: NDArray[np.float64] = panel.values[:, 2:].mean(axis=1)
    for n, code in enumerate((1, 2)):
        test = stats.ttest_ind(means[panel.arm == code], means[panel.arm == 0], equal_var=False)
        assert every.estimates[n] / every.std_errors[n] == pytest.approx(test.statistic)
    shared = means[panel.arm == 0].var(ddof=1) / (panel.arm == 0).sum()
    assert every.covariance[0, 1] == pytest.approx(shared)
    assert verdict.estimate == pytest.approx(every.estimates[1])
    assert every.headline == 1
    assert every.bands is not None
    assert (np.ptp(every.bands, axis=1) > np.ptp(every.intervals, axis=1)).all()


@pytest.mark.parametrize(
    "method", ["covariate_adjusted", "cuped", "ratio_of_totals", "ratio_of_totals_cuped"]
)
def test_every_method_knows_arms(method: str) -> None:
    panel = arms_panel(2, n_units=900, effects=(0.0, 1.0))
    verdict, every = estimate(arms_study(method), panel)[:2]
    assert isinstance(verdict, Effect)
    assert isinstance(every, Effect)
    assert verdict.estimate == pytest.approx(1.0, abs=4 * verdict.std_error)
    assert abs(every.estimates[0]) < 4 * every.std_errors[0]


def test_the_band_holds_all_arms_at_once() -> None:
    held, worlds = 0, 400
    for seed in range(worlds):
        every = estimate(arms_study(), arms_panel(seed))[1]
        assert isinstance(every, Effect)
        assert every.bands is not None
        held += bool(((every.bands[:, 0] <= 0) & (every.bands[:, 1] >= 0)).all())
    assert 0.93 <= held / worlds <= 0.985


def test_power_is_that_of_the_verdicts_arm() -> None:
    panel = arms_panel(3)
    assert panel.arm is not None
    two = panel.arm != 1
    alone = replace(make_panel(panel.values[two], 2, in_program=panel.arm[two] == 2), metric=panel.metric)
    assert smallest_visible_lift(arms_study(), panel) == pytest.approx(
        smallest_visible_lift(make_study("rct", second=None), alone)
    )


def test_an_arm_too_small_or_unknown_is_named() -> None:
    panel = arms_panel(4)
    assert panel.arm is not None
    few = np.where((panel.arm == 1) & (np.cumsum(panel.arm == 1) > 2), 0, panel.arm)
    answer = estimate(arms_study(), replace(panel, arm=few, in_program=few > 0))[0]
    assert isinstance(answer, Refusal)
    assert "Only 2 reps in the arm video" in answer.reason
    unknown = estimate(arms_study(), replace(panel, arm=None))[0]
    assert isinstance(unknown, Refusal)
    assert "not recorded" in unknown.reason
