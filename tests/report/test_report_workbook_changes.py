"""What a second version's workbook says about the first: coloured, commented, listed."""

import dataclasses
import io
from typing import Any, cast

import openpyxl
import pytest
import report_valued
from report_briefs import grant_brief

from payoff.nouns.brief import Brief
from payoff.nouns.result import Result
from payoff.report.codec import read_brief, write_brief
from payoff.report.workbook import render_workbook
from payoff.report.workbook_changes import mark_changes, since
from payoff.report.workbook_model import build_workbook


def brief_of(result: Result, version: str) -> Brief:
    return dataclasses.replace(grant_brief(), version=version, workbook=build_workbook(result))


@pytest.fixture(scope="module")
def marked() -> Brief:
    """The sales study with a lower margin than in v1."""
    first = report_valued.sales()
    lower = tuple(dataclasses.replace(a, mid=0.35) if a.name == "margin" else a for a in first.assumptions)
    return mark_changes(brief_of(report_valued.sales(lower), "v2"), brief_of(first, "v1"))


@pytest.fixture(scope="module")
def book(marked: Brief) -> Any:
    return cast(Any, openpyxl).load_workbook(io.BytesIO(render_workbook(marked)))


def cell(book: Any, name: str) -> Any:
    sheet, place = next(iter(book.defined_names[name].destinations))
    return book[sheet][place.replace("$", "")]


def test_a_changed_input_and_all_that_follows_is_blue_and_says_what_it_was(book: Any) -> None:
    for name, was in (("in_margin", "0.4 in v1"), ("money_roi_point", " in v1")):
        assert cell(book, name).fill.fgColor.rgb == "FFDCE9F7", name
        assert was in cell(book, name).comment.text


def test_what_did_not_change_keeps_its_look(book: Any) -> None:
    assert cell(book, "in_deal_value").fill.fgColor.rgb == "FFFFF6D6"
    assert " in v1" not in cell(book, "in_deal_value").comment.text


def test_the_changes_are_listed_with_before_and_now(book: Any) -> None:
    rows = {row[1]: row for row in book["Since v1"].iter_rows(min_row=5, values_only=True)}
    assert rows["in_margin"][:4] == ("Margin", "in_margin", 0.4, 0.35)
    assert rows["in_margin"][4] == pytest.approx(-0.05)
    assert "in_deal_value" not in rows


def test_a_stored_brief_renders_the_same_marked_file(marked: Brief) -> None:
    assert render_workbook(read_brief(write_brief(marked))) == render_workbook(marked)
    assert since(marked) == "v1"


def test_nothing_to_compare_with_changes_nothing() -> None:
    brief = brief_of(report_valued.support(), "v1")
    assert mark_changes(brief, None) is brief
    assert mark_changes(brief, grant_brief()) is brief
    assert since(brief) == ""


def test_two_alike_say_that_nothing_changed() -> None:
    same = brief_of(report_valued.support(), "v1")
    table = mark_changes(dataclasses.replace(same, version="v2"), same).workbook
    assert table is not None
    assert table.sheets[0].rows == (("nothing", "", None, None, None),)
