"""The brief as one tagged page, A4 or Letter, with the same bytes every time.

Question  What does an executive hold in the hand?
Assumes   Text is data: it reaches the template as JSON and prints literally, markup signs included.
Fits      By measuring: space, then charts, then type (never under 8 pt) shrink until all of it fits;
          if that is not enough, the least important part gives up whole sentences and says so.
          Banners are never cut: all else goes first, and if they fill the page there is a second.
Proof     tests/report/test_report_pdf_*.py
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, Literal, cast

import typst

from payoff.nouns.brief import Brief, Chart, Tile
from payoff.nouns.evidence import Verdict
from payoff.nouns.wording import raised
from payoff.report.chart_svg import height_of_rows, render_svg, sized_for_print
from payoff.report.result_document import is_blocked

Paper = Literal["a4", "letter"]

PAPERS: Mapping[str, str] = {"a4": "a4", "letter": "us-letter"}
TEXT_WIDTH, GUTTER = 508, 18  # points
CHART_HEIGHTS = (215, 180, 145, 112)  # points: what a density allows, from tall to low
PIXELS_PER_POINT = 1.5  # a chart's 12-pixel type comes out at 8 points
LEAST_OF_ROWS = 0.85  # a chart of rows may shrink to this share of its own height, not further
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
    page, charts = brief.page, _page_charts(brief)
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
        "charts": [_chart(chart, len(charts)) for chart in charts],
        "checks": _checks(brief),
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
    """`locks`: how many padlocks are closed, on the tile that speaks of evidence; none when blocked."""
    grade = cast("Mapping[str, int] | None", result.get("grade"))
    speaks = tile.label.lower().startswith("evidence") and not is_blocked(result)
    locks = grade["locks"] if grade and speaks else None
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


def _chart(chart: Chart, n_abreast: int) -> dict[str, Any]:
    """The chart drawn once per height the page may give it, with those heights in points.

    `svg` for a row that the charts share, `column` for one of two columns.
    """
    row, column = ((TEXT_WIDTH - GUTTER * (n - 1)) / n for n in (n_abreast, 2))
    heights = [_height(chart, allowed) for allowed in CHART_HEIGHTS]
    drawings = {
        (width, height): render_svg(
            sized_for_print(chart.spec, round(width * PIXELS_PER_POINT), round(height * PIXELS_PER_POINT))
        )
        for width in dict.fromkeys((row, column))
        for height in dict.fromkeys(heights)
    }
    return {
        "title": printable(chart.title),
        "subtitle": printable(chart.subtitle),
        "note": printable(chart.note),
        "alt": printable(chart.alt),
        "heights": heights,
        "svg": [drawings[row, height] for height in heights],
        "column": [drawings[column, height] for height in heights],
    }


def _height(chart: Chart, allowed: float) -> float:
    """Points. A chart of rows keeps its own height, or nearly: squeezed rows would overlap."""
    rows = height_of_rows(chart.spec)
    if rows is None:
        return allowed
    natural = rows / PIXELS_PER_POINT
    return max(min(allowed, natural), LEAST_OF_ROWS * natural)


def _checks(brief: Brief) -> list[str]:
    """Before the lock the page says how healthy the data are, what failed first."""
    if brief.state != "health":
        return []
    checks = cast("Sequence[Mapping[str, str]]", brief.result.get("checks", ()))
    order = {"fail": 0, "silent": 1, "pass": 2}
    worst_first = sorted(checks, key=lambda check: order[check["verdict"]])
    return _texts(f"{raised(Verdict(check['verdict']).word)}: {check['text']}" for check in worst_first)


def _footer(brief: Brief) -> list[str]:
    """The page's own words (version, plan lock, data date), then where each number can be followed."""
    followed = "Every number, its source and its formula: the story's appendix"
    if brief.workbook is not None:
        followed += " and the workbook"
    traced = f". This brief is number {brief.fingerprint[:12]}" if brief.fingerprint else ""
    return _texts((brief.page.footer, f"{followed}{traced}."))
