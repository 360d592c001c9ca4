"""Onset, fading, refreshers, a second year; the figures and the cost picture that follow."""

from dataclasses import replace

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan, sales

from payoff.finance import (
    amortise,
    cost_per,
    missing_categories,
    net_present_value,
    rank_costs,
    value,
)
from payoff.finance.amortised import unamortised_share
from payoff.nouns.effect import Effect
from payoff.nouns.formula import read_formula
from payoff.nouns.money_plan import Assumption, BenefitRule, CostRule, Intangible, Sustain
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import Figure, Valuation

HALF = assume("half_life", 6.0, "month")


def valued(study: Study, effect: Effect | None = None, measured: tuple[int, int] = (1, 12)) -> Valuation:
    found = value(study, effect or effect_of(0.10), None, study.assumptions, people(20, measured=[measured]))
    assert isinstance(found, Valuation), found
    return found


def point(valuation: Valuation, name: str) -> float:
    found = {**valuation.figures, **valuation.further}[name]
    assert isinstance(found, Figure), found
    assert found.point is not None
    return found.point


def with_half_life(study: Study, *more: Assumption) -> Study:
    return replace(study, assumptions=(*study.assumptions, HALF, *more))


def test_twelve_months_at_a_half_life_of_six_equal_the_closed_form() -> None:  # RET-07
    study = with_half_life(sales())
    found = valued(study, measured=(1, 0))  # nothing credited: a term that never began
    assert point(found, "benefit") == 0
    monthly = 20 * 10 * 0.10 * 5_000
    faded = valued(study, measured=(1, 1)).benefits[0].point
    closed = monthly * 6 / np.log(2) * (1 - 0.5 ** (11 / 6))
    assert faded[1:].sum() == pytest.approx(closed)


def test_a_refresher_restarts_the_fading_and_is_paid_for() -> None:  # RET-08
    study = with_half_life(sales())
    refreshed = replace(
        study,
        sustain=Sustain(refreshes=(7,)),
        costs=(*study.costs, cost(3_000, "Refresher", month=7)),
    )
    before, after = (valued(s, measured=(1, 3)) for s in (study, refreshed))
    assert after.benefits[0].point[:7] == pytest.approx(before.benefits[0].point[:7])
    assert after.benefits[0].point[7:11] == pytest.approx(before.benefits[0].point[3:7])
    assert point(after, "cost") == point(before, "cost") + 3_000
    assert after.schedule[6:9] == ((0, 4), (0, 1), (0, 2))


def test_nothing_is_credited_before_one_cycle_has_run() -> None:  # OUT-20
    def late(onset: float) -> Study:
        study = sales()
        return replace(study, benefits=(replace(study.benefits[0], onset_months=onset),))

    whole = valued(late(0.0)).benefits[0].point
    assert valued(late(2.5)).benefits[0].point == pytest.approx(whole * np.clip(np.arange(1, 13) - 2.5, 0, 1))
    cycle = 120 / 365 * 12
    too_early = valued(late(cycle), measured=(1, 2))  # read at day 60
    assert point(too_early, "benefit") == 0
    assert any("too early" in caution for caution in too_early.warnings)
    assert point(valued(late(cycle), measured=(1, 6)), "benefit") > 0


def test_a_leading_measure_needs_a_link() -> None:  # OUT-24
    study = sales()
    leading = replace(study, metrics=(replace(study.metrics[0], tier="leading"),))
    refused = value(leading, effect_of(0.1), None, study.assumptions, people(20))
    assert isinstance(refused, Refusal)
    assert "link" in refused.reason
    linked = replace(leading, benefits=(replace(study.benefits[0], link="drills → deals"),))
    assert point(valued(linked), "benefit") == pytest.approx(1_200_000)


def test_intangibles_are_listed_and_worth_nothing() -> None:
    study = replace(sales(), intangibles=(Intangible("Trust", "no market price"),))
    found = valued(study)
    assert found.intangibles == ("Trust: no market price",)
    assert point(found, "benefit") == pytest.approx(1_200_000)


def test_rates_of_return_stand_beside_the_return() -> None:  # FIN-26, FIN-28
    rates = (assume("discount", 0.08), assume("hurdle", 0.15), assume("reinvest_rate", 0.03))
    study = replace(sales(), assumptions=(*sales().assumptions, *rates, assume("completions", 16.0)))
    found = valued(study, effect_of(0.01, std_error=0.005))
    months = found.point.months / 12
    net = (found.point.benefits - found.point.costs)[0]
    irr = point(found, "irr")
    assert (net * (1 + irr) ** -months).sum() == pytest.approx(0, abs=1e-6)
    assert point(found, "payback_discounted") > point(found, "payback_months")
    assert point(found, "equivalent_annual") == pytest.approx(point(found, "npv") * 1.08)
    hurdle = point(found, "npv_hurdle")
    assert hurdle == pytest.approx(net_present_value(found.point, 0.15)[0])
    assert hurdle < point(found, "npv")
    loss = found.further["loss_at_hurdle"]
    assert isinstance(loss, Figure)
    draws = net_present_value(found.draws, 0.15)
    assert loss.point == pytest.approx((draws < 0).mean())
    assert point(found, "cost_per_completion") == pytest.approx(50_000 / 16)  # FIN-23
    receipts = 10_000 * 1.03 ** ((12 - np.arange(1, 13)) / 12)  # at 3 %, to the end of the horizon
    assert point(found, "mirr") == pytest.approx(receipts.sum() / 50_000 - 1)
    for figure in found.further.values():
        assert isinstance(figure, Figure)
        assert figure.basis
        assert figure.horizon_months == 12


