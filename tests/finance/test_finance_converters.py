"""Each converter by hand, its refusals, and the claims that must not overlap."""

import pytest

from payoff.finance import (
    Converted,
    adjusted_estimate,
    check_occupancy,
    check_total,
    convert,
    convert_chain,
    handling_hours,
    loaded_rate,
    reject_overlaps,
)
from payoff.nouns.converter import CHAINS, CONVERTERS
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal


def money(found: Converted | Refusal) -> Converted:
    assert isinstance(found, Converted), found
    assert found.amount == pytest.approx(found.cash + found.freed)
    return found


def test_an_hour_costs_pay_fringe_and_overhead_over_productive_hours() -> None:  # FIN-01
    rate = loaded_rate(60_000, 15_000, 11_000, 1_720)
    assert rate.hourly == pytest.approx(50.0)
    assert (rate.pay, rate.fringe, rate.overhead, rate.productive_hours) == (60_000, 15_000, 11_000, 1_720)
    saved = money(convert("time_saved", 2.0, 40, 12, {"hourly_rate": rate.hourly}))
    assert saved.amount == pytest.approx(2 * 40 * 12 * 50)
    assert saved.cash == 0  # freed time, until somebody says it leaves the payroll


@pytest.mark.parametrize(("share", "cash"), [(0.25, 2_700), (0.50, 5_400), (0.75, 8_100)])
def test_escalations_count_as_far_as_capacity_is_realised(share: float, cash: float) -> None:  # FIN-02
    prices = {"hours_each": 0.5, "hourly_rate": 60, "realisation": share}
    found = money(convert("escalations", 3.0, 10, 12, prices, cashable=True))
    assert found.amount == pytest.approx(10_800)  # 3 × 10 × 12 escalations of half an hour at 60
    assert found.cash == pytest.approx(cash)
    assert money(convert("escalations", 3.0, 10, 12, prices)).cash == 0


def test_a_defect_costs_rework_refund_and_handling() -> None:  # FIN-03
    prices = {"rework_cost": 80, "refund_cost": 45, "handling_cost": 15}
    assert money(convert("defects", 1.5, 20, 6, prices)).cash == pytest.approx(1.5 * 20 * 6 * 140)
    assert money(convert("defects", 1.5, 20, 6, {"rework_cost": 80})).cash == pytest.approx(1.5 * 20 * 6 * 80)


def test_conversion_earns_margin_net_of_discounts() -> None:  # FIN-04, FIN-12
    prices = {"leads": 30, "price": 1_000, "discount_given": 0.10, "margin": 0.40}
    found = money(convert("conversion", 0.02, 20, 12, prices))
    assert found.cash == pytest.approx(0.02 * 30 * 20 * 12 * 900 * 0.40)
    assert found.category == "revenue"
    refused = convert("conversion", 0.02, 20, 12, {"leads": 30, "price": 1_000})
    assert isinstance(refused, Refusal)
    assert "contribution margin missing" in refused.reason


def test_deal_size_counts_trained_reps_only() -> None:  # FIN-16
    prices = {"deals": 10, "margin": 0.4}
    assert money(convert("deal_size", 200.0, 15, 12, prices)).cash == pytest.approx(200 * 10 * 15 * 12 * 0.4)
    assert money(convert("deal_size", 200.0, 0, 12, prices)).cash == 0


@pytest.mark.parametrize(
    ("ramp", "share"), [("step", 1.0), ("linear", 0.5), ("early", 1 / 3), ("late", 2 / 3)]
)
def test_onboarding_by_ramp_shape(ramp: str, share: float) -> None:  # FIN-15, W9
    found = money(convert("onboarding", 3.0, 1, 1, {"monthly_cost": 10_000}, ramp=ramp))
    assert found.amount == pytest.approx(6_923.0769 * share, abs=1e-3)


def test_ramp_shares_are_the_area_above_the_curve() -> None:
    n = 100_000
    at = [(i + 0.5) / n for i in range(n)]
    curves = {"linear": at, "early": [1 - (1 - x) ** 2 for x in at], "late": [x**2 for x in at]}
    for ramp, output in curves.items():
        found = money(convert("onboarding", 12.0, 1, 1, {"monthly_cost": 52}, ramp=ramp))
        assert found.amount / 144 == pytest.approx(1 - sum(output) / n, abs=1e-6)


def test_turnover_leaves_out_what_productivity_claims() -> None:  # FIN-34
    prices = {"replacement_cost": 20_000, "claimed_elsewhere": 0.35}
    assert money(convert("turnover", 0.01, 100, 12, prices)).cash == pytest.approx(12 * 20_000 * 0.65)


def test_handling_time_and_the_month_it_would_fill() -> None:  # W5, W7
    prices = {"calls": 160, "cost_per_minute": 0.5}
    assert money(convert("handle_time", 0.96, 50, 12, prices)).freed == pytest.approx(46_080)
    assert handling_hours(12, 160) == pytest.approx(32)
    caution = check_occupancy(handling_hours(12, 160))
    assert caution is not None
    assert "20% of a full-time month" in caution
    assert check_occupancy(120) is None
    assert check_occupancy(170) is not None


def test_cycle_time_and_penalties() -> None:
    assert money(convert("cycle_time", 4.0, 10, 12, {"deals": 2, "margin_per_day": 25})).cash == 24_000
    found = money(convert("penalties", 0.1, 10, 12, {"penalty": 5_000, "chance_of_penalty": 0.2}))
    assert found.cash == pytest.approx(12_000)
    assert found.category == "risk"


