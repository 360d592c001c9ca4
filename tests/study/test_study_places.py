"""Problems point at the very characters that are wrong."""

import pytest
from study_valid import VALID

from payoff.nouns.problem import Problem
from payoff.study import check_study


def only(text: str, code: str) -> Problem:
    found = [p for p in check_study(text.encode(), "sales.yml")[1] if p.code == code]
    assert len(found) == 1
    return found[0]


def marked(problem: Problem) -> str:
    """The marked characters."""
    assert problem.place is not None
    start = problem.place.column - 1
    return problem.place.excerpt[start : start + problem.place.width]


def test_a_share_above_one_is_marked_as_the_product_page_shows() -> None:
    problem = only(VALID.replace("high: 50%, source: FP&A", "high: 140%, source: FP&A"), "P103")
    assert problem.what == "margin.high 140% exceeds 100%"
    assert marked(problem) == "140%"
    assert problem.place is not None
    assert problem.place.excerpt.startswith("  margin: {low: 30%, mid: 40%, high: 140%")


@pytest.mark.parametrize(
    ("old", "new", "code", "mark", "fix"),
    [
        ("currency: USD", "curency: USD", "P101", "curency", "did you mean currency?"),
        ("label: Deals won", "lable: Deals won", "P101", "lable", "did you mean label?"),
        ("better: higher", "better: hihger", "P109", "hihger", "did you mean higher?"),
        ("primary: deals_won", "primary: deals_win", "P201", "deals_win", "did you mean deals_won?"),
        ("currency: USD", "currency: USE", "P115", "USE", "did you mean USD?"),
        (
            "..2026-03-31",
            "..2026-02-30",
            "P107",
            "2025-10-01..2026-02-30",
            "the last day of that month is 2026-02-28",
        ),
        ("from crm where", "from crn where", "P303", "crn", "did you mean crm?"),
        ("from crm where stage", "from where stage", "P301", "where", None),
        ("stage = 'won'", "closed_on < now()", "P305", "now", None),
        ("from people", "from peple", "P303", "peple", "did you mean people?"),
        ("arm: treat = 1", "arm: treet = 1", "P308", "treet", "did you mean treat?"),
        ("arm: treat = 1", 'arm: "treet = 1"', "P308", "treet", "did you mean treat?"),
        ("arm: treat = 1", "arm: 1 = treet", "P308", "treet", "did you mean treat?"),
        (
            "method: difference_in_means",
            "method: diference_in_means",
            "P704",
            "diference_in_means",
            "did you mean difference_in_means?",
        ),
        ("csv: people.csv", "xapi: lrs", "P112", "xapi", None),
        ("currency: USD", "currency: !x USD", "P007", "!x USD", None),
    ],
)
def test_the_mark_is_under_the_mistake(old: str, new: str, code: str, mark: str, fix: str | None) -> None:
    problem = only(VALID.replace(old, new), code)
    assert marked(problem) == mark
    if fix is not None:
        assert problem.fix == fix


def test_a_duplicate_key_names_both_lines() -> None:
    text = VALID + "currency: EUR\n"
    problem = only(text, "P011")
    assert problem.what == "'currency' is here and on line 5"
    assert problem.place is not None
    assert problem.place.line == len(VALID.splitlines()) + 1


def test_a_byte_that_is_not_utf8_is_placed_by_offset_and_line() -> None:
    data = VALID.replace("vp sales", "vp a\u00f1o").encode("latin-1")
    (problem,) = check_study(data, "sales.yml")[1]
    assert f"offset {data.index(0xF1)}" in problem.what
    assert problem.place is not None
    assert problem.place.line == 4


def test_two_metrics_in_one_get_a_split_proposed() -> None:  # KPI-04, W13
    row = "label: AHT / deals closed\n    baseline: -5% or 10 deals/week\n    target: +8% or 12 deals/week"
    problems = check_study(VALID.replace("label: Deals won", row).encode(), "x.yml")[1]
    by_code = {(p.code, p.place.line if p.place else 0): p for p in problems}
    fixes = [p.fix for p in problems if p.code == "P206"]
    assert len(by_code) == len(problems) == 4
    assert "make one metric each: AHT; deals closed" in fixes
    assert "make one metric each (baseline: -5%; baseline: 10 deals/week)" in fixes
    assert any(p.code == "P205" for p in problems)


def test_problems_of_every_part_come_at_once() -> None:
    text = VALID
    for old, new in (
        ("currency: USD", "curency: USD"),
        ("steward: sales ops\n", "stewart: sales ops\n"),
        ("from crm where", "from crn where"),
        ("primary: deals_won", "primary: deals_win"),
        ("tenure >= 90", "tenur >= 90"),
        ("..2026-03-31", "..2026-02-30"),
        ("expected: 5%..10%", "expected: 10%..5%"),
        ("cash: true", "cash: 1"),
        ("mid: 40%", "mid: 400%"),
        ("amount: 18000", "amount: -18000"),
        ("min_cell: 5", "min_cell: 0"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    codes = {p.code for p in check_study(text.encode(), "x.yml")[1]}
    assert {"P101", "P303", "P201", "P308", "P107", "P118", "P104", "P103", "P603", "P407", "P106"} <= codes
