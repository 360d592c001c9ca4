"""The source articles' worked numbers, W1 to W9 of the requirements, through the public functions."""

import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan, sales, support

from payoff.finance import break_even_lift, check_formula_unit, formula_units, value
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.formula import read_formula
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import Figure, Scenario, SwitchingValue, Valuation


def valued(study: Study, effect: Effect, counts: Counts) -> Valuation:
    found = value(study, effect, None, study.assumptions, counts)
    assert isinstance(found, Valuation), found
    return found


def point(valuation: Valuation, name: str) -> float:
    figure = valuation.figures[name]
    assert isinstance(figure, Figure), figure
    assert figure.point is not None
    return figure.point


def scenario(valuation: Valuation, name: str) -> Scenario:
    return next(s for s in valuation.scenarios if s.name == name)


def switching(valuation: Valuation, name: str) -> SwitchingValue:
    return next(s for s in valuation.switching if s.name == name)


def test_w1_sales_at_ten_percent() -> None:  # W1, FIN-08, FIN-26
    found = valued(sales(), effect_of(0.10), people(20))
    assert point(found, "benefit") == pytest.approx(1_200_000)
    assert point(found, "net") == pytest.approx(1_150_000)
    assert point(found, "net") / 20 == pytest.approx(57_500)
    assert point(found, "roi") == pytest.approx(23.0)
    assert point(found, "bcr") == pytest.approx(24.0)
    assert point(found, "payback_months") == pytest.approx(0.5)
    assert point(found, "break_even") == pytest.approx(0.05 / 12, abs=1e-9)
    assert break_even_lift(sales(), sales().assumptions, people(20)) == pytest.approx(0.05 / 12, abs=1e-9)


def test_w1_warns_of_revenue() -> None:  # W1, FIN-04
    warnings = " ".join(valued(sales(), effect_of(0.10), people(20)).warnings)
    assert "revenue without its margin" in warnings


@pytest.mark.parametrize(("lift", "roi"), [(0.05, 11.0), (0.15, 35.0)])
def test_w2_w3_another_lift_is_recomputed_never_scaled(lift: float, roi: float) -> None:  # W2, W3, FIN-10
    assert point(valued(sales(), effect_of(lift), people(20)), "roi") == pytest.approx(roi)


def test_w4_sales_with_the_haircut() -> None:  # W4, FIN-09
    study = sales()
    assumptions = (*study.assumptions, assume("haircut", 0.7))
    found = value(study, effect_of(0.10), None, assumptions, people(20))
    assert isinstance(found, Valuation)
    assert scenario(found, "haircut").roi == pytest.approx(15.8)
    assert scenario(found, "haircut").net == pytest.approx(790_000)
    # beside the figures, never inside them
    assert point(found, "roi") == pytest.approx(23.0)
    assert scenario(found, "worst").roi == pytest.approx(23.0)


def test_w5_support_minutes() -> None:  # W5, FIN-26, FIN-30
    found = valued(support(), effect_of(0.08, baseline=12, better="lower"), people(50, 12.0))
    assert point(found, "benefit") == pytest.approx(46_080)
    assert found.benefits[0].point == pytest.approx([3_840] * 12)
    assert point(found, "net") == pytest.approx(6_080)
    assert point(found, "roi") == pytest.approx(0.152)
    assert point(found, "payback_months") == pytest.approx(10.4166667, abs=1e-6)
    assert point(found, "break_even") == pytest.approx(0.0694444, abs=1e-6)


def test_w6_the_haircut_flips_the_sign() -> None:  # W6, FIN-09
    study = support({"haircut": assume("haircut", 0.7)})
    found = valued(study, effect_of(0.08, baseline=12, better="lower"), people(50, 12.0))
    assert scenario(found, "haircut").net == pytest.approx(-7_744)
    assert scenario(found, "haircut").roi == pytest.approx(-0.1936)
    assert switching(found, "haircut").value == pytest.approx(0.8680556, abs=1e-6)
    assert switching(found, "haircut").mid == 0.7


