"""The four money words."""

import pytest

from payoff.finance import judge_money
from payoff.finance.verdict import credit_money, verdict_of
from payoff.nouns.evidence import Grade
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


def test_every_tenth_has_a_word() -> None:
    assert {verdict_of(k) for k in range(11)} == {"pays back", "likely", "toss-up", "unlikely"}


def test_no_figure_no_verdict() -> None:
    missing = Refusal("net benefit", "program cost missing")
    found = judge_money(missing, chance(0.5))
    assert found == Refusal("money verdict", "program cost missing")
    assert isinstance(judge_money(net(1, 0, 2), Refusal("probability", "no costs")), Refusal)


@pytest.mark.parametrize("word", ["pays back", "likely", "toss-up", "unlikely"])
@pytest.mark.parametrize("locks", [0, 1, 2, 4])
def test_only_a_claimed_gain_needs_evidence_that_can_carry_it(word: str, locks: int) -> None:
    found = MoneyVerdict(word, 5)
    withheld = locks < 2 and word in ("pays back", "likely")
    assert isinstance(credit_money(found, Grade(locks, 4, ())), Refusal) == withheld
    assert credit_money(found, None) == found


def test_what_was_refused_before_keeps_its_own_reason() -> None:
    refused = Refusal("money verdict", "program cost missing")
    assert credit_money(refused, Grade(0, 4, ())) == refused