def test_without_a_rate_only_what_needs_it_is_refused() -> None:
    found = valued(sales())
    assert isinstance(found.further["irr"], Figure)
    for name in ("mirr", "payback_discounted", "equivalent_annual"):
        assert isinstance(found.further[name], Refusal)
    assert "npv_hurdle" not in found.further


def test_losses_avoided_stand_apart() -> None:  # FIN-05
    rules: list[BenefitRule] = [
        benefit("gain * reps * months * price", name="deals"),
        benefit("lift * fines * reps", name="fines", category="risk"),
    ]
    given = [assume("price", 5_000, "USD/deal"), assume("fines", 40_000, "USD/rep")]
    found = valued(plan(rules, [cost(50_000)], given))
    assert point(found, "net") == pytest.approx(point(found, "net_without_risk") + 0.1 * 40_000 * 20)


def line(category: str, amount: float, **more: int) -> CostRule:
    text = read_formula(str(amount))
    return CostRule(category, text, "one_time", category, more.get("month", 0), more.get("life"))


def test_the_cost_picture_is_whole() -> None:  # FIN-17, FIN-20, FIN-21, FIN-23, FIN-24
    costs = [line("development", 36_000, life=36, month=-2), line("travel", 4_000), line("platform", 6_000)]
    costs += [replace(line("coaching", 24_000), kind="run"), replace(line("curation", 0), kind="run")]
    study = replace(sales(horizon=24), costs=tuple(costs))
    picture = valued(study).cost_picture
    assert picture is not None
    assert (picture.one_time, picture.run) == (46_000, 24_000)
    assert [s.item for s in picture.ranked] == ["development", "coaching", "platform", "travel", "curation"]
    assert picture.ranked[1].cumulative == pytest.approx(60 / 70)
    assert picture.by_year == pytest.approx((58_000, 12_000))
    assert sum(picture.by_year) == picture.one_time + picture.run
    assert "learner_time" in picture.missing
    assert "curation" not in picture.missing  # a line of 0 is a statement, a blank is not
    assert missing_categories(study.costs, ("travel", "backfill")) == ("backfill",)


def test_an_asset_is_charged_in_equal_parts() -> None:  # FIN-22
    charged = amortise("Build", 36_000, 0, 36, 12)
    assert sum(charged.charged) == pytest.approx(12_000)  # one third
    assert charged.balance[-1] == pytest.approx(24_000)
    assert (charged.months[0], charged.months[-1]) == (1, 12)
    assert unamortised_share(line("development", 36_000, life=36), 12) == pytest.approx(2 / 3)
    assert amortise("Build", 36_000, 0, 6, 12).balance[-1] == 0
    assert amortise("Late", 36_000, 12, 6, 12).months == ()


def test_cost_per_head_needs_heads() -> None:
    assert cost_per(1_000.0, 20, "completion") == 50
    for nobody in (None, 0.0, float("nan")):
        refused = cost_per(1_000.0, nobody, "completion")
        assert isinstance(refused, Refusal)
        assert "number of completions missing" in refused.reason
    assert rank_costs([]) == ()


def test_two_benefits_of_the_same_minutes_are_rejected() -> None:  # FIN-34
    rules = [
        replace(benefit("lift * reps * prize", name=n), claims=("minutes",)) for n in ("calls", "overtime")
    ]
    study = plan(rules, [cost(10)], [assume("prize", 100.0, "USD/rep")])
    refused = value(study, effect_of(0.1), None, study.assumptions, people(20))
    assert isinstance(refused, Refusal)
    assert "benefits calls and overtime both claim minutes" in refused.reason


def test_participation_does_not_come_off_twice() -> None:
    given = [assume("prize", 100.0, "USD/rep"), assume("participation", 0.6)]
    study = plan([benefit("lift * reps * prize * participation")], [cost(10)], given)
    assert any("the share is in it already" in caution for caution in valued(study).warnings)
    treated = replace(study, design=replace(study.design, estimand="treated"))
    assert not any("the share is in it already" in caution for caution in valued(treated).warnings)


def test_one_formula_under_two_names_is_rejected() -> None:  # FIN-34
    rules = [benefit("lift * reps * prize", name="calls"), benefit("prize * lift * reps", name="overtime")]
    study = plan(rules, [cost(10)], [assume("prize", 100.0, "USD/rep")])
    refused = value(study, effect_of(0.1), None, study.assumptions, people(20))
    assert isinstance(refused, Refusal)
    assert "benefits calls and overtime are the same formula" in refused.reason


def test_a_cost_after_the_horizon_has_its_own_year_and_is_told() -> None:  # FIN-24
    costs = [line("development", 36_000), line("implementation", 2_500, month=30)]
    found = valued(replace(sales(horizon=12), costs=tuple(costs)))
    picture, views = found.cost_picture, {view.name: view for view in found.views}
    assert picture is not None
    assert list(picture.by_year) == [36_000, 0, 2_500]
    assert (views["cost"].total, views["cost"].first_year) == (38_500, picture.by_year[0])
    (said,) = [caution for caution in found.warnings if "after the horizon" in caution]
    assert said.startswith("implementation is paid in month 30, after the horizon of 12 months")
    assert "the cost by year in year 3; the first year leaves it out" in said
    assert not any("after the horizon" in caution for caution in valued(sales()).warnings)


def test_without_a_cost_there_is_nothing_to_earn_back() -> None:
    free = (line("development", 0, life=36), replace(line("platform", 0), kind="run"))
    figures = valued(replace(sales(horizon=12), costs=free)).figures
    refused = {found.method: found.reason for found in figures.values() if isinstance(found, Refusal)}
    assert "nothing to earn back" in refused["break-even lift"]
    assert "return on investment, costs charged over their useful life" in refused
    assert len(refused) == sum(isinstance(found, Refusal) for found in figures.values())
    assert isinstance(figures["net"], Figure)
