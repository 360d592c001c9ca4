"""Synthetic comparisons: optimality, peers, recovered truth, refusals. CAU-01."""

from typing import Any

import numpy as np
import pytest
import synthdid
from causal_worlds import make_panel, make_study

from payoff.causal import check_design, estimate
from payoff.causal.synthetic_weights import (
    Problem,
    plain_did,
    simplex_weights,
    synthetic_control,
    synthetic_did,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal


def region(seed: int, n: int = 21, n_pre: int = 18, n_post: int = 6, effect: float = 0.0) -> Floats:
    """values (n, T): two shared courses, noise; the first unit is in the program."""
    rng = np.random.default_rng(seed)
    course = rng.normal(size=(2, n_pre + n_post)).cumsum(axis=1)
    values: Floats = 100 + rng.normal(size=(n, 1)) * 3 + rng.random((n, 2)) @ course
    values += rng.normal(size=values.shape) * 0.5
    values[0, n_pre:] += effect
    return values


@pytest.mark.parametrize("ridge", [1e-6, 1.0])
def test_the_active_set_meets_the_conditions_of_an_optimum(ridge: float) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        columns, target = rng.normal(size=(15, 40)), rng.normal(size=15)
        weights = simplex_weights(Problem(columns, target, ridge, 0.0))
        slope = columns.T @ (columns @ weights - target) + ridge * weights
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)
        shared = slope[weights > 1e-9]
        np.testing.assert_allclose(shared, shared.mean(), atol=1e-6)
        assert slope.min() >= shared.mean() - 1e-6


def test_equal_comparison_units_share_their_weight_or_say_the_same() -> None:
    values = region(1)
    doubled = np.concatenate([values[1:], values[1:2]])
    for method in (synthetic_control, lambda o, u, n: synthetic_did(o, u, n, 1)):
        once = method(values[1:], values[0], 18)
        twice = method(doubled, values[0], 18)
        assert np.isfinite(twice.effect)
        assert abs(once.effect - twice.effect) < 0.5


@pytest.mark.parametrize("n_program", [1, 3])
def test_equals_synthdid_py(n_program: int) -> None:
    for seed in range(2):
        values = region(seed, n=24, effect=2.0)
        others, ours = values[n_program:], values[:n_program]
        stacked = np.concatenate([others, ours])
        for name, found in (
            ("synthdid_estimate", synthetic_did(others, ours.mean(axis=0), 18, n_program)),
            ("sc_estimate", synthetic_control(others, ours.mean(axis=0), 18)),
            ("did_estimate", plain_did(others, ours.mean(axis=0), 18)),
        ):
            peer = float(getattr(synthdid, name)(stacked, len(others), 18))
            assert found.effect == pytest.approx(peer, abs=2e-3)


@pytest.mark.parametrize("method", ["synthetic_did", "synthetic_control"])
def test_recovers_the_effect_and_covers(method: Any) -> None:
    covered, estimates = 0, []
    study = make_study("synthetic", method=method, second=None)
    for seed in range(10):
        panel = make_panel(region(seed, effect=3.0), 18, launch=np.where(np.arange(21) == 0, 18, -1))
        answer = estimate(study, panel)[0]
        if isinstance(answer, Effect):
            covered += answer.interval[0] <= 3.0 <= answer.interval[1]
            estimates.append(answer.estimate)
    assert len(estimates) >= (
        9 if method == "synthetic_control" else 10
    )  # one unit stands far from the others
    assert covered >= len(estimates) - 2
    assert np.mean(estimates) == pytest.approx(3.0, abs=0.8)


def at_the_edge(seed: int, beyond: float) -> Panel:
    """A program unit whose level stands `beyond` standard deviations above the highest of the others."""
    values = region(seed)
    levels = values[1:, :18].mean(axis=1)
    values[0] += levels.max() + beyond * levels.std() - values[0, :18].mean()
    return make_panel(values, 18, launch=np.where(np.arange(21) == 0, 18, -1))