def test_w7_the_support_case_implies_32_handling_hours_a_month() -> None:  # W7: a fifth of full time
    study = support()
    handled = read_formula("baseline * calls")
    assert str(handled.unit(formula_units(study, study.assumptions))) == "min/agent/month"
    assert float(handled.evaluate({"baseline": 12.0, "calls": 160.0})) / 60 == 32


W8 = "lift * baseline * cost_per_minute * agents"


def test_w8_a_formula_without_volume_is_refused() -> None:  # W8, FIN-07
    study = support()
    without_volume = plan([benefit(W8)], study.costs, study.assumptions, unit="agent", metric_unit="min/call")
    found = value(without_volume, effect_of(0.08, baseline=12), None, study.assumptions, people(50, 12.0))
    assert isinstance(found, Refusal)
    assert "not USD" in found.reason
    assert "call/agent" in found.reason  # what is missing: calls per agent
    refused = break_even_lift(without_volume, study.assumptions, people(50, 12.0))
    assert isinstance(refused, Refusal)
    assert "call/agent" in refused.reason


def test_w8_the_unit_check_alone() -> None:  # W8, FIN-07
    units = formula_units(support(), support().assumptions)
    problem = check_formula_unit(read_formula("lift * baseline * cost_per_minute"), units, "USD")
    assert problem is not None
    assert problem.fix == "multiply by a quantity in call"
    whole = read_formula("lift * baseline * calls * agents * months * cost_per_minute")
    assert check_formula_unit(whole, units, "USD") is None
    assert check_formula_unit(whole, units, "EUR") is not None
    assert check_formula_unit(read_formula("40000"), units, "EUR") is None  # a plain amount


ONBOARDING = "lift * baseline * cost_per_month / weeks_per_month"
PAY = assume("cost_per_month", 10_000, "USD/month")


def test_w9_onboarding_saves_per_hire_at_52_weeks_for_12_months() -> None:  # W9, FIN-15
    study = plan([benefit(f"{ONBOARDING} * hires")], [], [PAY], unit="hire", metric_unit="week/hire")
    found = valued(study, effect_of(0.25, baseline=12, better="lower"), people(1, 12.0))
    assert point(found, "benefit") == pytest.approx(6_923.0769, abs=1e-3)
    assert found.benefits[0].point.sum() == pytest.approx(6_923.0769, abs=1e-3)
    for name in ("roi", "npv", "payback_months", "break_even", "probability"):
        refused = found.figures[name]
        assert isinstance(refused, Refusal)
        assert "program cost missing" in refused.reason
    assert isinstance(found.verdict, Refusal)
    # what the program may cost and still pay is known all the same
    highest = found.ceiling["program cost"]
    assert isinstance(highest, Figure)
    assert highest.point == pytest.approx(6_923.0769, abs=1e-3)


def test_w9_without_hires_and_cost_everything_is_refused() -> None:  # W9, FIN-15
    study = plan([benefit(ONBOARDING)], [], [PAY], unit="hire", metric_unit="week/hire")
    found = value(study, effect_of(0.25, baseline=12, better="lower"), None, (PAY,), people(1, 12.0))
    assert isinstance(found, Refusal)
    assert "USD/hire" in found.reason
    assert "a quantity in hire" in found.reason
    assert "program cost missing" in found.reason


def test_w9_hires_uncounted() -> None:  # W9, FIN-15
    study = plan(
        [benefit(f"{ONBOARDING} * hires")], [cost(5_000)], [PAY], unit="hire", metric_unit="week/hire"
    )
    found = value(study, effect_of(0.25, baseline=12, better="lower"), None, (PAY,), people(0, 12.0))
    assert isinstance(found, Refusal)
    assert "number of units (hire)" in found.reason


def test_deal_size_names_every_missing_number() -> None:  # FIN-12, FIN-16
    study = plan([benefit("lift * baseline * reps * months * margin", category="revenue")], [])
    found = value(study, effect_of(0.04), None, (), people(20))
    assert isinstance(found, Refusal)
    assert "margin missing" in found.reason
    assert "program cost missing" in found.reason
