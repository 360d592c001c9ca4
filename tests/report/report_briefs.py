"""Briefs as compose would write them: a grant demo that helped, a wellness demo that did not, a bare plan."""

import dataclasses
from typing import Any

from payoff.nouns.brief import Brief, Chart, Claim, Page, Section, Table, Tile

LOCK = "9f2c51d07a3be84460ab12cd34ef56ab78cd90ef12ab34cd56ef78ab90cd12ef"

EVENTS = [
    {"period": "1987", "arm": "Program", "value": 3.2},
    {"period": "1988", "arm": "Program", "value": 2.4},
    {"period": "1989", "arm": "Program", "value": 2.0},
    {"period": "1987", "arm": "Comparison", "value": 3.3},
    {"period": "1988", "arm": "Comparison", "value": 3.1},
    {"period": "1989", "arm": "Comparison", "value": 2.9},
]
STEPS = [
    {"step": "Scrap avoided", "from": 0, "to": 512, "role": "benefit"},
    {"step": "Delivery", "from": 512, "to": 330, "role": "cost"},
    {"step": "Learner time", "from": 330, "to": 121, "role": "cost"},
    {"step": "Net", "from": 0, "to": 121, "role": "benefit"},
]


def line_chart() -> Chart:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "A title the page sets itself",
        "width": 640,
        "height": 320,
        "data": {"values": EVENTS},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "title": "Scrapped items per 100"},
            "color": {
                "field": "arm",
                "type": "nominal",
                "scale": {"domain": ["Program", "Comparison"], "range": ["#498EE1", "#8D939A"]},
                "legend": {"orient": "top", "title": None},
            },
            "strokeDash": {
                "field": "arm",
                "type": "nominal",
                "scale": {"domain": ["Program", "Comparison"], "range": [[1, 0], [4, 3]]},
                "legend": None,
            },
        },
    }
    return Chart(
        id="uplift",
        title="Scrap fell faster in grant firms",
        subtitle="Scrapped items per 100, 54 firms, 1987 to 1989",
        note="Read with care: firms applied for the grant.",
        alt="Two falling lines; the program firms' line falls further, from 3.2 to 2.0.",
        spec=spec,
        table=Table("uplift-table", "Scrap by year", ("Year", "Arm", "Value"), ()),
    )


def waterfall_chart() -> Chart:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 640,
        "height": 320,
        "data": {"values": STEPS},
        "mark": "bar",
        "encoding": {
            "x": {"field": "step", "type": "nominal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "from", "type": "quantitative", "title": "USD, thousands"},
            "y2": {"field": "to"},
            "color": {
                "field": "role",
                "type": "nominal",
                "scale": {"domain": ["benefit", "cost"], "range": ["#036242", "#EE681E"]},
                "legend": None,
            },
        },
    }
    return Chart(
        id="dollars",
        title="Scrap saved covers delivery and learner time",
        subtitle="USD thousands over 24 months, 19 firms",
        note="Delivery cost is assumed.",
        alt="A waterfall: 512 of scrap avoided, less 182 delivery and 209 learner time, leaves 121 net.",
        spec=spec,
        table=Table("dollars-table", "From lift to net", ("Step", "USD"), ()),
    )


def sections() -> tuple[Section, ...]:
    return (
        Section("uplift", "Uplift", (), (line_chart(),)),
        Section("dollars", "Dollars", (), (waterfall_chart(),)),
    )


def grant_page(**changes: Any) -> Page:
    page = Page(
        headline=Claim(
            "headline",
            "Training grants may have cut scrap by 22 % (−3 % to 41 %); "
            "we cannot yet say it covers its cost.",
            ("a",),
        ),
        money=Claim(
            "money",
            "Likely net USD 120k over 24 months (-88k to 340k); 7 in 10 simulations pay back.",
            ("b",),
            ("net", "probability"),
        ),
        tiles=(
            Tile("Lift in scrap rate", "+22 %", "−3 % to +41 %", "95 % interval; 54 firms, 1987 to 1989"),
            Tile(
                "Return on investment",
                "31 %",
                "−23 % to 88 %, over 24 months",
                "$1.31 back per $1; 80 % range",
            ),
            Tile("Evidence", "2 of 4", "", "2 of 4: firms applied for the grant; small sample; locked late"),
        ),
        problem="Scrap costs Michigan's small manufacturers about 3 items in every 100; nobody knew whether "
        "state-funded training lowers it.",
        program="One-off grants for worker training, 19 firms in 1988 against 35, about USD 391k in all: "
        "delivery and the learners' own time.",
        how_we_know=(
            Claim(
                "h1",
                "Each firm is compared with itself before the grant, and with firms that had none.",
                ("c",),
            ),
            Claim("h2", "A second method gave a lower lift; the lower one carries the money.", ("d",)),
        ),
        conservative=Claim("cons", "1 in 10 simulations end below a net of −USD 88k.", ("e",), ("net",)),
        bold=Claim("bold", "1 in 10 end above USD 340k, if the second year's gain lasts.", ("e",), ("net",)),
        assumptions=(
            "Delivery per worker, USD 100 to 900 (assumed): ROI from 120 % to −35 %",
            "Cost share of a scrapped item, 30 % to 70 % (assumed): ROI from −21 % to 83 %",
            "Sales value of scrap, 80 % to 120 % of the mean: ROI from 5 % to 57 %",
        ),
        constraints=(
            "Only 54 of 157 firms report scrap in all three years; nothing is claimed for the others.",
            "The highest delivery price that still pays is USD 540 per worker.",
        ),
        ask="Ask vendors to quote a price per worker below the ceiling on this page, and track scrap in "
        "every firm, not a third of them.",
        quote=None,
        charts=("uplift", "dollars"),
        footer="Analyst demo analyst · finance demo finance partner · constant dollars of 1987-1989",
    )
    return dataclasses.replace(page, **changes)


def grant_brief(**changes: Any) -> Brief:
    brief = Brief(
        study="michigan-training-grants",
        title="Michigan job-training grants",
        version="2026-07-03",
        state="final",
        banners=("Retrospective: the plan was locked after follow-up began; one lock of evidence is lost.",),
        page=grant_page(),
        sections=sections(),
        workbook=None,
        result={
            "plan_lock": LOCK,
            "data_on": "1989-12-31",
            "grade": {"locks": 2, "start": 3, "reasons": ["firms applied for the grant"]},
        },
    )
    return dataclasses.replace(brief, **changes)


def health_brief() -> Brief:
    """An unlocked plan: no effects, no money, no grade."""
    empty = Claim("none", "", ())
    page = grant_page(
        headline=Claim("headline", "Data are ready; results stay hidden until the plan is locked.", ("a",)),
        money=empty,
        tiles=(Tile("Smallest visible lift", "25 %", "8 times in 10", "you expect 10 % to 30 %"),),
        how_we_know=(),
        conservative=empty,
        bold=empty,
        assumptions=(),
        charts=(),
    )
    return grant_brief(state="health", page=page, banners=(), sections=(), result={"plan_lock": None})
