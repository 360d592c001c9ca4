"""Propensity scores, overlap and weights. CAU-01, CAU-06."""

import importlib
from typing import Any

import numpy as np
import pytest
from causal_worlds import make_panel, make_study
from test_causal_regression_controls import volunteers

from payoff.causal import check_design, estimate
from payoff.causal.propensity import fit_propensity, measure_overlap, odds_weights
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.refusal import Refusal

sm: Any = importlib.import_module("statsmodels.api")


def test_the_logit_equals_statsmodels() -> None:
    rng = np.random.default_rng(0)
    known = rng.normal(size=(300, 4)) * [1, 100, 0.01, 5]
    program = rng.random(300) < 1 / (1 + np.exp(-known[:, 0]))
    score = fit_propensity(known, program)
    peer = sm.Logit(program.astype(float), sm.add_constant(known)).fit(disp=0)
    assert score is not None
    np.testing.assert_allclose(score, peer.predict(), rtol=1e-6)


def test_complete_separation_has_no_score() -> None:
    known = np.arange(40.0)[:, None]
    assert fit_propensity(known, known[:, 0] > 20) is None


def test_a_constant_or_doubled_column_changes_no_score() -> None:
    rng = np.random.default_rng(0)
    known = rng.normal(size=(200, 2))
    program = rng.random(200) < 1 / (1 + np.exp(-known[:, 0]))
    plain = fit_propensity(known, program)
    more = fit_propensity(np.column_stack([known, known[:, 0], np.full(200, 7.0)]), program)
    assert plain is not None
    assert more is not None
    np.testing.assert_allclose(plain, more, rtol=1e-6)


def test_odds_weights_make_the_comparison_look_like_the_program() -> None:
    _, program, known = volunteers(2000, pull=1.0)
    score = fit_propensity(known, program)
    assert score is not None
    weight = odds_weights(score, program)
    # the first-order conditions of the logit balance sums over both groups weighted by the odds nearly
    ours, theirs = known[program, 0].mean(), np.average(known[~program, 0], weights=weight[~program])
    assert ours == pytest.approx(theirs, abs=0.1)
    found = measure_overlap(score, program)
    assert not found.is_thin
    assert 30 < found.effective_comparison < found.n_comparison
    assert 0 < found.heaviest < 0.1


def test_a_large_program_is_no_lack_of_overlap() -> None:
    rng = np.random.default_rng(2)
    known = rng.normal(size=(400, 1))
    program = rng.random(400) < 0.9
    score = fit_propensity(known, program)
    assert score is not None
    assert not measure_overlap(score, program).is_thin


def test_weighting_recovers_the_effect_and_removes_the_sorting() -> None:
    errors = []
    for seed in range(20):
        values, program, known = volunteers(600, pull=0.8, effect=1.0, seed=seed)
        panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
        study = make_study("matched", method="weighting", second=None)
        answer = estimate(study, panel)[0]
        assert isinstance(answer, Effect)
        errors.append((answer.estimate - 1.0) / answer.std_error)
    assert abs(np.mean(errors)) < 0.7
    assert 0.5 < np.std(errors) < 1.5  # the error says how far estimates stray


def test_strong_sorting_fires_overlap_and_a_weak_one_does_not() -> None:
    for pull, wanted in ((0.3, Verdict.PASS), (4.0, Verdict.FAIL)):
        values, program, known = volunteers(600, pull=pull)
        panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
        study = make_study("matched", method="weighting", second=None)
        checks = check_design(study, panel, estimate(study, panel)[0])
        assert next(c for c in checks if c.name == "overlap").verdict is wanted


def test_too_few_effective_units_are_refused_and_shown_as_no_effect() -> None:
    values, program, known = volunteers(24, effect=1.0)
    panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
    declined, *beside = estimate(make_study("matched", method="weighting", second=None), panel)
    assert isinstance(declined, Refusal)
    assert "at least 30 are needed" in declined.reason
    assert all(isinstance(a, Effect) and not a.causal for a in beside)