@pytest.mark.parametrize("beyond", [0.0, 0.5, 1.0])
def test_beyond_the_others_synthetic_control_covers_or_refuses(beyond: float) -> None:
    """With the placebos' error alone, 0.5 and 1.0 beyond cover in far fewer than 9 of 10."""
    study = make_study("synthetic", method="synthetic_control", second=None)
    told = [a for s in range(40) if isinstance(a := estimate(study, at_the_edge(s, beyond))[0], Effect)]
    covered = [a.interval[0] <= 0.0 <= a.interval[1] for a in told]
    assert np.sum(covered) >= 0.9 * len(told)
    assert len(told) >= 36 or beyond > 0.0


def test_a_level_far_beyond_the_others_is_refused_and_the_way_out_named() -> None:
    study = make_study("synthetic", method="synthetic_control", second="synthetic_did")
    refused, second = estimate(study, at_the_edge(1, 4.0))[:2]
    assert isinstance(refused, Refusal)
    assert "No weighted mean of the comparison reps ran alike before launch" in refused.reason
    assert "synthetic_did takes a lasting difference in level out" in refused.reason
    assert isinstance(second, Effect)


def test_several_program_units_and_the_words() -> None:
    values = region(4, n=30)
    values[1, 18:] += 2.0
    values[0, 18:] += 2.0
    values[5, 3] = np.nan  # a gap: left out, counted
    study = make_study("synthetic")
    panel = make_panel(values, 18, launch=np.where(np.arange(30) < 2, 18, -1))
    locked, second, plain = estimate(study, panel)
    assert isinstance(locked, Effect)
    assert isinstance(second, Effect)
    assert isinstance(plain, Effect)
    assert (locked.role, second.role, plain.role) == ("locked", "second", "reference")
    assert "of 100 placebos" in locked.label
    assert "1 rep with gaps left out" in locked.label
    assert locked.n_units == 29
    assert estimate(study, panel)[0].fingerprint == locked.fingerprint  # type: ignore[union-attr]


def test_a_path_nobody_followed_fails_its_check() -> None:
    values = region(5)
    values[0, :18] += 8 * np.sin(np.arange(18))
    study = make_study("synthetic")
    panel = make_panel(values, 18, launch=np.where(np.arange(21) == 0, 18, -1))
    fit = next(
        c for c in check_design(study, panel, estimate(study, panel)[0]) if c.name == "fit before launch"
    )
    assert fit.verdict is Verdict.FAIL
    assert fit.costs == 1


def hostile() -> dict[str, Any]:
    values, one = region(6), np.where(np.arange(21) == 0, 18, -1)
    nan, inf, gap, flat = values.copy(), values.copy(), values.copy(), values.copy()
    nan[:], inf[3, 3], gap[0, 2], flat[1:] = np.nan, np.inf, np.nan, 5.0
    return {
        "all missing": make_panel(nan, 18, launch=one),
        "infinite": make_panel(inf, 18, launch=one),
        "program with gaps": make_panel(gap, 18, launch=one),
        "others never move": make_panel(flat, 18, launch=one),
        "constant": make_panel(np.ones_like(values), 18, launch=one),
        "short baseline": make_panel(values[:, 6:], 12, launch=np.where(np.arange(21) == 0, 12, -1)),
        "few others": make_panel(values[:8], 18, launch=one[:8]),
        "all treated": make_panel(values, 18, launch=np.full(21, 18)),
        "none treated": make_panel(values, 18, launch=np.full(21, -1)),
        "launched late": make_panel(values, 18, launch=np.where(np.arange(21) == 0, 20, -1)),
        "one unit": make_panel(values[:1], 18, launch=[18]),
        "no follow-up": make_panel(values, 24, launch=one),
    }


@pytest.mark.parametrize("method", ["synthetic_did", "synthetic_control"])
@pytest.mark.parametrize("world", sorted(hostile()))
def test_hostile_panels_are_refused_in_a_sentence(method: str, world: str) -> None:
    study, panel = make_study("synthetic", method=method, second=None), hostile()[world]
    answers = estimate(study, panel)
    assert isinstance(answers[0], Refusal), answers[0]
    assert answers[0].reason.endswith(".")
    check_design(study, panel, answers[0])
