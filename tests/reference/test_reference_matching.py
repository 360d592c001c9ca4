"""Matching and weighting against published numbers on LaLonde's training data. CAU-01, CAU-06.

Dehejia & Wahba's NSW sample and the CPS-1 comparison, as package causaldata has them. Matching: the example
of R's Matching (Sekhon 2011). Weighting: Cunningham, The Mixtape, section 5.3. Exact: section 5.2.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from causaldata import cps_mixtape, nsw_mixtape, training_example
from reference_worlds import cross_section, effects_by_method

from payoff.causal import check_design, estimate
from payoff.causal.matching import match_exact, match_nearest, matched_mean, score_points
from payoff.causal.propensity import fit_propensity
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.refusal import Refusal


def nsw() -> pd.DataFrame:
    data: pd.DataFrame = nsw_mixtape.load_pandas().data.drop(columns="data_id").astype(np.float64)
    return data


def cps() -> pd.DataFrame:
    lottery = nsw()
    others = cps_mixtape.load_pandas().data.drop(columns="data_id").astype(np.float64)
    both: pd.DataFrame = pd.concat([lottery[lottery.treat == 1], others], ignore_index=True)
    return both


def sekhon(d: pd.DataFrame) -> Floats:
    """The fourteen columns of the example."""
    zero = [(d.re74 == 0).astype(float), (d.re75 == 0).astype(float)]
    squares = [d.age, d.age**2, d.educ, d.educ**2, d.black, d.hisp, d.marr, d.nodegree]
    return np.column_stack([*squares, d.re74, d.re74**2, d.re75, d.re75**2, *zero])


def mixtape(d: pd.DataFrame) -> Floats:
    zero = [(d.re74 == 0).astype(float), (d.re75 == 0).astype(float)]
    person = [d.age, d.age**2, d.age**3, d.educ, d.educ**2, d.marr, d.nodegree, d.black, d.hisp]
    return np.column_stack([*person, d.re74, d.re75, *zero, d.educ * d.re74])


def test_nsw_matching_with_ties_averaged() -> None:
    d = nsw()
    program = (d.treat == 1).to_numpy()
    score = fit_propensity(sekhon(d), program)
    assert score is not None
    matches = match_nearest(score_points(score), program)
    assert matches is not None
    found = matched_mean(d.re78.to_numpy(), matches)
    assert found.n_pairs == 346
    assert found.att == pytest.approx(2153.306, abs=0.01)
    assert found.error_population == pytest.approx(825.398, abs=0.001)
    assert found.error_sample == pytest.approx(819.283, abs=0.001)


def test_nsw_matching_as_a_study_and_in_any_order_of_effects_by_method() -> None:
    d = nsw()
    for order in (np.arange(len(d)), np.random.default_rng(1).permutation(len(d))):
        e = d.iloc[order]
        world = cross_section(e.re78.to_numpy(), (e.treat == 1).to_numpy(), sekhon(e), "propensity_matching")
        answers = estimate(*world)
        found = effects_by_method(answers)
        assert found["propensity_matching"].estimate == pytest.approx(2153.306, abs=0.01)
        printed = found["propensity_matching, Abadie-Imbens errors"]
        assert printed.std_error == pytest.approx(825.4, abs=0.01)
        assert printed.role == "reference"


def test_narrow_integers_are_widened_before_anything_is_squared() -> None:
    """The data store age as int8: what reaches a kernel is float64, whatever came in."""
    d = nsw_mixtape.load_pandas().data
    assert d.age.dtype == np.int8
    program = (d.treat == 1).to_numpy()
    narrow: Any = np.column_stack([d.age, d.educ, d.black, d.hisp]).astype(np.int8)
    wide = narrow.astype(np.float64)
    a, b = fit_propensity(narrow, program), fit_propensity(wide, program)
    assert a is not None
    assert b is not None
    np.testing.assert_allclose(a, b)
    study, panel = cross_section(d.re78.to_numpy(), program, narrow, "regression")
    same = cross_section(d.re78.to_numpy(), program, wide, "regression")
    assert effects_by_method(estimate(study, panel))["regression"].estimate == pytest.approx(
        effects_by_method(estimate(*same))["regression"].estimate
    )


def test_exact_matching_on_age_is_the_books_number_and_declined_for_its_size() -> None:
    d = training_example.load_pandas().data.iloc[:20]
    ours = d[["age_treat", "earnings_treat"]].dropna().to_numpy(dtype=np.float64)
    theirs = d[["age_control", "earnings_control"]].dropna().to_numpy(dtype=np.float64)
    both = np.concatenate([ours, theirs])
    program = np.arange(len(both)) < len(ours)
    assert both[program, 1].mean() - both[~program, 1].mean() == pytest.approx(-26.25)
    matches = match_exact(both[:, :1], program)
    assert matches is not None
    assert matched_mean(both[:, 1], matches).att == pytest.approx(1695)
    declined, shown, *_ = estimate(*cross_section(both[:, 1], program, both[:, :1], "exact_matching"))
    assert isinstance(declined, Refusal)
    assert "at least 30 are needed" in declined.reason
    assert isinstance(shown, Effect)
    assert shown.estimate == pytest.approx(1695)
    assert (shown.role, shown.causal) == ("reference", False)


def test_inverse_weights_on_the_cps_comparison() -> None:
    d = cps()
    answers = estimate(*cross_section(d.re78.to_numpy(), (d.treat == 1).to_numpy(), mixtape(d), "weighting"))
    found = effects_by_method(answers)
    assert found["weighting, plain inverse weights"].estimate == pytest.approx(-11_877, abs=0.6)
    assert found["weighting, trimmed inverse weights"].estimate == pytest.approx(1_807, abs=0.6)
    assert all(row.role == "reference" for name, row in found.items() if name != "weighting")


@pytest.mark.parametrize(
    "method", ["regression", "weighting", "propensity_matching", "regression_adjustment"]
)
def test_the_cps_comparison_is_flagged_whatever_the_method(method: str) -> None:
    d = cps()
    demographics = np.column_stack([d.age, d.age**2, d.educ, d.nodegree, d.black, d.hisp, d.marr])
    study, panel = cross_section(d.re78.to_numpy(), (d.treat == 1).to_numpy(), demographics, method)
    locked = estimate(study, panel)[0]
    failed = [c for c in check_design(study, panel, locked) if c.verdict is Verdict.FAIL]
    assert any(c.name == "overlap" for c in failed)
    assert isinstance(locked, Refusal) or any(c.blocks for c in failed)
