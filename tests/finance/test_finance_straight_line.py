"""Straight lines in the lift: recognised from the formula, and worth the same as month by month."""

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, people, plan

from payoff.finance.break_even import rising_root
from payoff.finance.money_model import (
    Inputs,
    benefit_by_month,
    build_model,
    cash_by_month,
    net_of,
    straight_net,
)
from payoff.finance.straight_line import is_straight
from payoff.nouns.arrays import Floats
from payoff.nouns.formula import read_formula


@pytest.mark.parametrize(
    ("text", "straight"),
    [
        ("lift * baseline * price", True),
        ("gain * a + b", True),
        ("(a - lift) * b / c", True),
        ("-lift + a ** 2", True),
        ("a", True),
        ("lift * gain", False),
        ("lift ** 1", False),
        ("a / lift", False),
        ("max(lift, 0) * a", False),
        ("min(a, b) * lift", True),
    ],
)
def test_recognised_from_the_formula_alone(text: str, straight: bool) -> None:
    formula = read_formula(text)
    assert is_straight(formula) is straight
    if straight:
        known = {"a": 3.0, "b": 5.0, "c": 2.0, "price": 7.0, "baseline": 11.0}
        at = [float(formula.evaluate({**known, "lift": x, "gain": x * 11})) for x in (0.0, 1.0, 0.37, -2.0)]
        assert at[2] == pytest.approx(at[0] + 0.37 * (at[1] - at[0]))
        assert at[3] == pytest.approx(at[0] - 2 * (at[1] - at[0]))


def test_adding_lines_first_changes_nothing() -> None:
    rules = [
        benefit("lift * baseline * reps * months * price", name="a"),
        benefit("gain * reps * price + reps * base", name="b"),
        benefit("max(lift, 0) * reps * base", name="bent"),
    ]
    given = [assume("price", (2.0, 3.0, 5.0)), assume("base", 4.0), assume("half_life", (3.0, 6.0, 9.0))]
    study = plan(rules, [cost("base * reps")], given, horizon=12)
    counts = people(20, measured=[(2, 3), (4, 6)], by_term=(18, 12))
    model = build_model(study, study.assumptions, counts, 2)
    rng = np.random.default_rng(3)
    values: dict[str, Floats] = {a.name: rng.triangular(a.low, a.mid, a.high + 1e-9, 200) for a in given}
    inputs = Inputs(rng.normal(0.1, 0.2, (200, 2)), values)
    by_rule = sum(benefit_by_month(model, rule, inputs) for rule in model.benefits)
    np.testing.assert_allclose(cash_by_month(model, inputs), by_rule, rtol=1e-12, atol=1e-9)
    assert straight_net(model, inputs) is None


def test_break_even_in_closed_form_equals_the_search() -> None:
    rules = [benefit("lift * baseline * reps * months * price"), benefit("reps * base + 0 * lift", name="b")]
    given = [assume("price", (2.0, 3.0, 5.0)), assume("base", 4.0), assume("half_life", (3.0, 6.0, 9.0))]
    study = plan(rules, [cost("base * reps * 30")], given, horizon=12)
    model = build_model(study, study.assumptions, people(20, measured=[(1, 4)]), 1)
    rng = np.random.default_rng(5)
    values: dict[str, Floats] = {a.name: rng.triangular(a.low, a.mid, a.high + 1e-9, 50) for a in given}
    inputs = Inputs(np.zeros((50, 1)), values)
    line = straight_net(model, inputs)
    assert line is not None

    def net(lift: Floats) -> Floats:
        return net_of(model, Inputs(lift[:, np.newaxis], values))

    np.testing.assert_allclose(-line[0] / line[1], rising_root(net, 50), rtol=1e-9)


@pytest.mark.parametrize("text", ["lift * prize * reps + fee", "max(lift, 0) * prize * reps + fee", "fee"])
def test_a_month_without_a_term_is_credited_nothing_on_either_path(text: str) -> None:
    """Before the first measured month, and after the first year where nothing says that it lasts."""
    study = plan([benefit(text)], [cost(300)], [assume("prize", 100.0), assume("fee", 50.0)], horizon=24)
    model = build_model(study, study.assumptions, people(20, measured=[(3, 6)]), 1)
    inputs = Inputs(np.full((2, 1), 0.1), {"prize": np.full(2, 100.0), "fee": np.full(2, 50.0)})
    rule = model.benefits[0]
    found = benefit_by_month(model, rule, inputs)
    assert np.allclose(found, cash_by_month(model, inputs))
    without = np.array([term is None for term, _ in model.schedule])
    assert without.sum() == 14  # months 1, 2 and 13 to 24
    assert (found[:, without] == 0).all()
    assert (found[:, ~without] > 0).all()
