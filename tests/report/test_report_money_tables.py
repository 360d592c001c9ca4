"""The money tables of the story and their place in result.json: further returns, cost picture, views."""

import dataclasses
import io
import json
import re
from pathlib import Path
from typing import Any, cast

import jsonschema
import openpyxl
import pytest
from report_costed import costed

from payoff.nouns.brief import Brief, Table
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.report import compose, render
from payoff.report.money_sentences import money_sentence
from payoff.report.reading import Reading
from payoff.report.words import money

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/result.schema.json").read_text(encoding="utf-8")
)
AMOUNT = re.compile(r"(?:\$|USD )\d")


@pytest.fixture(scope="module")
def result() -> Result:
    return costed()


@pytest.fixture(scope="module")
def brief(result: Result) -> Brief:
    return compose(result)


def table(brief: Brief, id: str) -> Table:
    return next(t for s in brief.sections if s.id == "dollars" for t in s.tables if t.id == id)


def worth(result: Result) -> Valuation:
    assert isinstance(result.valuation, Valuation)
    return result.valuation


def test_the_document_follows_the_schema_and_agrees_with_finance(result: Result, brief: Brief) -> None:
    document = json.loads(render(brief, "json"))
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)) == []
    value, picture = worth(result), document["cost_picture"]
    irr = value.further["irr"]
    assert isinstance(irr, Figure)
    assert document["money"]["further"]["irr"]["point"] == irr.point
    assert set(document["money"]["further"]) == set(value.further)
    views = {v["name"]: v for v in document["money"]["views"]}
    for name, view in views.items():  # FIN-11
        assert view["total"] == pytest.approx(document["money"].get(name, {"point": view["total"]})["point"])
        assert view["per_year"] * view["years"] == pytest.approx(view["total"])
        assert view["per_unit"] * view["units"] == pytest.approx(view["total"])
        assert view["low"] <= view["total"] <= view["high"]
    assert sum(x["amount"] for x in picture["lines"]) == pytest.approx(views["cost"]["total"])
    assert sum(picture["by_year"]) == pytest.approx(picture["one_time"] + picture["recurring"])  # FIN-24
    assert picture["lines"][-1] == {
        "item": "Curation", "category": "curation", "kind": "run", "amount": 0, "share": 0, "cumulative": 1,
    }  # fmt: skip
    assert "curation" not in picture["missing"]  # a line of 0 is a statement
    assert document["intangibles"] == ["Trust: no market price: nobody sells it"]


def test_the_schema_knows_every_further_figure(result: Result) -> None:
    known = SCHEMA["properties"]["money"]["properties"]["further"]["properties"]
    assert set(known) == set(worth(result).further)
    assert all(part["description"] for part in known.values())


def test_further_returns_have_range_horizon_and_basis(brief: Brief) -> None:
    """FIN-26, FIN-27, FIN-28."""
    rows = {row[0]: row for row in table(brief, "further").rows}
    assert len(rows) == 9
    for label, shown, basis in rows.values():
        assert "over 18 months" in str(shown), label
        assert re.search(r"80%: .* to |fixed|in 10 simulations", str(shown)), label
        assert "USD, current dollars of 1987-1989" in str(basis), label
    assert "15 % a year" in str(rows["Net present value at the hurdle rate"][2])
    assert "17 completions" in str(rows["Cost per completion"][2])


def test_without_a_rate_the_row_says_why() -> None:
    brief = compose(costed(rates=False))
    rows = {row[0]: row for row in table(brief, "further").rows}
    for label in ("Modified rate of return, a year", "Payback on present values", "Even yearly value"):
        assert rows[label][1] == "refused"
        assert "discount rate missing" in str(rows[label][2]).lower()
    document = json.loads(render(brief, "json"))
    assert "mirr" not in document["money"]["further"]
    assert "mirr" in [r["method"] for r in document["refusals"]]
    assert not any("mirr" in text.lower() for text in brief.refusals)  # not on the one page


def test_a_rate_without_end_is_said_in_words(result: Result) -> None:
    value = worth(result)
    irr = value.further["irr"]
    assert isinstance(irr, Figure)
    endless = {
        "low": (dataclasses.replace(irr, low=None), "a loss at every rate to "),
        "high": (dataclasses.replace(irr, high=None), " to a gain at every rate"),
    }
    for changed, said in endless.values():
        other = dataclasses.replace(value, further={**value.further, "irr": changed})
        shown = table(compose(dataclasses.replace(result, valuation=other)), "further").rows[0][1]
        assert said in str(shown)


def test_the_cost_picture_is_ranked_and_names_what_is_missing(brief: Brief) -> None:
    """FIN-17 to FIN-25."""
    rows = table(brief, "cost-picture").rows
    items = [str(row[0]) for row in rows]
    assert items[:4] == ["Build", "Learner time", "Platform", "Curation"]
    assert items[4:7] == ["All one-time", "All recurring", "Total"]
    assert [row[6] for row in rows[:4]] == ["one-time", "one-time", "recurring", "recurring"]
    assert rows[3][5] == "100%"
    assert rows[0][2] == "fixed"
    assert str(rows[2][2]).startswith("$")  # the platform's price has a range
    missing = [row for row in rows if row[1] == "no line written"]
    assert "Implementation" in [row[0] for row in missing]
    assert "Curation" not in [row[0] for row in missing]
    banner = next(b for b in brief.banners if b.startswith("Incomplete cost"))
    assert banner.startswith("Incomplete cost: no line for coaching, analytics, manager time and 4 more.")
    said = " ".join(c.text for s in brief.sections if s.id == "dollars" for c in s.claims)
    assert "integration and implementation. A blank is not zero" in said


