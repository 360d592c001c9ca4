"""The four money words and their sentence."""

import pytest

from payoff.finance import judge_money, reasonable_bet
from payoff.finance.verdict import tenths_that_pay, verdict_of
from payoff.nouns.evidence import EffectVerdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, MoneyVerdict


def net(point: float, low: float, high: float, currency: str = "USD") -> Figure:
    return Figure("net", point, low, high, currency, 12, "undiscounted")


def chance(share: float) -> Figure:
    return Figure("probability", share, share, share, "share", 12, "draws")


@pytest.mark.parametrize(
    ("share", "word", "tenths"),
    [
        (1.0, "pays back", 10),
        (0.9, "pays back", 9),
        (0.8999, "likely", 8),
        (0.7, "likely", 7),
        (0.6999, "toss-up", 6),
        (0.4, "toss-up", 4),
        (0.3999, "unlikely", 3),
        (0.0, "unlikely", 0),
    ],
)
def test_words_by_tenths_rounded_down(share: float, word: str, tenths: int) -> None:
    found = judge_money(net(1, 0, 2), chance(share))
    assert isinstance(found, MoneyVerdict)
    assert (found.verdict, found.pay_back_in_ten) == (word, tenths)


def test_exact_tenths_are_not_lost_to_the_last_bit() -> None:
    assert [tenths_that_pay(k / 10) for k in range(11)] == list(range(11))
    assert [tenths_that_pay(sum([0.1] * k)) for k in range(11)] == list(range(11))
    assert {verdict_of(k) for k in range(11)} == {"pays back", "likely", "toss-up", "unlikely"}


def test_the_sentence() -> None:
    found = judge_money(net(140_400, -71_900, 362_000), chance(0.78))
    assert isinstance(found, MoneyVerdict)
    assert found.text == "Likely net $140k over 12 months (−$72k to $360k); 7 in 10 simulations pay back"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (999_600, "USD", "$1M"),
        (1_240_000, "EUR", "EUR 1.2M"),
        (6_080, "USD", "$6.1k"),
        (-7_744, "EUR", "−EUR 7.7k"),
        (0.0, "USD", "$0"),
        (-0.4, "USD", "−$0.4"),
        (43, "USD", "$43"),
        (943, "USD", "$940"),
        (2.66e9, "USD", "$2.7bn"),
    ],
)
def test_two_significant_figures(amount: float, currency: str, text: str) -> None:
    found = judge_money(net(amount, amount, amount, currency), chance(0.5))
    assert isinstance(found, MoneyVerdict)
    assert f"Likely net {text} over" in found.text


def test_no_figure_no_verdict() -> None:
    missing = Refusal("net benefit", "program cost missing")
    found = judge_money(missing, chance(0.5))
    assert found == Refusal("money verdict", "program cost missing")
    assert isinstance(judge_money(net(1, 0, 2), Refusal("probability", "no costs")), Refusal)


@pytest.mark.parametrize(
    ("effect", "money", "bet"),
    [
        ("cannot tell", "likely", True),
        ("cannot tell", "pays back", True),
        ("cannot tell", "toss-up", False),
        ("worked", "pays back", False),
        ("no meaningful effect", "likely", False),
    ],
)
def test_a_reasonable_bet_is_no_proven_result(effect: str, money: str, bet: bool) -> None:
    assert reasonable_bet(EffectVerdict(effect, "", None, ""), MoneyVerdict(money, 8, "")) is bet
    assert not reasonable_bet(None, MoneyVerdict(money, 8, ""))
    assert not reasonable_bet(EffectVerdict(effect, "", None, ""), Refusal("money verdict", "no cost"))