GAINS: dict[
    str, tuple[float, float, float, dict[str, float], float]
] = {  # counts of a fixture: what each chain's business measure gained
    "onboarding": (3.0, 8, 1, {"monthly_cost": 6_000, "lost_share": 0.5}, 3 * 8 * 6_000 * 12 / 52 * 0.5),
    "sales_skill": (150.0, 12, 12, {"deals": 8, "margin": 0.35}, 150 * 8 * 12 * 12 * 0.35),
    "safety": (0.02, 50, 12, {"severity": 30_000}, 0.02 * 50 * 12 * 30_000),
    "discovery": (0.03, 12, 12, {"leads": 20, "price": 4_000, "margin": 0.35}, 0.03 * 20 * 144 * 1_400),
    "handoffs": (0.8, 30, 12, {"rework_cost": 120}, 0.8 * 30 * 12 * 120),
    "feedback": (0.005, 200, 12, {"replacement_cost": 18_000}, 0.005 * 200 * 12 * 18_000),
}


@pytest.mark.parametrize("chain", CHAINS)
def test_every_chain_turns_counts_into_money(chain: str) -> None:  # OUT-24, OUT-29
    gain, units, months, prices, expected = GAINS[chain]
    assert money(convert_chain(chain, gain, units, months, prices)).amount == pytest.approx(expected)


@pytest.mark.parametrize("name", CONVERTERS)
def test_a_converter_without_its_numbers_names_them(name: str) -> None:
    found = convert(name, 1.0, 1, 1, {})
    assert isinstance(found, Refusal)
    required = [role.words for role in CONVERTERS[name].roles if role.or_else is None]
    assert all(f"{words} missing" in found.reason for words in required)


@pytest.mark.parametrize(
    ("prices", "code", "what"),
    [
        ({"hours_each": -0.5, "hourly_rate": 60}, "P407", "hours_each is -0.5"),
        ({"hours_each": 0.5, "hourly_rate": float("nan")}, "P106", "hourly_rate is nan"),
        ({"hours_each": 0.5, "hourly_rate": 60, "realisation": 1.4}, "P103", "realisation 140% exceeds 100%"),
        ({"hours_each": 0.5, "hourly_rate": 60, "rate": 1}, "P101", "rate is no number"),
    ],
)
def test_numbers_that_cannot_be_say_so(prices: dict[str, float], code: str, what: str) -> None:
    with pytest.raises(PayoffError) as caught:
        convert("escalations", 3.0, 10, 12, prices)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert what in problem.what
    assert problem.why
    assert problem.fix


def test_unknown_converters_ramps_and_hours() -> None:
    for call in (
        lambda: convert("time-saved", 1, 1, 1, {}),
        lambda: convert_chain("luck", 1, 1, 1, {}),
        lambda: convert("onboarding", 1, 1, 1, {"monthly_cost": 1}, ramp="sudden"),
        lambda: loaded_rate(1, 1, 1, 0),
        lambda: loaded_rate(-1, 1, 1, 1),
    ):
        with pytest.raises(PayoffError):
            call()


def test_estimates_need_confidence_and_isolation() -> None:
    assert adjusted_estimate(336_000, 0.7, 1.0) == pytest.approx(235_200)
    refused = adjusted_estimate(336_000, confidence=0.7)
    assert isinstance(refused, Refusal)
    assert "isolation missing" in refused.reason


def test_a_row_claimed_twice_is_rejected() -> None:  # FIN-34
    reject_overlaps({"minutes saved": ["c1", "c2"], "escalations": ["e1"]})
    with pytest.raises(PayoffError, match="P412") as caught:
        reject_overlaps({"minutes saved": ["c1", "c2"], "less overtime": ["c2", "c9"]})
    assert "both claim c2" in caught.value.problems[0].what


def test_a_total_in_the_wrong_unit_is_noticed() -> None:
    """Trade articles print $1.26 million where 50,000 people × $25,324 make billions."""
    slip = check_total(1.26e6, 25_324 * 50_000)
    assert slip is not None
    assert "1,000 times too small" in slip.reason
    assert check_total(1.26e9, 25_324 * 50_000) is None
    assert check_total(3.0, 2.0) is not None


def test_time_is_no_cash_without_the_share_that_becomes_money() -> None:  # FIN-02
    with pytest.raises(PayoffError, match="P413"):
        convert("time_saved", 2.0, 60, 12, {"hourly_rate": 50}, cashable=True)
    assert "realisation" not in money(convert("time_saved", 2.0, 60, 12, {"hourly_rate": 50})).used


@pytest.mark.parametrize("gain", [3, -1.5])
def test_a_share_gains_no_more_than_the_whole_of_it(gain: float) -> None:
    with pytest.raises(PayoffError, match="P415") as caught:
        convert("conversion", gain, 60, 12, {"leads": 20, "price": 5000, "margin": 0.4})
    assert "0.03 for 3 points" in caught.value.problems[0].fix


def test_more_hours_freed_than_there_are_is_a_caution() -> None:
    (said,) = money(convert("time_saved", 500, 60, 12, {"hourly_rate": 50})).cautions
    assert "500 hours freed per person and month are 310% of a full-time month" in said
    minutes = {"calls": 1_000, "cost_per_minute": 0.5}
    assert money(convert("handle_time", 30, 60, 12, minutes)).cautions
    assert money(convert("time_saved", 2, 60, 12, {"hourly_rate": 50})).cautions == ()


@pytest.mark.parametrize(
    ("price", "code"), [("5000", "P105"), (None, "P105"), ([1, 2], "P105"), (10**400, "P106")]
)
def test_what_is_no_number_is_told_as_such(price: object, code: str) -> None:
    with pytest.raises(PayoffError, match=code) as caught:
        convert("deals", 0.2, 60, 12, {"price": price, "margin": 0.4})  # type: ignore[dict-item]
    assert caught.value.problems[0].what.startswith("price is ")
