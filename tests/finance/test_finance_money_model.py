"""The model against a loop written by hand, and the properties money must have."""

from dataclasses import replace

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.finance import break_even_lift, build_cash_flow, term_schedule
from payoff.finance.formula_unit import count_names
from payoff.finance.gaps import find_gaps
from payoff.finance.money_model import build_model, mid_inputs
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

UNITS = people(18, 10.0, [(1, 3), (4, 6)], assigned=20)
RANGED = [
    assume("deal_value", (4500.0, 5000.0, 6000.0), "USD/deal"),
    assume("margin", (0.3, 0.4, 0.5)),
    assume("half_life", 6.0, "month"),
    assume("fee", 90.0, "USD/rep/month"),
]


def study_of_all_kinds() -> Study:
    """Two terms, decay, a one-off benefit, freed time, dated and monthly costs."""
    return plan(
        [
            benefit("lift * baseline * reps * months * deal_value * margin"),
            benefit("gain * reps * one_off", name="one_off"),
            benefit("lift * baseline * reps * months * deal_value", name="time", cash=False),
        ],
        [
            cost(18_000, "Build", month=-2),
            cost("fee * reps * months", "Platform", kind="run"),
            cost(1_000, "Refresher", month=14),
        ],
        [*RANGED, assume("one_off", 3.0, "USD*month/deal")],
    )


def point_flow(study: Study, *lifts: float) -> CashFlow:
    model = build_model(study, study.assumptions, UNITS, len(lifts))
    return build_cash_flow(study, model, mid_inputs(study.assumptions, np.array(lifts)))


def test_point_flow_equals_a_loop_by_hand() -> None:
    flow = point_flow(study_of_all_kinds(), 0.10, 0.20)
    assert flow.months.tolist() == list(range(-2, 15))
    benefits, costs = dict.fromkeys(range(-2, 15), 0.0), dict.fromkeys(range(-2, 15), 0.0)
    for month in range(1, 13):
        if month <= 3:
            lift = 0.10
        elif month <= 6:
            lift = 0.20
        else:
            steps = (month - 7 + (np.arange(20_000) + 0.5) / 20_000) / 6  # half-lives since measurement
            lift = 0.20 * float(np.mean(0.5**steps))
        benefits[month] += lift * 10 * 18 * 1 * 5000 * 0.4  # analysed: outcomes are known
        benefits[month] += (lift * 10) * 18 * 3 / 12  # a one-off total, spread over the horizon
        costs[month] += 90 * 20 * 12 / 12  # assigned: everybody costs
    costs[-2] += 18_000
    costs[14] += 1_000  # after the horizon, and owed all the same
    assert flow.benefits[0] == pytest.approx(list(benefits.values()), rel=1e-8)
    assert flow.costs[0] == pytest.approx(list(costs.values()))


def test_missing_outcomes_bring_no_benefit_and_cost_in_full() -> None:
    study = study_of_all_kinds()
    lifts = np.array([0.1, 0.2])
    fewer = replace(UNITS, analysed=9)
    model = build_model(study, study.assumptions, fewer, 2)
    flow = build_cash_flow(study, model, mid_inputs(study.assumptions, lifts))
    whole = point_flow(study, 0.1, 0.2)
    assert flow.benefits.sum() == pytest.approx(whole.benefits.sum() / 2)
    assert flow.costs.sum() == pytest.approx(whole.costs.sum())


def test_each_month_counts_those_its_term_was_measured_for() -> None:
    """And the months after the last measured one those of the last term."""
    study = study_of_all_kinds()
    lifts = np.array([0.1, 0.2])
    fewer = replace(UNITS, analysed_by_term=(18, 6))
    model = build_model(study, study.assumptions, fewer, 2)
    flow = build_cash_flow(study, model, mid_inputs(study.assumptions, lifts))
    whole = point_flow(study, 0.1, 0.2)
    share = np.where(flow.months > 3, 1 / 3, 1.0)
    assert flow.benefits[0] == pytest.approx(whole.benefits[0] * share)
    assert (flow.costs == whole.costs).all()
    lift = break_even_lift(study, study.assumptions, fewer)
    assert not isinstance(lift, Refusal)
    flow = build_cash_flow(study, model, mid_inputs(study.assumptions, np.full(2, lift)))
    assert flow.benefits.sum() == pytest.approx(flow.costs.sum(), rel=1e-12)


