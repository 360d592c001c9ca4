"""Where the doubt comes from, on every page: story, brief, document, workbook; a refusal says why."""

import dataclasses
from typing import Any

import pytest
import report_valued
from office import edited, named, recalculated
from report_briefs import grant_brief

from payoff.nouns.doubt import Doubt, KnowingFirst
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import Valuation
from payoff.report.doubt_tables import doubt_sentence, doubt_tables
from payoff.report.reading import Reading
from payoff.report.result_doubt import doubt_document
from payoff.report.workbook import render_workbook
from payoff.report.workbook_model import build_workbook


@pytest.fixture(scope="module")
def grants() -> Result:
    return report_valued.grants()


def doubt_of(result: Result) -> tuple[Valuation, Doubt]:
    value = result.valuation
    assert isinstance(value, Valuation)
    assert value.doubt is not None
    return value, value.doubt


def doubting(result: Result, **changes: Any) -> Reading:
    value, doubt = doubt_of(result)
    changed = dataclasses.replace(value, doubt=dataclasses.replace(doubt, **changes))
    return Reading(dataclasses.replace(result, valuation=changed))


def test_the_story_names_the_driver_and_what_knowing_it_is_worth(grants: Result) -> None:  # FIN-29
    value, doubt = doubt_of(grants)
    assert not isinstance(doubt.shares, Refusal)
    drivers, grid = doubt_tables(Reading(grants))
    assert drivers.rows[0][0] == "Size of the effect"
    assert drivers.rows[-1][0] == "Everything at once"
    assert all(str(row[1]).endswith("%") for row in drivers.rows)
    assert doubt.grid is not None
    assert len(grid.rows) == len(doubt.grid.rows)
    assert grid.columns[1].startswith("$")
    document = doubt_document(value)
    assert document is not None
    assert document["shares"][0]["name"] == doubt.shares[0].name
    assert document["grid"]["roi"][0][0] == pytest.approx(doubt.grid.roi[0, 0])


def test_one_sentence_says_whether_it_would_pay_to_learn_it(grants: Result) -> None:
    worth, nothing = KnowingFirst(9e4, {"lift": 8e4}), KnowingFirst(0.0, {"lift": 0.0})
    said = doubt_sentence(doubting(grants, knowing=worth))
    assert said is not None
    assert said.endswith("learning it first is worth up to $80k.")
    idle = doubt_sentence(doubting(grants, knowing=nothing))
    assert idle is not None
    assert idle.endswith("so learning it would not pay.")


def test_what_was_refused_says_why(grants: Result) -> None:
    refusal = Refusal("shares of variance", "inputs move together")
    reading = doubting(grants, shares=refusal)
    assert doubt_sentence(reading) is None
    assert "inputs move together" in doubt_tables(reading)[0].note
    assert refusal in reading.further_refusals
    value = reading.money
    assert value is not None
    document = doubt_document(value)
    assert document is not None
    assert document["shares"] == []


def test_the_grid_and_the_one_page_return_are_live(grants: Result) -> None:  # FIN-14, FIN-29
    """A moved margin moves its row alone and counts as a change; X, Y, Δ, B, C, ROI follow an edit."""
    brief = dataclasses.replace(grant_brief(), workbook=build_workbook(grants))
    plain = render_workbook(brief)
    books = recalculated({"plain": plain, "changed": edited(plain, in_cost_share=0.7)})
    _, doubt = doubt_of(grants)
    assert doubt.grid is not None
    sheet = books["plain"]["Two inputs"]
    for r, line in enumerate(doubt.grid.roi):
        for c, roi in enumerate(line):
            assert sheet.cell(6 + r, 2 + c).value == pytest.approx(roi, rel=1e-9)
    assert named(books["plain"], "matches_payoff") == "yes"
    for book in books.values():
        x, y, change = (named(book, f"template_{name}") for name in ("x", "y", "change"))
        assert y - x == pytest.approx(change)
        b, c = named(book, "template_b"), named(book, "template_c")
        assert named(book, "template_roi") == pytest.approx((b - c) / c)
        assert named(book, "template_roi") == pytest.approx(named(book, "money_roi_point"))
    assert named(books["changed"], "template_roi") != pytest.approx(named(books["plain"], "template_roi"))
    assert books["changed"]["Two inputs"]["B6"].value != pytest.approx(sheet["B6"].value)
