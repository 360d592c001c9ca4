"""The workbook as a file: what stands in it, that nothing in it can act, that it never changes."""

import dataclasses
import io
import itertools
import json
import re
from collections.abc import Sequence
from typing import Any, cast

import openpyxl
import pytest
import report_valued
from report_briefs import grant_brief
from report_michigan import assumption

from payoff.nouns.brief import Brief, Table
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import Valuation
from payoff.report.codec import read_brief, write_brief
from payoff.report.workbook import render_workbook
from payoff.report.workbook_cells import Names, column_letters, tab_name
from payoff.report.workbook_model import build_workbook
from payoff.report.workbook_records import SOURCE_ROW_CAP

ROWS = Table("rows-jtrain", "Rows jtrain", ("row", "fcode", "scrap"), ((1, "k1", 2.5), (2, "k2", None)))


@pytest.fixture(scope="module")
def grants() -> Result:
    return report_valued.grants()


def brief_of(result: Result, rows: tuple[Table, ...] = (ROWS,)) -> Brief:
    return dataclasses.replace(grant_brief(), workbook=build_workbook(result, rows))


def opened(brief: Brief, values: bool = False) -> Any:
    return cast(Any, openpyxl).load_workbook(io.BytesIO(render_workbook(brief)), data_only=values)


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_tabs_in_the_order_finance_reads(grants: Result) -> None:
    assert opened(brief_of(grants)).sheetnames == [
        *("Read me", "Assumptions", "Effect", "Benefits", "Costs", "Cash flow", "Returns"),
        *("X, Y, change", "Rates of return", "Scenarios", "Tornado", "Tornado steps"),
        *("Two inputs", "Two inputs, steps", "Cost picture"),
        *("Simulation", "Checks & grade", "Sources", "Rows jtrain", "Amendments"),
    ]


def test_same_brief_same_bytes_also_after_storage(grants: Result) -> None:
    brief = brief_of(grants)
    assert render_workbook(brief) == render_workbook(brief_of(report_valued.grants()))
    assert render_workbook(read_brief(write_brief(brief))) == render_workbook(brief)


def test_no_money_no_workbook(grants: Result) -> None:
    assert build_workbook(dataclasses.replace(grants, valuation=None, state="health", effects=())) is None
    assert build_workbook(dataclasses.replace(grants, valuation=Refusal("ROI", "no cost"))) is None
    with pytest.raises(ValueError, match="no workbook"):
        render_workbook(grant_brief())


def test_the_second_opinion_that_is_lower_carries_the_money(grants: Result) -> None:
    assert isinstance(grants.valuation, Valuation)
    assert grants.valuation.carried_by.startswith("second")
    sheet = opened(brief_of(grants), values=True)["Effect"]
    assert sheet["C5"].value == pytest.approx(-0.19)
    assert any("second (lower)" in text for text in texts(sheet))
    assert "-0.252" in texts(sheet)  # the locked one is shown too


def test_effect_verdict_and_banners_on_the_first_tab(grants: Result) -> None:
    brief = brief_of(grants)
    said = texts(opened(brief, values=True)["Read me"])
    assert {*brief.banners, brief.page.headline.text, brief.page.money.text} <= set(said)


def test_every_defined_name_is_legal_and_points_at_a_cell(grants: Result) -> None:
    book = opened(brief_of(grants), values=True)
    for name, defined in book.defined_names.items():
        assert re.fullmatch(r"[A-Za-z_][\w.]*", name)
        assert not re.fullmatch(r"(?i)[a-z]{1,3}\d+|r\d*c?\d*|c\d*", name)
        sheet, cell = next(iter(defined.destinations))
        assert book[sheet][cell.replace("$", "")].value is not None, name
    assert {"in_cost_share", "eff_grant", "lift_grant", "n_firms_analysed_grant_1", "n_firms_assigned"} <= {
        *book.defined_names
    }
    assert {"money_roi_point", "money_npv_point", "roi", "npv_total", "matches_payoff"} <= {
        *book.defined_names
    }


def test_counts_differ_between_benefits_and_costs(grants: Result) -> None:
    """Missing outcomes: zero benefit, full cost."""
    book = opened(brief_of(grants))
    benefit = next(
        c.value for c in book["Benefits"][8] if c.data_type == "f" and "cost_share" in str(c.value)
    )
    heads = [cell.value for cell in book["Benefits"][6]]
    column = heads.index("firms")
    rows = list(book["Benefits"].iter_rows(min_row=7, max_row=30))
    counted = [str(row[column].value) for row in rows]
    assert counted == ["=n_firms_analysed_grant"] * 12 + ["=n_firms_analysed_grant_1"] * 12
    assert rows[1][column].column_letter + "8" in benefit
    assert "n_firms_assigned" in book["Costs"]["E5"].value


def test_text_never_becomes_a_formula(grants: Result) -> None:
    dangerous = [
        '=HYPERLINK("http://x","y")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "=cmd|' /C calc'!A0",
        "https://x.y",
    ]
    rows = Table(
        "t", "=evil[]:*?/\\ and a name far too long for a tab", tuple(dangerous), (tuple(dangerous),), "=1"
    )
    assumptions = tuple(dataclasses.replace(a, source="=1+1", owner="@x") for a in grants.assumptions)
    brief = brief_of(dataclasses.replace(grants, assumptions=assumptions), (rows,))
    book = opened(dataclasses.replace(brief, title="=2+2", banners=("=3+3",)))
    tab = next(sheet for sheet in book if sheet.title.startswith("=evil"))
    for row in tab.iter_rows():
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    assert [cell.value for cell in tab[5]] == dangerous
    for sheet in book:
        for cell in (c for row in sheet.iter_rows() for c in row):
            if cell.data_type == "f":
                assert cell.value not in {"=1+1", "=2+2", "=3+3", "=1"}


