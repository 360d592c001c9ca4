"""Converters, currencies, prices, refreshers and shapes: what they mean once the file is read."""

import pytest
from study_cases import FORMULA, exchange
from study_valid import VALID, swap

from payoff.nouns.study import Study
from payoff.study import check_study


def read(data: bytes) -> Study:
    study, problems = check_study(data, "drills.yml")
    assert study is not None, [(p.code, p.what, p.fix) for p in problems]
    return study


def test_a_converter_is_written_out_as_its_formula() -> None:  # FIN-04, OUT-24
    study = read(swap(FORMULA, "    converter: deals\n    uses: {price: deal_value}\n"))
    (rule,) = study.benefits
    assert rule.formula.text == "gain * reps * months * deal_value * (1 - 0.0) * margin"
    assert (rule.converter, rule.claims) == ("deals", ("sales",))


def test_freed_time_is_cash_only_at_its_realisation_share() -> None:  # FIN-02
    base = swap("unit: deals/rep/month", "unit: hour/rep/month").decode()
    base = base.replace("unit: refunds/deal", "unit: refunds/hour")
    freed = swap(FORMULA, "    converter: time_saved\n    uses: {hourly_rate: deal_value}\n", base).decode()
    freed = freed.replace("USD/deal", "USD/hour").replace("margin: {", "realisation: {")
    study = read(freed.replace("category: revenue", "category: cost").encode())
    assert study.benefits[0].formula.text == "gain * reps * months * deal_value * realisation"
    apart = read(
        freed.replace("category: revenue", "category: cost").replace("cash: true", "cash: false").encode()
    )
    assert apart.benefits[0].formula.text == "gain * reps * months * deal_value"


def test_a_cost_in_another_currency_names_its_dated_rate() -> None:
    data = swap("amount: 18000, kind", "amount: 18000, currency: EUR, kind") + exchange("rate: 1.087")
    study = read(data)
    assert study.costs[0].amount.text == "(18000) * USD_per_EUR"
    rate = study.assumption("USD_per_EUR")
    assert rate is not None
    assert (rate.mid, rate.unit_text, rate.source) == (1.087, "USD/EUR", "ECB, 2026-01-05")


def test_a_renewed_line_falls_again_until_the_horizon_ends() -> None:  # FIN-24
    study = read(swap("amount: 18000, kind: one_time", "amount: 18000, every_months: 5, kind: one_time"))
    assert [(c.item, c.month) for c in study.costs[:3]] == [
        ("Build", 0),
        ("Build, month 5", 5),
        ("Build, month 10", 10),
    ]


def test_a_refresher_has_its_month_and_its_cost() -> None:  # RET-08
    more = (
        b"sustain: {refresh: [{month: 9, item: Day, amount: 900}, {month: 6, item: Half day, amount: 500}]}\n"
    )
    study = read(VALID.encode() + more)
    assert study.sustain.refreshes == (6, 9)
    assert [(c.item, c.amount.text, c.month, c.category) for c in study.costs[2:]] == [
        ("Day", "900", 9, "coaching"),
        ("Half day", "500", 6, "coaching"),
    ]


def test_prices_of_another_time_come_to_the_studys() -> None:
    old = "deal_value: {low: 4500, mid: 5000, high: 5500, price_base: 2019 prices, unit"
    data = swap("deal_value: {low: 4500, mid: 5000, high: 5500, unit", old)
    found = read(data + b'price_index: {"2019 prices": {factor: 1.2, source: CPI-U}}\n').assumption(
        "deal_value"
    )
    assert found is not None
    assert (found.low, found.mid, found.high) == pytest.approx((5400, 6000, 6600))
    assert "2019 prices × 1.2 (CPI-U)" in found.source


def test_shapes_and_observed_values() -> None:
    data = swap(
        "deal_value: {low: 4500, mid: 5000, high: 5500, unit", "deal_value: {values: [3, 9, 4, 5], unit"
    )
    found = read(data).assumption("deal_value")
    assert found is not None
    assert (found.shape, found.low, found.mid, found.high) == ("empirical", 3, 4.5, 9)
    assert found.values == (3, 9, 4, 5)


def test_intangibles_and_correlations_are_kept() -> None:
    more = b"intangibles: [{what: Trust, why: no market price}]\n"
    more += b"correlations: [{between: [deal_value, margin], rho: -0.4}]\n"
    study = read(VALID.encode() + more)
    assert study.intangibles[0].what == "Trust"
    assert study.correlations[0].rho == -0.4
