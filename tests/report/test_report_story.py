"""story.html as text: escaped, self-contained, in order."""

import dataclasses
import html.parser
import re

from report_variants import VARIANTS

from payoff.nouns.brief import Brief
from payoff.nouns.result import Result
from payoff.report import compose, read_brief, render
from payoff.report.chart_svg import draw


class Outline(html.parser.HTMLParser):
    """Collects headings, ids, addresses and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self.addresses += [str(found[name]) for name in ("href", "src", "action") if found.get(name)]
        self.scripts += tag == "script"


def outline(brief: Brief) -> Outline:
    parser = Outline()
    parser.feed(render(brief, "html").decode())
    return parser


def test_the_page_is_whole_for_every_result(any_brief: Brief) -> None:
    """Sections in order, headings never skip a level, ids once, no address outside."""
    found = outline(any_brief)
    sections = [s.id for s in any_brief.sections]
    assert [i for i in found.ids if i in sections] == sections
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    for before, after in zip(found.headings, found.headings[1:], strict=False):
        assert after <= before + 1
    assert len(found.ids) == len(set(found.ids))
    assert all(a.startswith(("#", "data:")) for a in found.addresses)
    assert all(a[1:] in found.ids for a in found.addresses if a.startswith("#"))


def test_names_cannot_break_the_page() -> None:
    brief = compose(VARIANTS["hostile"]())
    found = outline(brief)
    assert found.scripts == 1
    assert "alert('x')" not in render(brief, "html").decode().replace("&#39;", "").split("<script>")[1]


def test_every_refusal_and_banner_is_on_the_page(any_brief: Brief) -> None:
    page = render(any_brief, "html").decode()
    parts = page.split("<main", maxsplit=1)
    for banner in any_brief.banners:
        assert re.sub("[\"'&<>]", "", banner)[:40] in re.sub("&#?[a-z0-9]+;", "", parts[0])
    if any_brief.refusals:
        assert "What could not be answered" in page


def test_same_brief_same_bytes(michigan: Result) -> None:
    brief = compose(michigan)
    page = render(brief, "html")
    draw.cache_clear()
    assert render(read_brief(render(brief, "brief-json")), "html") == page


def test_an_edited_text_is_escaped(michigan: Result) -> None:
    brief = compose(michigan)
    page = dataclasses.replace(brief.page, footer="<img src=x onerror=alert(1)>")
    text = render(dataclasses.replace(brief, page=page), "html").decode()
    assert "<img" not in text


def test_a_measure_says_its_definition_and_owner_on_hover(michigan: Result) -> None:
    page = render(compose(michigan), "html").decode()
    hovers = re.findall(r'<a href="#definitions" title="([^"]*)">', page)
    owners = {metric.owner for metric in michigan.study.metrics}
    assert hovers
    for hover in hovers:
        assert re.search(r"Direction: (higher|lower) is better", hover)
        assert any(f"Owner: {owner}" in hover for owner in owners)
