"""What the plan lock covers, and what it leaves free."""

import pytest
from study_valid import VALID

from payoff.study import read_study


def plan_lock(text: str) -> str:
    return read_study(text.encode(), "drills.yml").plan_lock


def swapped(old: str, new: str) -> str:
    assert VALID.count(old) == 1
    return VALID.replace(old, new)


SAME = {
    "comment": swapped("currency: USD", "currency: USD   # dollars"),
    "percent": swapped("{low: 30%, mid: 40%, high: 50%", "{low: 0.30, mid: 0.4, high: 0.5"),
    "quotes": swapped("currency: USD", 'currency: "USD"'),
    "key_order": swapped("study: drills\n", "").replace("currency: USD", "study: drills\ncurrency: USD"),
    "flow_or_block": swapped("  secondary: [refunds]\n", "  secondary:\n    - refunds\n"),
    "line_ends": VALID.replace("\n", "\r\n"),
    "byte_order_mark": "\ufeff" + VALID,
    "spaces_in_formula": swapped("lift * baseline * reps", "lift*baseline  *reps"),
    "layout_of_sql": swapped(
        "from crm where stage = 'won' group", "from crm -- won\n        where stage = 'won' group"
    ),
    "default_spelt_out": swapped(
        "missing: zero\n    owner: sales ops\n    sql",
        "missing: zero\n    scale: level\n    owner: sales ops\n    sql",
    ),
    "whole_number": swapped("mid: 5000", "mid: 5000.0"),
    "title": "title: Another title\n" + VALID,
    "ask": VALID + "ask: Please decide.\n",
    "notes": VALID + "notes: [mind the gap]\n",
    "quote": VALID + "quote: {text: Good, role: rep, consent: true}\n",
    "people": swapped("sponsor: vp sales", "sponsor: someone else"),
}

DIFFERENT = {
    "question": swapped("raise closed deals?", "raise deals?"),
    "margin": swapped("mid: 40%", "mid: 41%"),
    "sql": swapped("stage = 'won'", "stage = 'Won'"),
    "sql_text_in_quotes": swapped("stage = 'won'", "stage = 'w  on'"),
    "formula": swapped("lift * baseline", "gain"),
    "primary": swapped("primary: deals_won\n  secondary: [refunds]", "primary: deals_won"),
    "follow_up": swapped("2026-09-30", "2026-10-31"),
    "threshold": swapped("max(break_even, 2%)", "max(break_even, 3%)"),
    "owner": swapped("source: CRM, owner: p.okoro", "source: CRM, owner: someone"),
    "cost": swapped("amount: 18000", "amount: 18001"),
    "file": swapped("deals.csv", "deals2.csv"),
    "seed": VALID + "seed: 7\n",
}


@pytest.mark.parametrize("name", SAME)
def test_layout_and_words_around_the_plan_do_not_matter(name: str) -> None:
    assert plan_lock(SAME[name]) == plan_lock(VALID)


@pytest.mark.parametrize("name", DIFFERENT)
def test_every_promise_matters(name: str) -> None:
    assert plan_lock(DIFFERENT[name]) != plan_lock(VALID)


def test_the_hash_of_a_plan_is_pinned() -> None:
    """Locks written by earlier releases must stay valid: a new value here breaks every one of them."""
    assert plan_lock(VALID) == "fafab3f9c4dfc2ac2bbec0607ca4871ca057397096bc2da15b2e15c1357b29f2"
