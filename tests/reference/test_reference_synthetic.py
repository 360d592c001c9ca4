"""California's Proposition 99 as a study: Arkhangelsky et al. (2021), table 1. CAU-01.

Data as package synthdid-py has them: cigarette packs sold per head, 39 states, 1970 to 2000.
"""

from typing import Any

import numpy as np
import pytest
from reference_worlds import reference_panel, reference_study
from synthdid.datasets import load_california_prop99

from payoff.causal import check_design, estimate
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict


def prop99(order: Any = None) -> tuple[Any, Any]:
    table = load_california_prop99()
    wide = table.pivot(index="State", columns="Year", values="PacksPerCapita")
    wide = wide if order is None else wide.iloc[order]
    values = wide.to_numpy(dtype=np.float64)
    program = np.asarray(wide.index == "California")
    study = reference_study("synthetic", "synthetic_did", "synthetic_control", unit="state")
    panel = reference_panel(study, values, 19, 1970, program, unit=tuple(wide.index))
    return study, panel


def test_proposition_99_as_published() -> None:
    study, panel = prop99()
    answers = estimate(study, panel)
    found = {a.method: a for a in answers if isinstance(a, Effect)}
    assert [a.role for a in answers] == ["locked", "second", "reference"]  # type: ignore[union-attr]
    assert found["synthetic_did"].estimate == pytest.approx(-15.604, abs=0.001)
    assert found["synthetic_control"].estimate == pytest.approx(-19.62, abs=0.001)
    assert found["difference_in_differences"].estimate == pytest.approx(-27.349, abs=0.001)
    # placebo errors of the article come from 200 random draws; all 38 states in turn stand here
    for method, printed in (
        ("synthetic_did", 8.4),
        ("synthetic_control", 9.9),
        ("difference_in_differences", 17.7),
    ):
        assert found[method].std_error == pytest.approx(printed, rel=0.15)
    fit = next(c for c in check_design(study, panel, answers[0]) if c.name == "fit before launch")
    assert fit.verdict is Verdict.PASS


def test_the_order_of_states_does_not_matter() -> None:
    estimates = [estimate(*prop99(order)) for order in (None, np.random.default_rng(0).permutation(39))]
    for one, other in zip(*estimates, strict=True):
        assert isinstance(one, Effect)
        assert isinstance(other, Effect)
        assert one.estimate == pytest.approx(other.estimate, rel=1e-6)
        assert one.std_error == pytest.approx(other.std_error, rel=1e-6)
