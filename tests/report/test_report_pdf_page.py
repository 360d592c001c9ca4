"""The brief's one page: one page always, tagged, readable as text, the same bytes twice."""

import io
import itertools
import re
import subprocess
from collections.abc import Callable
from typing import Any, cast

import pypdf
import pytest
from report_briefs import grant_brief, grant_page, health_brief
from report_variants import VARIANTS

from payoff.nouns.brief import Brief, Claim, Tile
from payoff.nouns.result import Result
from payoff.report import compose
from payoff.report.brief_pdf import render_pdf
from payoff.report.chart_svg import draw

LONG = "a very long sentence that goes on and on, " * 100
BANNERS = (
    "Retrospective: the plan was locked on 2026-03-15, when outcomes were known. One step is lost.",
    "Incomplete cost: no line for curation, change management, coaching and 1 more. A blank is not zero.",
    "Disputed by finance (P. Okoro, 2026-11-22): Margin is a guess. The deals are counted twice.",
    "Guardrail breached: calls resolved at first contact fell by 2 pp, more than the 1 pp allowed.",
    "Amended on 2026-08-01 by A. Ruiz: a new export. Changed: outcome (primary: calls, now deals).",
)
HOSTILE = "a #panic(1) *b* _c_ <d> $e$ \\f `g` @h // i = j \x00\x07 [k](l) -- 'm' \"n\""


def pages(pdf: bytes) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def text_of(pdf: bytes) -> str:
    """What a reader of text gets, on one line."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


Box = tuple[float, float, float, float]


def words_of(pdf: bytes) -> list[Box]:
    """Where each word stands: left, top, right, bottom; without its line space."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', done.stdout.decode())
    boxes = [tuple(float(x) for x in box) for box in found]
    return [(x0, y0 + 0.25 * (y1 - y0), x1, y1 - 0.25 * (y1 - y0)) for x0, y0, x1, y1 in boxes]


def words_fit(pdf: bytes) -> bool:
    """Every word lies on the page and none lies on another."""
    page, boxes = pages(pdf)[0].mediabox, words_of(pdf)
    assert boxes
    inside = all(
        min(x0, y0) >= 0 and x1 <= float(page.width) and y1 <= float(page.height) for x0, y0, x1, y1 in boxes
    )
    return inside and not any(overlap(a, b) for a, b in itertools.combinations(boxes, 2))


def overlap(a: Box, b: Box) -> bool:
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return across > 0.5 and down > 0.5


def test_every_state_gives_one_page(any_result: Result) -> None:  # BRF-01
    pdf = render_pdf(compose(any_result))
    assert len(pages(pdf)) == 1
    assert words_fit(pdf)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper_sizes(paper: str, size: tuple[int, int]) -> None:
    page = pages(render_pdf(grant_brief(), paper))  # type: ignore[arg-type]
    box = page[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == size


def test_unknown_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="a4, letter"):
        render_pdf(grant_brief(), "a5")  # type: ignore[arg-type]


def test_text_comes_out_answer_first() -> None:  # BRF-01: challenge, approach, method, change, money, next
    brief = grant_brief()
    text = text_of(render_pdf(brief))
    page = brief.page
    wanted = [brief.banners[0], page.headline.text, page.money.text, page.tiles[0].range, page.ask]
    places = [text.find(part) for part in wanted]
    assert all(place >= 0 for place in places)
    assert places == sorted(places)
    for part in (page.how_we_know[0].text, page.bold.text, page.conservative.text, page.footer, "2 of 4"):
        assert part in text


def test_tagged_with_language_title_and_alt_text() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(grant_brief())))
    root = cast(Any, reader.trailer["/Root"])
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title == "Michigan job-training grants"
    assert reader.metadata.author == "payoff"
    kinds, alts = structure(root["/StructTreeRoot"])
    assert kinds.index("/H1") < kinds.index("/H2")
    assert kinds.count("/Figure") == 2
    assert [alt.split(";")[0] for alt in alts][:1] == ["Two falling lines"]


def structure(node: object) -> tuple[list[str], list[str]]:
    """Kinds of the structure elements in reading order, and their alternative texts."""
    kinds: list[str] = []
    alts: list[str] = []
    item = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(item, list):
        children = item
    elif isinstance(item, dict):
        if "/S" in item:
            kinds.append(str(item["/S"]))
        if "/Alt" in item:
            alts.append(str(item["/Alt"]))
        children = [item["/K"]] if "/K" in item else []
    else:
        children = []
    for child in children:
        inner = structure(child)
        kinds += inner[0]
        alts += inner[1]
    return kinds, alts


def test_pdf_ua_is_claimed_and_fonts_are_the_shipped_ones() -> None:
    pdf = render_pdf(grant_brief())
    assert b"pdfuaid" in pdf
    fonts = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    names = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert names
    assert all("Inter-" in name for name in names)


@pytest.mark.parametrize("make", [grant_brief, health_brief])
def test_same_brief_same_bytes(make: Callable[[], Brief]) -> None:
    page = render_pdf(make())
    draw.cache_clear()
    assert render_pdf(make()) == page