def test_a_whole_cost_picture_needs_no_banner() -> None:
    brief = compose(costed(missing=False))
    assert not any("Incomplete cost" in text for text in brief.banners)
    assert not any(row[1] == "no line written" for row in table(brief, "cost-picture").rows)


def test_years_add_up_and_what_lasts_is_charged_in_part(brief: Brief, result: Result) -> None:
    """FIN-22, FIN-24: 18 of 36 months within the horizon, two of them before launch."""
    years = table(brief, "cost-years").rows
    assert [row[0] for row in years] == ["Before and in year 1", "Year 2", "Total"]
    (lasting,) = table(brief, "lasting").rows
    assert lasting == ("Build", "36 months", "$90k (fixed)", "$50k (fixed)", "$40k (fixed)")
    within = compose(costed(horizon=12))
    assert "cost-years" not in [t.id for s in within.sections for t in s.tables]


def test_every_amount_of_money_has_its_ends(brief: Brief) -> None:
    """No bare figure: a range in the cell, or low and high in the row."""
    for id in ("further", "views", "lasting"):
        for row in table(brief, id).rows:
            for cell in row[1:]:
                if AMOUNT.search(str(cell)):
                    assert re.search(r" to |fixed", str(cell)), cell
    for id in ("cost-picture", "cost-years"):
        for row in table(brief, id).rows:
            if AMOUNT.search(str(row[1])):
                assert all(row[2:4]), row


def test_views_share_the_ends_of_the_figures(brief: Brief) -> None:
    """FIN-11."""
    views = table(brief, "views")
    assert views.columns == (
        "Money", "Over 18 months", "Of it in year 1", "Per year", "Per rep, 20 assigned"
    )  # fmt: skip
    assert [row[0] for row in views.rows] == ["Benefit", "Cost", "Net"]
    net = next(row for row in table(brief, "figures").rows if row[0] == "Net benefit")
    assert str(views.rows[2][1]).split(" (")[1].rstrip(")") in str(net[1])


def test_a_short_horizon_is_no_forecast() -> None:
    assert "scaled up, not a forecast" in table(compose(costed(horizon=6)), "views").note


def test_intangibles_are_listed_and_enter_nothing(brief: Brief, result: Result) -> None:
    assert table(brief, "intangibles").rows == (("Trust", "No market price: nobody sells it."),)
    without = dataclasses.replace(worth(result), intangibles=())
    rest = compose(dataclasses.replace(result, valuation=without))
    assert rest.result["money"] == brief.result["money"]


def test_nothing_of_it_leaves_before_the_lock(result: Result) -> None:
    leaky = dataclasses.replace(result, state="health", study=dataclasses.replace(result.study, lock=None))
    brief = compose(leaky)
    assert brief.result["cost_picture"] is None
    assert brief.result["intangibles"] == []
    assert not [t for s in brief.sections if s.id == "dollars" for t in s.tables]
    assert not any("Incomplete cost" in text for text in brief.banners)


@pytest.mark.parametrize(("horizon", "shown"), [(12, False), (18, True)])
def test_year_1_of_a_longer_horizon_stands_apart(horizon: int, shown: bool) -> None:
    """FIN-35: its own months and what was paid before them; a horizon of a year is its first year."""
    found = costed(horizon=horizon)
    views = table(compose(found), "views")
    assert ("Of it in year 1" in views.columns) == shown
    if shown:
        cost = next(view for view in worth(found).views if view.name == "cost")
        assert str(views.rows[1][2]).startswith(money(cost.first_year, "USD", 3))
        assert cost.first_year > cost.per_year


def test_a_cost_after_the_horizon_stands_in_its_own_year() -> None:  # FIN-24
    result = costed(horizon=12, late=30)
    brief = compose(result)
    years = table(brief, "cost-years").rows
    assert [row[0] for row in years[1:3]] == ["Year 2, after the horizon", "Year 3, after the horizon"]
    assert years[2][1] == "$2,500"
    document = json.loads(render(brief, "json"))
    views = {view["name"]: view for view in document["money"]["views"]}
    by_year = document["cost_picture"]["by_year"]
    assert by_year[1:] == [0, 2500]
    assert views["cost"]["first_year"] == pytest.approx(by_year[0])
    book = cast(Any, openpyxl).load_workbook(io.BytesIO(render(brief, "xlsx")), data_only=True)
    rows = {row[0]: row for row in book["Cost picture"].iter_rows(values_only=True) if row[0]}
    assert [rows[f"Year {n}"][2] for n in (1, 2, 3)] == pytest.approx(by_year)
    assert rows["Year 1"][1] == "1 to 12, and before"
    assert rows["Year 3"][1] == "25 to 30, after the horizon"


def test_a_free_program_has_a_net_and_nothing_to_earn_back() -> None:
    result = costed(free=True)
    said = money_sentence(Reading(result))
    assert "the program cost is zero" in said
    assert re.search(r"Its net benefit over 18 months is \$\d", said)
    assert "It takes a lift" not in said
    document = json.loads(render(compose(result), "json"))
    assert "break_even" not in document["money"]
    assert not re.search(r"-0\.0(?!\d)", json.dumps(document["money"]))
    methods = [refusal["method"] for refusal in document["refusals"]]
    assert len(set(methods)) == len(methods)