def test_changed_cells_are_marked(grants: Result) -> None:
    book = opened(brief_of(grants))
    marked = {
        "Assumptions": ["$C3<>$D3", "$C6<>$D6"],
        "Effect": ["$C5<>$D5"],
        "Tornado": ["$C5<>$J5", "$D5<>$K5"],
    }
    for name, wanted in marked.items():
        rules = [rule for area in book[name].conditional_formatting for rule in area.rules]
        assert [rule.formula for rule in rules] == [[formula] for formula in wanted]


def test_every_yellow_assumption_says_its_source_and_owner(grants: Result) -> None:  # FIN-06
    sheet = opened(brief_of(grants))["Assumptions"]
    comments = [row[2].comment.text for row in sheet.iter_rows(min_row=6) if row[2].value is not None]
    assert len(comments) == len(grants.assumptions)
    assert all("Source: " in text and "Owner: " in text for text in comments)


def test_the_scenario_is_chosen_from_a_list(grants: Result) -> None:
    sheet = opened(brief_of(grants))["Assumptions"]
    [choice] = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("C3", '"worst,base,best"')


def test_source_rows_are_capped_and_say_so(grants: Result) -> None:
    n = SOURCE_ROW_CAP * 2 + 7
    many = Table("r", "Rows big", ("row",), tuple((i,) for i in range(n)), "Keys are pseudonyms.")
    sheet = opened(brief_of(grants, (many,)), values=True)["Rows big"]
    shown = [row[0].value for row in sheet.iter_rows(min_row=5)]
    assert len(shown) == SOURCE_ROW_CAP
    assert shown[0] == 0
    assert max(b - a for a, b in itertools.pairwise(shown)) <= 3
    assert f"{SOURCE_ROW_CAP:,} of {n:,}" in sheet["A2"].value
    assert "pseudonyms" in sheet["A2"].value


def test_simulated_values_are_labelled(grants: Result) -> None:
    sheet = opened(brief_of(grants), values=True)["Simulation"]
    assert "not recalculated here" in sheet["A2"].value
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)


def test_model_is_json_and_lists_what_it_must_come_to(grants: Result) -> None:
    workbook = build_workbook(grants)
    assert workbook is not None
    json.dumps(workbook.model, allow_nan=False)
    checks = {name: engine for _, name, engine in workbook.checks}
    assert isinstance(grants.valuation, Valuation)
    roi = grants.valuation.figures["roi"]
    assert not isinstance(roi, Refusal)
    assert checks["money_roi_point"] == roi.point
    margin = next(entry for entry in workbook.inputs if entry.label == "Cost share")
    assert (margin.name, margin.value, margin.assumed) == ("in_cost_share", 0.5, True)


def test_names_differing_by_case_stay_apart() -> None:
    book = opened(brief_of(report_valued.gentle()), values=True)
    assert {"in_Rate", "in_rate_2"} <= {*book.defined_names}


def test_freed_time_stays_out_of_cash() -> None:
    result = report_valued.sales()
    assert isinstance(result.valuation, Valuation)
    book = opened(brief_of(result), values=True)
    values = {row[0].value: row[1].value for row in book["Returns"].iter_rows()}
    assert result.valuation.freed_time is not None
    assert values["Freed time, not in any figure above"] == pytest.approx(result.valuation.freed_time.point)
    assert values["Cash benefits"] == pytest.approx(float(result.valuation.point.benefits.sum()))


def test_without_costs_the_benefit_stands_and_ratios_say_why() -> None:
    base = report_valued.support()
    counts, effect = base.counts, base.effects[0]
    assert isinstance(effect, Effect)
    study = base.study
    kept = {name: getattr(study, name) for name in ("horizon_months", "design", "metrics", "benefits")}
    bare = report_valued.valued(effect, base.assumptions, counts, costs=(), **kept)
    values = {row[0].value: row for row in opened(brief_of(bare), values=True)["Returns"].iter_rows()}
    assert values["ROI"][1].value == "no cost: means nothing"
    assert values["ROI"][2].value == "not given"
    assert "cost" in values["ROI"][7].value
    assert values["Cash benefits"][1].value == pytest.approx(46080)


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_tab_names_are_unique_whatever_their_case() -> None:
    taken: Sequence[str] = ["Costs", "a" * 31]
    assert tab_name("costs", taken) == "costs 2"
    assert len(tab_name("A" * 40, taken)) == 31
    assert tab_name("", taken) == "Sheet"


def test_defined_names_are_cleaned() -> None:
    names = Names()
    assert names.define("cost_Vendor & co. (A1)", "x") == "cost_Vendor___co___A1_"
    assert names.define("in_x", "x") == "in_x"
    assert names.define("IN_X", "y") == "IN_X_2"


def test_a_name_with_quotes_cannot_break_a_formula(grants: Result) -> None:
    odd = assumption('q"&A1&"', 1, 1, 1, "", "s")
    workbook = build_workbook(dataclasses.replace(grants, assumptions=(*grants.assumptions, odd)))
    assert workbook is not None
    sheets = cast(list[dict[str, Any]], workbook.model["sheets"])
    formulas = [cell["f"] for row in sheets[0]["rows"] for cell in row if cell and cell["f"]]
    assert '"Q""&A1&"""' in formulas[-1]
