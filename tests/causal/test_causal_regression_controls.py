"""Regression with controls equals reference packages to 1e-6. CAU-06."""

import importlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from causal_worlds import make_panel, make_study
from linearmodels.panel import PanelOLS

from payoff.causal import check_design, estimate
from payoff.causal.regression_controls import fit_least_squares
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.refusal import Refusal

sm: Any = importlib.import_module("statsmodels.api")


def volunteers(
    n: int = 400, pull: float = 0.5, effect: float = 0.0, seed: int = 1
) -> tuple[Floats, Bools, Floats]:
    """values (n, 4) two periods before and two after; those in the program; ability, seen in full."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    program = rng.random(n) < 1 / (1 + np.exp(-pull * ability + 1))
    values = 20 + 2 * ability[:, None] + rng.normal(size=(n, 4))
    values[:, 2:] += effect * program[:, None]
    return values, program, ability[:, None]


def test_least_squares_equals_statsmodels_and_linearmodels() -> None:
    rng = np.random.default_rng(0)
    n, firm, year = 300, np.repeat(np.arange(30), 10), np.tile(np.arange(10), 30)
    x = rng.normal(size=(n, 3)) + rng.normal(size=30)[firm][:, None]
    y = x @ [1.0, -1, 0.5] + rng.normal(size=30)[firm] + rng.normal(size=10)[year] + rng.normal(size=n)
    fit = fit_least_squares(y, x)
    peer = sm.OLS(y, np.column_stack([x, np.ones(n)]))
    plain = peer.fit()
    np.testing.assert_allclose(fit.coefficients, plain.params, rtol=1e-6)
    np.testing.assert_allclose(fit.ordinary_errors(), plain.bse, rtol=1e-6)
    assert fit.r_squared == pytest.approx(plain.rsquared, rel=1e-6)
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        np.testing.assert_allclose(fit.robust_errors(kind), peer.fit(cov_type=kind).bse, rtol=1e-6)
    by_firm = peer.fit(cov_type="cluster", cov_kwds={"groups": firm})
    np.testing.assert_allclose(fit.clustered_errors(firm), by_firm.bse, rtol=1e-6)
    index = pd.MultiIndex.from_arrays([firm, year])
    table = pd.DataFrame(
        np.column_stack([y, x, np.ones(n)]), index=index, columns=["y", "a", "b", "c", "one"]
    )
    model = PanelOLS(table.y, table[["a", "b", "c", "one"]])
    clusters = pd.DataFrame({"firm": firm}, index=index)
    one_way = model.fit(cov_type="clustered", clusters=clusters, debiased=True, group_debias=True)
    np.testing.assert_allclose(fit.clustered_errors(firm), one_way.std_errors, rtol=1e-6)


def test_the_answer_is_the_regression_on_baseline_and_covariates() -> None:
    values, program, known = volunteers(effect=1.0)
    panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
    study = make_study("matched", method="regression", second="regression_adjustment")
    locked, second, *beside = estimate(study, panel)
    assert isinstance(locked, Effect)
    assert isinstance(second, Effect)
    rows = np.column_stack([program, values[:, :2].mean(axis=1), known, np.ones(len(values))])
    peer = sm.OLS(values[:, 2:].mean(axis=1), rows.astype(float)).fit(cov_type="HC2")
    assert locked.estimate == pytest.approx(peer.params[0], rel=1e-6)
    assert locked.std_error == pytest.approx(peer.bse[0], rel=1e-6)
    assert locked.interval[0] < 1.0 < locked.interval[1]
    assert second.interval[0] < 1.0 < second.interval[1]
    assert [a.method for a in beside if isinstance(a, Effect)] == [
        "regression, ordinary errors",
        "unadjusted_difference",
    ]
    overlap = next(c for c in check_design(study, panel, locked) if c.name == "overlap")
    assert overlap.verdict is Verdict.PASS


def test_a_program_told_apart_completely_is_blocked() -> None:
    values, _, known = volunteers()
    program = known[:, 0] > 0.8
    panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
    study = make_study("matched", method="regression", second=None)
    overlap = next(c for c in check_design(study, panel, estimate(study, panel)[0]) if c.name == "overlap")
    assert (overlap.verdict, overlap.blocks) == (Verdict.FAIL, True)


def test_two_regressions_need_units_for_each() -> None:
    values, _, _ = volunteers(40)
    program = np.arange(40) < 5
    known = np.random.default_rng(0).normal(size=(40, 3))
    panel = make_panel(values, 2, launch=np.where(program, 2, -1), covariates=known)
    answer = estimate(make_study("matched", method="regression_adjustment", second=None), panel)[0]
    assert isinstance(answer, Refusal)
    assert "The smaller group has 5 reps" in answer.reason
