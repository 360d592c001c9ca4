"""Tornado, switching values, scenarios and ceilings against values worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan, support
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from payoff.finance import value
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import Figure, Scenario, SwitchingValue, Valuation

FIRMS = people(20, 4.0, [(1, 12), (13, 24)], assigned=25)


def training(delivery: tuple[float, float, float] = (100.0, 300.0, 900.0), saved: float = 10_000.0) -> Study:
    """Scrap saved by firms against training whose price per worker is assumed."""
    return plan(
        [benefit("lift * scrapped * share * firms * months")],
        [cost("delivery * trained * firms", "Delivery"), cost("hours * pay * firms", "Learner time")],
        [
            assume("scrapped", (0.8 * saved, saved, 1.2 * saved), "USD/firm/month"),
            assume("share", (0.3, 0.5, 0.7), assumed=True),
            assume("trained", 40.0, "worker/firm"),
            assume("hours", 1000.0, "hour/firm"),
            assume("pay", 9.0, "USD/hour"),
            assume("delivery", delivery, "USD/worker", assumed=True),
            assume("discount", 0.08),
        ],
        unit="firm",
        metric_unit="%",
        horizon=24,
    )


def scrap(*lifts: float, std_error: float = 0.1) -> Effect:
    return effect_of(*lifts, std_error=std_error, df=50, scale="log", better="lower")


def valued(study: Study, effect: Effect) -> Valuation:
    found = value(study, effect, None, study.assumptions, FIRMS)
    assert isinstance(found, Valuation), found
    return found


def switching(found: Valuation, name: str) -> SwitchingValue:
    return next(s for s in found.switching if s.name == name)


def scenario(found: Valuation, name: str) -> Scenario:
    return next(s for s in found.scenarios if s.name == name)


BENEFIT = 0.25 * 10_000 * 0.5 * 20 * 24  # at a lift of 25 % in every month
TIME = 1000 * 9 * 25


def test_tornado_by_hand() -> None:  # FIN-29
    bars = {bar.name: bar for bar in valued(training(), scrap(0.25, 0.25)).tornado}
    spent = 300 * 40 * 25 + TIME
    price = stats.triang(0.25, 100, 800)  # every input alike at its 10th and 90th percentile
    low, high = price.ppf(0.1), price.ppf(0.9)
    assert (bars["delivery"].low_value, bars["delivery"].high_value) == pytest.approx((low, high))
    assert bars["delivery"].roi_at_low == pytest.approx(BENEFIT / (low * 40 * 25 + TIME) - 1)
    assert bars["delivery"].roi_at_high == pytest.approx(BENEFIT / (high * 40 * 25 + TIME) - 1)
    share = stats.triang(0.5, 0.3, 0.4).ppf(0.1)
    assert bars["share"].roi_at_low == pytest.approx(BENEFIT * share / 0.5 / spent - 1)
    worse = 1 - 0.75 * np.exp(stats.t(50).ppf(0.9) * 0.1)
    assert bars["lift"].low_value == pytest.approx(worse)
    assert bars["lift"].roi_at_low == pytest.approx(BENEFIT * worse / 0.25 / spent - 1)


def test_tornado_is_sorted_and_leaves_out_what_does_not_move() -> None:  # FIN-29
    bars = valued(training(), scrap(0.25, 0.25)).tornado
    widths = [abs(bar.roi_at_high - bar.roi_at_low) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    assert {bar.name for bar in bars} == {"lift", "delivery", "share", "scrapped"}


def test_switching_values_by_hand() -> None:  # FIN-30
    found = valued(training(), scrap(0.25, 0.25))
    spent = 300 * 40 * 25 + TIME
    assert switching(found, "lift").value == pytest.approx(0.25 * spent / BENEFIT)
    assert switching(found, "haircut").value == pytest.approx(spent / BENEFIT)
    assert switching(found, "share").value == pytest.approx(0.5 * spent / BENEFIT)
    assert "above" in switching(found, "share").note
    assert switching(found, "delivery").value == pytest.approx((BENEFIT - TIME) / (40 * 25))
    assert "below" in switching(found, "delivery").note
    assert "discount" not in {s.name for s in found.switching}


def test_switching_value_out_of_reach_says_so() -> None:
    found = valued(training(), scrap(-0.1, -0.1))
    delivery = switching(found, "delivery")
    assert delivery.value is None
    assert "does not pay back at any value" in delivery.note
    haircut = switching(found, "haircut")
    assert haircut.value is None
    assert "loses money" in haircut.note


def test_scenarios_are_recomputed_from_named_inputs() -> None:  # FIN-10
    found = valued(training(), scrap(0.25, 0.25))
    worst, best = scenario(found, "worst"), scenario(found, "best")
    low = 1 - 0.75 * np.exp(1.96 * 0.1)
    assert worst.inputs == pytest.approx(
        {
            "lift": low,
            "lift_term_0": low,
            "lift_term_1": low,
            "share": 0.3,
            "scrapped": 8_000,
            "delivery": 900,
        }
    )
    gained = low * 8_000 * 0.3 * 20 * 24
    spent = 900 * 40 * 25 + TIME
    assert worst.net == pytest.approx(gained - spent)
    assert worst.roi == pytest.approx(gained / spent - 1)
    assert best.inputs["delivery"] == 100
    monthly = gained / 24
    assert worst.npv == pytest.approx(sum(monthly / 1.08 ** (m / 12) for m in range(1, 25)) - spent)
    assert scenario(found, "base").roi == pytest.approx(BENEFIT / (300 * 40 * 25 + TIME) - 1)


def test_when_the_program_harms_more_volume_is_the_worse_side() -> None:
    worst = scenario(valued(training(), scrap(-0.1, -0.1)), "worst")
    assert worst.inputs["scrapped"] == 12_000
    assert worst.inputs["share"] == 0.7


@given(
    st.floats(-0.5, 0.8),
    st.floats(0.01, 0.5),
    st.tuples(*[st.floats(1, 1000)] * 3).map(lambda ends: tuple(sorted(ends))),
)
@settings(max_examples=25, deadline=None)
def test_scenarios_are_monotone(lift: float, error: float, ends: tuple[float, float, float]) -> None:
    study = replace(training(ends), n_draws=10)
    worst, base, best = valued(study, scrap(lift, lift / 2, std_error=error)).scenarios
    slack = 1e-9 * (abs(base.net) + 1)
    assert worst.net - slack <= base.net <= best.net + slack
    assert worst.npv is not None
    assert base.npv is not None
    assert best.npv is not None
    assert worst.npv - slack <= base.npv <= best.npv + slack


def test_ceiling_is_the_highest_price_that_still_pays() -> None:
    found = valued(training(), scrap(0.25, 0.25))
    price = found.ceiling["delivery"]
    assert isinstance(price, Figure)
    assert price.point == pytest.approx((BENEFIT - TIME) / (40 * 25))
    assert price.unit == "USD/worker"
    # at the ceiling the return is zero
    assert price.point is not None
    at_ceiling = valued(training((price.point, price.point, price.point)), scrap(0.25, 0.25)).figures["roi"]
    assert isinstance(at_ceiling, Figure)
    assert at_ceiling.point == pytest.approx(0.0, abs=1e-12)
    # `share` is assumed too, but it enters the benefit; `pay` is not assumed
    assert list(found.ceiling) == ["delivery"]


def test_ceiling_range_leaves_its_own_number_out() -> None:
    """Its doubt is that of the benefit and the other costs; its own assumed range plays no part."""
    wide, narrow = (
        valued(training(ends), scrap(0.25, 0.25)).ceiling["delivery"]
        for ends in ((1.0, 300.0, 5000.0), (299.0, 300.0, 301.0))
    )
    assert isinstance(wide, Figure)
    assert isinstance(narrow, Figure)
    assert (wide.low, wide.high) == pytest.approx((narrow.low, narrow.high))
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low < (BENEFIT - TIME) / 1000 < wide.high


def test_negative_ceiling_is_an_answer() -> None:
    price = valued(training(), scrap(-0.1, -0.1)).ceiling["delivery"]
    assert isinstance(price, Figure)
    assert price.point is not None
    assert price.point < 0


def test_ceiling_of_an_assumed_plain_amount() -> None:
    study = replace(support(), costs=(cost(40_000, source="assumed"), cost(1_000, "Fees")))
    found = value(study, effect_of(0.08, baseline=12), None, study.assumptions, people(50, 12.0))
    assert isinstance(found, Valuation)
    highest = found.ceiling["Program"]
    assert isinstance(highest, Figure)
    assert highest.point == pytest.approx(45_080)
    assert found.costs[0].assumed


def test_ceiling_of_a_bent_cost_is_refused() -> None:
    base = training()
    bent = replace(base, costs=(cost("max(delivery, other) * trained * firms", "Delivery"),))
    bent = replace(bent, assumptions=(*base.assumptions, assume("other", 50.0, "USD/worker")))
    assert isinstance(valued(bent, scrap(0.25, 0.25)).ceiling["delivery"], Refusal)


def test_the_cost_most_in_doubt_comes_first() -> None:
    """Learner time costs more than delivery here, but delivery's range is the wider one."""
    study = training()
    pay = assume("pay", (19.0, 20.0, 21.0), "USD/hour", assumed=True)
    study = replace(study, assumptions=tuple(pay if a.name == "pay" else a for a in study.assumptions))
    assert list(valued(study, scrap(0.25, 0.25)).ceiling) == ["delivery", "pay"]


