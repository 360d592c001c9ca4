"""The same money under two names is refused however it is written; two ways of counting must say which."""

import pytest
from study_valid import VALID

from payoff.nouns.problem import Problem
from payoff.study import check_study

TWICE = "lift * baseline * reps * months * deal_value * margin"


def problems(extra: str, first: str = "", given: str = "") -> list[Problem]:
    """Of the valid study with `first` added to its benefit, another benefit, and more assumptions."""
    text = VALID.replace(
        "    cash: true\n", f"    cash: true\n{first}  again:\n    category: cost\n{extra}", 1
    )
    text = text.replace("assumptions:\n", f"assumptions:\n{given}", 1)
    return [p for p in check_study(text.encode(), "drills.yml")[1] if p.code in ("P412", "P417")]


@pytest.mark.parametrize(
    "body",
    [
        f"    formula: {TWICE}\n    cash: true\n",
        f"    formula: {TWICE}\n    cash: false\n",
        "    formula: margin * deal_value * gain * months * reps\n    cash: true\n",
        f"    formula: {TWICE}\n    cash: true\n    claims: [renewals]\n",
        f"    formula: {TWICE}\n    cash: true\n    onset_months: 2\n",
        "    converter: deals\n    uses: {price: deal_value}\n    cash: true\n",
    ],
)
def test_the_same_formula_twice_is_refused(body: str) -> None:  # FIN-34
    (problem,) = problems(body, "    claims: [new deals]\n")
    assert problem.code == "P412"
    assert problem.what == "value.extra_margin and value.again are the same formula"
    assert problem.place is not None


def test_a_multiple_needs_its_own_claim() -> None:
    body = f"    formula: 0.4 * {TWICE}\n    cash: true\n"
    (problem,) = problems(body)
    assert (problem.code, problem.what) == (
        "P412",
        "value.again is value.extra_margin × 0.4: the same effect in other words",
    )
    assert "claims: [WHAT again IS MADE OF] under value.again" in problem.fix
    assert problems(body + "    claims: [renewals]\n", "    claims: [new deals]\n") == []


def test_a_copied_price_is_the_same_money() -> None:
    price = "  list_price: {low: 4500, mid: 5000, high: 5500, unit: USD/deal, source: CRM, owner: p.okoro}\n"
    (problem,) = problems(
        f"    formula: {TWICE.replace('deal_value', 'list_price')}\n    cash: true\n", "", price
    )
    assert problem.code == "P412"


def test_two_ways_of_counting_one_effect_are_warned_of_until_both_say_what_they_count() -> None:
    hours = "  hours: {value: 2, unit: hour/deal, source: log, owner: p.okoro}\n"
    hours += "  wage: {low: 30, mid: 40, high: 50, unit: USD/hour, source: payroll, owner: p.okoro}\n"
    body = "    formula: gain * reps * months * hours * wage\n    cash: false\n"
    (problem,) = problems(body, "", hours)
    assert problem.code == "P417"
    assert "claims: [WHAT extra_margin IS MADE OF] under value.extra_margin" in problem.fix
    (half,) = problems(body + "    claims: minutes\n", "", hours)
    assert "value.again" not in half.fix
    assert problems(body + "    claims: minutes\n", "    claims: deals\n", hours) == []
