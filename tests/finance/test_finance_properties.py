"""What holds for any numbers: returns, costs, currencies, views, freed time and scenarios."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan
from hypothesis import assume as given_that
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.finance import (
    Rate,
    benefit_cost_ratio,
    convert_currency,
    net_benefit,
    net_present_value,
    return_on_investment,
    value,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.problem import PayoffError
from payoff.nouns.quantity import Quantity
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.unit import read_unit
from payoff.nouns.valuation import Figure, Scenario, Valuation

amounts = st.floats(0.01, 1e7)
signed = st.floats(-1e7, 1e7)
lifts = st.floats(-0.5, 0.5)
quick = settings(max_examples=60, deadline=None)


def flow_of(benefits: list[float], costs: list[float]) -> CashFlow:
    months = np.arange(len(benefits)) - 2
    return CashFlow(months, np.array([benefits]), np.array([costs]), "USD", "2026", len(benefits) - 3)


flows = st.integers(4, 30).flatmap(
    lambda n: st.tuples(st.lists(signed, min_size=n, max_size=n), st.lists(amounts, min_size=n, max_size=n))
)


def study_of(costs: list[float], price: float, cash: bool = True, horizon: int = 12) -> Study:
    rules = [benefit("lift * baseline * reps * months * price")]
    if not cash:
        rules.append(benefit("lift * baseline * reps * months * price", name="hours", cash=False))
    lines = [cost(amount, f"Line {n}", kind="run" if n % 2 else "one_time") for n, amount in enumerate(costs)]
    return plan(rules, lines, [assume("price", price, "USD/deal")], horizon=horizon, n_draws=200)


def valued(study: Study, lift: float = 0.1, error: float = 0.05) -> Valuation:
    found = value(study, effect_of(lift, std_error=error), None, study.assumptions, people(20))
    assert isinstance(found, Valuation), found
    return found


def point(valuation: Valuation, name: str) -> float:
    figure = valuation.figures[name]
    assert isinstance(figure, Figure), figure
    assert figure.point is not None
    return figure.point


def plain(found: Floats | Refusal) -> float:
    assert not isinstance(found, Refusal)
    return float(found[0])


@quick
@given(flows)
def test_roi_is_the_ratio_less_one_and_value_at_no_rate_the_sum(
    both: tuple[list[float], list[float]],
) -> None:
    flow = flow_of(*both)  # FIN-13
    assert plain(return_on_investment(flow)) == plain(benefit_cost_ratio(flow)) - 1
    assert net_present_value(flow, 0.0)[0] == pytest.approx(net_benefit(flow)[0], rel=1e-9, abs=1e-6)


@quick
@given(st.lists(amounts, min_size=1, max_size=5), st.floats(1, 500), lifts, st.floats(0.01, 0.99))
def test_splitting_a_cost_line_changes_nothing(
    costs: list[float], price: float, lift: float, share: float
) -> None:
    whole = valued(study_of(costs, price), lift, 0.0)
    parts = study_of(costs, price)
    first = parts.costs[0]
    split = [cost(costs[0] * s, f"Part {s}", kind=first.kind) for s in (share, 1 - share)]
    found = valued(replace(parts, costs=(*split, *parts.costs[1:])), lift, 0.0)
    for name in ("roi", "net", "bcr", "cost"):
        assert point(found, name) == pytest.approx(point(whole, name), rel=1e-9, abs=1e-6)


def scenario(valuation: Valuation, name: str) -> Scenario:
    return next(s for s in valuation.scenarios if s.name == name)


@quick
@given(st.lists(amounts, min_size=1, max_size=3), st.floats(1, 500), lifts, st.floats(0, 0.3))
def test_worst_base_and_best_are_in_order(
    costs: list[float], price: float, lift: float, error: float
) -> None:
    study = study_of(costs, price)  # FIN-10
    ranged = replace(study, assumptions=(assume("price", (price * 0.5, price, price * 1.7), "USD/deal"),))
    found = valued(ranged, lift, error)
    worst, base, best = (scenario(found, name).net for name in ("worst", "base", "best"))
    assert worst <= base + 1e-6 * abs(base)
    assert base <= best + 1e-6 * abs(best)


@quick
@given(amounts, st.floats(1e-4, 1e4))
def test_there_and_back_is_the_same_amount(amount: float, rate: float) -> None:
    rates = [Rate("USD", "EUR", rate, dt.date(2026, 1, 5), "ECB")]
    euros = Quantity(amount, read_unit("EUR/deal"), price_base="2026")
    dollars = convert_currency(euros, "USD", rates)
    assert dollars.value == pytest.approx(amount * rate)
    assert (dollars.currency, dollars.price_base) == ("USD", "2026")
    assert convert_currency(dollars, "EUR", rates).value == pytest.approx(amount)


def test_a_currency_without_a_rate_says_what_to_state() -> None:
    euros, day = Quantity(1.0, read_unit("EUR")), dt.date(2026, 1, 5)
    for rates in (
        [],
        [Rate("USD", "GBP", 1.3, day, "")],
        [Rate("USD", "EUR", r, day, "") for r in (1.1, 1.2)],
    ):
        with pytest.raises(PayoffError, match="P613") as caught:
            convert_currency(euros, "USD", rates)
        assert "state one rate with its day" in caught.value.problems[0].fix
    with pytest.raises(PayoffError, match="P106"):
        convert_currency(euros, "USD", [Rate("USD", "EUR", 0.0, day, "")])
    with pytest.raises(PayoffError, match="P115"):
        convert_currency(Quantity(1.0, read_unit("hour")), "USD", [])


@quick
@given(st.lists(amounts, min_size=1, max_size=3), st.floats(1, 500), lifts)
def test_draws_reproduce(costs: list[float], price: float, lift: float) -> None:  # FIN-33
    first, second = (valued(study_of(costs, price), lift) for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert (first.draws.benefits == second.draws.benefits).all()
    assert first.figures == second.figures


@quick
@given(st.lists(amounts, min_size=1, max_size=3), st.floats(1, 500), st.floats(0.01, 0.5))
def test_freed_time_is_never_in_cash(costs: list[float], price: float, lift: float) -> None:
    with_hours, without = (valued(study_of(costs, price, cash), lift) for cash in (False, True))
    assert with_hours.freed_time is not None
    assert with_hours.freed_time.point == pytest.approx(point(without, "benefit"))
    for name in ("benefit", "net", "roi", "payback_months"):
        assert with_hours.figures[name] == without.figures[name]


@quick
@given(st.lists(amounts, min_size=1, max_size=3), st.floats(1, 500), lifts, st.sampled_from([3, 12, 18, 36]))
def test_views_reconcile(costs: list[float], price: float, lift: float, horizon: int) -> None:  # FIN-11
    given_that(abs(lift) > 1e-6)
    found = valued(study_of(costs, price, horizon=horizon), lift)
    for view in found.views:
        assert view.total == pytest.approx(point(found, view.name), rel=1e-9, abs=1e-6)
        assert view.per_unit * view.units == pytest.approx(view.total, rel=1e-9, abs=1e-6)
        assert view.per_year * view.years == pytest.approx(view.total, rel=1e-9, abs=1e-6)
        if horizon <= 12:
            assert view.first_year == pytest.approx(view.total, rel=1e-9, abs=1e-6)
