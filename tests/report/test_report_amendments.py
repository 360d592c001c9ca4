"""Amendments in words: no raw key reaches a reader, what matters most comes first."""

import datetime as dt

from report_variants import VARIANTS

from payoff.nouns.study import Amendment
from payoff.report.amendment_words import amended_words

STUDY = VARIANTS["michigan_result"]().study


def said(*changes: str) -> str:
    """The words for these changes of the Michigan plan."""
    return amended_words(Amendment(dt.date(1988, 1, 1), "why", "who", "f" * 64, changes), STUDY)


def test_the_outcome_comes_before_the_assumptions() -> None:
    text = said(
        "assumptions.margin_rate.mid: 0.3 → 0.5",
        'design.follow_up: "1988-01-01..1989-12-31" → "1988-01-01..1988-12-31"',
        'metrics.scrap_rate.unit: "%" → "pp"',
        'outcome.primary: "sales" → "scrap_rate"',
    )
    places = [
        text.index(word) for word in ("outcome (primary: sales, now", "measure", "design", "assumption")
    ]
    assert places == sorted(places)
    assert "“Scrap rate” (unit: %, now pp)" in text
    assert "margin_rate" not in text


def test_an_entry_that_comes_or_goes_is_said_once() -> None:
    text = said(
        "assumptions.cost_per_call.mid: nothing → 1",
        'assumptions.cost_per_call.unit: nothing → "USD/call"',
        "costs[1].amount: 5 → nothing",
        'costs[1].item: "Delivery" → nothing',
    )
    assert text == f"Changed: cost “{STUDY.costs[0].item}” removed; assumption “cost per call” added."


def test_a_change_in_other_words_is_kept() -> None:
    assert said("horizon_months: 12 → 24") == "Changed: horizon months (12, now 24)."
    assert said("everything") == "Changed: everything (changed)."
