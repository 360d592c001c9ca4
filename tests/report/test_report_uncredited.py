"""Evidence that cannot credit the program with a change: every output says so of the money as well."""

import dataclasses

import pytest
from report_texts import sentences_of
from report_variants import VARIANTS, known_cost, on_time, with_effect, with_grade, with_money

from payoff.finance.verdict import UNCREDITED, credit_money
from payoff.nouns.evidence import Grade
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import MoneyVerdict, Valuation
from payoff.report import compose
from payoff.report.brief_pdf import page_data
from payoff.report.result_document import write_result

REFUSED = (
    "No money verdict: evidence 1 of 4 cannot credit the program with the change, nor with its money; "
    "2 of 4 would do: see what lost the steps."
)


@pytest.fixture(scope="module")
def uncredited() -> Result:
    """A clear gain that would pay, at one lock."""
    result = with_effect(
        known_cost(on_time(with_grade(VARIANTS["michigan_result"](), 1))), "worked", -0.35, 0.06
    )
    result = with_money(result, "pays back", 10, 3.0)
    money = result.valuation
    assert isinstance(money, Valuation)
    verdict = credit_money(MoneyVerdict("pays back", 10), Grade(1, 4, ()))
    warned = dataclasses.replace(money, verdict=verdict, warnings=(UNCREDITED, *money.warnings))
    return dataclasses.replace(result, valuation=warned)


def test_the_page_claims_neither_the_change_nor_the_money(uncredited: Result) -> None:
    brief = compose(uncredited)
    assert "but we cannot credit" in brief.page.headline.text
    assert brief.page.money.text.startswith(REFUSED)
    assert brief.page.money.text.endswith("to pay back over 24 months.")
    said = " ".join(text for _, text in sentences_of(brief))
    assert "It pays back:" not in said
    assert UNCREDITED in said
    labels = [tile.label for tile in brief.page.tiles]
    assert "Pays back from a lift of" in labels
    assert "ROI" not in labels
    assert not {"waterfall", "chance", "payback", "ceiling"} & set(brief.page.charts)
    assert page_data(brief)["money"]


def test_the_document_says_the_same(uncredited: Result) -> None:
    document = write_result(uncredited)
    verdict, money, refusals = document["verdict"], document["money"], document["refusals"]
    assert isinstance(verdict, dict)
    assert isinstance(money, dict)
    assert isinstance(refusals, list)
    assert verdict["money"] is None
    assert verdict["money_text"].startswith(REFUSED)
    assert "money verdict" in {refusal["method"] for refusal in refusals}
    assert {"roi", "break_even"} <= money.keys()
    assert UNCREDITED in money["warnings"]


def test_two_locks_are_enough_for_both(uncredited: Result) -> None:
    enough = compose(with_money(with_grade(uncredited, 2), "pays back", 10, 1.0))
    assert "may have" in enough.page.headline.text
    assert enough.page.money.text.startswith("If the change is the program's, it pays back:")


def test_a_refusal_is_said_once_and_break_even_stands(uncredited: Result) -> None:
    alone = Refusal("return on investment", "no comparison: before against after alone cannot tell")
    text = compose(dataclasses.replace(uncredited, valuation=alone)).page.money.text
    assert text.startswith("No money figure: no comparison: before against after alone cannot tell. It takes")
    gone = compose(VARIANTS["refused"]()).page.money.text
    assert gone.startswith("No money figure: there is no effect to value.")
    assert gone.count("no effect") == 1
