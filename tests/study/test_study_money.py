"""Formulas must end in money, and the finding names what is missing."""

import pytest
from study_valid import VALID, swap

from payoff.nouns.problem import Problem
from payoff.nouns.unit import Unit, read_unit
from payoff.study import check_study, read_study
from payoff.study.codes import FindingError
from payoff.study.formulas import check_money, parse_formula


def money_problem(text: str, code: str = "P401") -> Problem:
    return next(p for p in check_study(text.encode(), "x.yml")[1] if p.code == code)


def test_the_stated_formula_lacks_volume_and_period() -> None:  # FIN-07, W8
    units = {"baseline": read_unit("min/call"), "lift": Unit(), "cost_per_minute": read_unit("USD/min")}
    units |= {"agents": read_unit("agent"), "months": read_unit("month")}
    with pytest.raises(FindingError) as caught:
        check_money(parse_formula("baseline * lift * cost_per_minute * agents"), units, "USD", ())
    assert "comes to USD*agent/call, not USD" in caught.value.what
    assert caught.value.fix == "multiply by calls per agent per month (in call/agent/month) and months"


def test_a_mismatch_of_time_units_gets_a_unit_and_no_invented_factor() -> None:
    units = {"gain": read_unit("hour/call"), "price": read_unit("USD/min"), "calls": read_unit("call")}
    with pytest.raises(FindingError) as caught:
        check_money(parse_formula("gain * price * calls"), units, "USD", ())
    assert caught.value.fix == "the missing factor has the unit min/hour"


def test_a_factor_that_exists_is_proposed_by_name() -> None:
    text = VALID.replace("lift * baseline * reps * months", "lift * baseline * reps")
    assert money_problem(text).fix == "multiply by months"


def test_a_price_without_unit_is_the_likely_culprit() -> None:
    text = VALID.replace(" unit: USD/deal,", "")
    assert (
        money_problem(text).fix == "deal_value has no unit; if it is a price or a volume, add unit: USD/deal"
    )


def test_a_known_unit_name_is_suggested_for_a_misspelt_one() -> None:
    text = VALID.replace("deal_value * margin", "deal_valeu * margin")
    assert money_problem(text, "P402").fix == "did you mean deal_value?"


def test_another_currency_is_not_the_studys() -> None:
    problem = money_problem(VALID.replace("unit: USD/deal", "unit: EUR/deal"))
    assert "comes to EUR, not USD" in problem.what


def test_weeks_are_not_months() -> None:  # FIN-15
    text = VALID.replace("unit: deals/rep/month", "unit: deals/rep/week").replace(
        "refunds/deal\n", "refunds/deal*week/month\n"
    )
    assert "week" in money_problem(text).what
    assert check_study(text.replace("lift * baseline", "weeks_per_month * lift * baseline").encode(), "x")[0]


def test_gross_revenue_may_be_credited_on_purpose() -> None:  # FIN-04
    text = VALID.replace("* deal_value * margin", "* deal_value")
    assert money_problem(text, "P406")
    on_purpose = check_study(text.replace("cash: true", "cash: true\n    gross: true").encode(), "x")
    assert on_purpose[0] is not None
    assert on_purpose[0].benefits[0].gross
    assert "P406" not in {p.code for p in on_purpose[1]}


def test_hours_at_a_rate_are_one_amount() -> None:
    study = read_study(VALID.encode(), "x.yml")
    assert float(study.costs[1].amount.evaluate({})) == 20 * 12 * 48
    text = VALID.replace("rate: 48", "rate: margin")
    assert money_problem(text).place is not None


def test_hours_and_rate_may_be_assumptions() -> None:
    text = VALID.replace("hours: 20 * 12, rate: 48", "hours: h * reps, rate: r")
    given = "source: x, owner: y}"
    extra = f"  h: {{value: 12, unit: hour/rep, {given}\n  r: {{value: 48, unit: USD/hour, {given}\n"
    study, problems = check_study(text.replace("  haircut:", extra + "  haircut:").encode(), "x.yml")
    assert problems == ()
    assert study is not None
    assert study.costs[1].amount.names == ("h", "r", "reps")


def test_assumptions_keep_their_doubt() -> None:
    study = read_study(VALID.encode(), "x.yml")
    margin, haircut = study.assumption("margin"), study.assumption("haircut")
    assert margin is not None
    assert haircut is not None
    assert (margin.low, margin.mid, margin.high, margin.shape) == (0.3, 0.4, 0.5, "triangular")
    assert (haircut.mid, haircut.shape, haircut.assumed) == (0.7, "fixed", False)


def test_an_assumed_source_is_marked() -> None:
    study = read_study(VALID.replace("source: FP&A", "source: assumed").encode(), "x.yml")
    assert [a.name for a in study.assumptions if a.assumed] == ["margin"]


def test_a_measured_assumption_carries_its_query_and_relative_range() -> None:
    text = VALID.replace(
        "deal_value: {low: 4500, mid: 5000, high: 5500,",
        'deal_value: {sql: "select avg(amount) from crm", range: 80%..120%,',
    )
    found = read_study(text.encode(), "x.yml").assumption("deal_value")
    assert found is not None
    assert (found.low, found.mid, found.high) == (0.8, 1.0, 1.2)
    assert found.sources == ("crm",)


@pytest.mark.parametrize(
    ("old", "new", "code", "what", "fix"),
    [
        ("rate: 48", "rate: -70", "P407", "costs[2].rate is negative", "write it without the minus"),
        ("hours: 20 * 12", "hours: .inf", "P106", ".inf is not a finite number", "write the number itself"),
        ("amount: 18000", "amount: .nan", "P106", ".nan is not a finite number", "write the number itself"),
        ("amount: 18000", "amount: 0/0", "P106", "0/0 divides by zero", "write the amount itself"),
        ("amount: 18000", 'amount: "2,500"', "P105", "'2,500' is not", "no thousands separators: write 2500"),
        ("amount: 18000", "amount: 18000, currency: XYZ", "P115", "Build: XYZ is no currency", "ISO 4217"),
        ("kind: one_time", "kind: one_time, useful_life_months: 0", "P106", "is 0", "write at least 1"),
        ("kind: one_time", "kind: one_time, month: 30", "P616", "month 30 of a horizon of 12", "30 or more"),
    ],
)
def test_a_faulty_cost_is_told_where_it_stands(old: str, new: str, code: str, what: str, fix: str) -> None:
    (problem,) = check_study(swap(old, new), "drills.yml")[1]
    assert (problem.code, what in problem.what, fix in problem.fix) == (code, True, True), problem
    value = new.rpartition(": ")[2].strip('"')
    line = swap(old, new).decode().splitlines()[problem.place.line - 1]  # type: ignore[union-attr]
    assert line[problem.place.column - 1 :].lstrip('"').startswith(value)  # type: ignore[union-attr]


def test_the_number_of_units_is_the_first_factor_thought_of() -> None:
    text = swap("  discount:", "  drill: {value: 12, unit: hour/rep, source: log, owner: y}\n  discount:")
    text = text.replace(
        b"  discount:", b"  wage: {value: 40, unit: USD/hour, source: x, owner: y}\n  discount:"
    ).replace(b"amount: 18000", b"amount: drill * wage")
    (problem,) = check_study(text, "drills.yml")[1]
    assert (problem.code, problem.fix) == ("P401", "multiply by reps")