def test_benefit_is_the_formula_at_the_months_lift() -> None:
    """The identity the workbook's formulas rest on."""
    study = study_of_all_kinds()
    flow = point_flow(study, 0.1, 0.2)
    schedule = term_schedule(UNITS, 2, 12)
    names = {a.name: a.mid for a in study.assumptions} | {"baseline": 10.0, "reps": 18.0, "months": 1.0}
    k = schedule[8][1]
    decay = 6 / np.log(2) * (0.5 ** ((k - 1) / 6) - 0.5 ** (k / 6))
    lift = 0.2 * decay
    monthly = study.benefits[0].formula.evaluate(names | {"lift": lift})
    once = study.benefits[1].formula.evaluate(names | {"gain": lift * 10.0}) / 12
    assert flow.benefits[0, flow.months == 9] == pytest.approx([float(monthly + once)])


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=6), st.integers(-3, 15))
@settings(max_examples=40, deadline=None)
def test_splitting_a_cost_line_changes_nothing(parts: list[float], month: int) -> None:
    rule = benefit("lift * baseline * reps * months * deal_value * margin")
    whole = plan([rule], [cost(repr(sum(parts)), month=month)], RANGED)
    split = plan([rule], [cost(repr(p), f"part {i}", month=month) for i, p in enumerate(parts)], RANGED)
    one, many = point_flow(whole, 0.1), point_flow(split, 0.1)
    assert many.costs == pytest.approx(one.costs)
    assert (many.benefits == one.benefits).all()


def test_break_even_makes_roi_zero_also_with_decay_and_one_off_parts() -> None:  # FIN-30
    study = study_of_all_kinds()
    lift = break_even_lift(study, study.assumptions, UNITS)
    assert not isinstance(lift, Refusal)
    flow = point_flow(study, lift, lift)
    assert flow.benefits.sum() == pytest.approx(flow.costs.sum(), rel=1e-12)


def test_break_even_of_a_capped_benefit_is_found_by_bisection() -> None:
    study = plan([benefit("min(lift, 0.2) * reps * prize")], [cost(300)], [assume("prize", 100.0, "USD/rep")])
    lift = break_even_lift(study, study.assumptions, UNITS)
    assert lift == pytest.approx(300 / (18 * 100), rel=1e-12)
    dear = replace(study, costs=(cost(3_000),))
    refused = break_even_lift(dear, dear.assumptions, UNITS)
    assert isinstance(refused, Refusal)
    assert "no lift pays" in refused.reason


def test_break_even_before_any_term_is_measured() -> None:
    study = plan([benefit("lift * reps * prize")], [cost(300)], [assume("prize", 100.0, "USD/rep")])
    assert break_even_lift(study, study.assumptions, people(18, measured=[])) == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"costs": ()}, "program cost missing"),
        ({"benefits": ()}, "no benefit rule"),
        ({"benefits": (benefit("lift * reps * prize", cash=False),)}, "no benefit counts as cash"),
        ({"benefits": (benefit("lift * reps * prize", metric="other"),)}, "no benefit rule"),
        ({"benefits": (benefit("lift * reps * bonus"),)}, "bonus missing"),
        ({"benefits": (benefit("lift * reps * prize / (one - one)"),)}, "divides by zero"),
        ({"benefits": (benefit("lift * reps * prize + lift * reps * wage * months"),)}, "a one-off part"),
        ({"costs": (cost("lift * reps * prize"),)}, "lift missing"),
        ({"costs": (cost("baseline * reps * prize"),)}, "baseline missing"),
        ({"costs": (cost("prize - 2 * prize"),)}, "prize"),
        ({"costs": (cost("-50"),)}, "a cost is a positive amount"),
        ({"assumptions": (assume("prize", float("nan"), "USD/rep"),)}, "prize has no number"),
        ({"assumptions": (assume("half_life", 0.0, "month"),)}, "longer than zero months"),
    ],
)
def test_break_even_names_what_is_missing(changes: dict[str, object], reason: str) -> None:
    numbers = [assume("prize", 100.0, "USD/rep"), assume("wage", 5.0, "USD/rep/month"), assume("one", 1.0)]
    study = plan([benefit("lift * reps * prize")], [cost(300)], numbers)
    study = replace(study, **changes)  # type: ignore[arg-type]
    refused = break_even_lift(study, study.assumptions, UNITS)
    assert isinstance(refused, Refusal)
    assert reason in refused.reason
    assert find_gaps(study, study.assumptions, UNITS)


def test_no_units_or_no_baseline_is_named() -> None:
    study = study_of_all_kinds()
    nobody = break_even_lift(study, study.assumptions, replace(UNITS, analysed=0))
    assert isinstance(nobody, Refusal)
    assert "number of units (rep)" in nobody.reason
    blind = break_even_lift(study, study.assumptions, replace(UNITS, baseline=float("nan")))
    assert isinstance(blind, Refusal)
    assert "baseline of the primary metric missing" in blind.reason


def test_effect_factory_states_the_lift_it_was_asked_for() -> None:
    for effect in (
        effect_of(0.2),
        effect_of(0.2, better="lower"),
        effect_of(0.2, scale="log", better="lower"),
    ):
        assert float(effect.lift(effect.estimate)) == pytest.approx(0.2)


@pytest.mark.parametrize("label", ["not a (unit)", "share"])
def test_a_unit_label_that_is_no_unit_leaves_nothing_to_count(label: str) -> None:
    study = study_of_all_kinds()
    study = replace(study, design=replace(study.design, unit_label=label))
    assert count_names(study, study.assumptions) == ()
