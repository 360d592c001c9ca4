"""Numbers nobody should send: every answer is a figure or a refusal, never NaN, never an exception."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan

from payoff.finance import value
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import Figure, Valuation

RATES = (assume("discount", (0.02, 0.08, 0.12)), assume("hurdle", 0.2))


def study_of(formula: str = "lift * reps * price", amount: str = "fee * reps", **ranges: Any) -> Study:
    named = {"price": (50.0, 100.0, 180.0), "fee": (2.0, 4.0, 5.0), **ranges}
    given = [assume(name, ends, "USD/rep") for name, ends in named.items()]
    return plan([benefit(formula)], [cost(amount)], [*given, *RATES], n_draws=300)


CASES = {
    "a price through zero": study_of("lift * reps * price * price / other", other=(-1.0, 0.5, 1.0)),
    "a cost through zero": study_of(fee=(-2.0, 4.0, 5.0)),
    "no cost at all": study_of(amount="0 * fee * reps"),
    "huge": study_of(price=(1e14, 1e15, 1e15)),
    "tiny": study_of(price=(1e-300, 1e-299, 1e-298)),
    "no benefit": study_of(price=0.0),
    "a benefit that ignores the lift": study_of("0 * lift * price * reps + price * reps"),
}


def check(found: Valuation | Refusal) -> None:
    if isinstance(found, Refusal):
        assert found.reason
        return
    for figure in (*found.figures.values(), *found.further.values(), *found.ceiling.values()):
        if isinstance(figure, Figure):
            ends = [x for x in (figure.point, figure.low, figure.high) if x is not None]
            assert all(math.isfinite(x) for x in ends), figure
            assert figure.basis
        else:
            assert figure.reason
    for scenario in found.scenarios:
        assert not math.isnan(scenario.net)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("lift", [0.1, 0.0, -0.4])
def test_studies_at_the_edge(name: str, lift: float) -> None:
    study = CASES[name]
    check(value(study, effect_of(lift, std_error=0.1), None, study.assumptions, people(20)))


@pytest.mark.parametrize("raw", [np.nan, np.inf, -np.inf])
def test_effects_that_are_no_numbers(raw: float) -> None:
    study = study_of()
    effect = effect_of(0.1, std_error=0.1)
    broken = replace(effect, estimates=np.array([raw]), intervals=np.array([[raw, raw]]))
    check(value(study, broken, None, study.assumptions, people(20)))


def test_degrees_of_freedom_of_one_and_an_error_of_nothing() -> None:
    study = study_of()
    check(value(study, effect_of(0.1, std_error=0.5, df=1), None, study.assumptions, people(20)))
    check(value(study, effect_of(0.1, std_error=0.5, df=1, scale="log"), None, study.assumptions, people(20)))
    check(value(study, effect_of(0.1, std_error=0.0), None, study.assumptions, people(1)))
