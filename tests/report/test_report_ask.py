"""The ask and the money's opening follow what was found, how sure it is and what it costs."""

import dataclasses

import pytest
from report_michigan import michigan_result
from report_variants import VARIANTS, known_cost, on_time, with_effect, with_grade, with_money

from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.report import compose
from payoff.report.ask import COSTLY, EXTEND, FREED, IN_STEPS, NO_MONEY, TOSS_UP, WHOSE, ask_of
from payoff.report.reading import Reading

replace = dataclasses.replace


def gain(locks: int, money: str = "pays back", in_ten: int = 10, verdict: str = "worked") -> Result:
    result = with_money(known_cost(on_time(with_grade(michigan_result(), locks))), money, in_ten, 3.0)
    result = with_effect(result, verdict, -0.35, 0.06)
    return replace(result, study=replace(result.study, ask=""))


def freeing(freed: tuple[float, float, float]) -> Result:
    """The same gain, all of it time, for 580 to 620 thousand."""
    result = gain(3)
    money = result.valuation
    assert isinstance(money, Valuation)
    low, point, high = freed
    time = Figure("freed_time", point, low, high, "USD", 24, "by hand")
    benefits = tuple(replace(b, cash=False) for b in money.benefits)
    cost = Figure("cost", 600_000.0, 580_000.0, 620_000.0, "USD", 24, "by hand")
    refused = Refusal("money verdict", "no benefit counts as cash")
    money = replace(money, benefits=benefits, freed_time=time, verdict=refused, figures={"cost": cost})
    return replace(result, valuation=money)


@pytest.mark.parametrize(
    ("locks", "money", "in_ten", "ask"),
    [
        (4, "pays back", 10, EXTEND),
        (3, "likely", 8, EXTEND),
        (2, "pays back", 10, IN_STEPS),
        (1, "pays back", 10, WHOSE),
        (4, "toss-up", 5, TOSS_UP),
        (4, "unlikely", 1, COSTLY),
    ],
)
def test_the_ask_follows_effect_grade_and_money(locks: int, money: str, in_ten: int, ask: str) -> None:
    assert ask_of(Reading(gain(locks, money, in_ten))) == ask


def test_a_gain_of_open_size_that_does_not_pay_is_no_reason_to_wait() -> None:
    assert ask_of(Reading(gain(4, "unlikely", 1, "helped, size unclear"))) == COSTLY
    assert ask_of(Reading(gain(4, "likely", 8, "helped, size unclear"))).startswith("Measure longer")


def test_without_money_nothing_is_extended() -> None:
    unpriced = replace(gain(4), valuation=Refusal("money", "no cost is known"))
    assert ask_of(Reading(unpriced)) == NO_MONEY


def test_freed_time_is_held_against_the_cost() -> None:
    below, above = 500_000.0, 700_000.0
    less, open_, more = (
        freeing(span)
        for span in ((0.4 * below, 0.5 * below, below), (below, 600_000.0, above), (above, above, above))
    )
    assert ask_of(Reading(less)) == FREED["less"]
    assert ask_of(Reading(open_)) == FREED["perhaps less"]
    assert ask_of(Reading(more)) == FREED["more"]
    said = compose(less).page.money.text
    assert "The program costs $" in said
    assert said.endswith(", more than that time is worth.")


def test_the_studys_own_ask_stands() -> None:
    result = gain(4, "unlikely", 0)
    own = replace(result, study=replace(result.study, ask="Approve the second wave."))
    assert ask_of(Reading(own)) == "Approve the second wave."


@pytest.mark.parametrize(
    ("locks", "money", "opens"),
    [
        (4, "pays back", "It pays back: "),
        (3, "pays back", "It probably pays back: "),
        (2, "pays back", "If the change is the program's, it pays back: "),
        (2, "likely", "If the change is the program's, it is likely to pay back: "),
        (2, "unlikely", "Unlikely to pay back: "),
    ],
)
def test_the_money_is_no_surer_than_the_effect(locks: int, money: str, opens: str) -> None:
    assert compose(gain(locks, money)).page.money.text.startswith(opens)


def test_a_price_leads_only_where_it_decides() -> None:
    open_price = on_time(with_grade(VARIANTS["michigan_result"](), 3))
    lead = "must cost less than"
    doubted, sure = with_money(open_price, "likely", 8, 1.6), with_money(open_price, "pays back", 10, 3.0)
    assert lead in compose(doubted).page.money.text
    assert lead not in compose(sure).page.money.text
    assert not any(lead in tile.label for tile in compose(sure).page.tiles)
    assert "ceiling" not in compose(sure).page.charts