def test_only_a_price_has_a_ceiling() -> None:
    """Nobody quotes a factor or a number of hours: those have switching values."""
    study = training()
    assumed = tuple(replace(a, assumed=True) for a in study.assumptions)
    found = valued(replace(study, assumptions=assumed), scrap(0.25, 0.25))
    assert set(found.ceiling) == {"delivery", "pay"}
    assert switching(found, "hours").value is not None


FADING = assume("half_life", 4.0, "month")
TWO_TERMS = people(20, 4.0, [(1, 6), (7, 12)], assigned=25, by_term=(20, 8))


@pytest.mark.parametrize("early", np.linspace(-0.1, 0.6, 8).tolist())
def test_roi_is_above_zero_exactly_where_the_lift_is_above_its_switching_value(early: float) -> None:
    """Two terms of unlike lifts, measured for unlike numbers of firms, then fading: one basis for all."""
    study = training()
    study = replace(study, assumptions=(*study.assumptions, FADING), n_draws=10)
    found = value(study, scrap(early, 0.3), None, study.assumptions, TWO_TERMS)
    assert isinstance(found, Valuation)
    lift, roi = switching(found, "lift"), found.figures["roi"]
    assert isinstance(roi, Figure)
    assert roi.point is not None
    assert lift.value is not None
    assert (roi.point > 0) == (lift.mid > lift.value)
    assert lift.mid / lift.value - 1 == pytest.approx(roi.point)  # both in proportion to the money
    even = value(study, scrap(lift.value, lift.value), None, study.assumptions, TWO_TERMS)
    assert isinstance(even, Valuation)
    roi = even.figures["roi"]
    assert isinstance(roi, Figure)
    assert roi.point == pytest.approx(0.0, abs=1e-9)
    assert switching(even, "lift").mid == pytest.approx(lift.value)
    base = scenario(found, "base")
    assert base.inputs["lift"] == pytest.approx(lift.mid)


def test_a_haircut_does_not_flatter_a_loss() -> None:
    """It takes from what was gained; a loss stands in full."""
    study = training()
    study = replace(study, assumptions=(*study.assumptions, assume("haircut", 0.5)))
    harmed = valued(study, scrap(-0.2, -0.1))
    assert scenario(harmed, "haircut").net == pytest.approx(scenario(harmed, "base").net)
    mixed = scenario(valued(study, scrap(-0.2, 0.3)), "haircut")
    assert mixed.inputs["lift_term_0"] == pytest.approx(-0.2)
    assert mixed.inputs["lift_term_1"] == pytest.approx(0.15)
    share = switching(valued(study, scrap(-0.05, 0.9)), "haircut").value
    assert share is not None
    at_share = valued(study, scrap(-0.05, 0.9 * share)).figures["net"]
    assert isinstance(at_share, Figure)
    assert at_share.point == pytest.approx(0.0, abs=1e-6)
