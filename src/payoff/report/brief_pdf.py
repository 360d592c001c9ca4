"""The brief as one tagged page, A4 or Letter, with the same bytes every time.

Question  What does an executive hold in the hand?
Assumes   Text is data: it reaches the template as JSON and prints literally, markup signs included.
Fits      By measuring: space, then charts, then type (never under 8 pt) shrink until all of it fits;
          if that is not enough, the least important part is cut and says so.
Proof     tests/report/test_report_pdf_*.py
"""

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import as_file, files
from typing import Any, Literal, cast

import typst

from payoff.nouns.brief import Brief, Chart, Claim, Tile
from payoff.report.chart_svg import render_svg, sized_for_print

Paper = Literal["a4", "letter"]

PAPERS: Mapping[str, str] = {"a4": "a4", "letter": "us-letter"}
CHART_WIDTH = 248  # points: half the page
CHART_HEIGHTS = (186, 148, 112)  # points: tall, middle, low
PIXELS_PER_POINT = 4 / 3
LONGEST_WORD = 24  # characters; a longer one may break after every sixth
_KINDS = {"final": "Brief", "exploratory": "Exploratory brief", "health": "Data health and power"}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]+")


def render_pdf(brief: Brief, paper: Paper = "a4") -> bytes:
    """The page as PDF/UA bytes. Raises ValueError on a paper other than "a4" and "letter"."""
    if paper not in PAPERS:
        raise ValueError(f"paper is {paper!r}; it must be one of {', '.join(PAPERS)}")
    data = json.dumps(page_data(brief) | {"paper": PAPERS[paper]}, ensure_ascii=False)
    try:
        return _compile(data, only_shipped_fonts=True)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _compile(data, only_shipped_fonts=False)


def _compile(data: str, only_shipped_fonts: bool) -> bytes:
    """Tagged PDF. PDF/UA demands a glyph for every sign: a script that Inter lacks is set, without
    that claim, in whatever fonts this machine has."""
    standard: Literal["ua-1", "1.7"] = "ua-1" if only_shipped_fonts else "1.7"
    with as_file(files("payoff.report")) as room:
        page: bytes = typst.compile(
            str(room / "typst" / "brief.typ"),
            font_paths=[str(room / "fonts")],
            ignore_system_fonts=only_shipped_fonts,
            sys_inputs={"brief": data},
            format="pdf",
            pdf_standards=standard,
            timestamp=0,
        )
    return page


def page_data(brief: Brief) -> dict[str, Any]:
    """What the template reads: strings, lists of strings and drawn charts."""
    page = brief.page
    return {
        "lang": "en",
        "title": printable(brief.title),
        "author": "payoff",
        "kind": _KINDS[brief.state],
        "version": printable(brief.version),
        "banners": _texts(brief.banners),
        "headline": printable(page.headline.text),
        "money": printable(page.money.text),
        "tiles": [_tile(tile, brief.result) for tile in page.tiles],
        "problem": _texts((page.problem,)),
        "program": _texts((page.program,)),
        "chart-heights": CHART_HEIGHTS,
        "charts": [_chart(chart) for chart in _page_charts(brief)],
        "how": _texts(claim.text for claim in page.how_we_know),
        "conservative": printable(page.conservative.text),
        "bold": printable(page.bold.text),
        "assumptions": _texts(page.assumptions),
        "quote": printable(page.quote) if page.quote else None,
        "constraints": _texts((*page.constraints, *brief.refusals)),
        "ask": printable(page.ask),
        "footer": _footer(brief),
    }


def printable(text: str) -> str:
    """The text on one line without control and direction signs; very long words may break."""
    words = _UNPRINTABLE.sub(" ", text).split()
    return " ".join(_breakable(word) for word in words)


def _breakable(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    return "\u200b".join(word[i : i + 6] for i in range(0, len(word), 6))


def _texts(texts: Iterable[str]) -> list[str]:
    return [clean for text in texts if (clean := printable(text))]


def _tile(tile: Tile, result: Mapping[str, Any]) -> dict[str, Any]:
    """`locks`: how many padlocks are closed, on the tile that speaks of evidence."""
    grade = cast("Mapping[str, int] | None", result.get("grade"))
    locks = grade["locks"] if grade and tile.label.lower().startswith("evidence") else None
    return {
        "label": printable(tile.label),
        "value": printable(tile.value),
        "range": printable(tile.range),
        "note": printable(tile.note),
        "locks": locks,
    }


def _page_charts(brief: Brief) -> list[Chart]:
    """The page's charts, in its order, wherever in the story they stand."""
    by_id = {chart.id: chart for section in brief.sections for chart in section.charts}
    return [by_id[name] for name in brief.page.charts if name in by_id]


def _chart(chart: Chart) -> dict[str, Any]:
    width, *heights = (round(points * PIXELS_PER_POINT) for points in (CHART_WIDTH, *CHART_HEIGHTS))
    sizes = [sized_for_print(chart.spec, width, height) for height in heights]
    return {
        "title": printable(chart.title),
        "subtitle": printable(chart.subtitle),
        "note": printable(chart.note),
        "alt": printable(chart.alt),
        "svg": [render_svg(spec) for spec in sizes],
    }


def _footer(brief: Brief) -> list[str]:
    """What this was made from: version, plan lock, data date and figures; then the page's own words."""
    result = brief.result
    claims: tuple[Claim, ...] = (brief.page.headline, brief.page.money, *brief.page.how_we_know)
    figures = dict.fromkeys(name for claim in claims for name in claim.figures)
    lock = cast("str | None", result.get("plan_lock"))
    facts = [
        f"Version {brief.version}",
        f"plan lock {lock[:12]}" if lock else "plan not locked",
        f"data to {result['data_on']}" if result.get("data_on") else "",
        f"figures {', '.join(figures)}" if figures else "",
    ]
    return _texts((" · ".join(fact for fact in facts if fact), brief.page.footer))
