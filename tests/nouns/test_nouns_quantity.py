"""Typed quantities: what may be added, and what is refused with its fix."""

import pytest

from payoff.nouns.problem import PayoffError
from payoff.nouns.quantity import Quantity, read_quantity


def refusal(call: object) -> tuple[str, str]:
    assert callable(call)
    with pytest.raises(PayoffError) as caught:
        call()
    problem = caught.value.problems[0]
    assert problem.why
    return problem.code, problem.fix


def test_a_product_carries_its_unit_currency_and_price_base() -> None:  # FIN-07, FIN-27
    deals = read_quantity("10 deals/rep/month") * read_quantity("20 reps") * read_quantity("12 months")
    value = deals * read_quantity("5000 USD/deal", "2026 prices", "revenue") * read_quantity("10%")
    assert value.as_money("USD") == pytest.approx(1_200_000)
    assert (value.currency, value.price_base, value.basis) == ("USD", "2026 prices", "revenue")
    margin = Quantity(0.4, read_quantity("1 share").unit, "share", basis="contribution")
    assert (value * margin).basis == "contribution"


def test_the_stated_formula_is_not_money() -> None:  # W8, FIN-07
    written = read_quantity("12 min/call") * 0.08 * read_quantity("0.5 USD/min") * read_quantity("50 agents")
    assert written.value == pytest.approx(24)
    assert refusal(lambda: written.as_money("USD")) == ("P401", "multiply by call/agent")


def test_weeks_and_months_meet_only_by_their_ratio() -> None:  # FIN-15
    weekly, monthly = read_quantity("10 deals/week"), read_quantity("10 deals/month")
    code, fix = refusal(lambda: weekly + monthly)
    assert code == "P401"
    assert "52 weeks = 12 months" in fix
    assert weekly.per("month").value == pytest.approx(10 * 52 / 12)
    assert (weekly.per("month") + monthly).value == pytest.approx(10 * 52 / 12 + 10)
    saved = read_quantity("3 week") * read_quantity("10000 USD/month").per("week")
    assert saved.as_money("USD") == pytest.approx(6_923.0769, abs=1e-4)
    assert refusal(lambda: read_quantity("3 week").per("month"))[0] == "P114"


def test_a_percentage_is_not_percentage_points() -> None:
    code, fix = refusal(lambda: read_quantity("5%") + read_quantity("5 pp"))
    assert code == "P501"
    assert "baseline" in fix
    assert str(read_quantity("5%")) == "5%"
    assert str(read_quantity("5 pp")) == "5 pp"


def test_revenue_margin_gross_and_net_stay_apart() -> None:  # FIN-04
    revenue, margin = (read_quantity("100 USD", basis=b) for b in ("revenue", "contribution"))
    assert refusal(lambda: revenue + margin) == ("P406", "multiply the revenue by its contribution margin")
    gross, net = (read_quantity("100 USD", basis=b) for b in ("gross", "net"))
    assert refusal(lambda: gross - net)[0] == "P406"


def test_currencies_and_price_bases_stay_apart() -> None:
    code, fix = refusal(lambda: read_quantity("1 USD") + read_quantity("1 EUR"))
    assert code == "P401"
    assert "dated rate" in fix
    old, new = read_quantity("100 USD", "2020 prices"), read_quantity("100 USD", "2026 prices")
    assert refusal(lambda: old + new)[0] == "P612"
    assert (old.at_prices("2026 prices", 100, 125) + new).value == pytest.approx(225)
    assert refusal(lambda: old.at_prices("2026 prices", 0, 125))[0] == "P106"


@pytest.mark.parametrize("text", ["", "USD", "inf USD", "1e999 USD", "5 !"])
def test_text_that_is_no_quantity(text: str) -> None:
    assert refusal(lambda: read_quantity(text))[1]


def test_division() -> None:
    rate = read_quantity("50000 USD") / read_quantity("20 reps")
    assert str(rate) == "2500 USD/rep"
    assert refusal(lambda: rate / read_quantity("0 reps"))[0] == "P106"
    assert (read_quantity("10 USD") / read_quantity("5 USD")).value == 2