def test_hostile_text_prints_literally() -> None:
    claim = Claim("h", HOSTILE, ())
    pdf = render_pdf(
        grant_brief(title=HOSTILE, page=grant_page(headline=claim, problem=HOSTILE, ask=HOSTILE))
    )
    assert len(pages(pdf)) == 1
    assert text_of(pdf).count("#panic(1) *b* _c_ <d> $e$ \\f `g` @h // i = j [k](l)") >= 2


def test_scripts_without_a_shipped_glyph_still_render() -> None:
    pdf = render_pdf(grant_brief(page=grant_page(problem="你好 עברית 😀 plain words after")))
    assert len(pages(pdf)) == 1
    assert "plain words after" in text_of(pdf)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_too_much_text_is_cut_visibly_never_a_second_page(paper: str) -> None:
    claim, tiles = Claim("h", LONG, ()), tuple(Tile(LONG, LONG, LONG, LONG) for _ in range(4))
    claims = {"headline": claim, "money": claim, "conservative": claim, "bold": claim}
    texts = dict.fromkeys(("problem", "program", "ask", "quote", "footer"), LONG)
    lists = {"assumptions": (LONG,) * 5, "constraints": (LONG,) * 5, "how_we_know": (claim,) * 6}
    page = grant_page(tiles=tiles, **claims, **texts, **lists)
    pdf = render_pdf(grant_brief(page=page, title=LONG, banners=BANNERS), paper)  # type: ignore[arg-type]
    assert len(pages(pdf)) == 1
    assert words_fit(pdf)
    text = text_of(pdf)
    assert "More in the story." in text
    assert "The ask" in text
    assert all(banner in text for banner in BANNERS)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_full_page_keeps_every_banner_and_cuts_no_sentence(paper: str) -> None:
    plain = "The groups differ in what they sell, so a gap after launch may be more of the same."
    texts = tuple(f"{plain} A second sentence of number {i} says why that matters here." for i in range(9))
    page = grant_page(constraints=texts, problem=" ".join(texts), program=" ".join(texts[:4]), ask=texts[0])
    brief = grant_brief(page=page, banners=BANNERS)
    pdf = render_pdf(brief, paper)  # type: ignore[arg-type]
    text = text_of(pdf)
    assert len(pages(pdf)) == 1
    assert all(banner in text for banner in BANNERS)
    assert "More in the story." in text
    assert " …" not in text
    assert text.count("may be more of the same.") == text.count("The groups differ")


def test_banners_that_fill_a_page_are_whole_on_a_second() -> None:
    said = " ".join(f"Objection {i} of finance is that nobody counted it." for i in range(300))
    pdf = render_pdf(grant_brief(banners=(f"Disputed by finance: {said}", *BANNERS)))
    assert len(pages(pdf)) > 1
    assert text_of(pdf).count("is that nobody counted it.") == 300
    assert BANNERS[-1] in text_of(pdf)


def test_words_without_a_break_stay_on_the_page() -> None:
    word = "W" * 2000
    claim = Claim("h", word, ())
    tiles = (Tile(word, word, word, word),) * 3
    pdf = render_pdf(grant_brief(page=grant_page(headline=claim, problem=word, tiles=tiles)))
    assert len(pages(pdf)) == 1
    assert words_fit(pdf)


def test_short_text_is_not_cut() -> None:
    assert "in the story" not in text_of(render_pdf(grant_brief()))


def test_smallest_type_is_eight_points() -> None:
    fonts: set[float] = set()

    def visit(text: str, user: list[float], matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            fonts.add(round(size * abs(matrix[3]) * abs(user[3]), 2))

    body = grant_page(problem=LONG[:600], program=LONG[:600], constraints=(LONG[:400],) * 3)
    brief = grant_brief(page=body, sections=())
    pages(render_pdf(brief))[0].extract_text(visitor_text=visit)
    assert fonts
    assert min(fonts) >= 8


def test_quote_only_with_consent() -> None:
    assert "From the field" not in text_of(render_pdf(grant_brief()))
    said = "We stopped guessing. Line lead, 2026"
    text = text_of(render_pdf(grant_brief(page=grant_page(quote=said))))
    assert "From the field" in text
    assert said in text


def test_refusals_are_printed() -> None:
    reason = "Return on investment: program cost missing"
    assert reason in text_of(render_pdf(grant_brief(refusals=(reason,))))


def test_before_the_lock_the_page_shows_checks_and_power() -> None:
    text = text_of(render_pdf(compose(VARIANTS["health"]())))
    assert "Data checks" in text
    assert "Smallest visible" in text


def test_padlocks_are_shapes_beside_words() -> None:
    none, all_four = (
        render_pdf(grant_brief(result={"grade": {"locks": n}, "plan_lock": None})) for n in (0, 4)
    )
    assert text_of(none) == text_of(all_four)
    assert none != all_four
